//! Prefix operators, and ranges without a start.

use super::brace::Empty;
use super::expression::precedence;
use super::{Parsed, Parser};
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::token::TokenKind;
use crate::tree::{Expression, ExpressionKind, UnaryOperator};

impl Parser<'_> {
    /// `..end`, `..=end`, `..`
    pub(super) fn open_range(&mut self) -> Parsed<Expression> {
        let token = self.bump();
        let inclusive = token.kind == TokenKind::RangeInclusive;
        let end = self.range_end(inclusive)?;
        Ok(self.node(token.span.to(self.previous()), ExpressionKind::Range { start: None, end, inclusive }))
    }

    pub(super) fn range_end(&mut self, inclusive: bool) -> Parsed<Option<Box<Expression>>> {
        if !inclusive && !self.begins_operand() {
            return Ok(None);
        }
        Ok(Some(Box::new(self.expression_above(precedence::RANGE + 1)?)))
    }

    /// The current token may begin an operand that belongs to what is in front of it.
    pub(super) fn begins_operand(&self) -> bool {
        self.begins_operand_at(0)
    }

    /// The same of the token so many after the current one.
    pub(super) fn begins_operand_at(&self, count: usize) -> bool {
        let token = self.ahead(count);
        if self.rules.newlines && token.newline_before {
            return false;
        }
        match token.kind {
            TokenKind::BraceOpen => self.rules.structs,
            TokenKind::Identifier
            | TokenKind::Lifetime
            | TokenKind::Integer
            | TokenKind::Float
            | TokenKind::String
            | TokenKind::Char
            | TokenKind::Byte
            | TokenKind::ByteString
            | TokenKind::FStringStart
            | TokenKind::Error
            | TokenKind::ParenthesisOpen
            | TokenKind::BracketOpen
            | TokenKind::Minus
            | TokenKind::Not
            | TokenKind::Tilde
            | TokenKind::Star
            | TokenKind::Power
            | TokenKind::Ampersand
            | TokenKind::AndAnd
            | TokenKind::Bar
            | TokenKind::OrOr
            | TokenKind::PathSeparator
            | TokenKind::Range
            | TokenKind::RangeInclusive
            | TokenKind::Less => true,
            kind => {
                kind.is_word()
                    && !matches!(
                        kind,
                        TokenKind::As
                            | TokenKind::Else
                            | TokenKind::In
                            | TokenKind::Where
                            | TokenKind::Underscore
                            | TokenKind::Mut
                            | TokenKind::Ref
                            | TokenKind::For
                    )
            }
        }
    }

    /// Prefix operators, which bind tighter than all others, then an operand with its postfix operators.
    pub(super) fn unary(&mut self) -> Parsed<Expression> {
        let token = self.token();
        let operator = match token.kind {
            TokenKind::Minus => UnaryOperator::Negate,
            TokenKind::Not => UnaryOperator::Not,
            TokenKind::Tilde => UnaryOperator::BitNot,
            TokenKind::Star => UnaryOperator::Dereference,
            TokenKind::Power => {
                return self.double(
                    |operand| ExpressionKind::Unary { operator: UnaryOperator::Dereference, operator_span: half(token.span, 1), operand },
                    |operand| ExpressionKind::Unary { operator: UnaryOperator::Dereference, operator_span: half(token.span, 0), operand },
                );
            }
            TokenKind::Ampersand => return self.reference(),
            TokenKind::AndAnd => return self.double_reference(),
            TokenKind::Plus => {
                let error = Diagnostic::error(Code::Operator, token.span, "there is no unary `+`");
                let help = if self.ahead(1).kind == TokenKind::Plus {
                    "add one with `x += 1`"
                } else {
                    "remove the `+`; an operator between two operands is missing its left one"
                };
                return Err(self.report(error.help(help)));
            }
            _ => {
                let operand = self.primary(Empty::Object)?;
                return self.postfix(operand);
            }
        };
        if operator == UnaryOperator::Negate && self.ahead(1).kind == TokenKind::Minus && self.is_joined(1) {
            let span = token.span.to(self.ahead(1).span);
            let error = Diagnostic::error(Code::Operator, span, "`--` in front of a value is ambiguous");
            return Err(self.report(error.help("subtract one with `x -= 1`; negate twice with `-(-x)`")));
        }
        self.bump();
        let operand = Box::new(self.nested(self.rules, Self::unary)?);
        let span = token.span.to(operand.span);
        Ok(self.node(span, ExpressionKind::Unary { operator, operator_span: token.span, operand }))
    }

    /// `&x`, `&mut x`
    fn reference(&mut self) -> Parsed<Expression> {
        let start = self.bump().span;
        let mutable = self.eat(TokenKind::Mut);
        let operand = Box::new(self.nested(self.rules, Self::unary)?);
        let span = start.to(operand.span);
        Ok(self.node(span, ExpressionKind::Reference { mutable, operand }))
    }

    /// `&&x`, which is one token.
    fn double_reference(&mut self) -> Parsed<Expression> {
        let start = self.bump().span;
        let mutable = self.eat(TokenKind::Mut);
        let operand = Box::new(self.nested(self.rules, Self::unary)?);
        let end = operand.span;
        self.deepen()?;
        let inner = self.node(half(start, 1).to(end), ExpressionKind::Reference { mutable, operand });
        Ok(self.node(start.to(end), ExpressionKind::Reference { mutable: false, operand: Box::new(inner) }))
    }

    /// `**x` as a prefix: two operators in one token.
    fn double(
        &mut self,
        inner: impl FnOnce(Box<Expression>) -> ExpressionKind,
        outer: impl FnOnce(Box<Expression>) -> ExpressionKind,
    ) -> Parsed<Expression> {
        let start = self.bump().span;
        let operand = Box::new(self.nested(self.rules, Self::unary)?);
        let end = operand.span;
        self.deepen()?;
        let inner = self.node(half(start, 1).to(end), inner(operand));
        Ok(self.node(start.to(end), outer(Box::new(inner))))
    }
}

/// The first or the second sign of a token of two.
fn half(span: Span, which: u32) -> Span {
    Span { start: span.start + which, end: span.start + which + 1, ..span }
}
