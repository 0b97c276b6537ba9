//! Bits beside a comparison: `flags & 4 != 0` is `flags & (4 != 0)` by the precedence of Ruchy, which
//! only `bool`s can be. Where the types say numbers, it is `(flags & 4) != 0`, as in Rust.

use super::Inference;
use super::ty::{Head, Ty};
use crate::tree::{BinaryOperator, Expression, ExpressionKind};

/// A comparison that is an operand of an operation of bits.
#[derive(Clone, Copy)]
pub(crate) struct Compared<'tree> {
    pub operator: BinaryOperator,
    pub first: &'tree Expression,
    pub last: &'tree Expression,
    /// It is the right operand.
    pub is_right: bool,
}

/// The comparison in an operation of bits, the right one if there are two.
pub(crate) fn compared_in(expression: &Expression) -> Option<Compared<'_>> {
    let ExpressionKind::Binary { operator: BinaryOperator::BitAnd | BinaryOperator::BitOr | BinaryOperator::BitXor, left, right, .. } =
        &expression.kind
    else {
        return None;
    };
    [(right, true), (left, false)].into_iter().find_map(|(side, is_right)| match &side.kind {
        ExpressionKind::Binary { operator, left: first, right: last, .. } if operator.is_comparison() => {
            Some(Compared { operator: *operator, first, last, is_right })
        }
        _ => None,
    })
}

impl<'tree> Inference<'_, 'tree> {
    /// Groups the operands by the bits if these are of a number or of a type of the program, which
    /// cannot be combined with a `bool`. `a` and `b` are the types of the operands.
    pub(super) fn regroups(
        &mut self,
        expression: &'tree Expression,
        operator: BinaryOperator,
        left: &'tree Expression,
        right: &'tree Expression,
        (a, b): (&Ty, &Ty),
    ) -> bool {
        let Some(Compared { first, last, is_right, .. }) = compared_in(expression) else { return false };
        let (bits, compared) = if is_right { (a, b) } else { (b, a) };
        if *compared != Ty::Bool || !(self.is_numeric(bits) || matches!(bits, Ty::Named(Head::Item(_), _) | Ty::Unknown | Ty::Opaque(_))) {
            return false;
        }
        let (one, other, side) = if is_right { (left, first, last) } else { (last, right, first) };
        let (a, b) = (self.types.of[one.id.index()].clone(), self.types.of[other.id.index()].clone());
        // `flags | (a == b) != c`: no group has numbers on both sides of the operator.
        if self.operand(if is_right { &b } else { &a }) == Ty::Bool {
            return false;
        }
        let ty = self.operation(expression, operator, one, other, &a, &b);
        if self.is_numeric(&ty) {
            self.want(side, &ty);
        }
        self.types.regrouped.insert(expression.id);
        true
    }
}
