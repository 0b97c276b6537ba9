//! Looking at tokens, taking them, reporting what is missing, and skipping what cannot be read.

use super::{DEPTH_MAX, Parsed, Parser, Reported, Rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::closing;
use crate::span::Span;
use crate::token::{NO_PARTNER, Token, TokenKind};
use crate::tree::Name;

impl<'a> Parser<'a> {
    pub(super) fn token(&self) -> Token {
        self.ahead(0)
    }

    pub(super) fn kind(&self) -> TokenKind {
        self.ahead(0).kind
    }

    pub(super) fn span(&self) -> Span {
        self.ahead(0).span
    }

    /// The token so many after the current one; after the last token the last token again.
    pub(super) fn ahead(&self, count: usize) -> Token {
        self.steps.set(self.steps.get() + 1);
        self.tokens[(self.position + count).min(self.tokens.len() - 1)]
    }

    pub(super) fn at(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    /// The current token is a name with this text, which is a word only here.
    pub(super) fn at_word(&self, word: &str) -> bool {
        self.is_word(0, word)
    }

    pub(super) fn is_word(&self, count: usize, word: &str) -> bool {
        let token = self.ahead(count);
        token.kind == TokenKind::Identifier && self.text(token.span) == word
    }

    pub(super) fn text(&self, span: Span) -> &'a str {
        self.source.slice(span)
    }

    /// The span of the token before the current one.
    pub(super) fn previous(&self) -> Span {
        self.tokens[self.position.saturating_sub(1)].span
    }

    /// Nothing is between the token so many ahead and the one before it.
    pub(super) fn is_joined(&self, count: usize) -> bool {
        let index = (self.position + count).min(self.tokens.len() - 1);
        index > 0 && self.tokens[index - 1].span.end == self.tokens[index].span.start
    }

    /// Takes the current token; the last one stays.
    pub(super) fn bump(&mut self) -> Token {
        let token = self.token();
        self.has_bad_token |= token.kind == TokenKind::Error;
        if self.position + 1 < self.tokens.len() {
            self.position += 1;
        }
        token
    }

    pub(super) fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.at(kind);
        if found {
            self.bump();
        }
        found
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.bump();
        }
        found
    }

    /// Takes a token of this kind, or reports that it is missing.
    pub(super) fn expect(&mut self, kind: TokenKind) -> Parsed<Token> {
        if self.at(kind) { Ok(self.bump()) } else { Err(self.unexpected(&format!("`{}`", kind.text().unwrap_or("a token")))) }
    }

    /// Takes the bracket that ends the group that `open` began, or reports that it is missing.
    pub(super) fn expect_close(&mut self, open: Token, also: &str) -> Parsed<Token> {
        let Some(close) = closing(open.kind) else { return Err(Reported) };
        if self.at(close) {
            return Ok(self.bump());
        }
        let (open_text, close_text) = (open.kind.text().unwrap_or("("), close.text().unwrap_or(")"));
        let found = self.describe();
        let here = self.missing_place();
        let error = Diagnostic::error(Code::Expected, here, format!("expected `{close_text}`{also}, found {found}"))
            .note_at(open.span, format!("this `{open_text}` is not closed"));
        let begins_value = matches!(self.kind(), TokenKind::Identifier | TokenKind::Integer | TokenKind::Float | TokenKind::String);
        let error =
            if also.contains(',') && begins_value && !self.token().newline_before { error.help("separate them by `,`") } else { error };
        Err(self.report(error.label(format!("expected `{close_text}`"))))
    }

    /// Where something is missing: at the current token, or at the end of the line before it.
    pub(super) fn missing_place(&self) -> Span {
        if self.token().newline_before || self.at(TokenKind::End) { self.previous().after() } else { self.span() }
    }

    /// A name that is bound or used. Reserved words are reported.
    pub(super) fn name(&mut self, what: &str) -> Parsed<Name> {
        let token = self.token();
        if token.kind == TokenKind::Identifier {
            self.bump();
            return Ok(self.name_of(token.span));
        }
        if token.kind.is_word() && token.kind != TokenKind::Underscore {
            let word = self.text(token.span);
            let error =
                Diagnostic::error(Code::ReservedWord, token.span, format!("`{word}` is a reserved word and cannot be the name of {what}"));
            return Err(self.report(error.label("expected a name").help(format!("choose another name, such as `{word}_` or `the_{word}`"))));
        }
        Err(self.unexpected(&format!("the name of {what}")))
    }

    /// A name after a `.` or as a key, where reserved words are names.
    pub(super) fn any_name(&mut self, what: &str) -> Parsed<Name> {
        let token = self.token();
        if token.kind == TokenKind::Identifier || token.kind.is_word() && token.kind != TokenKind::Underscore {
            self.bump();
            return Ok(self.name_of(token.span));
        }
        Err(self.unexpected(&format!("the name of {what}")))
    }

    pub(super) fn name_of(&self, span: Span) -> Name {
        let text = self.text(span);
        Name { text: text.strip_prefix("r#").unwrap_or(text).to_owned(), span }
    }

    /// `'name`, without the quote.
    pub(super) fn lifetime(&mut self) -> Name {
        let span = self.bump().span;
        Name { text: self.text(span).trim_start_matches('\'').to_owned(), span }
    }

    /// The current token, as messages name it.
    pub(super) fn describe(&self) -> String {
        let token = self.token();
        match token.kind {
            TokenKind::End => "the end of the file".to_owned(),
            TokenKind::FStringStart => "an f-string".to_owned(),
            TokenKind::FStringText | TokenKind::FStringEnd => "the end of the expression".to_owned(),
            kind if kind.is_word() => format!("the reserved word `{}`", self.text(token.span)),
            kind => {
                let text = self.text(token.span);
                let short: String = text.lines().next().unwrap_or("").chars().take(30).collect();
                let dots = if short.len() < text.len() { "…" } else { "" };
                let what = if matches!(kind, TokenKind::String | TokenKind::ByteString) { "the string " } else { "" };
                format!("{what}`{short}{dots}`")
            }
        }
    }

    /// Reports that something else was expected at the current token.
    pub(super) fn unexpected(&mut self, expected: &str) -> Reported {
        let here = if self.at(TokenKind::End) { self.previous().after() } else { self.span() };
        let error = Diagnostic::error(Code::Expected, here, format!("expected {expected}, found {}", self.describe()));
        self.report(error.label(format!("expected {expected}")))
    }

    /// Records an error, unless one was already recorded at the current token, or by the lexer about it.
    pub(super) fn report(&mut self, error: Diagnostic) -> Reported {
        let is_bad = |index: usize| self.tokens[index].kind == TokenKind::Error;
        let follows_bad = self.has_bad_token || is_bad(self.position) || is_bad(self.position.saturating_sub(1));
        if self.last_error != Some(self.position) && !follows_bad && !self.is_too_deep {
            let before = self.previous();
            let is_multiline =
                self.position > 0 && self.tokens[self.position - 1].kind == TokenKind::String && self.text(before).contains('\n');
            self.diagnostics.push(if is_multiline {
                error.note_at(before.before(), "this string spans several lines: its end may be missing")
            } else {
                error
            });
        }
        self.last_error = Some(self.position);
        Reported
    }

    /// Reads a construct that is nested in the current one, with the given rules.
    pub(super) fn nested<T>(&mut self, rules: Rules, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEPTH_MAX {
            return Err(self.too_deep());
        }
        let rules = std::mem::replace(&mut self.rules, rules);
        let peak = std::mem::replace(&mut self.peak, 0);
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        self.rules = rules;
        self.peak = peak.max(self.peak + 1);
        result
    }

    /// Counts a node that has what was read so far in the current construct below it.
    pub(super) fn deepen(&mut self) -> Parsed<()> {
        self.peak += 1;
        if self.depth + self.peak > DEPTH_MAX { Err(self.too_deep()) } else { Ok(()) }
    }

    fn too_deep(&mut self) -> Reported {
        let error = Diagnostic::error(Code::TooDeep, self.span(), format!("this is nested more than {DEPTH_MAX} levels deep"));
        let reported = self.report(error.help("give parts of it names with `let`, or move them into functions"));
        self.is_too_deep = true;
        self.position = self.tokens.len() - 1;
        reported
    }

    /// The indentation of the line on which a token starts, in characters.
    pub(super) fn indentation(&self, span: Span) -> usize {
        let line = self.source.line(self.source.line_of(span.start));
        line.len() - line.trim_start().len()
    }

    /// Skips to where the next statement may begin, after an error in a statement that starts at the token `start`.
    pub(super) fn recover(&mut self, start: usize) {
        self.recover_to(start, TokenKind::Semicolon);
    }

    /// Skips to where the next statement, arm or field may begin: after `separator`, or where [`Self::recover`] stops.
    pub(super) fn recover_to(&mut self, start: usize, separator: TokenKind) {
        let indent = self.indentation(self.tokens[start].span);
        loop {
            let token = self.token();
            match token.kind {
                TokenKind::End => return,
                TokenKind::BraceClose if token.partner != NO_PARTNER && token.partner as usize >= start => {
                    // It closes what the statement has opened.
                    self.bump();
                }
                TokenKind::BraceClose if self.block_end.is_none_or(|end| self.position >= end) => return,
                kind if kind == separator => {
                    self.bump();
                    return;
                }
                _ if self.position > start
                    && token.newline_before
                    && (begins_item(token.kind) || self.indentation(token.span) <= indent) =>
                {
                    return;
                }
                kind if closing(kind).is_some() && token.partner != NO_PARTNER => {
                    self.position = token.partner as usize;
                    self.bump();
                }
                _ => {
                    self.bump();
                }
            }
        }
    }
}

/// A word that begins a statement and nothing else.
pub(super) fn begins_item(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Let
            | TokenKind::Pub
            | TokenKind::Struct
            | TokenKind::Enum
            | TokenKind::Trait
            | TokenKind::Impl
            | TokenKind::Mod
            | TokenKind::Use
            | TokenKind::Const
            | TokenKind::Static
            | TokenKind::Type
            | TokenKind::Fun
            | TokenKind::Fn
    )
}
