//! `let` statements.

use super::Inference;
use super::body::Expect;
use super::ty::{Part, Ty};
use crate::diagnostic::Code;
use crate::tree::{Expression, ExpressionKind, Let, Literal, PatternKind, Type, TypeKind};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn local_let(&mut self, of: &'tree Let) {
        let ty = match (&of.ty, &of.value) {
            (Some(ty), value) => {
                let ty = self.lower(ty, self.scope);
                if let Some(value) = value {
                    self.check(value, &ty);
                    self.check_length(of.ty.as_ref(), value);
                }
                ty
            }
            (None, Some(value)) => {
                if let ExpressionKind::MethodCall { method, generics: None, .. } = &value.unparenthesized().kind
                    && method.text == "collect"
                {
                    self.collected.insert(of.pattern.id);
                }
                let known = self.earlier.arrays.get(&of.pattern.id).cloned();
                let hint = known.or_else(|| self.array_of(&of.pattern, value)).map_or(Expect::Nothing, Expect::Type);
                let ty = self.infer(value, &hint);
                if let (ExpressionKind::Lambda(_), Ty::Fn(parameters, _)) = (&value.unparenthesized().kind, &ty) {
                    // What nothing calls.
                    self.defaults.extend(parameters.iter().map(|parameter| (parameter.clone(), Ty::Int(super::Int::I64))));
                }
                if matches!(value.unparenthesized().kind, ExpressionKind::Assign { .. } | ExpressionKind::AssignOperator { .. }) {
                    let error = self.error(Code::AssignmentAsValue, value.span, "an assignment has no value".to_owned());
                    error.help = Some("write the assignment and the `let` as two statements".to_owned());
                }
                let owned =
                    if is_list_pattern(&of.pattern) && self.is_part(value) { ty } else { self.materialized(value, &ty, Some(&of.pattern)) };
                let owned = if self.must_copy(&of.pattern) { self.unborrowed(&owned, true) } else { owned };
                if self.is_untyped(value) {
                    self.untyped.push((value, owned.clone()));
                }
                self.want(value, &owned);
                owned
            }
            (None, None) => {
                let ty = self.any();
                self.valueless.push((&of.pattern, ty.clone()));
                ty
            }
        };
        if of.otherwise.is_some() {
            self.pattern(&of.pattern, &ty, None);
        } else {
            self.irrefutable_pattern(&of.pattern, &ty);
        }
        if let Some(otherwise) = &of.otherwise {
            let ends = self.block(otherwise, &Expect::Nothing);
            if otherwise.statements.is_empty() || !matches!(self.shallow(&ends), Ty::Never | Ty::Unknown | Ty::Var(_)) {
                let error = self.error(Code::ElseMustLeave, otherwise.span, "the `else` of a `let` must leave the block".to_owned());
                error.help = Some("end it with `return`, `break`, `continue` or `panic(…)`".to_owned());
            }
        }
    }

    /// Reports a list literal that has another number of elements than its type says.
    pub(super) fn check_length(&mut self, written: Option<&'tree Type>, value: &'tree Expression) {
        let (Some(Type { kind: TypeKind::Array { length, .. }, span, .. }), ExpressionKind::List(elements)) =
            (written, &value.unparenthesized().kind)
        else {
            return;
        };
        let ExpressionKind::Literal(Literal::Integer(wanted)) = &length.unparenthesized().kind else { return };
        let Ok(wanted) = wanted.digits.replace('_', "").parse::<usize>() else { return };
        if wanted == elements.len() || elements.iter().any(|element| matches!(element.kind, ExpressionKind::Spread(_))) {
            return;
        }
        let message = format!("the list has {} elements, but its type says {wanted}", elements.len());
        let error = self.error(Code::TypeMismatch, value.span, message);
        error.notes.push(crate::diagnostic::Note { span: Some(*span), message: "the type is written here".to_owned() });
    }

    /// The type of list literals that patterns without `..` take apart: arrays, whose length is known.
    pub(super) fn array_of(&mut self, pattern: &'tree crate::tree::Pattern, value: &'tree Expression) -> Option<Ty> {
        match (&pattern.kind, &value.unparenthesized().kind) {
            (PatternKind::Parenthesized(inner), _) => self.array_of(inner, value),
            (PatternKind::List(patterns), ExpressionKind::List(elements)) => {
                let is_plain = patterns.len() == elements.len()
                    && !elements.iter().any(|element| matches!(element.kind, ExpressionKind::Spread(_)))
                    && !patterns.iter().any(|pattern| matches!(pattern.kind, PatternKind::Rest));
                is_plain.then(|| Ty::Array(Part::new(self.any())))
            }
            (PatternKind::Tuple(patterns), ExpressionKind::Tuple(parts)) if patterns.len() == parts.len() => {
                let types: Vec<Option<Ty>> = patterns.iter().zip(parts).map(|(pattern, part)| self.array_of(pattern, part)).collect();
                if types.iter().all(Option::is_none) {
                    return None;
                }
                Some(Ty::Tuple(types.into_iter().map(|ty| ty.unwrap_or_else(|| self.any())).collect()))
            }
            _ => None,
        }
    }
}

/// `[a, b]`, which takes a part of a list apart where it is.
pub(super) fn is_list_pattern(pattern: &crate::tree::Pattern) -> bool {
    match &pattern.kind {
        PatternKind::List(_) => true,
        PatternKind::Parenthesized(inner) => is_list_pattern(inner),
        _ => false,
    }
}
