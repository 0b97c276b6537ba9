//! Closures in all their spellings, and parameters.

use super::brace::Empty;
use super::expression::precedence;
use super::{Parsed, Parser, Rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::token::TokenKind;
use crate::tree::{Expression, ExpressionKind, Lambda, LambdaStyle, Parameter};

impl Parser<'_> {
    /// `|x| …`, `|| …`, `move |x| …`
    pub(super) fn bars(&mut self) -> Parsed<Expression> {
        let start = self.span();
        let is_move = self.eat(TokenKind::Move);
        let mut parameters = Vec::new();
        if !self.eat(TokenKind::OrOr) {
            self.expect(TokenKind::Bar)?;
            while !self.at(TokenKind::Bar) {
                parameters.push(self.nested(Rules::GROUP, Self::bar_parameter)?);
                if !self.eat(TokenKind::Comma) {
                    break;
                }
            }
            self.expect(TokenKind::Bar)?;
        }
        self.lambda(start, LambdaStyle::Bars, is_move, parameters)
    }

    fn bar_parameter(&mut self) -> Parsed<Parameter> {
        let start = self.span();
        let pattern = self.pattern_without_alternatives()?;
        let ty = if self.eat(TokenKind::Colon) { Some(self.ty()?) } else { None };
        Ok(Parameter { id: self.new_id(), span: start.to(self.previous()), pattern, ty, default: None })
    }

    /// `x => …`
    pub(super) fn arrow_of_name(&mut self) -> Parsed<Expression> {
        let start = self.span();
        let pattern = self.pattern_without_alternatives()?;
        let parameter = Parameter { id: self.new_id(), span: start, pattern, ty: None, default: None };
        self.lambda(start, LambdaStyle::Arrow, false, vec![parameter])
    }

    /// `(a, b) => …`
    pub(super) fn arrow(&mut self) -> Parsed<Expression> {
        let start = self.span();
        let parameters = self.parameters(false)?;
        self.lambda(start, LambdaStyle::Arrow, false, parameters)
    }

    /// `fun(a, b) { … }`, `fun(a) => …`
    pub(super) fn fun_lambda(&mut self) -> Parsed<Expression> {
        let start = self.bump().span;
        if self.at(TokenKind::Identifier) {
            let error =
                Diagnostic::error(Code::Expected, self.span(), "a function with a name cannot be a value here").label("remove the name");
            return Err(self
                .report(error.help("declare the function as a statement of its own, and use its name; or write a closure: `|x| x + 1`")));
        }
        if !self.at(TokenKind::ParenthesisOpen) {
            return Err(self.unexpected("`(` and the parameters of the closure"));
        }
        let parameters = self.parameters(false)?;
        self.lambda(start, LambdaStyle::Fun, false, parameters)
    }

    /// The result and the body of a closure.
    fn lambda(&mut self, start: crate::span::Span, style: LambdaStyle, is_move: bool, parameters: Vec<Parameter>) -> Parsed<Expression> {
        let result = if style != LambdaStyle::Arrow && self.eat(TokenKind::Arrow) { Some(self.ty()?) } else { None };
        let body = match style {
            LambdaStyle::Bars => self.body_of_closure()?,
            LambdaStyle::Arrow => {
                self.expect(TokenKind::FatArrow)?;
                self.body_of_closure()?
            }
            LambdaStyle::Fun if self.eat(TokenKind::FatArrow) => self.body_of_closure()?,
            LambdaStyle::Fun => {
                let block = self.block()?;
                self.node(block.span, ExpressionKind::Block { label: None, block })
            }
        };
        let span = start.to(self.previous());
        Ok(self.node(span, ExpressionKind::Lambda(Box::new(Lambda { style, is_move, parameters, result, body }))))
    }

    /// An expression in which `{}` at the start is a block.
    fn body_of_closure(&mut self) -> Parsed<Expression> {
        if !self.at(TokenKind::BraceOpen) {
            return self.expression();
        }
        self.nested(self.rules, |parser| {
            let block = parser.braces(Empty::Block)?;
            let value = parser.postfix(block)?;
            parser.operators_after(value, precedence::ANY)
        })
    }
}
