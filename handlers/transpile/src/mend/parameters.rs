//! Parameters of closures that are patterns, `|(name, count)|` or `|&n|`, and closures that are said to be `move`: ruchy refuses the ones and garbles the
//! others. For ruchy a pattern is a name that holds it, `pattern_286e616d6529`, and `move` is a parameter more, which `closures` takes away.

use super::source::{Token, closing, tokens, with_holes};
use super::spelling::{letters, text_of_letters};
use std::ops::Range;
use syn::parse::Parser;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, Pat};

const PATTERN: &str = "pattern_";
/// The parameter of a closure that is `move`.
pub const MOVED: &str = "closure_that_is_moved";
/// What a closure may stand behind.
const BEFORE: [&str; 15] = ["(", ",", "=", "{", ";", "=>", "return", "move", ":", "&", "[", "|>", "else", "&&", "mut"];

/// `source` in that spelling.
pub fn spell(source: &str) -> String {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let place = tokens[index].place.clone();
        let before = index.checked_sub(1).map_or("", text);
        if text(index).starts_with("f\"") {
            edits.push((place.clone(), with_holes(text(index), &spell)));
        } else if text(index) == "move" && matches!(text(index + 1), "|" | "||") {
            edits.push((place.start..tokens[index + 1].place.start, String::new()));
            let (first, list) = if text(index + 1) == "||" { (0, format!("|{MOVED}|")) } else { (1, format!("|{MOVED}, ")) };
            edits.push((tokens[index + 1].place.clone(), list));
            index += 1 - first;
        }
        if text(index) == "|"
            && (index == 0 || BEFORE.contains(&before))
            && let Some(end) = end(&tokens, source, index)
        {
            edits.extend(patterns(&tokens, source, index + 1, end));
            index = end;
        }
        index += 1;
    }
    let mut result = source.to_owned();
    edits.sort_by_key(|(place, _)| place.start);
    for (place, text) in edits.into_iter().rev() {
        result.replace_range(place, &text);
    }
    result
}

/// The `|` behind the parameters that begin behind the one at `start`; nothing where they are alternatives of a `match`.
fn end(tokens: &[Token], source: &str, start: usize) -> Option<usize> {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut index = start + 1;
    while text(index) != "|" {
        match text(index) {
            "(" | "[" | "{" => index = closing(tokens, source, index)? + 1,
            "" | ")" | "]" | "}" | ";" | "=>" | "=" => return None,
            _ => index += 1,
        }
    }
    let is_part = |token: &str| matches!(token, "|" | "::" | "(" | ")" | "," | "_") || token.starts_with(char::is_alphanumeric);
    let behind = (index + 1..tokens.len()).map(text).find(|token| !is_part(token));
    (behind != Some("=>")).then_some(index)
}

/// What is to be written for the parameters between two tokens.
fn patterns(tokens: &[Token], source: &str, start: usize, end: usize) -> Vec<(Range<usize>, String)> {
    let text = |index: usize| &source[tokens[index].place.clone()];
    let mut edits = Vec::new();
    let mut first = start;
    while first < end {
        let mut index = first;
        let mut last = None;
        let mut angles = 0;
        while index < end && (text(index) != "," || angles > 0) {
            match text(index) {
                "(" | "[" | "{" => index = closing(tokens, source, index).unwrap_or(end).min(end - 1),
                ":" => last = last.or(Some(index)),
                "<" => angles += 1,
                ">" => angles -= 1,
                ">>" => angles -= 2,
                _ => {}
            }
            index += 1;
        }
        let last = last.unwrap_or(index);
        // A name of its own is none.
        if last > first + 1 {
            let place = tokens[first].place.start..tokens[last - 1].place.end;
            edits.push((place.clone(), format!("{PATTERN}{}", letters(&source[place]))));
        }
        first = index + 1;
    }
    edits
}

/// Undoes it.
pub fn mend(file: &mut File, _: &str) {
    Parameters.visit_file_mut(file);
}

struct Parameters;

impl VisitMut for Parameters {
    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        visit_mut::visit_pat_mut(self, pattern);
        if let Pat::Ident(name) = pattern
            && let Some(written) = name.ident.to_string().strip_prefix(PATTERN).and_then(text_of_letters)
            && let Ok(written) = Pat::parse_single.parse_str(&written)
        {
            *pattern = written;
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument: &mut Expr| self.visit_expr_mut(argument));
    }
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn patterns_are_names() {
        for (source, spelled) in [
            ("xs.map(|(a, b)| a)", "xs.map(|pattern_28612c206229| a)"),
            ("f(|a, &b| a, |mut c: i32| c)", "f(|a, pattern_2662| a, |pattern_6d75742063: i32| c)"),
            ("let f = move |a| a", "let f = |closure_that_is_moved, a| a"),
            ("g(move || 1)", "g(|closure_that_is_moved| 1)"),
            ("f\"{xs.map(|&a| a)}\"", "f\"{xs.map(|pattern_2661| a)}\""),
        ] {
            assert_eq!(spell(source), spelled);
        }
    }

    #[test]
    fn all_else_stays() {
        for source in [
            "f(|a, b| a | b)",
            "a | (b, c) | d",
            "match a { Some(1) | None => 1, | Some(2) | Some(3) => 2 }",
            "f(|a: Map<A, B>, _| a)",
            "f(|| 1)",
            "\"|(a, b)|\"",
        ] {
            assert_eq!(spell(source), source);
        }
    }
}
