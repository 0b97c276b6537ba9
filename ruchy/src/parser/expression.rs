//! Expressions with operators: precedence climbing, from assignments down to unary operators.

use super::statement::begins_or_continues;
use super::{Parsed, Parser, Rules};
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::is_ternary;
use crate::span::Span;
use crate::token::TokenKind;
use crate::tree::{BinaryOperator, Expression, ExpressionKind};

/// How tightly an operator binds; all are left associative but assignments and ternaries.
pub(super) mod precedence {
    pub(crate) const ANY: u8 = 0;
    pub(crate) const ASSIGN: u8 = 1;
    pub(crate) const TERNARY: u8 = 2;
    pub(crate) const OR: u8 = 3;
    pub(crate) const COALESCE: u8 = 4;
    pub(crate) const AND: u8 = 5;
    pub(crate) const PIPE: u8 = 5;
    pub(crate) const BIT_OR: u8 = 6;
    pub(crate) const RANGE: u8 = 7;
    pub(crate) const BIT_XOR: u8 = 8;
    pub(crate) const BIT_AND: u8 = 9;
    pub(crate) const EQUAL: u8 = 10;
    pub(crate) const COMPARE: u8 = 11;
    pub(crate) const SHIFT: u8 = 12;
    pub(crate) const ADD: u8 = 13;
    pub(crate) const MULTIPLY: u8 = 14;
    pub(crate) const POWER: u8 = 15;
    pub(crate) const CAST: u8 = 16;
}

/// An operator between two operands, or after one.
#[derive(Clone, Copy)]
enum Operator {
    Binary(BinaryOperator),
    Assign(Option<BinaryOperator>),
    Pipe,
    Range { inclusive: bool },
    Ternary,
    Cast,
}

impl Operator {
    fn precedence(self) -> u8 {
        match self {
            Self::Binary(operator) => operator.precedence(),
            Self::Assign(_) => precedence::ASSIGN,
            Self::Pipe => precedence::PIPE,
            Self::Range { .. } => precedence::RANGE,
            Self::Ternary => precedence::TERNARY,
            Self::Cast => precedence::CAST,
        }
    }
}

impl BinaryOperator {
    /// How tightly the operator binds; higher is tighter.
    #[must_use]
    pub fn precedence(self) -> u8 {
        match self {
            Self::Or => precedence::OR,
            Self::Coalesce => precedence::COALESCE,
            Self::And => precedence::AND,
            Self::BitOr => precedence::BIT_OR,
            Self::BitXor => precedence::BIT_XOR,
            Self::BitAnd => precedence::BIT_AND,
            Self::Equal | Self::NotEqual => precedence::EQUAL,
            Self::Less | Self::LessEqual | Self::Greater | Self::GreaterEqual => precedence::COMPARE,
            Self::ShiftLeft | Self::ShiftRight => precedence::SHIFT,
            Self::Add | Self::Subtract => precedence::ADD,
            Self::Multiply | Self::Divide | Self::Remainder => precedence::MULTIPLY,
            Self::Power => precedence::POWER,
        }
    }
}

impl Parser<'_> {
    pub(super) fn node(&mut self, span: Span, kind: ExpressionKind) -> Expression {
        Expression { id: self.new_id(), span, kind }
    }

    /// An expression by the current rules.
    pub(super) fn expression(&mut self) -> Parsed<Expression> {
        self.expression_in(self.rules)
    }

    pub(super) fn expression_in(&mut self, rules: Rules) -> Parsed<Expression> {
        self.nested(rules, |parser| parser.operators(precedence::ANY))
    }

    /// An expression in which operators below a precedence end it.
    pub(super) fn expression_above(&mut self, minimum: u8) -> Parsed<Expression> {
        self.nested(self.rules, |parser| parser.operators(minimum))
    }

    /// An expression in front of a block: a condition, or what is matched or iterated.
    pub(super) fn condition(&mut self, lets: bool) -> Parsed<Expression> {
        let token = self.token();
        let is_block = token.kind == TokenKind::BraceOpen
            && self.tokens.get(token.partner as usize + 1).is_none_or(|next| next.kind != TokenKind::BraceOpen);
        if is_block {
            return Err(self.unexpected(if lets { "a condition" } else { "a value" }));
        }
        let condition = self.expression_in(Rules { lets, ..Rules::CONDITION })?;
        if let (true, ExpressionKind::Assign { .. }) = (lets, &condition.kind) {
            let error = Diagnostic::error(Code::AssignmentAsCondition, condition.span, "this is an assignment, and not a condition");
            self.diagnostics.push(error.help("compare with `==`; a pattern is written `let pattern = value`"));
        }
        Ok(condition)
    }

    fn operators(&mut self, minimum: u8) -> Parsed<Expression> {
        let left = if matches!(self.kind(), TokenKind::Range | TokenKind::RangeInclusive) { self.open_range()? } else { self.unary()? };
        self.operators_after(left, minimum)
    }

    /// Reads the operators that follow an operand.
    pub(super) fn operators_after(&mut self, mut left: Expression, minimum: u8) -> Parsed<Expression> {
        while let Some((operator, tokens)) = self.operator() {
            if operator.precedence() < minimum || !self.goes_on() {
                break;
            }
            self.deepen()?;
            left = self.operation(left, operator, tokens)?;
        }
        Ok(left)
    }

    /// The expression goes on with the current token, although it may be in a new line.
    pub(super) fn goes_on(&self) -> bool {
        let token = self.token();
        if !self.rules.newlines || !token.newline_before {
            return true;
        }
        match token.kind {
            TokenKind::ParenthesisOpen | TokenKind::BracketOpen | TokenKind::BraceOpen => false,
            kind if begins_or_continues(kind) => self.indentation(token.span) > self.rules.indent,
            _ => true,
        }
    }

    /// The operator at the current token, and of how many tokens it is.
    fn operator(&self) -> Option<(Operator, usize)> {
        use BinaryOperator as B;
        let assign = |operator| Operator::Assign(Some(operator));
        let operator = match self.kind() {
            TokenKind::Greater => return Some(self.greater()),
            TokenKind::OrOr => Operator::Binary(B::Or),
            TokenKind::Coalesce => Operator::Binary(B::Coalesce),
            TokenKind::AndAnd => Operator::Binary(B::And),
            TokenKind::Bar => Operator::Binary(B::BitOr),
            TokenKind::Caret => Operator::Binary(B::BitXor),
            TokenKind::Ampersand => Operator::Binary(B::BitAnd),
            TokenKind::Equal => Operator::Binary(B::Equal),
            TokenKind::NotEqual => Operator::Binary(B::NotEqual),
            TokenKind::Less => return Some(self.less()),
            TokenKind::LessEqual => Operator::Binary(B::LessEqual),
            TokenKind::Plus => Operator::Binary(B::Add),
            TokenKind::Minus => Operator::Binary(B::Subtract),
            TokenKind::Star => Operator::Binary(B::Multiply),
            TokenKind::Slash => Operator::Binary(B::Divide),
            TokenKind::Percent => Operator::Binary(B::Remainder),
            TokenKind::Power => Operator::Binary(B::Power),
            TokenKind::Assign => Operator::Assign(None),
            TokenKind::PlusAssign => assign(B::Add),
            TokenKind::MinusAssign => assign(B::Subtract),
            TokenKind::StarAssign => assign(B::Multiply),
            TokenKind::SlashAssign => assign(B::Divide),
            TokenKind::PercentAssign => assign(B::Remainder),
            TokenKind::PowerAssign => assign(B::Power),
            TokenKind::AmpersandAssign => assign(B::BitAnd),
            TokenKind::BarAssign => assign(B::BitOr),
            TokenKind::CaretAssign => assign(B::BitXor),
            TokenKind::Pipe => Operator::Pipe,
            TokenKind::Range => Operator::Range { inclusive: false },
            TokenKind::RangeInclusive => Operator::Range { inclusive: true },
            TokenKind::Question if self.at_ternary() => Operator::Ternary,
            TokenKind::As => Operator::Cast,
            _ => return None,
        };
        Some((operator, 1))
    }

    /// `>`, `>=`, `>>` or `>>=`, which are tokens `>` and `=` without space between them.
    fn greater(&self) -> (Operator, usize) {
        let joined = |count: usize, kind| self.ahead(count).kind == kind && self.is_joined(count);
        if joined(1, TokenKind::Greater) {
            if joined(2, TokenKind::Assign) {
                return (Operator::Assign(Some(BinaryOperator::ShiftRight)), 3);
            }
            return (Operator::Binary(BinaryOperator::ShiftRight), 2);
        }
        if joined(1, TokenKind::Assign) {
            return (Operator::Binary(BinaryOperator::GreaterEqual), 2);
        }
        (Operator::Binary(BinaryOperator::Greater), 1)
    }

    /// `<`, `<<` or `<<=`, which are tokens `<` and `<=` without space between them.
    fn less(&self) -> (Operator, usize) {
        match self.ahead(1).kind {
            TokenKind::Less if self.is_joined(1) => (Operator::Binary(BinaryOperator::ShiftLeft), 2),
            TokenKind::LessEqual if self.is_joined(1) => (Operator::Assign(Some(BinaryOperator::ShiftLeft)), 2),
            _ => (Operator::Binary(BinaryOperator::Less), 1),
        }
    }

    /// The current `?` begins the branches of a ternary.
    pub(super) fn at_ternary(&self) -> bool {
        let span = self.span();
        is_ternary(!self.is_joined(0), &self.source.text[span.end as usize..])
    }

    fn operation(&mut self, left: Expression, operator: Operator, tokens: usize) -> Parsed<Expression> {
        let first = self.bump().span;
        let operator_span = (1..tokens).fold(first, |span, _| span.to(self.bump().span));
        let tighter = operator.precedence() + 1;
        let start = left.span;
        let left_box = Box::new(left);
        let kind = match operator {
            Operator::Binary(operator) => {
                self.check_chain(&left_box, operator, operator_span)?;
                self.check_sign(operator, operator_span)?;
                let right = Box::new(self.expression_above(tighter)?);
                ExpressionKind::Binary { operator, operator_span, left: left_box, right }
            }
            Operator::Assign(None) => {
                if self.at(TokenKind::Greater) && self.is_joined(0) {
                    let error =
                        Diagnostic::error(Code::Operator, operator_span.to(self.span()), "`=>` is not an operator").help("write `>=`");
                    return Err(self.report(error));
                }
                ExpressionKind::Assign { place: left_box, value: Box::new(self.expression_above(precedence::ASSIGN)?) }
            }
            Operator::Assign(Some(operator)) => {
                let value = Box::new(self.expression_above(precedence::ASSIGN)?);
                ExpressionKind::AssignOperator { operator, operator_span, place: left_box, value }
            }
            Operator::Pipe => ExpressionKind::Pipeline { value: left_box, function: Box::new(self.expression_above(tighter)?) },
            Operator::Range { inclusive } => {
                let end = self.range_end(inclusive)?;
                ExpressionKind::Range { start: Some(left_box), end, inclusive }
            }
            Operator::Ternary => {
                let then = Box::new(self.expression_in(Rules { newlines: false, ..self.rules })?);
                if !self.at(TokenKind::Colon) {
                    return Err(self.ternary_without_colon(operator_span));
                }
                self.bump();
                let otherwise = Box::new(self.expression_above(precedence::TERNARY)?);
                ExpressionKind::Ternary { condition: left_box, then, otherwise }
            }
            Operator::Cast => ExpressionKind::Cast { value: left_box, ty: self.cast_type()? },
        };
        Ok(self.node(start.to(self.previous()), kind))
    }

    fn ternary_without_colon(&mut self, question: Span) -> super::Reported {
        let found = self.describe();
        let error =
            Diagnostic::error(Code::Expected, self.missing_place(), format!("expected `:` and the other branch of `?`, found {found}"));
        self.report(
            error
                .note_at(question, "this `?` begins a ternary, because there is space in front of it")
                .help("write `c ? a : b`; the operator that returns an error is written without space: `value?`"),
        )
    }

    /// Comparisons are not chained: `a < b < c`.
    fn check_chain(&mut self, left: &Expression, operator: BinaryOperator, span: Span) -> Parsed<()> {
        let ExpressionKind::Binary { operator: before, left: first, right: middle, .. } = &left.kind else { return Ok(()) };
        let is_ordering = |operator: BinaryOperator| operator.precedence() == precedence::COMPARE;
        if !is_ordering(*before) || !is_ordering(operator) {
            return Ok(());
        }
        let error = Diagnostic::error(Code::ChainedComparison, span, "comparisons cannot be chained");
        let (first, middle) = (self.text(first.span), self.text(middle.span));
        if *before == BinaryOperator::Less
            && operator == BinaryOperator::Greater
            && matches!(self.kind(), TokenKind::PathSeparator | TokenKind::ParenthesisOpen)
        {
            return Err(
                self.report(error.help(format!("types of a function or type are written with `::` in expressions: `{first}::<{middle}>`")))
            );
        }
        if *before == BinaryOperator::Less && operator == BinaryOperator::Greater && self.text(left.span).ends_with('<') {
            return Err(self.report(error.help("write `!=`")));
        }
        Err(self.report(error.help(format!(
            "write two comparisons: `{first} {} {middle} && {middle} {} …`",
            before.symbol(),
            operator.symbol()
        ))))
    }

    /// Reports signs that other languages have, made of two of ours: `===`, `<>`.
    fn check_sign(&mut self, operator: BinaryOperator, span: Span) -> Parsed<()> {
        let instead = match (operator, self.kind()) {
            (BinaryOperator::Equal, TokenKind::Assign) => "==",
            (BinaryOperator::NotEqual, TokenKind::Assign) | (BinaryOperator::Less, TokenKind::Greater) => "!=",
            _ => return Ok(()),
        };
        if !self.is_joined(0) {
            return Ok(());
        }
        let span = span.to(self.span());
        let error = Diagnostic::error(Code::Operator, span, format!("`{}` is not an operator", self.text(span)));
        Err(self.report(error.help(format!("write `{instead}`"))))
    }
}
