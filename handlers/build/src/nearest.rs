//! Suggests an existing name for an unknown one.

use std::path::Path;

/// The divisor of a name's length that limits the number of typing errors: a third, as in rustc.
const MISTYPED: usize = 3;

/// Returns the name in `known` that is most similar to `name`, if few letters are missing, added,
/// changed or swapped. `name` may also be the name of a file.
#[must_use]
pub fn nearest<'known>(name: &str, known: &'known [String]) -> Option<&'known str> {
    let name = Path::new(name).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let changes_max = name.chars().count().max(MISTYPED) / MISTYPED;
    let with_changes = known.iter().map(|known| (strsim::osa_distance(name, known), known));
    with_changes.min_by_key(|(changes, _)| *changes).filter(|(changes, _)| *changes <= changes_max).map(|(_, known)| known.as_str())
}

/// Returns the suggestion for a message, with a leading space; empty if no name is similar.
#[must_use]
pub fn did_you_mean(name: &str, known: &[String]) -> String {
    nearest(name, known).map_or_else(String::new, |nearest| format!(" Did you mean `{nearest}`?"))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn nearest_finds_mistyped_names_only() {
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
