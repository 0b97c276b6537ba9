//! What a text was in the source, which its Rust does not say. `println(x)` and `println!("{:?}", x)` come out the same, and so do `f"{{x}}"`, whose
//! braces are escaped, and `"{{x}}"`, whose braces are text. So the one that is a form is marked for ruchy, by a last letter that Unicode leaves to
//! private use; `shown` and `plus` go by that, and in the end it is taken away.

use super::shown::MACROS;
use super::source::tokens;

/// A text with holes that was written for values that follow.
pub const FORM: char = '\u{e001}';
/// An f-string in which braces are escaped, and nothing is put in.
pub const ESCAPED: char = '\u{e002}';

/// `source` with those marks.
pub fn mark(source: &str) -> String {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut result = source.to_owned();
    for index in (0..tokens.len()).rev() {
        let name = index.checked_sub(if index > 1 && text(index - 2) == "!" { 3 } else { 2 }).map_or("", text);
        let is_form = text(index).starts_with('"') && text(index).contains('{') && MACROS.contains(&name);
        let mark = if is_form && text(index - 1) == "(" && text(index + 1) == "," {
            FORM
        } else if text(index).strip_prefix("f\"").is_some_and(is_escaped) {
            ESCAPED
        } else {
            continue;
        };
        result.insert(tokens[index].place.end - 1, mark);
    }
    result
}

/// Whether a text has braces, and all are escaped.
fn is_escaped(text: &str) -> bool {
    let rest = text.replace("{{", "").replace("}}", "");
    rest.len() < text.len() && !rest.contains(['{', '}'])
}

/// `rust` without the marks: they stand there as they are, or escaped.
pub fn unmarked(rust: &str) -> String {
    [FORM, ESCAPED].into_iter().fold(rust.to_owned(), |rust, mark| rust.replace(mark, "").replace(&mark.escape_unicode().to_string(), ""))
}

#[cfg(test)]
mod tests {
    use super::{mark, unmarked};

    #[test]
    fn forms_and_escaped_braces_are_marked() {
        for (source, marked) in [
            ("println!(\"{:?}\", x)", "println!(\"{:?}\u{e001}\", x)"),
            ("a + format(\"{}\", x)", "a + format(\"{}\u{e001}\", x)"),
            ("println(f\"{{x}}\")", "println(f\"{{x}}\u{e002}\")"),
        ] {
            assert_eq!(mark(source), marked);
            assert_eq!(unmarked(marked), source);
        }
        assert_eq!(unmarked("\"{:?}\\u{e001}\""), "\"{:?}\"");
        for source in ["// \"{:?}\", x", "println(\"{{x}}\")", "f(\"{:?}\", x)", "f\"{x} {{}}\"", "println(\"a\", x)", "println!(\"{:?}\")"]
        {
            assert_eq!(mark(source), source);
        }
    }
}
