//! A `?` that ends an expression, which ruchy takes for the beginning of `a ? b : c` where it does not know what stands behind: at a line's end it is
//! given a semicolon, and elsewhere, as in `if f()? {` or `f()? as f64`, the parentheses that end it. A semicolon is given to a line, too, that is
//! followed by one with parentheses in front, which ruchy takes for a call of what the first ends in.

use super::source::{Token, closing, tokens, with_holes};

/// What behind a `?` shows ruchy that the expression ends with it, or goes on.
const KNOWN: [&str; 28] = [
    ".", ";", ")", "]", "}", ",", "+", "-", "*", "/", "%", "&", "|", "^", "==", "!=", "<", ">", "<=", ">=", "<<", ">>", "?", "?.", "+=",
    "-=", "*=", "/=",
];
/// What goes on with an expression at a line's beginning.
const GOING_ON: [&str; 8] = ["&&", "||", "..", "..=", "|>", "??", "as", "**"];
/// Words that are no part of the expression behind them.
const IN_FRONT: [&str; 10] = ["await", "else", "for", "if", "in", "let", "match", "mut", "return", "while"];

/// `source` with the ends of its `?` shown.
pub fn shown(source: &str) -> String {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut edits: Vec<(usize, &str)> = lines_before_parentheses(&tokens, source).into_iter().map(|end| (end, ";")).collect();
    for index in 1..tokens.len() {
        let (before, place) = (&tokens[index - 1], &tokens[index].place);
        let next = text(index + 1);
        let is_try = text(index) == "?" && before.place.end == place.start && !next.is_empty() && !KNOWN.contains(&next);
        if !is_try || is_choice(&tokens, source, index) {
            continue;
        }
        let ends_line = source[place.end..tokens[index + 1].place.start].contains('\n');
        if ends_line && !GOING_ON.contains(&next) {
            edits.push((place.end, ";"));
        } else if let Some(first) = beginning(&tokens, source, index) {
            edits.push((tokens[first].place.start, "("));
            edits.push((place.end, ")"));
        }
    }
    let mut result = String::new();
    let mut reached = 0;
    edits.sort_by_key(|(place, _)| *place);
    for (place, edit) in edits {
        result += &source[reached..place];
        result += edit;
        reached = place;
    }
    holes(&(result + &source[reached..]))
}

/// Where lines of a block end before a line that begins with `(` or `[`.
pub(super) fn lines_before_parentheses(tokens: &[Token], source: &str) -> Vec<usize> {
    let text = |index: usize| &source[tokens[index].place.clone()];
    let mut open = Vec::new();
    let mut ends = Vec::new();
    for index in 0..tokens.len() {
        let token = text(index);
        if index > 0 && open.last() == Some(&"{") && matches!(token, "(" | "[") {
            let end = tokens[index - 1].place.end;
            let begins_line = source[end..tokens[index].place.start].contains('\n');
            let is_operand =
                ends_chain(text(index - 1)) && text(index - 1) != "!" && text(index - 1) != "?" || text(index - 1).ends_with('"');
            // A pattern of the next arm is none.
            let behind =
                closing(tokens, source, index).and_then(|end| tokens.get(end + 1)).map_or("", |token| &source[token.place.clone()]);
            if begins_line && is_operand && !matches!(behind, "=>" | "if" | "|") {
                ends.push(end);
            }
        }
        match token {
            "(" | "[" | "{" => open.push(token),
            ")" | "]" | "}" => drop(open.pop()),
            _ => {}
        }
    }
    ends
}

/// The same in f-strings.
fn holes(source: &str) -> String {
    let mut result = source.to_owned();
    for Token { place } in tokens(source).into_iter().rev() {
        if source[place.clone()].starts_with("f\"") {
            result.replace_range(place.clone(), &with_holes(&source[place], &shown));
        }
    }
    result
}

/// Whether the `?` at `index` is one with a `:`.
fn is_choice(tokens: &[Token], source: &str, index: usize) -> bool {
    let mut depth = 0;
    for pair in tokens[index..].windows(2) {
        if depth == 0 && source[pair[0].place.end..pair[1].place.start].contains('\n') {
            return false;
        }
        match &source[pair[1].place.clone()] {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" | ";" | "," if depth == 0 => return false,
            ")" | "]" | "}" => depth -= 1,
            ":" if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

/// The first token of the chain of names, calls and indices that ends before `index`.
fn beginning(tokens: &[Token], source: &str, index: usize) -> Option<usize> {
    let text = |index: usize| &source[tokens[index].place.clone()];
    let mut first = index;
    loop {
        first = first.checked_sub(1)?;
        match text(first) {
            ")" | "]" | "}" => {
                let mut depth = 1;
                while depth > 0 {
                    first = first.checked_sub(1)?;
                    depth += match text(first) {
                        ")" | "]" | "}" => 1,
                        "(" | "[" | "{" => -1,
                        _ => 0,
                    };
                }
                let called = first > 0 && tokens[first - 1].place.end == tokens[first].place.start && ends_chain(text(first - 1));
                if called {
                    continue;
                }
            }
            "?" | "!" => continue,
            _ => {}
        }
        if first > 0 && matches!(text(first - 1), "." | "::" | "?.") {
            first -= 1;
            continue;
        }
        return Some(first);
    }
}

/// Whether what is in parentheses or brackets right behind `token` belongs to it.
fn ends_chain(token: &str) -> bool {
    let is_word = token.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
    is_word && !IN_FRONT.contains(&token) || matches!(token, ")" | "]" | "!" | "?")
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn ends_are_shown() {
        for (source, wanted) in [
            ("for x in e.list(\"l\")? {", "for x in (e.list(\"l\")?) {"),
            ("if f()? {", "if (f()?) {"),
            ("if a && !b.f(x[0])? {", "if a && !(b.f(x[0])?) {"),
            ("match http::f(a)?.g()? {", "match (http::f(a)?.g()?) {"),
            ("while let Some(x) = next()? {", "while let Some(x) = (next()?) {"),
            ("let a = x? as f64;", "let a = (x?) as f64;"),
            ("a()? || b()? && c()?", "(a()?) || (b()?) && c()?"),
            ("let t = f()?\nlet u = t", "let t = f()?;\nlet u = t"),
            ("{ let a = b - c\n(d * e).sqrt() }", "{ let a = b - c;\n(d * e).sqrt() }"),
            ("{ f(a)\n[1, 2] }", "{ f(a);\n[1, 2] }"),
            ("check(x)? // why\nOk(())", "check(x)?; // why\nOk(())"),
            ("(f())? == 1 && (g())? {", "(f())? == 1 && ((g())?) {"),
            ("P { a: g(x)? as f64, b: 2 }", "P { a: (g(x)?) as f64, b: 2 }"),
            ("f\"{f(x)? as i64}\"", "f\"{(f(x)?) as i64}\""),
        ] {
            assert_eq!(shown(source), wanted);
        }
    }

    #[test]
    fn all_else_is_left_alone() {
        for source in
            ["a ? b : c", "a? b : c", "f()?;", "f()?\n    .g()", "{ f()? }", "g(f()?, h()?)", "f()? + 1", "// f()? {", "\"f()? {\""]
        {
            assert_eq!(shown(source), source);
        }
    }
}
