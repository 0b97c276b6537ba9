//! The values of literals.

use super::Parser;
use crate::lexer::{NumberText, unescape, unescape_bytes};
use crate::source::Source;
use crate::token::{Token, TokenKind};
use crate::tree::{Expression, ExpressionKind, Literal, Text};

impl Parser<'_> {
    pub(super) fn literal(&mut self) -> Expression {
        let token = self.bump();
        let literal = self.literal_of(token);
        self.node(token.span, ExpressionKind::Literal(literal))
    }

    /// The value of a token that is a literal.
    pub(super) fn literal_of(&self, token: Token) -> Literal {
        literal_of_token(self.source, token).unwrap_or(Literal::Null)
    }

    pub(super) fn text_of_string(&self, token: Token) -> Text {
        string_value(self.text(token.span))
    }
}

/// The value of a token, if it is a literal.
pub(crate) fn literal_of_token(source: &Source, token: Token) -> Option<Literal> {
    let text = source.slice(token.span);
    Some(match token.kind {
        TokenKind::Integer | TokenKind::Float => NumberText(text).literal(),
        TokenKind::Char => Literal::Char(unescape(&text[1..text.len() - 1]).chars().next().unwrap_or('\'')),
        TokenKind::Byte => Literal::Byte(unescape_bytes(&text[2..text.len() - 1]).first().copied().unwrap_or(0)),
        TokenKind::ByteString => Literal::ByteString(bytes_value(&text[1..])),
        TokenKind::True | TokenKind::False => Literal::Bool(token.kind == TokenKind::True),
        TokenKind::Null => Literal::Null,
        TokenKind::String => Literal::String(string_value(text)),
        _ => return None,
    })
}

/// The value of a string with its quotes.
fn string_value(text: &str) -> Text {
    if let Some(raw) = text.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        return Text { value: raw[hashes + 1..raw.len() - hashes - 1].to_owned(), raw: true };
    }
    if let Some(escaped) = text.strip_prefix("\\\"") {
        // A string in a hole, whose quotes are escaped, was in the f-string's text: its escapes are escaped as well.
        return Text { value: unescape(&unescape(escaped.strip_suffix("\\\"").unwrap_or(escaped))), raw: false };
    }
    Text { value: unescape(&text[1..text.len() - 1]), raw: false }
}

/// The value of a byte string with its quotes, without its `b`.
fn bytes_value(text: &str) -> Vec<u8> {
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(text) => unescape_bytes(text),
        None => string_value(text).value.into_bytes(),
    }
}
