//! Expressions that wait until the type of an operand is known.

use super::Inference;
use super::body::Expect;
use super::ty::{Int, Ty};
use super::unify::Kind;
use crate::tree::{Expression, ExpressionKind};

impl<'tree> Inference<'_, 'tree> {
    /// Whether the operand that a postponed expression waits for is still not known.
    pub(super) fn waits(&self, expression: &Expression) -> bool {
        let (ExpressionKind::MethodCall { receiver: on, .. }
        | ExpressionKind::Pipeline { value: on, .. }
        | ExpressionKind::Field { value: on, .. }
        | ExpressionKind::Index { value: on, .. }
        | ExpressionKind::Unary { operand: on, .. }
        | ExpressionKind::Try(on)) = &expression.kind
        else {
            return false;
        };
        self.is_open(&self.types.of[on.id.index()])
    }

    /// Tries again what was postponed.
    pub(super) fn resolve_pending(&mut self, pending: &super::Pending<'tree>) {
        let expression = pending.expression;
        let ty = match &expression.kind {
            ExpressionKind::MethodCall { receiver, .. } | ExpressionKind::Pipeline { value: receiver, .. } => {
                let on = self.types.of[receiver.id.index()].clone();
                if self.is_open(&on) {
                    self.pending.push(pending.clone());
                    return;
                }
                self.method_call(expression, &on, &Expect::Type(pending.result.clone()))
            }
            ExpressionKind::Field { value, name } => {
                let on = self.types.of[value.id.index()].clone();
                if self.is_open(&on) {
                    self.pending.push(pending.clone());
                    return;
                }
                self.field(expression, &on, name)
            }
            ExpressionKind::Index { value, index } => {
                let on = self.types.of[value.id.index()].clone();
                if self.is_open(&on) {
                    self.pending.push(pending.clone());
                    return;
                }
                self.index(expression, value, index)
            }
            ExpressionKind::Unary { operand, .. } => {
                let on = self.types.of[operand.id.index()].clone();
                if self.is_open(&on) {
                    self.pending.push(pending.clone());
                    return;
                }
                self.behind_star(operand, &on)
            }
            ExpressionKind::Try(inner) => {
                let on = self.types.of[inner.id.index()].clone();
                if self.is_open(&on) {
                    self.pending.push(pending.clone());
                    return;
                }
                self.without_question_mark(inner, &on)
            }
            ExpressionKind::Binary { operator, left, right, .. } => {
                let (a, b) = (self.types.of[left.id.index()].clone(), self.types.of[right.id.index()].clone());
                if self.is_open(&a) && self.is_open(&b) {
                    self.pending.push(pending.clone());
                    return;
                }
                let before = self.pending.len();
                let ty = self.operation(expression, *operator, left, right, &a, &b);
                if self.pending.len() > before {
                    // Still not known: it was postponed with a result of its own.
                    self.pending.truncate(before);
                    self.pending.push(pending.clone());
                    return;
                }
                ty
            }
            ExpressionKind::Call { function, arguments } => {
                let on = self.types.of[function.id.index()].clone();
                let _ = (on, arguments);
                Ty::Unknown
            }
            _ => Ty::Unknown,
        };
        self.variables.unify(&pending.result, &ty);
        let wanted = self.shallow(&pending.result);
        let _ = wanted;
        self.set(expression, ty);
    }

    /// Gives up on what was postponed: operands are numbers, what is unknown stays so.
    pub(super) fn give_up(&mut self, pending: &super::Pending<'tree>) {
        if let ExpressionKind::Binary { left, right, .. } = &pending.expression.kind {
            let (a, b) = (self.types.of[left.id.index()].clone(), self.types.of[right.id.index()].clone());
            if self.is_open(&a) && self.is_open(&b) {
                self.variables.unify(&a, &Ty::Int(Int::I64));
                self.variables.unify(&b, &Ty::Int(Int::I64));
                self.variables.unify(&pending.result, &Ty::Int(Int::I64));
                return;
            }
        }
        if let ExpressionKind::MethodCall { arguments, .. } = &pending.expression.kind {
            for argument in arguments {
                self.infer(argument, &Expect::Nothing);
            }
        }
        self.variables.unify(&pending.result, &Ty::Unknown);
    }

    pub(super) fn is_open(&self, ty: &Ty) -> bool {
        let mut inner = self.shallow(ty);
        while let Ty::Ref(_, deeper) = &inner {
            inner = self.shallow(deeper);
        }
        self.variables.kind(&inner) == Some(Kind::Any)
    }
}
