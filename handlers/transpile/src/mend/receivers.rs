//! What a method is called on, where a source has a method of that name itself: `names.filter(…)` of a list is Ruchy's, whatever `filter` a struct has.

use super::chains::{BEGINNING, GOING_ON};
use super::source::{Token, closing, opening};
use std::collections::HashSet;

/// Types that have none of a source's own methods.
const TYPES: [&str; 14] =
    ["BTreeMap", "BTreeSet", "HashMap", "HashSet", "Option", "Result", "String", "Vec", "VecDeque", "bool", "char", "f64", "i32", "str"];
/// Methods that give text, lists or options, whoever has them.
const GIVING: [&str; 8] = ["collect", "lines", "split", "to_lowercase", "to_string", "to_uppercase", "trim", "to_vec"];

/// The names that a source gives nothing but lists, text and the like.
pub fn foreign_names<'source>(tokens: &[Token], source: &'source str) -> HashSet<&'source str> {
    let (mut foreign, mut others) = (HashSet::new(), HashSet::new());
    for (index, token) in tokens.iter().enumerate() {
        if let Some(is_foreign) = is_given_foreign(tokens, source, index) {
            let names = if is_foreign { &mut foreign } else { &mut others };
            names.insert(&source[token.place.clone()]);
        }
    }
    &foreign - &others
}

/// Whether what the method at `index` is called on is shown to be a list, text or the like. `own` are the methods that the source has, `names` what such
/// things are called in it.
pub fn is_foreign(tokens: &[Token], source: &str, index: usize, own: &[&str], names: &HashSet<&str>) -> bool {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let Some(last) = index.checked_sub(2) else { return false };
    match text(last) {
        "]" => opening(tokens, source, last).is_some_and(|open| begins_list(tokens, source, open)),
        ")" => opening(tokens, source, last).is_some_and(|open| {
            let method = text(open.wrapping_sub(1));
            text(open.wrapping_sub(2)) == "." && !own.contains(&method) && [&BEGINNING[..], &GOING_ON, &GIVING].concat().contains(&method)
        }),
        literal if is_literal(literal) => true,
        name => names.contains(name),
    }
}

fn is_literal(token: &str) -> bool {
    ["\"", "f\"", "r\"", "r#"].iter().any(|beginning| token.starts_with(beginning))
        || token.starts_with(|letter: char| letter.is_ascii_digit())
}

/// Whether the bracket at `open` begins a list, and no index.
fn begins_list(tokens: &[Token], source: &str, open: usize) -> bool {
    let Some(before) = open.checked_sub(1) else { return true };
    let before = &source[tokens[before].place.clone()];
    before == "return" || !before.ends_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ')' | ']' | '"' | '?'))
}

/// Whether the name at `index` is given a list, text or the like where it stands; nothing where it is given nothing.
fn is_given_foreign(tokens: &[Token], source: &str, index: usize) -> Option<bool> {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let before = text(index.wrapping_sub(1));
    if text(index + 1) == ":" {
        let first = (index + 2..tokens.len()).find(|index| !matches!(text(*index), "&" | "mut"))?;
        let is_value = text(first).starts_with(char::is_lowercase) && !TYPES.contains(&text(first));
        return (!is_value).then(|| text(first) == "[" || TYPES.contains(&text(first)) || is_literal(text(first)));
    }
    match before {
        "let" | "mut" if text(index + 1) == "=" => Some(is_whole_list(tokens, source, index + 2)),
        "let" | "mut" | "for" | "|" => Some(false),
        "," | "(" if matches!(text(index + 1), "|" | ")" | ",") && is_pattern(tokens, source, index) => Some(false),
        _ => None,
    }
}

/// Whether the name at `index` is one of several that a closure, a `for` or a pattern binds: `|a, b|`, `for (a, b) in`, `Some(a) =>`.
fn is_pattern(tokens: &[Token], source: &str, index: usize) -> bool {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let is_part =
        |token: &str| matches!(token, "," | "(" | ")" | "&" | "_" | "mut") || token.starts_with(char::is_alphanumeric) && token != "in";
    let behind = (index + 1..tokens.len()).map(text).find(|token| !is_part(token));
    matches!(behind, Some("|" | "in" | "=" | "=>"))
}

/// Whether the value that begins at `start` is a literal, a list or a new collection, and nothing more.
fn is_whole_list(tokens: &[Token], source: &str, start: usize) -> bool {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let last = match text(start) {
        "[" => closing(tokens, source, start),
        "vec" if text(start + 1) == "!" => closing(tokens, source, start + 2),
        name if TYPES.contains(&name) && text(start + 1) == "::" && text(start + 3) == "(" => closing(tokens, source, start + 3),
        literal if is_literal(literal) => Some(start),
        _ => None,
    };
    last.is_some_and(|last| {
        let begins_line = || source[tokens[last].place.end..tokens[last + 1].place.start].contains('\n');
        last + 1 == tokens.len() || matches!(text(last + 1), ";" | "}") || begins_line() && text(last + 1) != "."
    })
}

#[cfg(test)]
mod tests {
    use super::super::source::tokens;
    use super::{foreign_names, is_foreign};

    /// Whether the last `get` of `source` is called on something that is none of its own.
    fn is_foreign_in(source: &str) -> bool {
        let tokens = tokens(source);
        let index = tokens.iter().rposition(|token| &source[token.place.clone()] == "get").unwrap();
        is_foreign(&tokens, source, index, &["get"], &foreign_names(&tokens, source))
    }

    #[test]
    fn lists_and_text_are_foreign() {
        for source in [
            "[1].get(0)",
            "vec![a].get(0)",
            "f(\"a\".get(0))",
            "a.iter().get(0)",
            "fun f(a: &mut Vec<T>) { a.get(0) }",
            "struct S { a: String } s.a.get(0)",
            "let mut a = vec![1]\na.get(0)",
            "let a = HashMap::new(); b(a, c); a.get(0)",
        ] {
            assert!(is_foreign_in(source), "{source}");
        }
    }

    #[test]
    fn all_else_may_be_own() {
        for source in [
            "self.get(0)",
            "a.get(0)",
            "a[1].get(0)",
            "a.get(1).get(0)",
            "fun f(a: T, b: Vec<T>) { a.get(0) }",
            "fun f(a: Vec<T>) { for a in a { a.get(0) } }",
            "fun f(a: Vec<T>) { b.map(|a, c| a.get(0)) }",
            "let a = vec![b].pop().unwrap(); a.get(0)",
            "let a = vec![b]; match c { Some(a) => a.get(0) }",
            "let a = [1]; let a = f(); a.get(0)",
        ] {
            assert!(!is_foreign_in(source), "{source}");
        }
    }
}
