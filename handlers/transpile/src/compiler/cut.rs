//! A source cut short behind one of its lines, with what is open there closed: where ruchy takes that, its complaint is about a later line.

use crate::mend::source::{Token, tokens};

/// What opens a block, or says what the next one is of.
const KEYWORDS: [&str; 9] = ["else", "enum", "for", "fun", "if", "loop", "match", "struct", "while"];

/// `source` up to the end of its line number `line`, and what closes all that is open there.
pub fn cut(source: &str, line: usize) -> String {
    let end = source.split_inclusive('\n').take(line).map(str::len).sum();
    let kept = &source[..end];
    let tokens = tokens(kept);
    let text = |index: usize| tokens.get(index).map_or("", |token: &Token| &kept[token.place.clone()]);
    let mut open: Vec<usize> = Vec::new();
    for index in 0..tokens.len() {
        match text(index) {
            "(" | "[" | "{" => open.push(index),
            ")" | "]" | "}" => drop(open.pop()),
            _ => {}
        }
    }
    let mut result = kept.to_owned();
    while let Some(start) = open.pop() {
        let keyword = (0..start).rev().map(text).find(|word| KEYWORDS.contains(word));
        // A match has an arm.
        let is_empty_match = text(start) == "{" && keyword == Some("match") && start + 1 == tokens.len();
        result += match text(start) {
            "(" => ")",
            "[" => "]",
            _ if is_empty_match => "_ => 0 }",
            _ => "}",
        };
    }
    result
}

/// Up to the lines at whose end nothing is open, and which do not begin what the next one goes on with: where items end.
pub fn ends_of_items(source: &str) -> Vec<usize> {
    let tokens = tokens(source);
    let mut depth = 0_usize;
    let mut ends = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match &source[token.place.clone()] {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_last_of_line = tokens.get(index + 1).is_none_or(|next| source[token.place.end..next.place.start].contains('\n'));
        if depth == 0 && is_last_of_line {
            ends.push(line_of(source, token.place.start));
        }
    }
    ends
}

/// The line of a bracket that is closed by one of another kind, or that closes one.
pub fn unmatched(source: &str) -> Option<usize> {
    let mut open: Vec<(usize, &str)> = Vec::new();
    for token in tokens(source) {
        let closes = match &source[token.place.clone()] {
            bracket @ ("(" | "[" | "{") => {
                open.push((token.place.start, bracket));
                continue;
            }
            ")" => "(",
            "]" => "[",
            "}" => "{",
            _ => continue,
        };
        match open.pop() {
            Some((_, bracket)) if bracket == closes => {}
            // What a block's end closes was forgotten; what is closed in the midst of a block was never opened.
            Some((start, _)) if closes == "{" => return Some(line_of(source, start)),
            _ => return Some(line_of(source, token.place.start)),
        }
    }
    None
}

/// What begins at line number `line`, up to the end of the line at which nothing is open any more.
pub fn statement(source: &str, line: usize) -> &str {
    let start = source.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let rest = &source[start..];
    let tokens = tokens(rest);
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match &rest[token.place.clone()] {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_last_of_line = tokens.get(index + 1).is_none_or(|next| rest[token.place.end..next.place.start].contains('\n'));
        if depth == 0 && is_last_of_line {
            return &rest[..token.place.end];
        }
    }
    rest
}

/// The first line behind `line` on which something stands, comments aside.
pub fn next_line(source: &str, line: usize) -> Option<usize> {
    tokens(source).iter().map(|token| line_of(source, token.place.start)).find(|of_token| *of_token > line)
}

/// The number of the line that has `place`.
fn line_of(source: &str, place: usize) -> usize {
    source[..place].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::{cut, ends_of_items, next_line, statement, unmatched};

    const SOURCE: &str = "use a::b\n\nfun f() {\n    g(h[1,\n    2]);\n    match x {\n        1 => 2\n    }\n}\n// why\nfun g() {}\n";

    #[test]
    fn what_is_open_is_closed() {
        assert_eq!(cut(SOURCE, 1), "use a::b\n");
        assert_eq!(cut(SOURCE, 4), "use a::b\n\nfun f() {\n    g(h[1,\n])}");
        assert!(cut(SOURCE, 6).ends_with("match x {\n_ => 0 }}"));
        assert!(cut(SOURCE, 7).ends_with("1 => 2\n}}"));
    }

    #[test]
    fn what_is_forgotten_or_too_much_is_found() {
        assert_eq!(unmatched(SOURCE), None);
        assert_eq!(unmatched("f() {\n    g(h(\n1);\n}"), Some(2));
        assert_eq!(unmatched("f() {\n    g(\n1));\n}"), Some(3));
        assert_eq!(unmatched("f() {\n    g(\")\");\n"), None);
    }

    #[test]
    fn items_end_where_nothing_is_open() {
        assert_eq!(ends_of_items(SOURCE), [1, 9, 11]);
        assert_eq!((statement(SOURCE, 4), statement(SOURCE, 11)), ("    g(h[1,\n    2]);", "fun g() {}"));
        assert_eq!((next_line(SOURCE, 1), next_line(SOURCE, 9), next_line(SOURCE, 11)), (Some(3), Some(11), None));
    }
}
