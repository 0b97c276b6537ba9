//! Lists and comprehensions.

use super::{Parsed, Parser, Rules};
use crate::lexer::closing;
use crate::token::{Token, TokenKind};
use crate::tree::{Comprehension, ComprehensionClause, ComprehensionKind, Expression, ExpressionKind};

impl Parser<'_> {
    /// `[]`, `[a, ...b]`, `[value; count]`, `[x for x in xs]`
    pub(super) fn list(&mut self) -> Parsed<Expression> {
        let open = self.token();
        self.nested(Rules::GROUP, |parser| {
            parser.bump();
            let mut elements = Vec::new();
            while !parser.at(TokenKind::BracketClose) {
                let element = parser.element()?;
                if elements.is_empty() && parser.at(TokenKind::For) {
                    return parser.comprehension(open, element, None);
                }
                if elements.is_empty() && parser.eat(TokenKind::Semicolon) {
                    let count = Box::new(parser.expression()?);
                    let close = parser.expect_close(open, "")?;
                    return Ok(parser.node(open.span.to(close.span), ExpressionKind::Repeat { value: Box::new(element), count }));
                }
                elements.push(element);
                if !parser.eat(TokenKind::Comma) {
                    break;
                }
            }
            let close = parser.expect_close(open, " or `,`")?;
            Ok(parser.node(open.span.to(close.span), ExpressionKind::List(elements)))
        })
    }

    /// An expression, or `...expression`.
    pub(super) fn element(&mut self) -> Parsed<Expression> {
        if !self.at(TokenKind::Ellipsis) {
            return self.expression();
        }
        let start = self.bump().span;
        let value = self.expression()?;
        Ok(self.node(start.to(value.span), ExpressionKind::Spread(Box::new(value))))
    }

    /// The clauses of a comprehension whose element was read, and its end.
    pub(super) fn comprehension(&mut self, open: Token, element: Expression, value: Option<Expression>) -> Parsed<Expression> {
        self.nested(Rules::GROUP, |parser| {
            let mut clauses = Vec::new();
            while parser.at(TokenKind::For) || clauses.is_empty() {
                parser.expect(TokenKind::For)?;
                let pattern = parser.loop_pattern()?;
                let iterable = parser.expression()?;
                let mut conditions = Vec::new();
                while parser.eat(TokenKind::If) {
                    conditions.push(parser.expression()?);
                }
                clauses.push(ComprehensionClause { pattern, iterable, conditions });
            }
            let close = parser.expect_close(open, "")?;
            let kind = match (closing(open.kind), &value) {
                (Some(TokenKind::BraceClose), Some(_)) => ComprehensionKind::Map,
                (Some(TokenKind::BraceClose), None) => ComprehensionKind::Set,
                _ => ComprehensionKind::List,
            };
            let comprehension = Comprehension { kind, element, value, clauses };
            Ok(parser.node(open.span.to(close.span), ExpressionKind::Comprehension(Box::new(comprehension))))
        })
    }
}
