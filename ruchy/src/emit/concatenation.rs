//! Text that is joined with `+`.

use super::format::{Shown, escaped, format_literal, literal_text};
use super::{Code, Emitter, quoted};
use crate::tree::{Expression, ExpressionKind};
use crate::types::Ty;

impl<'tree> Emitter<'tree> {
    /// `a + b` of text: all that is joined, in one text.
    pub(super) fn concatenation(&mut self, expression: &'tree Expression) -> Code {
        let mut operands = Vec::new();
        self.operands(expression, &mut operands);
        let (mut format, mut arguments) = (String::new(), Vec::new());
        for operand in operands {
            match (literal_text(operand), &operand.unparenthesized().kind) {
                (Some(text), _) => format += &escaped(&text),
                (None, ExpressionKind::FString(parts)) => {
                    let (inner, more) = self.parts(operand.unparenthesized().id, parts, Shown::Interpolated);
                    format += &inner;
                    arguments.extend(more);
                }
                _ => {
                    format += "{}";
                    arguments.push(self.shown(operand, Shown::Joined).text);
                }
            }
        }
        if arguments.is_empty() {
            return Code::atom(format!("{}.to_string()", quoted(&format.replace("{{", "{").replace("}}", "}"))));
        }
        Code::atom(format!("format!({}, {})", format_literal(&format), arguments.join(", ")))
    }

    pub(super) fn operands(&self, expression: &'tree Expression, all: &mut Vec<&'tree Expression>) {
        match &expression.kind {
            ExpressionKind::Binary { operator: crate::tree::BinaryOperator::Add, left, right, .. }
                if *self.ty(expression) == Ty::String =>
            {
                self.operands(left, all);
                self.operands(right, all);
            }
            ExpressionKind::Parenthesized(inner) if *self.ty(inner) == Ty::String => self.operands(inner, all),
            _ => all.push(expression),
        }
    }
}
