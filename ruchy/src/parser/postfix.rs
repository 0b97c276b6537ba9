//! What follows an operand: fields, methods, calls, indices, `?`, `++` and `--`.

use super::{Parsed, Parser, Rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::TokenKind;
use crate::tree::{Expression, ExpressionKind, Literal};

impl Parser<'_> {
    /// Reads the postfix operators of an operand.
    pub(super) fn postfix(&mut self, mut value: Expression) -> Parsed<Expression> {
        while self.goes_on() {
            value = match self.kind() {
                TokenKind::Dot => self.member(value)?,
                TokenKind::ParenthesisOpen => self.call(value)?,
                TokenKind::BracketOpen => self.index(value)?,
                TokenKind::Question if !self.at_ternary() => self.try_operator(value),
                TokenKind::Coalesce if self.at_try_twice() => self.try_twice(value)?,
                TokenKind::Plus | TokenKind::Minus if self.at_increment() => self.increment(value),
                _ => break,
            };
            self.deepen()?;
        }
        Ok(value)
    }

    /// `.field`, `.0`, `.method(…)`, `.method::<T>(…)`
    fn member(&mut self, value: Expression) -> Parsed<Expression> {
        let dot = self.bump().span;
        let start = value.span;
        if self.at(TokenKind::Integer) {
            if matches!(value.kind, ExpressionKind::Literal(Literal::Float(_))) {
                let error = Diagnostic::error(Code::Number, dot.to(self.span()), "a number has one decimal point");
                return Err(self.report(error.help("remove one of the points; a version or an address is text: \"1.2.3\"")));
            }
            let span = self.bump().span;
            let name = self.name_of(span);
            return Ok(self.node(start.to(span), ExpressionKind::Field { value: Box::new(value), name }));
        }
        self.refuse_member()?;
        let name = self.any_name("a field or method")?;
        let generics = if self.at(TokenKind::PathSeparator) {
            self.bump();
            Some(self.generic_arguments()?)
        } else {
            None
        };
        if generics.is_some() && !self.at(TokenKind::ParenthesisOpen) {
            return Err(self.unexpected("the arguments of the method"));
        }
        if !self.at(TokenKind::ParenthesisOpen) || self.rules.newlines && self.token().newline_before {
            return Ok(self.node(start.to(name.span), ExpressionKind::Field { value: Box::new(value), name }));
        }
        let arguments = self.arguments()?;
        let span = start.to(self.previous());
        Ok(self.node(span, ExpressionKind::MethodCall { receiver: Box::new(value), method: name, generics, arguments }))
    }

    fn call(&mut self, function: Expression) -> Parsed<Expression> {
        let arguments = self.arguments()?;
        let span = function.span.to(self.previous());
        Ok(self.node(span, ExpressionKind::Call { function: Box::new(function), arguments }))
    }

    /// `(a, ...b)`
    pub(super) fn arguments(&mut self) -> Parsed<Vec<Expression>> {
        let open = self.token();
        self.nested(Rules::GROUP, |parser| {
            parser.bump();
            let mut arguments = Vec::new();
            while !parser.at(TokenKind::ParenthesisClose) {
                if parser.at(TokenKind::Identifier) && parser.ahead(1).kind == TokenKind::Colon {
                    let name = parser.text(parser.span());
                    let error = Diagnostic::error(Code::NamedArgument, parser.span(), format!("arguments have no names: `{name}:`"));
                    return Err(parser.report(error.help("write the values alone, in the order of the parameters")));
                }
                arguments.push(parser.element()?);
                if !parser.eat(TokenKind::Comma) {
                    break;
                }
            }
            parser.expect_close(open, " or `,`")?;
            Ok(arguments)
        })
    }

    fn index(&mut self, value: Expression) -> Parsed<Expression> {
        let open = self.token();
        let index = self.nested(Rules::GROUP, |parser| {
            parser.bump();
            let index = parser.expression()?;
            parser.expect_close(open, "")?;
            Ok(Box::new(index))
        })?;
        let span = value.span.to(self.previous());
        Ok(self.node(span, ExpressionKind::Index { value: Box::new(value), index }))
    }

    fn try_operator(&mut self, value: Expression) -> Expression {
        let end = self.bump().span;
        self.node(value.span.to(end), ExpressionKind::Try(Box::new(value)))
    }

    /// `f()??` is two operators: no space is in front of them, and a space or no operand follows.
    fn at_try_twice(&self) -> bool {
        self.is_joined(0) && (!self.is_joined(1) || !self.begins_operand_at(1))
    }

    /// `??` as two operators in one token.
    fn try_twice(&mut self, value: Expression) -> Parsed<Expression> {
        let span = self.bump().span;
        let first_end = crate::span::Span { end: span.start + 1, ..span };
        let first = self.node(value.span.to(first_end), ExpressionKind::Try(Box::new(value)));
        self.deepen()?;
        Ok(self.node(first.span.to(span), ExpressionKind::Try(Box::new(first))))
    }

    /// `++` or `--` after a place, at the end of a statement.
    fn at_increment(&self) -> bool {
        let (first, second, after) = (self.token(), self.ahead(1), self.ahead(2));
        let ends = after.newline_before
            || matches!(
                after.kind,
                TokenKind::Semicolon
                    | TokenKind::Comma
                    | TokenKind::ParenthesisClose
                    | TokenKind::BracketClose
                    | TokenKind::BraceClose
                    | TokenKind::End
            );
        first.kind == second.kind && !first.newline_before && self.is_joined(1) && ends
    }

    fn increment(&mut self, place: Expression) -> Expression {
        let decrement = self.bump().kind == TokenKind::Minus;
        let end = self.bump().span;
        self.node(place.span.to(end), ExpressionKind::Increment { place: Box::new(place), decrement, prefix: false })
    }
}
