//! JSON values as operands and as elements of lists.

use super::Inference;
use super::ty::{Head, Ty};
use super::unify::Kind;
use crate::tree::{BinaryOperator, Expression, ExpressionKind};

/// The type of JSON values.
pub(super) fn json() -> Ty {
    Ty::known("events::Json", [])
}

/// Whether a type is that of JSON values.
pub(super) fn is_json(ty: &Ty) -> bool {
    ty.is_known("events::Json")
}

/// How a value of another type is read from JSON.
pub(super) fn help_to_read(expected: &Ty) -> Option<String> {
    let method = match expected {
        Ty::Int(_) => "as_integer",
        Ty::F64 | Ty::F32 => "as_number",
        Ty::Bool => "as_boolean",
        Ty::String | Ty::Str => "as_text",
        _ => return None,
    };
    Some(format!("read the value: `….{method}()` is an `Option`"))
}

impl<'tree> Inference<'_, 'tree> {
    /// The type of arithmetic with a JSON value and a number, or with two JSON values: JSON.
    pub(super) fn json_arithmetic(
        &mut self,
        operator: BinaryOperator,
        left: &'tree Expression,
        right: &'tree Expression,
        a: &Ty,
        b: &Ty,
    ) -> Option<Ty> {
        let calculates = matches!(
            operator,
            BinaryOperator::Add | BinaryOperator::Subtract | BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Remainder
        );
        let is_operand = |ty: &Ty| is_json(ty) || ty.is_number() || matches!(self.variables.kind(ty), Some(Kind::Int | Kind::Float));
        if !calculates || !(is_json(a) || is_json(b)) || !is_operand(a) || !is_operand(b) {
            return None;
        }
        self.want(left, &json());
        self.want(right, &json());
        Some(json())
    }

    /// Whether values of different types can be the elements of a list of JSON values: numbers, text, `bool`, JSON, and lists and maps of these.
    pub(super) fn are_json_elements(&self, types: &[Ty]) -> bool {
        types.iter().all(|ty| self.is_json_element(ty))
    }

    fn is_json_element(&self, ty: &Ty) -> bool {
        let known = self.shallow(ty);
        let inner = self.shallow(known.behind());
        match &inner {
            Ty::Int(_) | Ty::F64 | Ty::F32 | Ty::Bool | Ty::String | Ty::Str | Ty::Char => true,
            Ty::Var(_) => matches!(self.variables.kind(&inner), Some(Kind::Int | Kind::Float | Kind::Text)),
            Ty::Named(Head::Known("events::Json"), _) => true,
            Ty::Named(Head::Known("Vec"), parts) => self.is_json_element(&parts[0]),
            Ty::Named(Head::Known("BTreeMap" | "HashMap"), parts) => {
                matches!(self.shallow(&parts[0]), Ty::String) && self.is_json_element(&parts[1])
            }
            _ => false,
        }
    }

    /// `json.name` and `json["name"]`, as places that are assigned.
    pub(super) fn is_json_member(&self, place: &'tree Expression) -> bool {
        match &place.unparenthesized().kind {
            ExpressionKind::Field { value, .. } | ExpressionKind::Index { value, .. } => {
                let ty = self.types.of[value.id.index()].clone();
                is_json(&self.shallow(self.shallow(&ty).behind()))
            }
            _ => false,
        }
    }
}
