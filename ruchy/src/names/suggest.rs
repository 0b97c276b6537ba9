//! "Did you mean": the known name that is nearest to an unknown one.

use crate::diagnostic::most_similar;

/// The candidate most similar to `name`; else one that `name` is the beginning of, up to an underscore: `handle` for `handle_one`.
pub fn suggest<'name>(name: &str, candidates: impl IntoIterator<Item = &'name str>) -> Option<String> {
    let mut candidates: Vec<&str> = candidates.into_iter().collect();
    candidates.sort_unstable();
    let longer = || candidates.iter().find(|candidate| candidate.strip_prefix(name).is_some_and(|rest| rest.starts_with('_')));
    most_similar(name, candidates.iter().copied()).or_else(|| longer().copied()).map(str::to_owned)
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
