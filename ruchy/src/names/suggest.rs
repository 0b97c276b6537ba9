//! "Did you mean": the known name that is nearest to an unknown one.

/// The candidate nearest to `name`, if one is near enough: a third of its letters may differ.
pub fn suggest<'name>(name: &str, candidates: impl IntoIterator<Item = &'name str>) -> Option<String> {
    let most = name.chars().count().div_ceil(3).min(3);
    let near = candidates.into_iter().filter(|candidate| *candidate != name).map(|candidate| (distance(name, candidate), candidate));
    near.filter(|(distance, _)| *distance <= most).min().map(|(_, candidate)| candidate.to_owned())
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
        assert_eq!(suggest("lenght", ["len", "length"]).as_deref(), Some("length"));
    }
}
