//! The format strings of `println!` and its kin take as many values as they are given.

use crate::diagnostic::{Code, Diagnostic, most_similar};
use crate::parser::macros::EXPRESSIONS;
use crate::span::Span;
use crate::tree::{Expression, ExpressionKind, Literal, MacroArguments, MacroCall, Node};

/// Macros of Rust whose arguments are kept as they are written.
const OTHER_MACROS: [&str; 14] = [
    "cfg",
    "column",
    "compile_error",
    "file",
    "format_args",
    "include",
    "include_bytes",
    "json",
    "line",
    "matches",
    "module_path",
    "option_env",
    "shown",
    "thread_local",
];

/// Those that print a text without values as it is written if it is no format.
const PRINTS: &[&str] = &["println", "print", "eprintln", "eprint"];

pub fn check(node: Node<'_>, errors: &mut Vec<Diagnostic>) {
    let Node::Expression(Expression { kind: ExpressionKind::Macro(call), .. }) = node else { return };
    let Some(name) = call.path.as_name() else { return };
    if let MacroArguments::Tokens(_) = call.arguments
        && !OTHER_MACROS.contains(&name.text.as_str())
    {
        let mut error = Diagnostic::error(Code::UnknownName, name.span, format!("no macro is named `{}!`", name.text));
        let near = most_similar(&name.text, EXPRESSIONS.iter().copied());
        error.suggest_or(near, || Some(format!("a function is called without `!`: `{}(…)`", name.text)));
        errors.push(error);
        return;
    }
    let Some(before) = call.format_index() else { return };
    let MacroArguments::Expressions(arguments) = &call.arguments else { return };
    let Some((format, values)) = arguments.get(before..).and_then(<[Expression]>::split_first) else { return };
    if let ExpressionKind::Literal(Literal::String(text)) = &format.kind {
        compare(call, &text.value, format.span, values, errors);
    }
}

fn compare(call: &MacroCall, text: &str, span: Span, values: &[Expression], errors: &mut Vec<Diagnostic>) {
    let name = call.path.last().map_or("", |name| name.text.as_str());
    let (mut in_order, mut by_index) = (0, 0);
    for hole in holes(text) {
        match hole {
            Hole::Positional(count) => in_order += count,
            Hole::Indexed(index) => by_index = by_index.max(index + 1),
            Hole::Named => {}
            Hole::Wrong(..) if values.is_empty() && PRINTS.contains(&name) => return,
            Hole::Wrong(at, part) => {
                // Escapes in the text would move the place.
                let is_plain = span.range().len() == text.len() + 2;
                let start = span.start + 1 + u32::try_from(at).unwrap_or(0);
                let place = if is_plain { Span { start, end: start + u32::try_from(part.len()).unwrap_or(0), ..span } } else { span };
                let error = Diagnostic::error(Code::FormatArguments, place, format!("`{part}` is not a format"));
                errors.push(error.help(
                    "formats are `{}`, `{:?}`, `{:.2}`, `{:>8}`, `{:08}`, `{:x}` and the like; a brace in the text is written twice, `{{`",
                ));
                return;
            }
        }
    }
    let wanted = in_order.max(by_index);
    let positional: Vec<&Expression> = values.iter().filter(|value| !matches!(value.kind, ExpressionKind::Assign { .. })).collect();
    if positional.len() < wanted {
        let message = format!("the format string of `{name}!` has {}, but {} given", places(wanted), are(positional.len()));
        errors.push(
            Diagnostic::error(Code::FormatArguments, span, message)
                .help("give a value for each `{}`, or write a brace in the text as `{{`"),
        );
    } else if let Some(extra) = positional.get(wanted) {
        let message = format!("the format string of `{name}!` has {}, but {} given", places(wanted), are(positional.len()));
        errors.push(Diagnostic::error(Code::FormatArguments, extra.span, message).help("add a `{}` for this value, or remove it"));
    }
}

/// Whether a text without values is no format, but text that is printed as it is written: `println!("{")`.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    holes(text).iter().any(|hole| matches!(hole, Hole::Wrong(..)))
}

fn places(count: usize) -> String {
    if count == 1 { "1 place for a value".to_owned() } else { format!("{count} places for values") }
}

fn are(count: usize) -> String {
    if count == 1 { "1 is".to_owned() } else { format!("{count} are") }
}

enum Hole<'text> {
    /// It takes the next value, or the next two.
    Positional(usize),
    Indexed(usize),
    Named,
    /// What is not a format, and where it is.
    Wrong(usize, &'text str),
}

fn holes(text: &str) -> Vec<Hole<'_>> {
    let mut holes = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'{', Some(b'{')) | (b'}', Some(b'}')) => at += 2,
            (b'}', _) => {
                holes.push(Hole::Wrong(at, &text[at..=at]));
                at += 1;
            }
            (b'{', _) => {
                let Some(length) = text[at..].find('}') else {
                    holes.push(Hole::Wrong(at, &text[at..]));
                    return holes;
                };
                let whole = &text[at..=at + length];
                let (argument, specification) = whole[1..length].split_once(':').unwrap_or((&whole[1..length], ""));
                holes.extend(hole(argument.trim(), specification.trim_end()).unwrap_or_else(|| vec![Hole::Wrong(at, whole)]));
                at += length + 1;
            }
            _ => at += 1,
        }
    }
    holes
}

/// What the hole of `argument` and `specification` takes; nothing if it is not a format.
fn hole<'text>(argument: &str, specification: &str) -> Option<Vec<Hole<'text>>> {
    let (counts, stars) = counts(specification)?;
    let mut holes: Vec<Hole> = counts.into_iter().map(Hole::Indexed).collect();
    holes.push(match argument.parse::<usize>() {
        _ if argument.is_empty() => Hole::Positional(1 + stars),
        Ok(index) => Hole::Indexed(index),
        Err(_) if is_name(argument) => Hole::Named,
        Err(_) => return None,
    });
    Some(holes)
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && text.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// The values that `[[fill]align][sign]['#']['0'][width]['.' precision][type]` refers to by index, and how many it takes by `*`; nothing if it
/// is of another form.
fn counts(specification: &str) -> Option<(Vec<usize>, usize)> {
    let mut indices = Vec::new();
    let mut rest = specification;
    let mut letters = rest.chars();
    let (first, second) = (letters.next(), letters.next());
    let is_align = |letter: Option<char>| matches!(letter, Some('<' | '^' | '>'));
    if let (Some(fill), true) = (first, is_align(second)) {
        rest = &rest[fill.len_utf8() + 1..];
    } else if is_align(first) {
        rest = &rest[1..];
    }
    rest = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    rest = rest.strip_prefix('#').unwrap_or(rest);
    let mut stars = 0;
    rest = count(rest, &mut indices);
    if let Some(precision) = rest.strip_prefix('.') {
        rest = match precision.strip_prefix('*') {
            Some(after) => {
                stars = 1;
                after
            }
            None => count(precision, &mut indices),
        };
    }
    matches!(rest, "" | "?" | "x?" | "X?" | "x" | "X" | "o" | "b" | "e" | "E" | "p").then_some((indices, stars))
}

/// What is left after a width or a precision: digits, or `index$` or `name$`.
fn count<'text>(text: &'text str, indices: &mut Vec<usize>) -> &'text str {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    if let Some(after) = text[end..].strip_prefix('$') {
        // A width of `0index$` is filled with zeros.
        indices.extend(text[..end].parse::<usize>());
        return after;
    }
    text.trim_start_matches(|letter: char| letter.is_ascii_digit())
}
