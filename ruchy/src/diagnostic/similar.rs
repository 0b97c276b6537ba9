//! "Did you mean": the name that is most like one that does not exist.

/// The longest name that is compared, in characters.
const NAME_CHARACTERS_MAX: usize = 64;

/// The candidate that differs least from `name`, if it differs in at most a third of its characters. Of equals it is the first.
pub fn most_similar<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.chars().take(NAME_CHARACTERS_MAX + 1).collect();
    if wanted.is_empty() || wanted.len() > NAME_CHARACTERS_MAX {
        return None;
    }
    let limit = (wanted.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let characters: Vec<char> = candidate.chars().take(NAME_CHARACTERS_MAX + 1).collect();
        if candidate == name || characters.len().abs_diff(wanted.len()) > limit {
            continue;
        }
        let distance = if candidate.eq_ignore_ascii_case(name) { 0 } else { distance(&wanted, &characters) };
        // A name of one or two characters has too many neighbours.
        let is_near = distance <= limit && distance < wanted.len().max(characters.len()).max(2) - 1 || distance == 0;
        if is_near && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The number of characters to insert, remove, replace or swap with their neighbour.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, &a) in from.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, &b) in to.iter().enumerate() {
            let mut cost = (last[column] + usize::from(a != b)).min(last[column + 1] + 1).min(next[column] + 1);
            if row > 0 && column > 0 && a == to[column - 1] && from[row - 1] == b {
                cost = cost.min(before[column - 1] + 1);
            }
            next.push(cost);
        }
        before = std::mem::replace(&mut last, next);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::most_similar;

    #[test]
    fn most_similar_finds_typing_errors() {
        let names = ["println", "length", "total", "i", "Order", "order_id"];
        for (wrong, right) in [
            ("prinln", Some("println")),
            ("pirntln", Some("println")),
            ("lenght", Some("length")),
            ("order", Some("Order")),
            ("orderid", Some("order_id")),
            ("j", None),
            ("sum", None),
            ("println", None),
            ("", None),
        ] {
            assert_eq!(most_similar(wrong, names), right, "{wrong}");
        }
    }
}
