//! Which of the names that there are was meant by one that there is not.

use std::path::Path;

/// As much of a name as this may be mistyped: a third, as rustc has it.
const MISTYPED: usize = 3;

/// The one of `known` that `name` is nearest to, if it is near: letters left out, added, changed or exchanged. `name` may be the file's as well.
#[must_use]
pub fn nearest<'known>(name: &str, known: &'known [String]) -> Option<&'known str> {
    let name = Path::new(name).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let changes_max = name.chars().count().max(MISTYPED) / MISTYPED;
    let with_changes = known.iter().map(|known| (strsim::osa_distance(name, known), known));
    with_changes.min_by_key(|(changes, _)| *changes).filter(|(changes, _)| *changes <= changes_max).map(|(_, known)| known.as_str())
}

/// What a message adds where a name was meant: nothing, or a sentence and a blank in front of it.
#[must_use]
pub fn did_you_mean(name: &str, known: &[String]) -> String {
    nearest(name, known).map_or_else(String::new, |nearest| format!(" Did you mean `{nearest}`?"))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_mistyped_name_is_found_and_another_is_not() {
        let known = ["hello", "http", "minimal", "sqs", "s3"].map(String::from);
        for (name, meant) in [
            ("helo", Some("hello")),
            ("ehllo", Some("hello")),
            ("minmial", Some("minimal")),
            ("htp", Some("http")),
            ("hello.ruchy", Some("hello")),
            ("handlers/functions/hello.ruchy", Some("hello")),
            ("sq", Some("sqs")),
            ("telegram", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, &known), meant, "{name}");
        }
        assert_eq!(nearest("hello", &[]), None);
    }
}
