//! Operators, casts and references.

use super::literal::{is_index_literal, literal_digits};
use super::{Code, Emitter, level};
use crate::tree::{BinaryOperator, Expression, ExpressionKind, UnaryOperator};
use crate::types::{Compared, Head, Int, Ty, compared_in};

impl<'tree> Emitter<'tree> {
    pub(super) fn unary(&mut self, operator: UnaryOperator, operand: &'tree Expression) -> Code {
        match operator {
            UnaryOperator::Not => {
                let code = self.dereferenced(operand);
                Code::new(code.prefixed("!", level::UNARY), level::UNARY)
            }
            UnaryOperator::BitNot => {
                let code = self.dereferenced(operand);
                Code::new(code.prefixed("!", level::UNARY), level::UNARY)
            }
            UnaryOperator::Negate => {
                let code = self.dereferenced(operand);
                Code::new(code.prefixed("-", level::UNARY), level::UNARY)
            }
            UnaryOperator::Dereference if is_referenced_number(operand, self.ty(operand)) => match &operand.unparenthesized().kind {
                ExpressionKind::Reference { operand, .. } => self.place(operand),
                _ => self.place(operand),
            },
            UnaryOperator::Dereference => {
                let ty = self.ty(operand).clone();
                let code = self.place(operand);
                // `*n` of a value that is no reference, and of what has no size behind its reference.
                let is_unsized = matches!(&ty, Ty::Ref(_, inner) if matches!(**inner, Ty::Str | Ty::Slice(_)));
                if ty.is_number() || ty.is_text() || ty.is_vec() || matches!(ty, Ty::Bool | Ty::Char) || is_unsized {
                    return code;
                }
                Code::new(code.prefixed("*", level::UNARY), level::UNARY)
            }
        }
    }

    /// An operand behind its references.
    pub(super) fn dereferenced(&mut self, operand: &'tree Expression) -> Code {
        let ty = self.ty(operand).clone();
        if self.wanted(operand).is_some_and(|wanted| !matches!(wanted, Ty::Ref(..))) {
            return self.value(operand);
        }
        let code = self.place(operand);
        let depth = ty.depth();
        if depth == 0 || matches!(ty.behind(), Ty::Str) {
            code
        } else {
            Code::new(code.prefixed(&"*".repeat(depth), level::UNARY), level::UNARY)
        }
    }

    pub(super) fn reference(&mut self, expression: &'tree Expression, mutable: bool, operand: &'tree Expression) -> Code {
        if self.is_part(operand) {
            // A part is a reference already.
            let code = self.place(operand);
            if mutable {
                return Code::new(code.text.replacen('&', "&mut ", 1), code.level);
            }
            return code;
        }
        let _ = expression;
        if let (true, Some(cell)) = (mutable, self.cell_of(operand)) {
            return Code::new(format!("&mut *std::ruchy::Lent::of(&{cell})"), level::UNARY);
        }
        let code = if self.wanted(operand).is_some() {
            self.value(operand)
        } else if mutable {
            self.target(operand)
        } else {
            self.place(operand)
        };
        Code::new(code.prefixed(if mutable { "&mut " } else { "&" }, level::UNARY), level::UNARY)
    }

    pub(super) fn cast(&mut self, expression: &'tree Expression, value: &'tree Expression) -> Code {
        let to = self.types.casts.get(&expression.id).cloned().unwrap_or(Ty::Unknown);
        let from = self.ty(value).clone();
        let inner = from.behind().clone();
        let code = self.dereferenced(value);
        let written = match &expression.kind {
            ExpressionKind::Cast { ty, .. } => self.written(ty, super::type_text::Elided::Allowed),
            _ => String::new(),
        };
        match (&inner, &to) {
            (Ty::Int(Int::U8), Ty::Char) => Code::new(format!("{} as char", code.at(level::CAST)), level::CAST),
            (Ty::Int(_), Ty::Char) => {
                let number = code.at(level::CAST);
                Code::atom(format!("char::from_u32({number} as u32).expect(\"a character\")"))
            }
            (Ty::Char, Ty::Int(Int::U8 | Int::U32) | Ty::Char) => Code::new(format!("{} as {written}", code.at(level::CAST)), level::CAST),
            (Ty::Char, Ty::Int(_)) => Code::new(format!("{} as u32 as {written}", code.at(level::CAST)), level::CAST),
            (Ty::Int(_) | Ty::Char | Ty::Bool | Ty::F64, Ty::String) => code.method(".to_string()"),
            (Ty::Str | Ty::String, Ty::String) => code.method(".to_string()"),
            (Ty::Bool, Ty::F64 | Ty::F32) => Code::new(format!("{} as u8 as {written}", code.at(level::CAST)), level::CAST),
            (one, other) if one == other && one.is_number() => {
                if matches!(value.unparenthesized().kind, ExpressionKind::Literal(_)) {
                    code
                } else {
                    Code { level: code.level, text: code.text }
                }
            }
            (Ty::Named(Head::Item(id), _), Ty::Int(_)) if self.is_own_type(*id) => {
                Code::new(format!("{} as {written}", code.at(level::CAST)), level::CAST)
            }
            _ => Code::new(format!("{} as {written}", code.at(level::CAST)), level::CAST),
        }
    }

    pub(super) fn binary(
        &mut self,
        expression: &'tree Expression,
        operator: BinaryOperator,
        left: &'tree Expression,
        right: &'tree Expression,
    ) -> Code {
        if self.types.regrouped.contains(&expression.id)
            && let Some(compared) = compared_in(expression)
        {
            return self.regrouped(compared, operator, left, right);
        }
        match operator {
            BinaryOperator::Coalesce => return self.coalesce(left, right),
            BinaryOperator::And | BinaryOperator::Or => {
                let level = if operator == BinaryOperator::And { level::AND } else { level::OR };
                let (one, other) = (self.dereferenced(left), self.dereferenced(right));
                return Code::new(format!("{} {} {}", one.at(level), operator.symbol(), other.at(level + 1)), level);
            }
            BinaryOperator::Power => return self.power(expression, left, right),
            _ => {}
        }
        if operator.is_comparison() {
            return self.comparison(operator, left, right);
        }
        let ty = self.ty(expression).clone();
        match (operator, &ty) {
            (BinaryOperator::Add, Ty::String) => return self.concatenation(expression),
            (BinaryOperator::Add, Ty::Named(Head::Known("Vec"), _)) => {
                let (one, other) = (self.slice_of(left), self.slice_of(right));
                return Code::atom(format!("[{one}, {other}].concat()"));
            }
            (BinaryOperator::Multiply, Ty::String) => {
                let text = self.place(left);
                let count = self.count(right);
                return text.method(&format!(".repeat({count})"));
            }
            (BinaryOperator::Multiply, Ty::Named(Head::Known("Vec"), _)) => {
                let list = self.place(left);
                let count = self.count(right);
                return list.method(&format!(".repeat({count})"));
            }
            _ => {}
        }
        self.arithmetic(operator, left, right)
    }

    /// `flags & 4 != 0`: the comparison of what the operation gives. Rust groups it so without parentheses.
    fn regrouped(
        &mut self,
        compared: Compared<'tree>,
        operator: BinaryOperator,
        left: &'tree Expression,
        right: &'tree Expression,
    ) -> Code {
        let Compared { operator: comparison, first, last, is_right } = compared;
        let (one, other) = if is_right {
            (self.arithmetic(operator, left, first), self.operand(last))
        } else {
            (self.operand(first), self.arithmetic(operator, last, right))
        };
        let (one, other) = (one.at(level::COMPARE + 1), other.at(level::COMPARE + 1));
        Code::new(format!("{one} {} {other}", comparison.symbol()), level::COMPARE)
    }

    fn arithmetic(&mut self, operator: BinaryOperator, left: &'tree Expression, right: &'tree Expression) -> Code {
        let (rust, level) = match operator {
            BinaryOperator::BitOr => ("|", level::BIT_OR),
            BinaryOperator::BitXor => ("^", level::BIT_XOR),
            BinaryOperator::BitAnd => ("&", level::BIT_AND),
            BinaryOperator::ShiftLeft => ("<<", level::SHIFT),
            BinaryOperator::ShiftRight => (">>", level::SHIFT),
            BinaryOperator::Add => ("+", level::SUM),
            BinaryOperator::Subtract => ("-", level::SUM),
            BinaryOperator::Multiply => ("*", level::PRODUCT),
            BinaryOperator::Divide => ("/", level::PRODUCT),
            _ => ("%", level::PRODUCT),
        };
        let one = self.operand(left);
        let other = self.operand(right);
        let mut first = one.at(level);
        if operator == BinaryOperator::ShiftLeft && super::compare::ends_in_cast(&first) {
            first = format!("({first})").into();
        }
        Code::new(format!("{first} {rust} {}", other.at(level + 1)), level)
    }

    /// An operand of arithmetic: numbers behind references are copied, sets are borrowed.
    pub(super) fn operand(&mut self, operand: &'tree Expression) -> Code {
        let ty = self.ty(operand).clone();
        if let Ty::Named(Head::Known("HashSet" | "BTreeSet"), _) = &ty {
            let code = self.place(operand);
            return Code::new(code.prefixed("&", level::UNARY), level::UNARY);
        }
        if self.wanted(operand).is_some() {
            return self.value(operand);
        }
        match ty.behind() {
            Ty::Int(_) | Ty::F32 | Ty::F64 | Ty::Bool => self.dereferenced(operand),
            _ => self.value(operand),
        }
    }

    /// A count of repetitions, as usize.
    pub(super) fn count(&mut self, count: &'tree Expression) -> String {
        let ty = self.ty(count).behind().clone();
        if is_index_literal(count) {
            return literal_digits(count.unparenthesized());
        }
        let code = self.dereferenced(count).text;
        match ty {
            Ty::Int(Int::Usize) => code,
            Ty::Int(Int::I64) => format!("std::ruchy::size({code})"),
            _ => format!("std::ruchy::number::<_, usize>({code})"),
        }
    }

    fn power(&mut self, expression: &'tree Expression, left: &'tree Expression, right: &'tree Expression) -> Code {
        let ty = self.ty(expression).clone();
        let base = self.operand(left);
        if ty.is_float() {
            let exponent = self.operand(right).text;
            return base.method(&format!(".powf({exponent})"));
        }
        let exponent = self.dereferenced(right).text;
        Code::atom(format!("std::ruchy::pow({}, {exponent})", base.text))
    }

    fn coalesce(&mut self, left: &'tree Expression, right: &'tree Expression) -> Code {
        let ty = self.ty(left).clone();
        let code = self.value(left);
        let is_literal = matches!(right.unparenthesized().kind, ExpressionKind::Literal(_));
        let copied = match ty.behind() {
            Ty::Named(Head::Known("Option"), arguments)
                if matches!(arguments[0], Ty::Ref(..)) && *self.wanted(right).unwrap_or_else(|| self.ty(right)) != arguments[0] =>
            {
                let wanted = self.wanted(right).unwrap_or_else(|| self.ty(right)).clone();
                self.convert(code, &ty, &Ty::option(wanted))
            }
            _ => code,
        };
        let other = self.value(right).text;
        if is_literal && !other.contains("to_string") {
            copied.method(&format!(".unwrap_or({other})"))
        } else if ty.is_known("Result") {
            copied.method(&format!(".unwrap_or_else(|_| {other})"))
        } else {
            copied.method(&format!(".unwrap_or_else(|| {other})"))
        }
    }

    pub(super) fn pipeline(&mut self, expression: &'tree Expression, value: &'tree Expression, function: &'tree Expression) -> Code {
        match &function.kind {
            ExpressionKind::Call { function: inner, arguments } => {
                let all: Vec<&'tree Expression> = std::iter::once(value).chain(arguments).collect();
                self.call(expression, inner, &all)
            }
            _ => self.call(expression, function, &[value]),
        }
    }
}

/// `&x` and `&mut x` of a number, of which `*` makes `x`.
fn is_referenced_number(operand: &Expression, ty: &Ty) -> bool {
    matches!(operand.unparenthesized().kind, ExpressionKind::Reference { .. }) && matches!(ty, Ty::Ref(_, inner) if inner.is_number())
}
