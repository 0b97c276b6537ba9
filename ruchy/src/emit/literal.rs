//! Literals.

use super::{Code, Emitter, quoted};
use crate::tree::{Expression, ExpressionKind, Literal};
use crate::types::Ty;

impl Emitter<'_> {
    pub(super) fn literal(&mut self, expression: &Expression, literal: &Literal) -> Code {
        let ty = self.wanted(expression).filter(|ty| ty.is_number()).unwrap_or_else(|| self.ty(expression)).clone();
        match literal {
            Literal::Integer(integer) => match (&ty, &integer.suffix) {
                (_, Some(suffix)) => Code::atom(format!("{}_{suffix}", integer.digits.trim_end_matches('_'))),
                (Ty::F64 | Ty::F32, None) => Code::atom(format!("{}.0", integer.value)),
                (Ty::Int(_), None) if self.types.bare.contains(&expression.id) => Code::atom(integer.digits.clone()),
                (Ty::Int(int), None) => Code::atom(format!("{}_{}", integer.digits, int.name())),
                _ => Code::atom(integer.digits.clone()),
            },
            Literal::Float(float) => {
                let digits = if float.digits.ends_with('.') { format!("{}0", float.digits) } else { float.digits.clone() };
                match (&float.suffix, &ty) {
                    (Some(suffix), _) => Code::atom(format!("{digits}_{suffix}")),
                    (None, _) if self.types.bare.contains(&expression.id) => Code::atom(digits),
                    (None, Ty::F32) => Code::atom(format!("{digits}_f32")),
                    (None, _) => Code::atom(format!("{digits}_f64")),
                }
            }
            Literal::String(text) => {
                let code = quoted(&text.value);
                if ty == Ty::String && self.wanted(expression).is_none_or(|wanted| *wanted == Ty::String) {
                    Code::atom(format!("{code}.to_string()"))
                } else {
                    Code::atom(code)
                }
            }
            Literal::Char(letter) => Code::atom(format!("{letter:?}")),
            Literal::Byte(byte) => Code::atom(format!("b'{}'", byte.escape_ascii())),
            Literal::ByteString(bytes) => Code::atom(format!("b\"{}\"", bytes.escape_ascii())),
            Literal::Bool(value) => Code::atom(value.to_string()),
            Literal::Null if ty.is_known("events::Json") => Code::atom("events::Json::Null"),
            Literal::Null => Code::atom("None"),
        }
    }
}

pub(super) fn literal_digits(expression: &Expression) -> String {
    match &expression.unparenthesized().kind {
        ExpressionKind::Literal(Literal::Integer(integer)) => integer.digits.clone(),
        _ => String::new(),
    }
}

/// A literal that is an index as it stands.
pub(super) fn is_index_literal(expression: &Expression) -> bool {
    matches!(&expression.unparenthesized().kind, ExpressionKind::Literal(Literal::Integer(_)))
}
