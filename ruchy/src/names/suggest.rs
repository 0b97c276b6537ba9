//! "Did you mean": the known name that is nearest to an unknown one.

/// The candidate nearest to `name`, if one is near enough: a third of its letters may differ. Else one that `name` is the beginning of, up
/// to an underscore: `handle` for `handle_one`.
pub fn suggest<'name>(name: &str, candidates: impl IntoIterator<Item = &'name str>) -> Option<String> {
    let most = name.chars().count().div_ceil(3).min(3);
    let (mut near, mut longer): (Option<(usize, &str)>, Option<&str>) = (None, None);
    for candidate in candidates.into_iter().filter(|candidate| *candidate != name) {
        let found = (distance(name, candidate), candidate);
        if found.0 <= most && near.is_none_or(|best| found < best) {
            near = Some(found);
        }
        if candidate.strip_prefix(name).is_some_and(|rest| rest.starts_with('_')) && longer.is_none_or(|best| candidate < best) {
            longer = Some(candidate);
        }
    }
    near.map(|(_, candidate)| candidate).or(longer).map(str::to_owned)
}

/// The number of letters to insert, delete, replace or swap with the next one; upper and lower case are the same.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(60).flat_map(char::to_lowercase).collect();
    let right: Vec<char> = right.chars().take(60).flat_map(char::to_lowercase).collect();
    let mut rows = vec![vec![0; right.len() + 1]; left.len() + 1];
    for i in 0..=left.len() {
        for j in 0..=right.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = rows[i - 1][j - 1] + usize::from(left[i - 1] != right[j - 1]);
                let mut best = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                    best = best.min(rows[i - 2][j - 2] + 1);
                }
                best
            };
        }
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn the_nearest_name_is_suggested() {
        assert_eq!(suggest("totla", ["total", "title"]).as_deref(), Some("total"));
        assert_eq!(suggest("push_str", ["pop"]), None);
        assert_eq!(suggest("handle", ["handler_of", "handle_one"]).as_deref(), Some("handle_one"));
        assert_eq!(suggest("lenght", ["len", "length"]).as_deref(), Some("length"));
    }
}
