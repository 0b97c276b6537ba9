//! F-strings.

use super::{Parsed, Parser, Rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::unescape_fstring;
use crate::span::Span;
use crate::token::TokenKind;
use crate::tree::{Expression, ExpressionKind, FStringPart, FormatSpec};

impl Parser<'_> {
    pub(super) fn fstring(&mut self) -> Parsed<Expression> {
        let start = self.bump().span;
        let mut parts = Vec::new();
        loop {
            let token = self.token();
            match token.kind {
                TokenKind::FStringText => {
                    self.bump();
                    parts.push(FStringPart::Text { value: unescape_fstring(self.text(token.span)), span: token.span });
                }
                TokenKind::HoleStart => parts.push(self.hole()?),
                TokenKind::FStringEnd => {
                    self.bump();
                    break;
                }
                // The lexer has reported that the string has no end.
                _ => break,
            }
        }
        Ok(self.node(start.to(self.previous()), ExpressionKind::FString(parts)))
    }

    /// `{expression}` or `{expression:spec}`
    fn hole(&mut self) -> Parsed<FStringPart> {
        let start = self.bump().span;
        if self.at(TokenKind::HoleEnd) {
            let error = Diagnostic::error(Code::FString, start.to(self.span()), "an f-string's `{}` is empty");
            return Err(self.report(error.help("write an expression in the braces, or `{{}}` for braces in the text")));
        }
        let expression = Box::new(self.expression_in(Rules::GROUP)?);
        let spec = if self.at(TokenKind::HoleSpec) {
            let span = self.bump().span;
            let span = Span { start: span.start + 1, ..span };
            Some(FormatSpec { text: self.text(span).to_owned(), span })
        } else {
            None
        };
        match self.kind() {
            TokenKind::HoleEnd => {
                self.bump();
            }
            // The lexer has reported that the hole has no end.
            TokenKind::FStringEnd | TokenKind::End => {}
            _ => return Err(self.unexpected("`}` after the expression")),
        }
        Ok(FStringPart::Hole { span: start.to(self.previous()), expression, spec })
    }
}
