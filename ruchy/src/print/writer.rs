//! Where the tokens of a printed tree go.

use crate::lexer::lex;
use crate::source::Source;
use crate::span::Span;
use crate::token::{NO_PARTNER, Token, TokenKind};
use crate::tree::{Literal, Name};

const INDENT: &str = "    ";

pub(super) struct Writer<'a> {
    pub(super) output: String,
    origin: Option<Origin<'a>>,
    indent: usize,
    /// What the layout puts in front of the next token.
    gap: Gap,
    /// The variables of the current pattern are mutable because of a `var`.
    pub(super) is_var: bool,
}

/// The source that the tree was read from.
struct Origin<'a> {
    source: &'a Source,
    tokens: Vec<Token>,
    /// The next token, and how many of its bytes were written: `&&x` is one token and two references.
    next: usize,
    written: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Space,
    Newline,
}

impl<'a> Writer<'a> {
    pub(super) fn of_source(source: &'a Source) -> Self {
        let origin = Origin { source, tokens: lex(source).tokens, next: 0, written: 0 };
        Self { origin: Some(origin), ..Self::canonical() }
    }

    pub(super) fn canonical() -> Self {
        Self { output: String::new(), origin: None, indent: 0, gap: Gap::None, is_var: false }
    }

    pub(super) fn finish(mut self) -> String {
        match &self.origin {
            Some(origin) => {
                let from = origin.position();
                self.output.push_str(&origin.source.text[from..]);
            }
            None if !self.output.is_empty() => self.output.push('\n'),
            None => {}
        }
        self.output
    }

    pub(super) fn space(&mut self) {
        if self.gap == Gap::None && !self.output.is_empty() {
            self.gap = Gap::Space;
        }
    }

    pub(super) fn newline(&mut self) {
        if !self.output.is_empty() {
            self.gap = Gap::Newline;
        }
    }

    pub(super) fn indent(&mut self) {
        self.indent += 1;
    }

    pub(super) fn dedent(&mut self) {
        self.indent = self.indent.saturating_sub(1);
    }

    /// A token of which the tree says all.
    pub(super) fn token(&mut self, text: &str) {
        let taken = self.origin.as_mut().is_some_and(|origin| origin.take(&mut self.output, text));
        if !taken {
            self.put(text);
        }
        self.gap = Gap::None;
    }

    /// A token that the source may have or not; the canonical layout has it if `canonical`.
    pub(super) fn optional(&mut self, text: &str, canonical: bool) {
        if self.origin.is_none() && canonical || self.origin_has(text) {
            self.token(text);
        }
    }

    /// One of several tokens with the same meaning; the canonical layout has the first.
    pub(super) fn one_of(&mut self, texts: &[&str]) {
        let found = texts.iter().find(|text| self.origin_has(text));
        self.token(found.unwrap_or(&texts[0]));
    }

    /// The next token of the source is this one.
    pub(super) fn origin_has(&self, text: &str) -> bool {
        self.origin.as_ref().is_some_and(|origin| origin.rest_of_token() == text)
    }

    pub(super) fn is_canonical(&self) -> bool {
        self.origin.is_none()
    }

    /// A name; the source may write it `r#name`.
    pub(super) fn name(&mut self, name: &Name) {
        let raw = format!("r#{}", name.text);
        if self.origin_has(&raw) { self.token(&raw) } else { self.token(&name.text) }
    }

    /// A name where reserved words are not names.
    pub(super) fn bound_name(&mut self, name: &Name) {
        let is_reserved = TokenKind::word(&name.text).is_some_and(|word| {
            !matches!(word, TokenKind::SelfValue | TokenKind::SelfType | TokenKind::Super | TokenKind::Crate | TokenKind::Underscore)
        });
        if is_reserved && self.is_canonical() { self.token(&format!("r#{}", name.text)) } else { self.name(name) }
    }

    pub(super) fn lifetime(&mut self, name: &Name) {
        self.token(&format!("'{}", name.text));
    }

    /// A literal, as the source writes it if it has the same value there.
    pub(super) fn literal(&mut self, literal: &Literal) {
        let written = self.origin.as_ref().and_then(|origin| origin.literal(literal));
        self.token(&written.unwrap_or_else(|| super::expression::literal_text(literal)));
    }

    /// Text of an f-string, as the source writes it if it means the same there.
    pub(super) fn fstring_text(&mut self, value: &str) {
        let written = self.origin.as_ref().and_then(|origin| origin.fstring_text(value));
        self.token(&written.unwrap_or_else(|| super::expression::fstring_text(value)));
    }

    /// The tokens of the source up to the end of a span: what an error node stands for. The canonical layout has nothing.
    pub(super) fn copy(&mut self, span: Span) {
        if let Some(origin) = &mut self.origin {
            let from = origin.position();
            origin.skip_to(span.end);
            let to = origin.position();
            self.output.push_str(&origin.source.text[from..to]);
        }
    }

    /// Text whose tokens the tree does not have, up to the bracket that ends the group it is in.
    pub(super) fn verbatim(&mut self, text: &str) {
        let taken = self.origin.as_mut().is_some_and(|origin| origin.take_group(&mut self.output, text));
        if !taken && !text.is_empty() {
            self.put(text);
        }
    }

    fn put(&mut self, text: &str) {
        let gap = if self.origin.is_some() { Gap::Space } else { self.gap };
        match gap {
            // `1.` and `..` would be one token and another.
            Gap::None if self.output.ends_with('.') && text.starts_with('.') => self.output.push(' '),
            Gap::None => {}
            Gap::Space => self.output.push(' '),
            Gap::Newline => {
                self.output.push('\n');
                self.output.push_str(&INDENT.repeat(self.indent));
            }
        }
        self.output.push_str(text);
    }
}

impl Origin<'_> {
    /// The byte up to which the source was written.
    fn position(&self) -> usize {
        match self.next.checked_sub(1) {
            _ if self.written > 0 => self.tokens[self.next].span.start as usize + self.written,
            Some(last) => self.tokens[last].span.end as usize,
            None => 0,
        }
    }

    fn rest_of_token(&self) -> &str {
        &self.source.slice(self.tokens[self.next].span)[self.written..]
    }

    /// Writes the next token, or the start of it, if it is `text`, with what is in front of it.
    fn take(&mut self, output: &mut String, text: &str) -> bool {
        let rest = self.rest_of_token();
        if text.is_empty() || !rest.starts_with(text) {
            return false;
        }
        let is_whole = rest.len() == text.len();
        let kind = self.tokens[self.next].kind;
        let is_divisible = matches!(kind, TokenKind::AndAnd | TokenKind::OrOr | TokenKind::Power | TokenKind::Coalesce);
        if !is_whole && !is_divisible {
            return false;
        }
        let start = self.tokens[self.next].span.start as usize + self.written;
        let from = self.position();
        output.push_str(&self.source.text[from..start]);
        output.push_str(text);
        if is_whole {
            self.next += 1;
            self.written = 0;
        } else {
            self.written += text.len();
        }
        true
    }

    fn skip_to(&mut self, end: u32) {
        while self.tokens[self.next].kind != TokenKind::End && self.tokens[self.next].span.start < end {
            self.next += 1;
            self.written = 0;
        }
    }

    /// Writes the tokens up to the bracket that ends the group, if they are `text`.
    fn take_group(&mut self, output: &mut String, text: &str) -> bool {
        let mut end = self.next;
        while self.tokens[end].kind != TokenKind::End {
            let token = self.tokens[end];
            let partner = token.partner as usize;
            if token.partner != NO_PARTNER && partner < end {
                break;
            }
            end = if token.partner == NO_PARTNER { end + 1 } else { partner + 1 };
        }
        let from = self.position();
        let to = if end == self.next { from } else { self.tokens[end - 1].span.end as usize };
        if self.source.text[from..to].trim() != text.trim() {
            return false;
        }
        output.push_str(&self.source.text[from..to]);
        self.next = end;
        true
    }

    fn literal(&self, literal: &Literal) -> Option<String> {
        let token = self.tokens[self.next];
        let is_same = crate::parser::literal_of_token(self.source, token) == Some(literal.clone());
        is_same.then(|| self.source.slice(token.span).to_owned())
    }

    fn fstring_text(&self, value: &str) -> Option<String> {
        let token = self.tokens[self.next];
        let text = self.source.slice(token.span);
        (token.kind == TokenKind::FStringText && crate::lexer::unescape_fstring(text) == value).then(|| text.to_owned())
    }
}
