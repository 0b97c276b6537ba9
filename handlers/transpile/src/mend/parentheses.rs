//! Parentheses that ruchy loses. It writes `a - (b - c)` as `a - b - c`, `(a - b).abs()` as `a - b.abs()`, `-(a + b)` as `-a + b` and `sqrt(a + b)`
//! as `(a + b as f64).sqrt()`, which is Rust, and something else. What stands in such parentheses is therefore given to ruchy as the element of a
//! list, `[b - c][0]`, which it keeps together; in the Rust the list becomes parentheses again.
//!
//! This much of Ruchy is read: strings, the expressions in f-strings, comments, brackets, operators.

use super::source::{OPERATORS, Token, closing, opening, tokens, with_holes};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::ops::{Range, RangeInclusive};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, parse_quote};

/// Functions that ruchy makes methods or casts of.
const MADE_METHODS: [&str; 21] = [
    "abs", "bool", "ceil", "cos", "exp", "float", "floor", "int", "len", "log", "log10", "log2", "max", "min", "pow", "round", "sin",
    "sqrt", "str", "tan", "trunc",
];
/// Words behind which an expression stands, and so parentheses are no call's.
const BEFORE_EXPRESSIONS: [&str; 14] =
    ["and", "as", "else", "false", "if", "in", "let", "match", "mut", "not", "or", "return", "true", "while"];
/// The level of `==` and its like.
const COMPARISON: u8 = 4;
/// The levels of the operators of bits.
const BITS: RangeInclusive<u8> = 5..=8;

/// `source` with the parentheses that ruchy loses as lists of one element.
pub fn mark(source: &str) -> String {
    let tokens = tokens(source);
    let f_strings = tokens.iter().map(|token| token.place.clone()).filter(|place| source[place.clone()].starts_with("f\""));
    let mut edits: Vec<(Range<usize>, String)> =
        f_strings.map(|place| (place.clone(), with_holes(&source[place], &|hole| mark(hole)))).collect();
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut open: Vec<usize> = Vec::new();
    for index in 0..tokens.len() {
        match text(index) {
            "(" | "[" | "{" => open.push(index),
            ")" | "]" | "}" => {
                let Some(start) = open.pop() else { continue };
                if text(start) != "(" {
                    continue;
                }
                for (first, last) in marked(&tokens, source, start, index) {
                    // The element's own parentheses become the list's, where it has some.
                    let (before, behind) = if first == start {
                        (tokens[first].place.clone(), tokens[last].place.clone())
                    } else {
                        let (start, end) = (tokens[first].place.start, tokens[last].place.end);
                        (start..start, end..end)
                    };
                    // Behind a block a list would be an index into it.
                    let begins_a_statement = first == start && start > 0 && text(start - 1) == "}";
                    edits.push((before, if begins_a_statement { ";[" } else { "[" }.to_owned()));
                    edits.push((behind, "][0]".to_owned()));
                }
            }
            // A sign binds tighter than this.
            "**" => {
                if let Some(sign) = sign_of_operand(&tokens, source, index) {
                    edits.push((tokens[sign].place.start..tokens[sign].place.start, "[".to_owned()));
                    edits.push((tokens[index - 1].place.end..tokens[index - 1].place.end, "][0]".to_owned()));
                }
            }
            _ => {}
        }
    }
    // Of two at one place the one that was made first, for an inner part, stands inside; what replaces comes before what is put in front of it.
    edits.sort_by_key(|(place, text)| (place.start, text.ends_with('['), !place.is_empty()));
    let mut result = source.to_owned();
    for (place, text) in edits.into_iter().rev() {
        result.replace_range(place, &text);
    }
    result
}

/// The parts of what stands between the parentheses at `start` and `end` that are to be lists: all of it with the parentheses, arguments, or none.
fn marked(tokens: &[Token], source: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let before = if start == 0 { "" } else { text(start - 1) };
    if is_called(before, start, tokens, source) {
        if !MADE_METHODS.contains(&before) || start > 1 && matches!(text(start - 2), "." | "fun" | "fn" | "::") {
            return Vec::new();
        }
        let arguments = parts(tokens, source, start + 1, end);
        return arguments.into_iter().filter(|(first, last)| !levels(tokens, source, *first, *last).is_empty()).collect();
    }
    let parts = parts(tokens, source, start + 1, end);
    let [(first, last)] = parts[..] else { return Vec::new() };
    let levels = levels(tokens, source, first, last);
    let behind = text(end + 1);
    if levels.is_empty() || matches!(behind, "=>" | "->") {
        return Vec::new();
    }
    let touches = tokens.get(end + 1).is_some_and(|next| next.place.start == tokens[end].place.end);
    // Of a power ruchy makes a method.
    let is_receiver = matches!(behind, "." | "?" | "as" | "**") || behind == "[" && touches;
    let is_negated = matches!(before, "-" | "!") && (start < 2 || ends_no_operand(text(start - 2)));
    let is_right_operand = level(before).is_some_and(|outer| levels.contains(&outer));
    // Where there are operators of bits ruchy keeps no parentheses at all.
    let outer = [level(before).filter(|_| start > 1 && !ends_no_operand(text(start - 2))), level(behind)];
    let is_of_bits = |level: &u8| BITS.contains(level);
    // Nor between comparisons, of which Rust takes no two in a row.
    let compares = outer.iter().flatten().any(|outer| *outer == COMPARISON) && levels.contains(&COMPARISON);
    let is_among_bits = outer.iter().flatten().any(|outer| is_of_bits(outer) || levels.iter().any(is_of_bits));
    if is_receiver || is_negated || is_right_operand || is_among_bits || compares { vec![(start, end)] } else { Vec::new() }
}

/// Where the sign of the operand that ends in front of `end` stands, the first where there are several; nothing where it has none.
fn sign_of_operand(tokens: &[Token], source: &str, end: usize) -> Option<usize> {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut start = end;
    // From the end to the beginning: names, calls and indices, with points between them.
    while let Some(last) = start.checked_sub(1) {
        start = match text(last) {
            ")" | "]" => opening(tokens, source, last)?,
            _ => last,
        };
        let before = start.checked_sub(1).map_or("", text);
        if matches!(before, "." | "?." | "::") {
            start -= 1;
        } else if !matches!(text(start), "(" | "[") || !is_called(before, start, tokens, source) {
            break;
        }
    }
    let is_sign = |index: usize| matches!(text(index), "-" | "!") && (index == 0 || ends_no_operand(text(index - 1)));
    (0..start).rev().take_while(|index| is_sign(*index)).last()
}

/// Whether the parentheses at `start` are a call's, going by what stands before them.
fn is_called(before: &str, start: usize, tokens: &[Token], source: &str) -> bool {
    let touch = |index: usize| index > 0 && tokens[index - 1].place.end == tokens[index].place.start;
    let is_word = |token: &str| token.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_');
    match before {
        ")" | "]" => true,
        ">" => touch(start),
        // A macro's, or a negation.
        "!" => start > 1 && touch(start) && touch(start - 1) && is_word(&source[tokens[start - 2].place.clone()]),
        word => is_word(word) && !BEFORE_EXPRESSIONS.contains(&word),
    }
}

/// Whether nothing that an operator could have on its left ends in `token`.
fn ends_no_operand(token: &str) -> bool {
    BEFORE_EXPRESSIONS.contains(&token) && !matches!(token, "true" | "false")
        || !token.starts_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '"' | '\'' | ')' | ']' | '}'))
}

/// What commas separate between two tokens, by first and last token; nothing where it is no list of plain expressions.
fn parts(tokens: &[Token], source: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    let mut parts = Vec::new();
    let mut first = start;
    let mut depth = 0;
    for index in start..end {
        match &source[tokens[index].place.clone()] {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ if depth > 0 => {}
            // Patterns, types, statements, objects.
            ";" | "=>" | ":" | "=" => return Vec::new(),
            // What begins like this goes on to the end, and ruchy knows where that is.
            "|" | "||" | "if" | "match" | "move" if index == first => return Vec::new(),
            "," => {
                parts.push((first, index - 1));
                first = index + 1;
            }
            _ => {}
        }
    }
    if first < end {
        parts.push((first, end - 1));
    }
    parts
}

/// How tightly the operators between two tokens bind, outside of brackets; a sign binds as tightly as can be.
fn levels(tokens: &[Token], source: &str, mut first: usize, mut last: usize) -> Vec<u8> {
    let text = |index: usize| &source[tokens[index].place.clone()];
    // Parentheses in parentheses.
    while first < last && text(first) == "(" && closing(tokens, source, first) == Some(last) {
        (first, last) = (first + 1, last - 1);
    }
    let mut levels = Vec::new();
    let mut depth = 0;
    for index in first..=last {
        let token = &source[tokens[index].place.clone()];
        match token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ if depth > 0 => {}
            "-" | "!" if index == first => levels.push(u8::MAX),
            "as" => levels.push(11),
            other => levels.extend(level(other)),
        }
    }
    levels
}

fn level(token: &str) -> Option<u8> {
    OPERATORS.iter().find(|(operator, _)| *operator == token).map(|(_, level)| *level)
}

/// Lists of one element of which that element is taken become parentheses.
pub fn mend(file: &mut File, _: &str) {
    Parentheses.visit_file_mut(file);
}

/// Whether a list of one element of which that element is taken is left in `rust`: where that is no expression to [`mend`], in a macro of one's own.
pub fn are_left(rust: &TokenStream) -> bool {
    let trees: Vec<TokenTree> = rust.clone().into_iter().collect();
    let bracketed = |tree: &TokenTree| match tree {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => Some(group.stream()),
        _ => None,
    };
    let is_list = |index: usize| match index.checked_sub(1).map(|before| &trees[before]) {
        Some(TokenTree::Group(_)) => false,
        Some(TokenTree::Ident(word)) => BEFORE_EXPRESSIONS.contains(&word.to_string().as_str()),
        Some(TokenTree::Punct(punct)) => !matches!(punct.as_char(), '!' | '?'),
        _ => true,
    };
    let is_first = |index: &TokenStream| matches!(index.to_string().as_str(), "0" | "0 as usize");
    let is_one =
        |list: TokenStream| !list.into_iter().any(|tree| matches!(tree, TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';')));
    let is_here = trees.windows(2).enumerate().any(|(index, pair)| {
        bracketed(&pair[1]).is_some_and(|index| is_first(&index)) && is_list(index) && bracketed(&pair[0]).is_some_and(is_one)
    });
    is_here || trees.iter().any(|tree| matches!(tree, TokenTree::Group(group) if are_left(&group.stream())))
}

struct Parentheses;

impl VisitMut for Parentheses {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Some(element) = only_element(expression) {
            *expression = parse_quote!((#element));
        }
    }

    fn visit_macro_mut(&mut self, text: &mut syn::Macro) {
        super::each_argument(text, |argument| self.visit_expr_mut(argument));
    }
}

/// The `x` of `[x][0 as usize].clone()`.
fn only_element(expression: &Expr) -> Option<&Expr> {
    let Expr::MethodCall(clone) = expression else { return None };
    let Expr::Index(index) = &*clone.receiver else { return None };
    let Expr::Array(list) = &*index.expr else { return None };
    let is_first = *index.index == parse_quote!(0 as usize);
    (clone.method == "clone" && is_first && list.elems.len() == 1).then(|| &list.elems[0])
}

#[cfg(test)]
mod tests {
    use super::{are_left, mark};

    #[test]
    fn marks_that_are_left_are_found() {
        for rust in ["f!([a - b][0 as usize].clone() => 1)", "fn f() { g! { x; return [a][0] } }", "a - [b - c][0]"] {
            assert!(are_left(&rust.parse().unwrap()), "{rust}");
        }
        for rust in
            ["a[1][0 as usize]", "f(a)[b][0 as usize]", "vec![a][0 as usize]", "[a, b][0 as usize]", "[a][i]", "\"[a][0]\"", "[a]; [0]"]
        {
            assert!(!are_left(&rust.parse().unwrap()), "{rust}");
        }
    }

    #[test]
    fn what_ruchy_loses_is_marked() {
        for (source, marked) in [
            ("a - (b - c)", "a - [b - c][0]"),
            ("a / (b * c)", "a / [b * c][0]"),
            ("(a - b).abs()", "[a - b][0].abs()"),
            ("((a + 1) * 2).pow(2)", "[(a + 1) * 2][0].pow(2)"),
            ("((a - 1) - (b - 2)).abs()", "[(a - 1) - [b - 2][0]][0].abs()"),
            ("return -(a + 1) * 2", "return -[a + 1][0] * 2"),
            ("if !(a && b) {", "if ![a && b][0] {"),
            ("f\"{(a - len(\\\"x\\\")).abs()}\"", "f\"{[a - len(\\\"x\\\")][0].abs()}\""),
            ("for a in b { c }\n(d - e).abs()", "for a in b { c }\n;[d - e][0].abs()"),
            ("!(!(a == b))", "![![a == b][0]][0]"),
            ("(-a ** 2, b - a ** 2)", "([-a][0] ** 2, b - a ** 2)"),
            ("(-a.b(c)[d].e ** 2)", "([-a.b(c)[d].e][0] ** 2)"),
            ("x = -f(a) ** 2 - b ** 2", "x = [-f(a)][0] ** 2 - b ** 2"),
            ("return - -a ** 2", "return [- -a][0] ** 2"),
            ("(-a) ** 2", "[-a][0] ** 2"),
            ("(a + 1) ** 2", "[a + 1][0] ** 2"),
            ("-((a - b))", "-[(a - b)][0]"),
            ("(a | b) & c", "[a | b][0] & c"),
            ("(a < b) == (c < d)", "[a < b][0] == [c < d][0]"),
            ("a & (b | c)", "a & [b | c][0]"),
            ("(a + b) & c", "[a + b][0] & c"),
            ("a * (b ^ c)", "a * [b ^ c][0]"),
            ("(a & 3) == b", "[a & 3][0] == b"),
            ("1 << (a & 1)", "1 << [a & 1][0]"),
            ("max((a | b) & 4, 2)", "max([[a | b][0] & 4][0], 2)"),
            ("sqrt((a - b).abs() + 1.0)", "sqrt([[a - b][0].abs() + 1.0][0])"),
            ("(a as i64) << 2", "[a as i64][0] << 2"),
            ("println(!(a && b))", "println(![a && b][0])"),
            ("(a - 3) as i64", "[a - 3][0] as i64"),
            ("(0..n).map(f)", "[0..n][0].map(f)"),
            ("(-a).abs()", "[-a][0].abs()"),
            ("sqrt(a * a + 1.0)", "sqrt([a * a + 1.0][0])"),
            ("pow(a + 1, 2)", "pow([a + 1][0], 2)"),
            ("f\"{(a - 3).abs()} {{(b - 1).c}}\"", "f\"{[a - 3][0].abs()} {{(b - 1).c}}\""),
        ] {
            assert_eq!(mark(source), marked);
        }
    }

    #[test]
    fn all_else_is_left_alone() {
        for source in [
            "a * (b + c)",
            "f(&(a + b))",
            "let a = (b | c)",
            "(a | b) => c",
            "f: &(A + B)",
            "a - b ** 2",
            "xs.map(|x| (x))",
            "(a + b) * c",
            "f(a - b).abs()",
            "x.abs(a - b)",
            "println!(\"(a - b).c\") // (a - b).abs()",
            "(a, b - c).0",
            "(|x| x + 1)(2)",
            "(a + b) => c",
            "match (a + b) {",
            "\"(a - b).abs()\"",
            "'(' + (a)",
            "fun abs(a: i32, b: i32)",
            "let f: (i32, i32) -> i32 = g",
            "/* -(a + b) */",
            "r\"-(a + b)\"",
        ] {
            assert_eq!(mark(source), source);
        }
    }
}
