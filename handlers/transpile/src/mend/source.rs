//! As much of Ruchy as the mends read of a source: words, numbers, strings, operators and brackets, without comments.

use std::ops::Range;

/// Operators of two operands, those of several letters first, each with how tightly it binds.
pub const OPERATORS: [(&str, u8); 23] = [
    ("..=", 1),
    ("**", 12),
    ("<<", 8),
    (">>", 8),
    ("&&", 3),
    ("||", 2),
    ("==", 4),
    ("!=", 4),
    ("<=", 4),
    (">=", 4),
    ("??", 2),
    ("|>", 1),
    ("..", 1),
    ("*", 10),
    ("/", 10),
    ("%", 10),
    ("+", 9),
    ("-", 9),
    ("<", 4),
    (">", 4),
    ("&", 7),
    ("^", 6),
    ("|", 5),
];
/// What looks like an operator and is none.
const NO_OPERATORS: [&str; 12] = ["=>", "->", "::", "+=", "-=", "*=", "/=", "%=", "?.", "//", "/*", "<-"];

/// A piece of a source that means something.
#[derive(Clone, Debug)]
pub struct Token {
    /// Where it stands.
    pub place: Range<usize>,
}

/// The tokens of `source`, comments left out.
pub fn tokens(source: &str) -> Vec<Token> {
    read(source).0
}

/// Whether every string, comment and bracket of `source` comes to an end: if not, it was not understood, or is not complete.
pub fn is_closed(source: &str) -> bool {
    let (tokens, all_end) = read(source);
    let mut open = Vec::new();
    let brackets_match = tokens.iter().all(|token| {
        let close = match &source[token.place.clone()] {
            "(" => ")",
            "[" => "]",
            "{" => "}",
            close @ (")" | "]" | "}") => return open.pop() == Some(close),
            _ => return true,
        };
        open.push(close);
        true
    });
    all_end && brackets_match && open.is_empty()
}

/// The tokens of `source`, and whether every string and comment comes to an end.
fn read(source: &str) -> (Vec<Token>, bool) {
    let mut tokens = Vec::new();
    let mut place = 0;
    let mut all_end = true;
    while let Some(letter) = source[place..].chars().next() {
        let rest = &source[place..];
        let mut ended = |length: Option<usize>| {
            all_end &= length.is_some();
            length.unwrap_or(rest.len())
        };
        let length = if rest.starts_with("//") || letter == '#' && !rest.starts_with("#[") {
            place += rest.find('\n').unwrap_or(rest.len());
            continue;
        } else if rest.starts_with("/*") {
            place += ended(comment(rest));
            continue;
        } else if letter.is_whitespace() {
            place += letter.len_utf8();
            continue;
        } else if rest.starts_with("f\"") {
            1 + ended(string(&rest[1..])).min(rest.len() - 1)
        } else if let Some(raw) = rest.strip_prefix("r\"") {
            ended(raw.find('"').map(|end| end + 3))
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            ended(raw.find("\"#").map(|end| end + 5))
        } else if letter == '"' {
            ended(string(rest))
        } else if letter == '\'' {
            character(rest)
        } else if letter.is_alphanumeric() || letter == '_' {
            word(rest)
        } else {
            let several = NO_OPERATORS.iter().copied().chain(OPERATORS.iter().map(|(operator, _)| *operator));
            several.filter(|operator| rest.starts_with(operator)).map(str::len).max().unwrap_or(letter.len_utf8())
        };
        tokens.push(Token { place: place..place + length });
        place += length;
    }
    (tokens, all_end)
}

/// How long a comment of `/*` is, with those in it; nothing where it does not end.
pub fn comment(rest: &str) -> Option<usize> {
    let mut depth = 0;
    let mut place = 0;
    loop {
        let found = place + rest[place..].find(['/', '*'])?;
        place = found + 2;
        match rest.get(found..place) {
            Some("/*") => depth += 1,
            Some("*/") if depth == 1 => return Some(place),
            Some("*/") => depth -= 1,
            _ => place = found + 1,
        }
    }
}

/// How long a word or a number is: one with a point, but not the beginning of a range.
fn word(rest: &str) -> usize {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
    let fraction = &rest[end..];
    let is_number = rest.starts_with(|letter: char| letter.is_ascii_digit());
    if is_number && fraction.starts_with('.') && fraction[1..].starts_with(|letter: char| letter.is_ascii_digit()) {
        return end + 1 + fraction[1..].find(|letter| !is_part(letter)).unwrap_or(fraction.len() - 1);
    }
    end
}

/// How long a string is, with its quotes; nothing where it does not end.
fn string(rest: &str) -> Option<usize> {
    let mut escaped = false;
    for (place, letter) in rest.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return Some(place + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

/// How long a letter in quotes is; of a lifetime, or of a lone quote, the quote.
fn character(rest: &str) -> usize {
    let mut letters = rest.char_indices().skip(1);
    let end = match letters.next() {
        Some((_, '\\')) => rest[2..].char_indices().skip(1).find(|(_, letter)| *letter == '\'').map(|(place, _)| place + 3),
        Some(_) => letters.next().filter(|(_, letter)| *letter == '\'').map(|(place, _)| place + 1),
        None => None,
    };
    end.unwrap_or(1)
}

/// The index of the token that closes the bracket, brace, parenthesis or angle at `open`.
pub fn closing(tokens: &[Token], source: &str, open: usize) -> Option<usize> {
    let text = |index: usize| &source[tokens[index].place.clone()];
    let (opening, closing) = match text(open) {
        "(" => ("(", ")"),
        "[" => ("[", "]"),
        "{" => ("{", "}"),
        _ => ("<", ">"),
    };
    let mut depth = 0;
    (open..tokens.len()).find(|index| {
        depth += match text(*index) {
            one if one == opening => 1,
            one if one == closing => -1,
            ">>" if closing == ">" => -2,
            _ => 0,
        };
        depth <= 0
    })
}

/// The index of the token that opens what is closed at `close`.
pub fn opening(tokens: &[Token], source: &str, close: usize) -> Option<usize> {
    let mut depth = 0;
    (0..=close).rev().find(|index| {
        depth += match &source[tokens[*index].place.clone()] {
            ")" | "]" | "}" => 1,
            "(" | "[" | "{" => -1,
            _ => 0,
        };
        depth == 0
    })
}

/// An f-string with `work` done to its expressions.
pub fn with_holes(text: &str, work: &dyn Fn(&str) -> String) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (before, hole) = rest.split_at(start);
        result += before;
        if let Some(behind) = hole.strip_prefix("{{") {
            result += "{{";
            rest = behind;
            continue;
        }
        let mut depth = 0;
        let end = hole.find(|letter| {
            depth += match letter {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            depth == 0
        });
        let Some(end) = end else { return result + hole };
        let inside = &hole[1..end];
        result += "{";
        // Quotes are escaped there; what else is escaped is left alone.
        let plain = inside.replace("\\\"", "\"");
        result += &if plain.contains('\\') { inside.to_owned() } else { work(&plain).replace('"', "\\\"") };
        result += "}";
        rest = &hole[end + 1..];
    }
    result + rest
}

#[cfg(test)]
mod tests {
    use super::{is_closed, tokens};

    fn texts(source: &str) -> Vec<&str> {
        tokens(source).into_iter().map(|token| &source[token.place]).collect()
    }

    #[test]
    fn comments_of_all_sorts_are_left_out() {
        assert_eq!(texts("a # it's 5\"\nb // \"\nc /* d /* \" */ e */ f"), ["a", "b", "c", "f"]);
        assert_eq!(texts("/**/ a /*/**/*/ b"), ["a", "b"]);
        assert_eq!(texts("#[test] r#\"# a\"# \"# b\""), ["#", "[", "test", "]", "r#\"# a\"#", "\"# b\""]);
    }

    #[test]
    fn what_does_not_end_is_known() {
        for source in ["f(\"{[(\") # \"(", "'(' /* ( */ + '\"'", "r#\"(\"#", "f\"{(a)} (\""] {
            assert!(is_closed(source), "{source}");
        }
        for source in ["\"a", "f\"a", "r\"a", "r#\"a\"", "/* a /* */", "/*/", "(", "(]", "a)", "{ (a }"] {
            assert!(!is_closed(source), "{source}");
        }
    }
}
