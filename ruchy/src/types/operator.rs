//! Operators.

use super::body::Expect;
use super::coerce::is_literal;
use super::regroup::compared_in;
use super::ty::{Head, Int, Ty};
use super::unify::Kind;
use super::{Inference, Owner};
use crate::diagnostic::Code;
use crate::tree::{BinaryOperator, Expression, ExpressionKind, Literal, UnaryOperator};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn binary(
        &mut self,
        expression: &'tree Expression,
        operator: BinaryOperator,
        left: &'tree Expression,
        right: &'tree Expression,
    ) -> Ty {
        match operator {
            BinaryOperator::And | BinaryOperator::Or => {
                let before = self.errors.len();
                self.condition(left, operator.symbol());
                if self.errors.len() == before {
                    self.condition(right, operator.symbol());
                } else {
                    self.infer(right, &Expect::Nothing);
                }
                return Ty::Bool;
            }
            BinaryOperator::Coalesce => return self.coalesce(left, right),
            _ => {}
        }
        let a = self.infer(left, &Expect::Nothing);
        let b = self.infer(right, &Expect::Nothing);
        self.operation(expression, operator, left, right, &a, &b)
    }

    /// The type of `left operator right`, whose types are known.
    pub(super) fn operation(
        &mut self,
        expression: &'tree Expression,
        operator: BinaryOperator,
        left: &'tree Expression,
        right: &'tree Expression,
        a: &Ty,
        b: &Ty,
    ) -> Ty {
        let (a, b) = (self.operand(a), self.operand(b));
        if matches!(a, Ty::Never) || matches!(b, Ty::Never) {
            return Ty::Unknown;
        }
        // What is combined with something unknown is of a type that rustc finds.
        for (one, other) in [(&a, &b), (&b, &a)] {
            if matches!(one, Ty::Unknown | Ty::Opaque(_)) && matches!(self.variables.kind(other), Some(Kind::Int | Kind::Float)) {
                self.variables.bind(other, Ty::Unknown);
            }
        }
        let (a, b) = (self.shallow(&a), self.shallow(&b));
        if operator.is_comparison() {
            self.comparison(expression, operator, left, right, &a, &b);
            return Ty::Bool;
        }
        let (kind_a, kind_b) = (self.variables.kind(&a), self.variables.kind(&b));
        if self.regroups(expression, operator, left, right, (&a, &b)) {
            return Ty::Bool;
        }
        let on_bits = matches!(
            operator,
            BinaryOperator::BitAnd
                | BinaryOperator::BitOr
                | BinaryOperator::BitXor
                | BinaryOperator::ShiftLeft
                | BinaryOperator::ShiftRight
        );
        if on_bits && (a.is_float() || b.is_float() || kind_a == Some(Kind::Float) || kind_b == Some(Kind::Float)) {
            let message = format!("`{}` combines bits of integers, found a float", operator.symbol());
            self.error(Code::BadOperand, expression.span, message).help = Some("convert it: `… as i64`".to_owned());
            return Ty::Unknown;
        }
        if operator == BinaryOperator::Add {
            let text = |ty: &Ty, kind: Option<Kind>| ty.is_text() || kind == Some(Kind::Text) || *ty == Ty::Char;
            if text(&a, kind_a) || text(&b, kind_b) {
                self.addable_to_text(left, &a);
                self.addable_to_text(right, &b);
                return Ty::String;
            }
            if let Some(list) = self.concatenation(left, right, &a, &b) {
                return list;
            }
        }
        if operator == BinaryOperator::Multiply {
            if (a.is_text() || kind_a == Some(Kind::Text)) && (b.is_text() || kind_b == Some(Kind::Text) || b.is_float()) {
                self.bad_operands(expression, operator, &a, &b);
                return Ty::Unknown;
            }
            if a.is_text() || kind_a == Some(Kind::Text) {
                self.variables.unify(&b, &Ty::Int(Int::I64));
                return Ty::String;
            }
            if a.is_vec() && (matches!(b, Ty::Int(_)) || kind_b == Some(Kind::Int)) {
                return a;
            }
        }
        if matches!(operator, BinaryOperator::ShiftLeft | BinaryOperator::ShiftRight) {
            for side in [&a, &b] {
                if matches!(side, Ty::Char | Ty::Bool) || self.certainly_no_number(side) {
                    self.bad_operands(expression, operator, &a, &b);
                    return Ty::Unknown;
                }
                if self.variables.kind(side) == Some(Kind::Any) {
                    let int = self.variables.fresh(Kind::Int);
                    self.variables.unify(side, &int);
                }
            }
            return if let Ty::Named(Head::Item(_), _) = &a { self.operator_result(operator, &a, &b) } else { self.shallow(&a) };
        }
        match (&a, &b) {
            (Ty::Var(_), Ty::Var(_)) if kind_a == Some(Kind::Any) && kind_b == Some(Kind::Any) => self.postpone(expression),
            (Ty::Var(_), _) if kind_a == Some(Kind::Any) && (b.is_number() || kind_b.is_some()) => {
                self.variables.unify(&a, &b);
                self.numeric(expression, operator, left, right)
            }
            (_, Ty::Var(_)) if kind_b == Some(Kind::Any) && (a.is_number() || kind_a.is_some()) => {
                self.variables.unify(&b, &a);
                self.numeric(expression, operator, left, right)
            }
            (Ty::Var(_), _) if kind_a == Some(Kind::Any) => self.postpone(expression),
            (_, Ty::Var(_)) if kind_b == Some(Kind::Any) => self.postpone(expression),
            (Ty::Bool, Ty::Bool) if matches!(operator, BinaryOperator::BitAnd | BinaryOperator::BitOr | BinaryOperator::BitXor) => Ty::Bool,
            (Ty::Named(Head::Known("HashSet" | "BTreeSet"), _), _) => a,
            _ if self.is_numeric(&a) && self.is_numeric(&b) => self.numeric(expression, operator, left, right),
            _ => {
                if let Some(json) = self.json_arithmetic(operator, left, right, &a, &b) {
                    return json;
                }
                if self.certainly_no_number(&a) || self.certainly_no_number(&b) || self.implements_none(&a, &b) {
                    self.bad_operands(expression, operator, &a, &b);
                }
                self.operator_result(operator, &a, &b)
            }
        }
    }

    /// The result of an operator that a type of the program implements.
    fn operator_result(&mut self, operator: BinaryOperator, a: &Ty, b: &Ty) -> Ty {
        let method = match operator {
            BinaryOperator::Add => "add",
            BinaryOperator::Subtract => "sub",
            BinaryOperator::Multiply => "mul",
            BinaryOperator::Divide => "div",
            BinaryOperator::Remainder => "rem",
            BinaryOperator::BitAnd => "bitand",
            BinaryOperator::BitOr => "bitor",
            BinaryOperator::BitXor => "bitxor",
            BinaryOperator::ShiftLeft => "shl",
            BinaryOperator::ShiftRight => "shr",
            _ => return Ty::Unknown,
        };
        let Some(owner) = Owner::of(a) else { return Ty::Unknown };
        let several = self.methods.several(owner, method);
        let node = if several.is_empty() { None } else { self.best(several, &[a.clone(), b.clone()]) };
        match node.or_else(|| self.methods.get(owner, method)) {
            Some(node) => match self.shallow(&self.types.signatures[&node].result.clone()) {
                known @ Ty::Named(Head::Item(_), _) => known,
                known if known.is_number() => known,
                _ => Ty::Unknown,
            },
            None => Ty::Unknown,
        }
    }

    /// Whether the left operand is a number, for which the program implements no operator, and the right one is a value of the program.
    fn implements_none(&self, a: &Ty, b: &Ty) -> bool {
        let numbers = ["i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "f32", "f64"];
        let operators = ["Add", "Sub", "Mul", "Div", "Rem", "BitAnd", "BitOr", "BitXor", "Shl", "Shr"];
        self.is_numeric(a)
            && matches!(b, Ty::Named(Head::Item(_), _))
            && !self.implements_for_any
            && !numbers.iter().any(|number| self.types.implemented.has_any(Owner::Known(number), &operators))
    }

    fn certainly_no_number(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Bool | Ty::Char | Ty::Unit | Ty::Tuple(_) | Ty::Fn(..) => true,
            Ty::Named(Head::Known("Option" | "Result" | "Vec" | "HashMap" | "BTreeMap" | "events::Json"), _) => true,
            Ty::String | Ty::Str => true,
            Ty::Named(Head::Item(_), _) => {
                let operators = ["Add", "Sub", "Mul", "Div", "Rem", "BitAnd", "BitOr", "BitXor", "Shl", "Shr"];
                !Owner::of(ty).is_some_and(|owner| self.types.implemented.has_any(owner, &operators))
            }
            _ => self.variables.kind(ty) == Some(Kind::Text),
        }
    }

    fn bad_operands(&mut self, expression: &'tree Expression, operator: BinaryOperator, a: &Ty, b: &Ty) {
        let (left, right) = (self.shown(a), self.shown(b));
        let message = format!("`{}` cannot combine `{left}` and `{right}`", operator.symbol());
        let help = match (a, b) {
            (_, Ty::Bool) | (Ty::Bool, _) if compared_in(expression).is_some() => {
                Some(format!("a comparison binds tighter than `{}`: write the operation of bits in parentheses", operator.symbol()))
            }
            (Ty::Named(Head::Known("Option"), _), _) | (_, Ty::Named(Head::Known("Option"), _)) => {
                Some("take the value out first: `….unwrap_or(0)`".to_owned())
            }
            (Ty::Named(Head::Known("Result"), _), _) | (_, Ty::Named(Head::Known("Result"), _)) => {
                let returns_result = self.frame.result.clone().is_some_and(|result| self.shallow(&result).is_known("Result"));
                Some(
                    if returns_result {
                        "take the value out first: `?`"
                    } else {
                        "take the value out first: `….unwrap_or(0)`, or `match`"
                    }
                    .to_owned(),
                )
            }
            (Ty::Fn(..), _) | (_, Ty::Fn(..)) => Some("call the function: `name(…)`".to_owned()),
            (Ty::Unit, _) | (_, Ty::Unit) => Some("`()` is what a function without a result returns".to_owned()),
            (Ty::Named(Head::Known("events::Json"), _), _) | (_, Ty::Named(Head::Known("events::Json"), _)) => {
                Some("read the number out of the JSON first: `event.integer(\"name\")?` or `event.number(\"name\")?`".to_owned())
            }
            _ if a.is_text() || b.is_text() || self.variables.kind(a) == Some(Kind::Text) => {
                Some("read text as a number with `parse_int(…)` or `parse_float(…)`".to_owned())
            }
            _ => None,
        };
        self.error(Code::BadOperand, expression.span, message).help = help;
    }

    /// The type of an operand behind its references.
    pub(super) fn operand(&self, ty: &Ty) -> Ty {
        let mut ty = self.shallow(ty);
        while let Ty::Ref(_, inner) = &ty {
            ty = self.shallow(inner);
        }
        if let Ty::Named(Head::Known("Box"), arguments) = &ty {
            return self.shallow(&arguments[0]);
        }
        ty
    }

    pub(super) fn is_text_or_literal(&self, ty: &Ty) -> bool {
        ty.is_text() || self.variables.kind(ty) == Some(Kind::Text)
    }

    pub(super) fn is_numeric(&self, ty: &Ty) -> bool {
        ty.is_number() || matches!(self.variables.kind(ty), Some(Kind::Int | Kind::Float))
    }

    fn addable_to_text(&mut self, operand: &'tree Expression, ty: &Ty) {
        let shows = match ty {
            Ty::Named(Head::Known(name), _) => ["events::Json", "Failure", "Box"].contains(name),
            Ty::Unit | Ty::Tuple(_) | Ty::Fn(..) | Ty::Iter(_) | Ty::Range(..) => false,
            _ => true,
        };
        if !shows {
            let found = self.shown(ty);
            let error = self.error(Code::BadOperand, operand.span, format!("`+` cannot join text and `{found}`"));
            let help = if matches!(ty, Ty::Fn(..)) { "call the function: `name(…)`" } else { "show it in text: `f\"… {value}\"`" };
            error.help = Some(help.to_owned());
        }
    }

    /// The type of an operation of two numbers; the narrower one is converted.
    pub(super) fn numeric(
        &mut self,
        expression: &'tree Expression,
        operator: BinaryOperator,
        left: &'tree Expression,
        right: &'tree Expression,
    ) -> Ty {
        let (a, b) = (self.operand(&self.types.of[left.id.index()].clone()), self.operand(&self.types.of[right.id.index()].clone()));
        let (kind_a, kind_b) = (self.variables.kind(&a), self.variables.kind(&b));
        let float = |ty: &Ty, kind: Option<Kind>| ty.is_float() || kind == Some(Kind::Float);
        if operator == BinaryOperator::Power {
            return self.power(left, right, &a, &b);
        }
        let ty = match (float(&a, kind_a), float(&b, kind_b)) {
            (true, true) => {
                self.variables.unify(&a, &b);
                a
            }
            (true, false) => {
                self.int_operand(right, &b, &a);
                a
            }
            (false, true) => {
                self.int_operand(left, &a, &b);
                b
            }
            (false, false) => match (&a, &b) {
                (Ty::Int(one), Ty::Int(other)) if one != other => Ty::Int(wider(*one, *other)),
                _ => {
                    self.variables.unify(&a, &b);
                    a
                }
            },
        };
        let _ = expression;
        self.want_operand(left, &ty);
        self.want_operand(right, &ty);
        ty
    }

    fn want_operand(&mut self, operand: &'tree Expression, ty: &Ty) {
        self.want(operand, ty);
    }

    /// An integer that is combined with a float: a literal is a float as well.
    fn int_operand(&mut self, operand: &'tree Expression, ty: &Ty, float: &Ty) {
        if is_literal(operand) && self.variables.kind(ty) == Some(Kind::Int) {
            self.variables.unify(ty, float);
        }
    }

    fn power(&mut self, left: &'tree Expression, right: &'tree Expression, a: &Ty, b: &Ty) -> Ty {
        let float = |inference: &Self, ty: &Ty| ty.is_float() || inference.variables.kind(ty) == Some(Kind::Float);
        let negative = matches!(&right.unparenthesized().kind, ExpressionKind::Unary { operator: UnaryOperator::Negate, operand, .. } if matches!(operand.kind, ExpressionKind::Literal(Literal::Integer(_))));
        if float(self, a) || float(self, b) || negative {
            self.int_operand(left, a, &Ty::F64);
            self.int_operand(right, b, &Ty::F64);
            self.want(left, &Ty::F64);
            self.want(right, &Ty::F64);
            return Ty::F64;
        }
        a.clone()
    }

    /// `a ?? b`
    fn coalesce(&mut self, left: &'tree Expression, right: &'tree Expression) -> Ty {
        let a = self.infer(left, &Expect::Nothing);
        let inner = match self.operand(&a) {
            Ty::Named(Head::Known("Option" | "Result"), arguments) => self.scalar(arguments[0].clone()),
            Ty::Unknown | Ty::Opaque(_) => {
                self.infer(right, &Expect::Nothing);
                return Ty::Unknown;
            }
            other => {
                self.infer(right, &Expect::Nothing);
                if self.variables.kind(&other) != Some(Kind::Any) {
                    let found = self.shown(&other);
                    let error = self.error(Code::BadOperand, left.span, format!("`??` needs an `Option` on its left, found `{found}`"));
                    error.help = Some("a value that is never missing needs no `??`".to_owned());
                }
                return other;
            }
        };
        let b = self.infer(right, &Expect::Type(inner.clone()));
        let joined = self.join(&[inner.clone(), b.clone()]).unwrap_or(inner);
        self.coerce(right, &b, &joined);
        joined
    }
}

/// The integer type of an operation of two.
pub(super) fn wider(one: Int, other: Int) -> Int {
    match (one, other) {
        (Int::Usize | Int::Isize, other) => other,
        (one, Int::Usize | Int::Isize) => one,
        _ if one.fits_in(other) => other,
        _ if other.fits_in(one) => one,
        _ => Int::I64,
    }
}
