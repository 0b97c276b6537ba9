//! Operators of one operand.

use super::body::Expect;
use super::ty::{Head, Int, Ty};
use super::unify::Kind;
use super::{Inference, Owner};
use crate::diagnostic::Code;
use crate::tree::{Expression, UnaryOperator};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn unary(
        &mut self,
        expression: &'tree Expression,
        operator: UnaryOperator,
        operand: &'tree Expression,
        expect: &Expect,
    ) -> Ty {
        match operator {
            UnaryOperator::Not => {
                let ty = self.infer(operand, &Expect::Nothing);
                let inner = self.shallow(self.shallow(&ty).behind());
                match inner {
                    Ty::Var(_) if self.variables.kind(&inner) == Some(Kind::Any) => {
                        self.variables.unify(&inner, &Ty::Bool);
                        Ty::Bool
                    }
                    Ty::Bool => Ty::Bool,
                    // The bits of a number whose width is written.
                    Ty::Int(int) if int != Int::I64 => inner,
                    Ty::Int(_)
                    | Ty::Var(_)
                    | Ty::F64
                    | Ty::String
                    | Ty::Str
                    | Ty::Char
                    | Ty::Unit
                    | Ty::Tuple(_)
                    | Ty::Fn(..)
                    | Ty::Iter(_)
                    | Ty::Range(..)
                    | Ty::Named(Head::Known("Vec" | "Option" | "Result" | "HashMap" | "BTreeMap"), _) => {
                        let found = self.shown(&ty);
                        let error = self.error(Code::NotBool, operand.span, format!("`!` needs a `bool`, found `{found}`"));
                        error.help = Some("compare it: `x == 0`, `text.is_empty()`; `~x` inverts the bits of an integer".to_owned());
                        Ty::Bool
                    }
                    Ty::Named(Head::Item(_), _) => self.unary_result(&inner, "not"),
                    _ => Ty::Unknown,
                }
            }
            UnaryOperator::Negate | UnaryOperator::BitNot => {
                let hint = self.number_hint(operator, expect);
                let ty = self.infer(operand, &hint);
                let inner = self.shallow(self.shallow(&ty).behind());
                let _ = expression;
                match inner {
                    Ty::Var(_) if self.variables.kind(&inner) == Some(Kind::Text) => {
                        let found = self.shown(&ty);
                        self.error(Code::BadOperand, expression.span, format!("`{}` needs a number, found `{found}`", operator.symbol()));
                        Ty::Unknown
                    }
                    Ty::Int(_) | Ty::F32 | Ty::F64 | Ty::Var(_) => inner,
                    Ty::Named(Head::Known("events::Json"), _) if operator == UnaryOperator::Negate => {
                        self.want(operand, &inner);
                        inner
                    }
                    Ty::Named(Head::Item(_), _) if operator == UnaryOperator::Negate => self.unary_result(&inner, "neg"),
                    Ty::String | Ty::Str | Ty::Bool => {
                        let found = self.shown(&ty);
                        self.error(Code::BadOperand, operand.span, format!("`{}` needs a number, found `{found}`", operator.symbol()));
                        Ty::Unknown
                    }
                    _ => Ty::Unknown,
                }
            }
            UnaryOperator::Dereference => {
                let ty = self.infer(operand, &Expect::Nothing);
                if self.variables.kind(&self.shallow(&ty)) == Some(Kind::Any) {
                    return self.postpone(expression);
                }
                self.behind_star(operand, &ty)
            }
        }
    }

    /// The result of an operator of one operand that a type of the program implements.
    fn unary_result(&self, operand: &Ty, method: &str) -> Ty {
        let node = Owner::of(operand).and_then(|owner| self.methods.get(owner, method));
        match node.and_then(|node| self.types.signatures.get(&node)).map(|signature| self.shallow(&signature.result)) {
            Some(known @ Ty::Named(Head::Item(_), _)) => known,
            Some(known) if known.is_number() || known == Ty::Bool => known,
            _ => Ty::Unknown,
        }
    }

    /// The type of `*operand`. Of text, lists and numbers that is no reference to a value of known size, it is the operand itself.
    pub(super) fn behind_star(&mut self, operand: &'tree Expression, ty: &Ty) -> Ty {
        match self.shallow(ty) {
            Ty::Ref(mutable, inner) => match self.shallow(&inner) {
                Ty::Str | Ty::Slice(_) => Ty::Ref(mutable, inner),
                inner => inner,
            },
            Ty::Named(Head::Known("Box" | "Rc" | "Arc"), arguments) => arguments[0].clone(),
            other if other.is_number() || self.is_text_or_literal(&other) || other.is_vec() || matches!(other, Ty::Bool | Ty::Char) => {
                other
            }
            other if self.is_numeric(&other) => other,
            Ty::Param(name) if name != "Self" && !self.bounds_may_have(&name, "deref") => {
                let message = format!("`*` needs a reference or a `Box`, found `{name}`");
                self.error(Code::BadOperand, operand.span, message).help = Some("leave out the `*`".to_owned());
                Ty::Param(name)
            }
            other @ (Ty::Named(..) | Ty::Unit | Ty::Tuple(_) | Ty::Iter(_) | Ty::Range(..) | Ty::Fn(..)) => {
                let is_pointer = Owner::of(&other).is_some_and(|owner| self.types.implemented.has_any(owner, &["Deref", "DerefMut"]));
                if !is_pointer && !matches!(&other, Ty::Named(Head::Known(name), _) if name.starts_with("Ref")) {
                    let found = self.shown(&other);
                    let error = self.error(Code::BadOperand, operand.span, format!("`*` needs a reference or a `Box`, found `{found}`"));
                    error.help = Some("leave out the `*`".to_owned());
                }
                Ty::Unknown
            }
            _ => Ty::Unknown,
        }
    }

    pub(super) fn number_hint(&self, operator: UnaryOperator, expect: &Expect) -> Expect {
        match expect {
            Expect::Type(ty) if self.shallow(ty).is_float() && operator == UnaryOperator::BitNot => Expect::Nothing,
            Expect::Type(ty) if self.shallow(ty).is_number() => expect.clone(),
            _ => Expect::Nothing,
        }
    }
}
