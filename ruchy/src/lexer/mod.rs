//! Text to tokens.
//!
//! Invariants:
//! - Every byte of the text is in exactly one token or in the trivia between two tokens, and the last token is [`TokenKind::End`].
//! - The lexer never fails: what it cannot read is a [`TokenKind::Error`] token and a diagnostic.
//! - Each byte is looked at a bounded number of times, whatever the text is.
//!
//! An f-string is a sequence of tokens: its start, its text, each hole with the tokens of the expression in it, its end. In a hole a string may
//! be written with plain quotes, `f"{m["k"]}"`, or with escaped ones, `f"{m[\"k\"]}"`. A hole has no line comments. A `:` in a hole starts the
//! format, unless it is inside brackets or belongs to a ternary; see [`is_ternary`].

mod brackets;
mod escape;
mod fstring;
mod number;
mod quoted;

pub(crate) use brackets::closing;
pub use escape::{unescape, unescape_bytes, unescape_fstring};
pub(crate) use number::NumberText;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Source;
use crate::span::Span;
use crate::token::{NO_PARTNER, Token, TokenKind};

/// What the lexer makes of a file.
#[derive(Debug)]
pub struct Lexed {
    pub tokens: Vec<Token>,
    /// The nesting is counted by the parser; this is only what single tokens have wrong.
    pub diagnostics: Diagnostics,
}

/// About as many bytes a token has.
const BYTES_PER_TOKEN: usize = 4;

/// Splits a file into tokens.
#[must_use]
pub fn lex(source: &Source) -> Lexed {
    let mut lexer = Lexer {
        source,
        text: &source.text,
        bytes: source.text.as_bytes(),
        position: 0,
        newline_before: true,
        modes: Vec::new(),
        strings_end: true,
        no_apostrophe_before: 0,
        tokens: Vec::with_capacity(source.text.len() / BYTES_PER_TOKEN),
        diagnostics: Diagnostics::new(),
    };
    lexer.run();
    brackets::pair(&mut lexer.tokens);
    Lexed { tokens: lexer.tokens, diagnostics: lexer.diagnostics }
}

/// Returns whether a `?` begins the branches of a ternary, `a ? b : c`, and is not the operator of `f()?`: there is space before it and an
/// expression may follow, or a name or number follows immediately. `next` is the text after the `?`.
#[must_use]
pub fn is_ternary(space_before: bool, next: &str) -> bool {
    let mut characters = next.chars();
    match characters.next() {
        Some(first) if first == '_' || first == '"' || first == '\'' || first.is_alphanumeric() => true,
        Some(_) if space_before => next.trim_start().starts_with(|first: char| first.is_alphanumeric() || "_\"'([{-!~*&|<".contains(first)),
        _ => false,
    }
}

/// Where the lexer is inside an f-string.
#[derive(Clone, Copy, Debug)]
enum Mode {
    /// In the text; `escaped`: its quotes are `\"`.
    Text { escaped: bool },
    /// In a hole, with so many open brackets and ternaries that wait for their `:`.
    Hole { start: u32, brackets: u32, ternaries: u32 },
}

struct Lexer<'a> {
    source: &'a Source,
    text: &'a str,
    bytes: &'a [u8],
    position: usize,
    newline_before: bool,
    modes: Vec<Mode>,
    /// No string was found that lacks its end; after the first one there are no more quotes, and nothing looks for them again.
    strings_end: bool,
    /// The end of a line on which an apostrophe was found that lacks its end: nothing looks for one again before it.
    no_apostrophe_before: usize,
    tokens: Vec<Token>,
    diagnostics: Diagnostics,
}

impl Lexer<'_> {
    fn run(&mut self) {
        if self.text.starts_with("#!") && !self.text.starts_with("#![") {
            self.skip_line();
        }
        loop {
            if let Some(Mode::Text { escaped }) = self.modes.last().copied() {
                self.fstring_text(escaped);
                continue;
            }
            self.skip_trivia();
            if self.position == self.bytes.len() {
                break;
            }
            let start = self.position;
            let kind = self.token();
            self.push(kind, start);
        }
        self.unclosed_holes();
        self.push(TokenKind::End, self.position);
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let span = self.span(start, self.position);
        self.tokens.push(Token { kind, span, newline_before: self.newline_before, partner: NO_PARTNER });
        self.newline_before = false;
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let offset = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        Span::new(self.source.id, offset(start), offset(end))
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.position + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &str {
        &self.text[self.position..]
    }

    fn in_hole(&self) -> bool {
        matches!(self.modes.last(), Some(Mode::Hole { .. }))
    }

    fn skip_line(&mut self) {
        self.position = memchr(b'\n', self.bytes, self.position);
    }

    fn skip_trivia(&mut self) {
        loop {
            match self.peek(0) {
                b'\n' => {
                    self.newline_before = true;
                    self.position += 1;
                }
                b' ' | b'\t' | b'\r' | b'\x0c' | b'\x0b' => self.position += 1,
                b'/' if self.peek(1) == b'/' && !self.in_hole() => self.skip_line(),
                b'/' if self.peek(1) == b'*' => self.skip_block_comment(),
                b'#' if self.is_hash_comment() => self.skip_line(),
                byte if byte >= 0x80 && self.rest().starts_with(char::is_whitespace) => {
                    self.position += self.rest().chars().next().map_or(1, char::len_utf8);
                }
                _ => return,
            }
        }
    }

    /// `#` begins a comment, unless it begins an attribute.
    fn is_hash_comment(&self) -> bool {
        !self.in_hole() && self.peek(1) != b'[' && !(self.peek(1) == b'!' && self.peek(2) == b'[')
    }

    fn skip_block_comment(&mut self) {
        let start = self.position;
        let mut depth = 0usize;
        while self.position < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.position += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.position += 2;
                    if depth == 0 {
                        return;
                    }
                }
                (byte, _) => {
                    self.newline_before |= byte == b'\n';
                    self.position += 1;
                }
            }
        }
        let span = self.span(start, start + 2);
        self.diagnostics.push(
            Diagnostic::error(Code::UnclosedComment, span, "this comment has no end")
                .label("the comment starts here")
                .help("end it with `*/`; a `/*` inside a comment needs a `*/` of its own"),
        );
    }

    /// Reads the token at the current position, which is neither space nor the end.
    fn token(&mut self) -> TokenKind {
        match self.peek(0) {
            b'0'..=b'9' => self.number(),
            b'"' => self.string(self.position, 1),
            b'\\' if self.in_hole() && self.peek(1) == b'"' => self.string(self.position, 2),
            b'\'' => self.apostrophe(),
            b'f' if self.peek(1) == b'"' => self.fstring_start(2, false),
            b'f' if self.in_hole() && self.peek(1) == b'\\' && self.peek(2) == b'"' => self.fstring_start(3, true),
            b'r' if self.is_raw_string(1) => self.raw_string(1, TokenKind::String),
            b'b' if self.peek(1) == b'\'' => self.byte(),
            b'b' if self.peek(1) == b'"' => {
                let kind = self.string(self.position + 1, 1);
                if kind == TokenKind::String { TokenKind::ByteString } else { kind }
            }
            b'b' if self.peek(1) == b'r' && self.is_raw_string(2) => self.raw_string(2, TokenKind::ByteString),
            b'r' if self.peek(1) == b'#' && is_name_start(&self.text[self.position + 2..]) => {
                self.position += 2;
                self.name();
                TokenKind::Identifier
            }
            _ if is_name_start(self.rest()) => {
                let start = self.position;
                self.name();
                TokenKind::word(&self.text[start..self.position]).unwrap_or(TokenKind::Identifier)
            }
            _ => self.sign(),
        }
    }

    fn name(&mut self) {
        while self.peek(0) == b'_' || self.peek(0).is_ascii_alphanumeric() {
            self.position += 1;
        }
        if self.peek(0) < 0x80 {
            return;
        }
        let rest = self.rest();
        self.position += rest.find(|next: char| next != '_' && !next.is_alphanumeric()).unwrap_or(rest.len());
    }

    /// Reads an operator or another sign: the longest one that is there.
    fn sign(&mut self) -> TokenKind {
        let Some(kind) = sign_at(&self.bytes[self.position..]) else { return self.unknown() };
        self.position += kind.text().map_or(1, str::len);
        if let Some(Mode::Hole { .. }) = self.modes.last() { self.sign_in_hole(kind) } else { kind }
    }

    /// Keeps account of the brackets of a hole, and finds its end and its format.
    fn sign_in_hole(&mut self, kind: TokenKind) -> TokenKind {
        let question = kind == TokenKind::Question && is_ternary(self.bytes[self.position - 2].is_ascii_whitespace(), self.rest());
        let Some(Mode::Hole { brackets, ternaries, .. }) = self.modes.last_mut() else { return kind };
        match kind {
            TokenKind::ParenthesisOpen | TokenKind::BracketOpen | TokenKind::BraceOpen => *brackets += 1,
            TokenKind::BraceClose if *brackets == 0 => {
                self.modes.pop();
                return TokenKind::HoleEnd;
            }
            TokenKind::ParenthesisClose | TokenKind::BracketClose | TokenKind::BraceClose => *brackets = brackets.saturating_sub(1),
            TokenKind::Question if question && *brackets == 0 => *ternaries += 1,
            TokenKind::Colon if *brackets == 0 && *ternaries > 0 => *ternaries -= 1,
            TokenKind::Colon if *brackets == 0 => {
                let rest = self.rest();
                self.position += rest.find(['}', '"', '\n']).unwrap_or(rest.len());
                return TokenKind::HoleSpec;
            }
            _ => {}
        }
        kind
    }

    /// The length of a character that begins no token, or of text in the quotes of a word processor.
    fn length_of_unknown(&self, character: char) -> usize {
        let close = match character {
            '“' | '„' | '”' => '”',
            '«' => '»',
            '‘' => '’',
            _ => return character.len_utf8(),
        };
        let mut inside = self.rest().char_indices().skip(1).take(QUOTED_CHARACTERS_MAX).take_while(|&(_, next)| next != '\n');
        inside
            .find(|&(_, next)| next == close || close == '”' && next == '“')
            .map_or(character.len_utf8(), |(index, next)| index + next.len_utf8())
    }

    fn unknown(&mut self) -> TokenKind {
        let character = self.rest().chars().next().unwrap_or(' ');
        let start = self.position;
        self.position += self.length_of_unknown(character);
        let span = self.span(start, self.position);
        let error = Diagnostic::error(Code::UnknownCharacter, span, format!("`{}` has no meaning here", character.escape_debug()));
        let replacement = match character {
            '“' | '”' | '„' | '«' | '»' => Some("write text in straight quotes: `\"`"),
            '`' => Some("write text in straight quotes, `\"`; with values in it: `f\"hello {name}\"`"),
            '‘' | '’' => Some("write one character in straight quotes: `'`"),
            '–' | '—' | '−' => Some("write the minus sign `-`"),
            '×' => Some("write `*`"),
            '÷' => Some("write `/`"),
            '≤' => Some("write `<=`"),
            '≥' => Some("write `>=`"),
            '≠' => Some("write `!=`"),
            '→' => Some("write `->`"),
            '\\' => Some("a closure is written `|x| x + 1`"),
            _ => None,
        };
        self.diagnostics.push(match replacement {
            Some(help) => error.help(help),
            None => error.help("remove it, or put it into a string"),
        });
        TokenKind::Error
    }
}

/// How far the end of text in curly quotes is looked for.
const QUOTED_CHARACTERS_MAX: usize = 200;

/// The sign that `bytes` begin with: the longest.
fn sign_at(bytes: &[u8]) -> Option<TokenKind> {
    const LONGEST: usize = 3;
    let continues = |byte: &&u8| matches!(byte, b':' | b'.' | b'=' | b'>' | b'?' | b'*' | b'&' | b'|');
    let longest = 1 + bytes.iter().skip(1).take(LONGEST - 1).take_while(continues).count();
    (1..=longest.min(bytes.len())).rev().find_map(|length| TokenKind::sign(&bytes[..length]))
}

fn is_name_start(text: &str) -> bool {
    if let Some(first) = text.bytes().next().filter(u8::is_ascii) {
        return first == b'_' || first.is_ascii_alphabetic();
    }
    text.starts_with(|first: char| first == '_' || first.is_alphabetic())
}

/// The index of the next `byte` at or after `from`, or the length.
fn memchr(byte: u8, bytes: &[u8], from: usize) -> usize {
    bytes[from..].iter().position(|&next| next == byte).map_or(bytes.len(), |index| from + index)
}
