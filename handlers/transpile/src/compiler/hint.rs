//! What to write instead, where ruchy refuses something that is known.

use crate::mend::source::{Token, tokens};

/// Words of Ruchy's that look like names, and that ruchy does not take for one.
const WORDS: [&str; 30] = [
    "abstract",
    "actor",
    "as",
    "ask",
    "catch",
    "class",
    "export",
    "extend",
    "final",
    "finally",
    "from",
    "implements",
    "import",
    "in",
    "interface",
    "mixin",
    "module",
    "operator",
    "override",
    "private",
    "property",
    "protected",
    "receive",
    "sealed",
    "send",
    "spawn",
    "throw",
    "type",
    "where",
    "with",
];

/// What `message` or the line number `line` of `source` shows, if it is known.
pub fn hint(source: &str, line: Option<usize>, message: &str) -> Option<String> {
    if message.contains("Ternary") {
        return Some("Write `if a { b } else { c }` for `a ? b : c`.".to_owned());
    }
    if message.contains("Lifetime(") {
        return Some("Leave lifetimes out: text that is returned is owned, `-> String`.".to_owned());
    }
    if message.starts_with("Attributes are not supported") {
        return Some("Leave it out: structs can be printed and cloned without.".to_owned());
    }
    if message.starts_with("impl blocks are not supported") {
        return None; // it says itself what to write
    }
    if message == "Unsupported cast target type: char" {
        return Some("Write `char::from(n)` for `n as char`.".to_owned());
    }
    let text = source.lines().nth(line?.checked_sub(1)?)?;
    if message.contains("entered unreachable code") && text.contains("b'") {
        return Some("Leave out letters like `b'a'`: write `'a' as u8`.".to_owned());
    }
    if text.trim_start().starts_with("static ") {
        return Some("Write `const`, or `let mut` outside of functions for what changes.".to_owned());
    }
    let word = named(text)?;
    Some(format!("`{word}` is a word of Ruchy's own: give what is called so another name."))
}

/// A word of Ruchy's that stands where a name does.
fn named(line: &str) -> Option<&str> {
    let tokens = tokens(line);
    let text = |index: usize| tokens.get(index).map_or("", |token: &Token| &line[token.place.clone()]);
    (0..tokens.len()).find_map(|index| {
        let before = if index == 0 { "" } else { text(index - 1) };
        let is_bound =
            matches!(before, "let" | "mut" | "fun" | "|" | ".") || text(index + 1) == ":" || matches!(text(index + 1), "=" | "+=");
        let word = &line[tokens[index].place.clone()];
        (is_bound && WORDS.contains(&word)).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn what_is_known_is_told() {
        for (line, message, wanted) in [
            ("let type = 1", "Expected RightBrace, found Let", Some("`type` is a word")),
            ("fun f(where: i32)", "Function parameters must be simple identifiers", Some("`where` is a word")),
            ("a.from = 3", "Expected RightBrace, found Identifier", Some("`from` is a word")),
            ("x = a ? b : c", "Unsupported expression kind: Ternary", Some("`if a { b } else { c }`")),
            ("let a = n as char", "Unsupported cast target type: char", Some("`char::from(n)`")),
            ("let a = b'x'", "ruchy itself panicked: entered unreachable code", Some("`'a' as u8`")),
            ("static A: i32 = 1", "Unexpected token: Static", Some("`const`")),
            ("for a in b {", "Expected RightBrace, found For", None),
            ("let a = )", "Expected RightBrace, found Let", None),
        ] {
            let hint = hint(line, Some(1), message);
            assert_eq!(hint.is_some(), wanted.is_some(), "{line}: {hint:?}");
            assert!(hint.unwrap_or_default().contains(wanted.unwrap_or_default()), "{line}");
        }
    }
}
