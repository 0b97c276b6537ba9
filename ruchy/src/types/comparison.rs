//! Comparisons.

use super::Inference;
use super::ty::{Head, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::tree::{BinaryOperator, Expression, ExpressionKind, Literal};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn comparison(
        &mut self,
        expression: &'tree Expression,
        operator: BinaryOperator,
        left: &'tree Expression,
        right: &'tree Expression,
        a: &Ty,
        b: &Ty,
    ) {
        let (kind_a, kind_b) = (self.variables.kind(a), self.variables.kind(b));
        let text = |ty: &Ty, kind: Option<Kind>| ty.is_text() || kind == Some(Kind::Text) || *ty == Ty::Char;
        if text(a, kind_a) && text(b, kind_b) {
            return;
        }
        if self.is_numeric(a) && self.is_numeric(b) {
            self.numeric(expression, BinaryOperator::Add, left, right);
            return;
        }
        if self.compares_parts(left, right, a, b) {
            return;
        }
        match (a, b) {
            (Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Trait(_), _)
            | (_, Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Trait(_)) => return,
            (Ty::Named(Head::Known("events::Json"), _), _) | (_, Ty::Named(Head::Known("events::Json"), _)) => return,
            (Ty::Named(Head::Item(_), _), _) if operator != BinaryOperator::Equal && operator != BinaryOperator::NotEqual => return,
            (Ty::Named(Head::Known("Option"), one), Ty::Named(Head::Known("Option"), other)) => {
                let (one, other) = (self.operand(&one[0]), self.operand(&other[0]));
                let both_text = text(&one, self.variables.kind(&one)) && text(&other, self.variables.kind(&other));
                if both_text || self.variables.unify(&one, &other) {
                    return;
                }
            }
            (Ty::Var(_), _) if kind_a == Some(Kind::Any) && text(b, kind_b) => {
                if kind_b == Some(Kind::Text) {
                    self.defaults.push((a.clone(), Ty::String));
                } else {
                    self.variables.unify(a, &if *b == Ty::Str { Ty::str_ref() } else { b.clone() });
                }
                return;
            }
            (_, Ty::Var(_)) if kind_b == Some(Kind::Any) && text(a, kind_a) => {
                self.variables.unify(b, &if *a == Ty::Str { Ty::str_ref() } else { a.clone() });
                return;
            }
            (one, other) if (one.is_vec() || matches!(one, Ty::Slice(_) | Ty::Array(_))) && self.list_sum(one, other).is_some() => {
                return;
            }
            _ => {}
        }
        if !self.variables.unify(a, b) {
            let (one, other) = (self.shown(a), self.shown(b));
            let message = format!("`{}` compares `{one}` with `{other}`", operator.symbol());
            let is_null = |side: &Expression| matches!(side.unparenthesized().kind, ExpressionKind::Literal(Literal::Null));
            let help = match (a, b) {
                _ if is_null(left) || is_null(right) => {
                    Some("this value is never missing; only an `Option` is: `value.is_none()`".to_owned())
                }
                (Ty::Named(Head::Known("Option"), _), _) | (_, Ty::Named(Head::Known("Option"), _)) => {
                    Some("compare with `Some(…)`".to_owned())
                }
                (Ty::Named(Head::Known("Result"), _), _) | (_, Ty::Named(Head::Known("Result"), _)) => {
                    Some("take the value out first: `?`, or `match`".to_owned())
                }
                _ if self.is_text_or_literal(a) && self.is_numeric(b) || self.is_text_or_literal(b) && self.is_numeric(a) => {
                    Some("read the text as a number, `parse_int(…)`, or show the number as text, `n.to_string()`".to_owned())
                }
                _ => None,
            };
            let error = self.error(Code::TypeMismatch, expression.span, message);
            error.label = "these are never equal".to_owned();
            error.help = help;
        }
    }
}
