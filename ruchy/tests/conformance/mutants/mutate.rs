//! One mistake, made in a program at random: the kinds that authors make when they type, rename, and change their minds.

use crate::generated::random::Random;
use ruchy::lexer::lex;
use ruchy::source::Source;
use ruchy::span::FileId;
use ruchy::token::{NO_PARTNER, Token, TokenKind as T};
use std::ops::Range;

/// Ranges of bytes and what replaces them.
type Edits = Vec<(Range<usize>, String)>;
type Kind = (&'static str, fn(&Original, &mut Random) -> Option<Edits>);

const KINDS: &[Kind] = &[
    ("drop token", |text, random| Some(vec![(text.range(random.below(text.tokens.len())), String::new())])),
    ("double token", |text, random| text.rewrite(random, |_| true, |token| format!("{token} {token}"))),
    ("swap tokens", swap_tokens),
    ("another name", |text, random| {
        let other = (*random.choose(&text.names)).to_owned();
        text.rewrite(random, |at| text.is_value(at), |_| other)
    }),
    ("another type", |text, random| {
        let other = (*random.choose(TYPES)).to_owned();
        text.rewrite(random, |at| text.is_type(at), |_| other)
    }),
    ("wrap type", |text, random| {
        let wrapper = *random.choose(&["Vec", "Option", "&", "&mut ", "Box"]);
        text.rewrite(
            random,
            |at| text.is_type(at),
            |ty| if wrapper.starts_with('&') { format!("{wrapper}{ty}") } else { format!("{wrapper}<{ty}>") },
        )
    }),
    ("drop type", |text, random| {
        let at = text.choose(random, |at| text.kind(at) == T::Colon && text.is_type(at + 1) && text.kind(at + 2) != T::Less)?;
        Some(vec![(text.range(at), String::new()), (text.range(at + 1), String::new())])
    }),
    ("drop result type", |text, random| {
        let at = text.choose(random, |at| text.kind(at) == T::Arrow)?;
        let end = (at..text.tokens.len()).find(|&end| text.kind(end) == T::BraceOpen)?;
        Some(vec![(text.range(at).start..text.range(end).start, String::new())])
    }),
    ("drop mut", |text, random| text.drop(random, T::Mut)),
    ("drop &", |text, random| text.drop(random, T::Ampersand)),
    ("add &", |text, random| text.rewrite(random, |at| text.is_value(at), |name| format!("&{name}"))),
    ("add &mut", |text, random| text.rewrite(random, |at| text.is_value(at), |name| format!("&mut {name}"))),
    ("add *", |text, random| text.rewrite(random, |at| text.is_value(at), |name| format!("*{name}"))),
    ("drop argument", |text, random| {
        let arguments = text.arguments(random, 1)?;
        let at = random.below(arguments.len());
        let end = arguments.get(at + 1).map_or(arguments[at].end, |next| next.start);
        Some(vec![(arguments[at].start..end, String::new())])
    }),
    ("add argument", |text, random| {
        let last = text.arguments(random, 1)?.pop()?;
        Some(vec![(last.end..last.end, format!(", {}", random.choose(&text.names)))])
    }),
    ("swap arguments", |text, random| {
        let arguments = text.arguments(random, 2)?;
        let at = random.below(arguments.len() - 1);
        let [first, second] = [&arguments[at], &arguments[at + 1]].map(|range| text.text[range.clone()].to_owned());
        Some(vec![(arguments[at].clone(), second), (arguments[at + 1].clone(), first)])
    }),
    ("another argument", |text, random| {
        let arguments = text.arguments(random, 1)?;
        Some(vec![(random.choose(&arguments).clone(), (*random.choose(&text.names)).to_owned())])
    }),
    ("another member", |text, random| {
        let other = (*random.choose(&text.members)).to_owned();
        text.rewrite(random, |at| text.is_member(at), |_| other)
    }),
    ("misspelled member", |text, random| text.rewrite(random, |at| text.is_member(at), |name| format!("{name}s"))),
    ("known method", |text, random| {
        let other = (*random.choose(METHODS)).to_owned();
        text.rewrite(random, |at| text.is_method(at), |_| other)
    }),
    ("add call", |text, random| {
        let call = *random.choose(CALLS);
        text.rewrite(random, |at| text.is_value(at) || matches!(text.kind(at), T::String | T::Integer), |value| format!("{value}{call}"))
    }),
    ("drop call", |text, random| {
        let at = text.choose(random, |at| text.is_method(at))?;
        let end = text.tokens[at + 1].partner as usize;
        Some(vec![(text.range(at - 1).start..text.range(end).end, String::new())])
    }),
    ("drop line", |text, random| {
        let line = random.choose(&text.lines).clone();
        Some(vec![(line, String::new())])
    }),
    ("double line", |text, random| {
        let line = random.choose(&text.lines).clone();
        Some(vec![(line.start..line.start, text.text[line].to_owned())])
    }),
    ("swap lines", |text, random| {
        let at = random.below(text.lines.len() - 1);
        let [first, second] = [at, at + 1].map(|at| text.text[text.lines[at].clone()].to_owned());
        Some(vec![(text.lines[at].clone(), second), (text.lines[at + 1].clone(), first)])
    }),
    ("drop arm", |text, random| {
        let arm = |line: &&Range<usize>| text.text[(*line).clone()].contains("=>");
        let arms: Vec<_> = text.lines.iter().filter(arm).collect();
        (!arms.is_empty()).then(|| vec![((*random.choose(&arms)).clone(), String::new())])
    }),
    ("move before", |text, random| {
        let at = text.choose(random, |at| text.is_value(at) && text.kind(at + 1) != T::ParenthesisOpen)?;
        let start = text.line_start(at)?;
        Some(vec![(start..start, format!("let moved = {}\n", text.token(at)))])
    }),
    ("move after", |text, random| {
        let at = text.choose(random, |at| text.kind(at) == T::Let && text.kind(at + 1) == T::Identifier)?;
        let start =
            (at + 1..text.tokens.len()).filter(|&later| text.tokens[later].newline_before).find_map(|later| text.line_start(later))?;
        Some(vec![(start..start, format!("let moved = {}\n", text.token(at + 1)))])
    }),
    ("another literal", |text, random| {
        let other = (*random.choose(&["0", "-1", "2.5", "\"text\"", "true", "'c'", "None", "[]", "()"])).to_owned();
        text.rewrite(random, |at| matches!(text.kind(at), T::String | T::Integer | T::Float | T::Char | T::True | T::False), |_| other)
    }),
    ("literal for name", |text, random| {
        let other = (*random.choose(&["0", "2.5", "\"text\"", "true", "None", "[1, 2]", "(1, 2)"])).to_owned();
        text.rewrite(random, |at| text.is_value(at) && text.kind(at + 1) != T::ParenthesisOpen, |_| other)
    }),
    ("drop pub", |text, random| text.drop(random, T::Pub)),
    ("drop bound", |text, random| {
        let at = text.choose(random, |at| {
            text.kind(at) == T::Colon
                && text.is_type(at + 1)
                && matches!(text.kind(at + 2), T::Greater | T::Plus)
                && text.kind(at - 1) == T::Identifier
        })?;
        Some(vec![(text.range(at).start..text.range(at + 1).end, String::new())])
    }),
    ("drop lifetime", |text, random| text.drop(random, T::Lifetime)),
    ("drop ?", |text, random| text.drop(random, T::Question)),
    ("add ?", |text, random| text.rewrite(random, |at| text.kind(at) == T::ParenthesisClose, |close| format!("{close}?"))),
    ("another operator", |text, random| {
        let other = (*random.choose(&["+", "-", "*", "/", "==", "<", "&&", "||", "..", "&", "+=", "=", "??", "|>"])).to_owned();
        text.rewrite(random, |at| OPERATORS.contains(&text.kind(at)), |_| other)
    }),
    ("drop return", |text, random| text.drop(random, T::Return)),
    ("add return", |text, random| {
        let at = text.choose(random, |at| text.tokens[at].newline_before && (text.is_value(at) || text.kind(at) == T::If))?;
        Some(vec![(text.range(at).start..text.range(at).start, "return ".to_owned())])
    }),
    ("unwrap", |text, random| {
        let at =
            text.choose(random, |at| ["Some", "Ok", "Err", "Box"].contains(&text.token(at)) && text.kind(at + 1) == T::ParenthesisOpen)?;
        let close = text.tokens[at + 1].partner as usize;
        Some(vec![(text.range(at), String::new()), (text.range(at + 1), String::new()), (text.range(close), String::new())])
    }),
    ("wrap", |text, random| {
        let wrapper = *random.choose(&["Some", "Ok", "Err", "vec!"]);
        text.rewrite(random, |at| text.is_value(at) && text.kind(at + 1) != T::ParenthesisOpen, |name| format!("{wrapper}({name})"))
    }),
    ("change self", |text, random| {
        let at = text.choose(random, |at| {
            text.kind(at) == T::SelfValue && text.kind(at.saturating_sub(1)) != T::Dot && text.kind(at + 1) != T::Dot
        })?;
        let start =
            [T::Ampersand, T::Mut].iter().rev().fold(at, |start, kind| if text.kind(start - 1) == *kind { start - 1 } else { start });
        let other = *random.choose(&["self", "&self", "&mut self", "mut self", ""]);
        Some(vec![(text.range(start).start..text.range(at).end, other.to_owned())])
    }),
    ("add move", |text, random| text.rewrite(random, |at| matches!(text.kind(at), T::Bar | T::OrOr), |bar| format!("move {bar}"))),
    ("drop move", |text, random| text.drop(random, T::Move)),
    ("drop attribute", |text, random| {
        let at = text.choose(random, |at| text.kind(at) == T::Hash && text.kind(at + 1) == T::BracketOpen)?;
        Some(vec![(text.range(at).start..text.range(text.tokens[at + 1].partner as usize).end, String::new())])
    }),
    ("const for let", |text, random| text.rewrite(random, |at| text.kind(at) == T::Let, |_| "const".to_owned())),
];

const TYPES: &[&str] = &[
    "i64",
    "i32",
    "u8",
    "usize",
    "f64",
    "bool",
    "char",
    "String",
    "&str",
    "Vec<i64>",
    "Vec<String>",
    "Option<i64>",
    "HashMap<String, i64>",
    "(i64, String)",
    "Result<i64, String>",
    "Json",
    "T",
    "Self",
    "()",
];

const METHODS: &[&str] = &[
    "len",
    "iter",
    "map",
    "filter",
    "push",
    "get",
    "insert",
    "contains",
    "unwrap",
    "unwrap_or",
    "sum",
    "collect",
    "sort",
    "clone",
    "to_string",
    "trim",
    "split",
    "parse",
    "abs",
    "max",
    "min",
    "first",
    "last",
    "pop",
    "keys",
    "values",
    "is_empty",
    "chars",
    "fold",
    "and_then",
    "ok_or",
    "as_str",
    "rev",
    "enumerate",
    "zip",
    "join",
    "into_iter",
    "iter_mut",
    "get_mut",
    "take",
    "as_ref",
    "find",
    "any",
    "all",
    "entry",
];

const CALLS: &[&str] = &[
    ".clone()",
    ".len()",
    ".iter()",
    ".unwrap()",
    ".to_string()",
    ".is_empty()",
    ".into_iter()",
    ".chars()",
    ".abs()",
    ".first()",
    ".pop()",
    ".sort()",
    ".trim()",
    ".is_some()",
    ".keys()",
    ".as_str()",
    ".0",
    ".name",
    "[0]",
    "()",
    "?",
];

const OPERATORS: &[T] = &[
    T::Plus,
    T::Minus,
    T::Star,
    T::Slash,
    T::Percent,
    T::Equal,
    T::NotEqual,
    T::Less,
    T::LessEqual,
    T::Greater,
    T::AndAnd,
    T::OrOr,
    T::Assign,
    T::PlusAssign,
    T::MinusAssign,
    T::Range,
    T::RangeInclusive,
];

/// The kinds of mistakes.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(name, _)| *name)
}

/// `source` with a mistake, and the mistake's kind.
pub fn mutant(source: &str, random: &mut Random) -> Option<(&'static str, String)> {
    let source = Source::new(FileId(0), "program.ruchy", source);
    let text = Original::new(&source)?;
    let (name, make) = random.choose(KINDS);
    let mut edits = make(&text, random)?;
    edits.sort_by_key(|(range, _)| range.start);
    let mut changed = text.text.to_owned();
    for (range, replacement) in edits.into_iter().rev() {
        changed.replace_range(range, &replacement);
    }
    (changed != text.text).then_some((*name, changed))
}

/// A program's tokens, lines, and the names that it uses.
struct Original<'text> {
    text: &'text str,
    tokens: Vec<Token>,
    lines: Vec<Range<usize>>,
    names: Vec<&'text str>,
    members: Vec<&'text str>,
}

impl<'text> Original<'text> {
    fn new(source: &'text Source) -> Option<Self> {
        let mut tokens = lex(source).tokens;
        tokens.pop();
        let mut start = 0;
        let mut lines = Vec::new();
        for line in source.text.split_inclusive('\n') {
            if !line.trim().is_empty() && !line.trim_start().starts_with("//") {
                lines.push(start..start + line.len());
            }
            start += line.len();
        }
        let mut text = Self { text: &source.text, tokens, lines, names: Vec::new(), members: Vec::new() };
        text.names = (0..text.tokens.len()).filter(|&at| text.is_value(at)).map(|at| text.token(at)).collect();
        text.members = (0..text.tokens.len()).filter(|&at| text.is_member(at)).map(|at| text.token(at)).collect();
        (text.lines.len() > 1 && !text.names.is_empty() && !text.members.is_empty()).then_some(text)
    }

    fn range(&self, at: usize) -> Range<usize> {
        self.tokens[at].span.range()
    }

    fn kind(&self, at: usize) -> T {
        self.tokens.get(at).map_or(T::End, |token| token.kind)
    }

    fn token(&self, at: usize) -> &'text str {
        &self.text[self.range(at)]
    }

    fn is_member(&self, at: usize) -> bool {
        at > 0 && self.kind(at) == T::Identifier && self.kind(at - 1) == T::Dot
    }

    fn is_method(&self, at: usize) -> bool {
        self.is_member(at) && self.kind(at + 1) == T::ParenthesisOpen && self.tokens[at + 1].partner != NO_PARTNER
    }

    /// The token is the name of a type, by its capital or because it follows a `:` or an arrow.
    fn is_type(&self, at: usize) -> bool {
        let built_in = ["i64", "i32", "f64", "bool", "str", "usize", "u8", "u32", "u64", "char"];
        self.kind(at) == T::Identifier
            && (built_in.contains(&self.token(at)) || self.token(at).starts_with(|first: char| first.is_uppercase()))
    }

    /// The token is a lower-case name that is used, not declared.
    fn is_value(&self, at: usize) -> bool {
        let declares = [T::Dot, T::Let, T::Mut, T::Fun, T::Fn, T::Mod, T::Use, T::PathSeparator, T::Struct];
        self.kind(at) == T::Identifier
            && !self.is_type(at)
            && at > 0
            && !declares.contains(&self.kind(at - 1))
            && !matches!(self.kind(at + 1), T::Colon | T::PathSeparator | T::Not)
    }

    /// The start of the line that `at` is on, if a statement can begin there: between the braces of a block, not within parentheses.
    fn line_start(&self, at: usize) -> Option<usize> {
        let first = (0..=at).rev().find(|&first| self.tokens[first].newline_before)?;
        let before = self.kind(first.checked_sub(1)?);
        matches!(before, T::BraceOpen | T::BraceClose | T::Semicolon | T::ParenthesisClose | T::Identifier | T::Integer | T::String)
            .then(|| self.range(first).start)
    }

    fn choose(&self, random: &mut Random, suits: impl Fn(usize) -> bool) -> Option<usize> {
        let places: Vec<usize> = (0..self.tokens.len()).filter(|&at| suits(at)).collect();
        (!places.is_empty()).then(|| *random.choose(&places))
    }

    /// Replaces one of the tokens that suit.
    fn rewrite(&self, random: &mut Random, suits: impl Fn(usize) -> bool, to: impl FnOnce(&str) -> String) -> Option<Edits> {
        let at = self.choose(random, suits)?;
        Some(vec![(self.range(at), to(self.token(at)))])
    }

    fn drop(&self, random: &mut Random, kind: T) -> Option<Edits> {
        self.rewrite(random, |at| self.kind(at) == kind, |_| String::new())
    }

    /// The arguments, or parameters, of a call that has at least `least` of them.
    fn arguments(&self, random: &mut Random, least: usize) -> Option<Vec<Range<usize>>> {
        let list = |open: usize| {
            let close = self.tokens[open].partner as usize;
            let (mut arguments, mut start, mut at) = (Vec::new(), open + 1, open + 1);
            while at < close {
                let partner = self.tokens[at].partner;
                if partner != NO_PARTNER && partner as usize > at {
                    at = partner as usize;
                } else if self.kind(at) == T::Comma && start < at {
                    arguments.push(self.range(start).start..self.range(at - 1).end);
                    start = at + 1;
                }
                at += 1;
            }
            if start < close {
                arguments.push(self.range(start).start..self.range(close - 1).end);
            }
            arguments
        };
        let is_call = |at: usize| {
            at > 0 && self.kind(at) == T::ParenthesisOpen && self.kind(at - 1) == T::Identifier && self.tokens[at].partner != NO_PARTNER
        };
        let open = self.choose(random, |at| is_call(at) && list(at).len() >= least)?;
        Some(list(open))
    }
}

fn swap_tokens(text: &Original, random: &mut Random) -> Option<Edits> {
    let at = random.below(text.tokens.len().checked_sub(1)?);
    Some(vec![(text.range(at), text.token(at + 1).to_owned()), (text.range(at + 1), text.token(at).to_owned())])
}
