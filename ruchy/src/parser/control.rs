//! Branches, loops, `try`, and what leaves them.

use super::brace::Empty;
use super::expression::precedence;
use super::{Parsed, Parser, Reported, Rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::span::Span;
use crate::token::{NO_PARTNER, TokenKind};
use crate::tree::{Arm, BinaryOperator, Block, Catch, Expression, ExpressionKind, Name, Pattern, StatementKind, TryCatch};

impl Parser<'_> {
    /// An expression at the start of a statement, or as the body of an arm: after the `}` of its block it ends.
    pub(super) fn statement_expression(&mut self) -> Parsed<Expression> {
        if self.at_prefix_increment() {
            return self.prefix_increment();
        }
        let is_block = matches!(
            self.kind(),
            TokenKind::BraceOpen
                | TokenKind::If
                | TokenKind::Match
                | TokenKind::Loop
                | TokenKind::While
                | TokenKind::For
                | TokenKind::Try
                | TokenKind::Unsafe
                | TokenKind::Lifetime
        );
        if !is_block {
            return self.expression();
        }
        self.nested(self.rules, |parser| {
            let block = parser.primary(Empty::Block)?;
            let goes_on = match parser.kind() {
                TokenKind::Dot => true,
                _ if !block.is_block_like() => true,
                TokenKind::Question => true,
                kind => continues_block(kind),
            };
            if !goes_on {
                return Ok(block);
            }
            let value = parser.postfix(block)?;
            parser.operators_after(value, precedence::ANY)
        })
    }

    /// `++i` or `--i` as a statement.
    fn at_prefix_increment(&self) -> bool {
        let (first, second) = (self.kind(), self.ahead(1).kind);
        matches!(first, TokenKind::Plus | TokenKind::Minus)
            && first == second
            && self.is_joined(1)
            && matches!(self.ahead(2).kind, TokenKind::Identifier | TokenKind::SelfValue)
    }

    fn prefix_increment(&mut self) -> Parsed<Expression> {
        let first = self.bump();
        self.bump();
        let place = Box::new(self.nested(self.rules, Self::unary)?);
        let span = first.span.to(place.span);
        Ok(self.node(span, ExpressionKind::Increment { place, decrement: first.kind == TokenKind::Minus, prefix: true }))
    }

    pub(super) fn if_expression(&mut self) -> Parsed<Expression> {
        let start = self.bump().span;
        let condition = Box::new(self.condition(true)?);
        let then = self.block()?;
        let otherwise = if self.eat(TokenKind::Else) {
            Some(Box::new(if self.at(TokenKind::If) { self.nested(self.rules, Self::if_expression)? } else { self.block_expression()? }))
        } else {
            None
        };
        Ok(self.node(start.to(self.previous()), ExpressionKind::If { condition, then, otherwise }))
    }

    fn block_expression(&mut self) -> Parsed<Expression> {
        let block = self.block()?;
        Ok(self.node(block.span, ExpressionKind::Block { label: None, block }))
    }

    /// `let pattern = value` in a condition; the value ends at `&&`.
    pub(super) fn let_condition(&mut self) -> Parsed<Expression> {
        let start = self.bump().span;
        let pattern = Box::new(self.pattern()?);
        self.expect(TokenKind::Assign)?;
        let rules = Rules { lets: false, ..self.rules };
        let value = self.nested(rules, |parser| {
            let value = parser.expression_above(BinaryOperator::And.precedence() + 1)?;
            if parser.at(TokenKind::Coalesce) || parser.at(TokenKind::Pipe) {
                parser.operators_after(value, precedence::COALESCE)
            } else {
                Ok(value)
            }
        })?;
        let span = start.to(value.span);
        Ok(self.node(span, ExpressionKind::Let { pattern, value: Box::new(value) }))
    }

    pub(super) fn match_expression(&mut self) -> Parsed<Expression> {
        let start = self.bump().span;
        let value = Box::new(self.condition(false)?);
        let open = self.token();
        if open.kind != TokenKind::BraceOpen {
            return Err(self.unexpected("`{` and the arms of `match`"));
        }
        let arms = self.nested(Rules::STATEMENT, |parser| {
            parser.bump();
            let arms = parser.within(open, Self::arms);
            parser.expect_close(open, "")?;
            Ok(arms)
        })?;
        Ok(self.node(start.to(self.previous()), ExpressionKind::Match { value, arms }))
    }

    fn arms(&mut self) -> Vec<Arm> {
        let mut arms = Vec::new();
        while !matches!(self.kind(), TokenKind::BraceClose | TokenKind::End) {
            let start = self.position;
            let rules = Rules { indent: self.indentation(self.span()), ..Rules::STATEMENT };
            match self.nested(rules, Self::arm) {
                Ok(arm) => arms.push(arm),
                Err(Reported) => self.recover_to(start, TokenKind::Comma),
            }
        }
        arms
    }

    fn arm(&mut self) -> Parsed<Arm> {
        let start = self.span();
        let pattern = self.pattern()?;
        let guard = if self.eat(TokenKind::If) {
            Some(self.expression_in(Rules { arrows: false, newlines: false, lets: true, ..self.rules })?)
        } else {
            None
        };
        if !self.at(TokenKind::FatArrow) {
            let error =
                Diagnostic::error(Code::Expected, self.span(), format!("expected `=>` after the pattern, found {}", self.describe()));
            return Err(
                self.report(error.label("expected `=>`").help("an arm is written `pattern => value,`; alternatives are written `a | b`"))
            );
        }
        self.bump();
        let body = self.statement_expression()?;
        let span = start.to(self.previous());
        let token = self.token();
        if !self.eat(TokenKind::Comma) && !body.is_block_like() && token.kind != TokenKind::BraceClose && !token.newline_before {
            let help = if token.kind == TokenKind::Semicolon {
                "arms end in `,`; several statements need a block: `=> { …; … }`"
            } else {
                "separate arms with `,` or a newline"
            };
            let error = Diagnostic::error(Code::Expected, token.span, format!("expected `,` after the arm, found {}", self.describe()));
            return Err(self.report(error.label("expected `,`").help(help)));
        }
        Ok(Arm { id: self.new_id(), span, pattern, guard, body })
    }

    /// `'label: loop { … }` and its like.
    pub(super) fn labelled(&mut self) -> Parsed<Expression> {
        let start = self.span();
        if self.ahead(1).kind != TokenKind::Colon {
            return Err(self.unclosed_character(start));
        }
        let label = self.lifetime();
        self.bump();
        let mut expression = match self.kind() {
            TokenKind::Loop | TokenKind::While | TokenKind::For => self.loop_expression(Some(label))?,
            TokenKind::BraceOpen => {
                let block = self.block()?;
                self.node(block.span, ExpressionKind::Block { label: Some(label), block })
            }
            _ => return Err(self.unexpected("a loop or a block after the label")),
        };
        expression.span = start.to(expression.span);
        Ok(expression)
    }

    /// Reports `'name` without a second quote, or text in single quotes.
    fn unclosed_character(&mut self, span: Span) -> Reported {
        let label = self.text(span);
        let error = Diagnostic::error(Code::Expected, span, format!("`{label}` is neither a character nor the label of a loop"));
        let line = self.source.line(self.source.line_of(span.start));
        if line.matches('\'').count() > 1 {
            let reported = self.report(error.help("write text in double quotes: `\"…\"`"));
            // What follows in the line is text.
            self.has_bad_token = true;
            return reported;
        }
        self.report(error.help(format!("a character ends with a quote, `{label}'`, and a label is followed by a loop: `{label}: for …`")))
    }

    pub(super) fn loop_expression(&mut self, label: Option<Name>) -> Parsed<Expression> {
        let word = self.bump();
        let kind = match word.kind {
            TokenKind::Loop => ExpressionKind::Loop { label, body: self.block()? },
            TokenKind::While => {
                let condition = Box::new(self.condition(true)?);
                ExpressionKind::While { label, condition, body: self.block()? }
            }
            _ => {
                self.refuse_counting_loop()?;
                let pattern = Box::new(self.loop_pattern()?);
                let iterable = Box::new(self.condition(false)?);
                ExpressionKind::For { label, pattern, iterable, body: self.block()? }
            }
        };
        Ok(self.node(word.span.to(self.previous()), kind))
    }

    /// `pattern in`
    pub(super) fn loop_pattern(&mut self) -> Parsed<Pattern> {
        let pattern = self.pattern()?;
        if self.at(TokenKind::Comma) {
            let first = self.text(pattern.span);
            let error = Diagnostic::error(Code::Expected, self.span(), "expected `in`, found `,`");
            return Err(
                self.report(error.label("expected `in`").help(format!("put several variables into parentheses: `for ({first}, …) in`")))
            );
        }
        if self.at(TokenKind::Assign) || self.at_word("of") {
            let error = Diagnostic::error(Code::Expected, self.span(), format!("expected `in`, found {}", self.describe()));
            return Err(self.report(error.label("expected `in`").help("a loop is written `for x in list` or `for i in 0..n`")));
        }
        self.expect(TokenKind::In)?;
        Ok(pattern)
    }

    /// Reports `for (let i = 0; …; …)`.
    fn refuse_counting_loop(&mut self) -> Parsed<()> {
        let open = self.token();
        if open.kind != TokenKind::ParenthesisOpen || open.partner == NO_PARTNER {
            return Ok(());
        }
        let begins = self.at_let(1) || self.ahead(2).kind == TokenKind::Assign;
        if !begins {
            return Ok(());
        }
        let error = Diagnostic::error(Code::Expected, open.span, "a loop does not count by an assignment, a condition and a step");
        Err(self.report(error.help("write `for i in 0..n { … }`, `for i in (0..n).step_by(2) { … }` or `while condition { … }`")))
    }

    pub(super) fn try_expression(&mut self) -> Parsed<Expression> {
        let start = self.bump().span;
        let body = self.block()?;
        let catch = if self.eat_word("catch") { Some(self.catch()?) } else { None };
        let finally = if self.eat_word("finally") { Some(self.block()?) } else { None };
        if catch.is_none() && finally.is_none() {
            let error = Diagnostic::error(Code::Expected, start, "this `try` has neither `catch` nor `finally`");
            let error = error.note_at(body.span.after(), "expected `catch` here");
            return Err(self.report(error.help("write `try { … } catch e { … }`; a `Result` is handled with `?` or `match`")));
        }
        let span = start.to(self.previous());
        Ok(self.node(span, ExpressionKind::TryCatch(Box::new(TryCatch { body, catch, finally }))))
    }

    /// `e { … }`, `(e) { … }`, `{ … }`
    fn catch(&mut self) -> Parsed<Catch> {
        let pattern = match self.kind() {
            TokenKind::BraceOpen => None,
            // `e {` is no struct.
            TokenKind::Identifier => Some(self.binding()?),
            _ => Some(self.pattern()?),
        };
        Ok(Catch { pattern, body: self.block()? })
    }

    /// `break`, `continue`, `return`, `throw`
    pub(super) fn jump(&mut self) -> Parsed<Expression> {
        let word = self.bump();
        let has_label = self.at(TokenKind::Lifetime) && !self.token().newline_before && self.ahead(1).kind != TokenKind::Colon;
        let kind = match word.kind {
            TokenKind::Continue => ExpressionKind::Continue { label: has_label.then(|| self.lifetime()) },
            TokenKind::Break => {
                let label = has_label.then(|| self.lifetime());
                ExpressionKind::Break { label, value: self.operand_of_jump()? }
            }
            TokenKind::Return => ExpressionKind::Return(self.operand_of_jump()?),
            _ => ExpressionKind::Throw(Box::new(self.expression()?)),
        };
        Ok(self.node(word.span.to(self.previous()), kind))
    }

    fn operand_of_jump(&mut self) -> Parsed<Option<Box<Expression>>> {
        if self.begins_operand() { Ok(Some(Box::new(self.expression()?))) } else { Ok(None) }
    }

    /// A block of one expression, for a function that is written `=> expression`.
    pub(super) fn block_of(&mut self, expression: Expression) -> Block {
        let span = expression.span;
        let kind = StatementKind::Expression(expression);
        let statement = crate::tree::Statement { id: self.new_id(), span, attributes: Vec::new(), kind, semicolon: false };
        Block { id: self.new_id(), span, statements: vec![statement] }
    }
}

/// An operator that begins no expression: it continues an expression that ends in a block.
fn continues_block(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Plus
            | TokenKind::Slash
            | TokenKind::Percent
            | TokenKind::Caret
            | TokenKind::Equal
            | TokenKind::NotEqual
            | TokenKind::Less
            | TokenKind::LessEqual
            | TokenKind::Greater
            | TokenKind::Coalesce
            | TokenKind::Pipe
            | TokenKind::As
            | TokenKind::Assign
    )
}
