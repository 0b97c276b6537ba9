//! Assignments and the places that they change.

use super::Inference;
use super::body::Expect;
use super::capable::Need;
use super::ty::{Head, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::names::Meaning;
use crate::tree::{BinaryOperator, Expression, ExpressionKind, UnaryOperator};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn assign(&mut self, place: &'tree Expression, value: &'tree Expression) -> Ty {
        let ty = self.infer(place, &Expect::Nothing);
        self.place_is_assignable(place);
        if self.is_json_member(place) {
            let ty = self.infer(value, &Expect::Type(super::json::json()));
            self.need(Need::Json, &ty, value.span);
            return Ty::Unit;
        }
        if let ExpressionKind::Tuple(_) = place.kind {
            self.check(value, &ty);
            return Ty::Unit;
        }
        // Through a mutable reference that is assigned by its name.
        self.check(value, &ty);
        Ty::Unit
    }

    pub(super) fn assign_operator(
        &mut self,
        expression: &'tree Expression,
        operator: BinaryOperator,
        place: &'tree Expression,
        value: &'tree Expression,
    ) -> Ty {
        let a = self.infer(place, &Expect::Nothing);
        self.place_is_assignable(place);
        let b = self.infer(value, &Expect::Nothing);
        let mut inner = self.shallow(self.shallow(&a).behind());
        while let Ty::Ref(_, deeper) = &inner {
            inner = self.shallow(deeper);
        }
        let other = self.shallow(self.shallow(&b).behind());
        if operator == BinaryOperator::Coalesce {
            return Ty::Unit;
        }
        let text = |inference: &Self, ty: &Ty| ty.is_text() || inference.variables.kind(ty) == Some(Kind::Text);
        if operator == BinaryOperator::Add && text(self, &inner) {
            if self.variables.kind(&inner) == Some(Kind::Text) {
                self.variables.unify(&inner, &Ty::String);
            }
            // Borrowed text that is changed is a copy.
            if let (Ty::Str, Meaning::Local(id)) = (&inner, self.names.meaning(place.id)) {
                self.types.found.copies.insert(self.names.local(*id).node);
            }
            return Ty::Unit;
        }
        if operator == BinaryOperator::Add && matches!(inner, Ty::Named(Head::Known("Vec"), _)) {
            let list = inner.clone();
            self.coerce(value, &b, &list);
            return Ty::Unit;
        }
        if let (Ty::Named(Head::Item(_), _), _) = (&inner, &other) {
            return Ty::Unit;
        }
        let ty = self.operation(expression, operator, place, value, &a, &b);
        // `total += 2.5`, where `total` began as `0`.
        let result = self.shallow(&ty);
        if !matches!(result, Ty::Unknown | Ty::Var(_)) || self.variables.kind(&result) == Some(Kind::Float) {
            let fits = match (&inner, &result) {
                (Ty::Int(_), Ty::Int(_)) => true,
                (Ty::Int(_), other) if other.is_float() || self.variables.kind(other) == Some(Kind::Float) => false,
                _ => self.fits(&ty, &inner, false),
            };
            if !fits {
                self.mismatch_of(value, &ty, &inner);
            }
        }
        self.types.wanted.remove(&place.id);
        if self.is_number_or_variable(&inner)
            && !matches!(operator, BinaryOperator::ShiftLeft | BinaryOperator::ShiftRight | BinaryOperator::Power)
        {
            self.want(value, &inner);
        }
        Ty::Unit
    }

    fn is_number_or_variable(&self, ty: &Ty) -> bool {
        ty.is_number() || matches!(self.variables.kind(ty), Some(Kind::Int | Kind::Float))
    }

    fn mismatch_of(&mut self, value: &'tree Expression, actual: &Ty, expected: &Ty) {
        let (found, wanted) = (self.shown(actual), self.shown(expected));
        let help = super::json::is_json(&self.shallow(actual)).then(|| super::json::help_to_read(&self.firm(expected))).flatten();
        let error = self.error(Code::TypeMismatch, value.span, format!("the variable is `{wanted}`, but the new value is `{found}`"));
        error.help = help.or_else(|| Some(format!("convert the value: `… as {wanted}`")));
    }

    /// Reports a place behind a shared reference.
    pub(super) fn place_is_assignable(&mut self, place: &'tree Expression) {
        match &place.kind {
            ExpressionKind::Field { value, .. } | ExpressionKind::Index { value, .. } => {
                let ty = self.types.of[value.id.index()].clone();
                if let Ty::Ref(false, _) = self.shallow(&ty) {
                    self.not_mutable(value, place);
                } else if !matches!(value.kind, ExpressionKind::Call { .. } | ExpressionKind::MethodCall { .. } | ExpressionKind::Macro(_))
                {
                    self.place_is_assignable(value);
                }
            }
            ExpressionKind::Parenthesized(inner) => self.place_is_assignable(inner),
            ExpressionKind::Unary { operator: UnaryOperator::Dereference, operand, .. } => {
                let ty = self.types.of[operand.id.index()].clone();
                match self.shallow(&ty) {
                    Ty::Ref(false, _) => self.not_mutable(operand, place),
                    Ty::Ref(true, _) => {}
                    _ => self.mutate(operand),
                }
            }
            ExpressionKind::Literal(_)
            | ExpressionKind::FString(_)
            | ExpressionKind::Call { .. }
            | ExpressionKind::MethodCall { .. }
            | ExpressionKind::Macro(_)
            | ExpressionKind::Reference { .. }
            | ExpressionKind::Unary { .. }
            | ExpressionKind::Binary { .. }
            | ExpressionKind::Cast { .. }
            | ExpressionKind::Range { .. }
            | ExpressionKind::Lambda(_) => {
                let error = self.error(Code::NotAssignable, place.span, "this is a value, not a place that can be assigned".to_owned());
                error.help = Some("assign to a variable, a field or an element".to_owned());
            }
            _ => {}
        }
    }

    /// Reports a change through a reference that only looks.
    pub(super) fn not_mutable(&mut self, value: &'tree Expression, place: &'tree Expression) {
        let (name, declared) = match self.names.meaning(value.id) {
            Meaning::Local(id) => (self.names.local(*id).name.clone(), Some(self.names.local(*id).span)),
            _ => ("it".to_owned(), None),
        };
        let help = if name == "self" {
            "declare the method with `&mut self`".to_owned()
        } else {
            format!("declare the parameter with `&mut`: `{name}: &mut …`")
        };
        let error =
            self.error(Code::NotMutable, place.span, format!("`{name}` is a reference that only reads: it cannot be changed through it"));
        if let Some(declared) = declared {
            error.notes.push(crate::diagnostic::Note { span: Some(declared), message: format!("`{name}` is declared here") });
        }
        error.help = Some(help);
    }
}
