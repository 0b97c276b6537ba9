//! Conditions: operands of `&&`, `||`, `if` and `while`.

use super::Inference;
use super::body::Expect;
use super::ty::{Head, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::tree::{Expression, ExpressionKind};

impl<'tree> Inference<'_, 'tree> {
    /// An operand or condition that must be a `bool`.
    pub(super) fn condition(&mut self, condition: &'tree Expression, of: &str) {
        if let ExpressionKind::Let { pattern, value } = &condition.kind {
            self.infer_let(pattern, value);
            self.set(condition, Ty::Bool);
            return;
        }
        let ty = self.infer(condition, &Expect::Type(Ty::Bool));
        let inner = self.operand(&ty);
        if matches!(inner, Ty::Unknown | Ty::Opaque(_) | Ty::Never | Ty::Bool) {
            if matches!(self.shallow(&ty), Ty::Ref(..)) {
                self.want(condition, &Ty::Bool);
            }
            return;
        }
        if self.variables.kind(&inner) == Some(Kind::Any) {
            self.variables.unify(&inner, &Ty::Bool);
            return;
        }
        let found = self.shown(&inner);
        let help = match &inner {
            Ty::Int(_) | Ty::Var(_) if self.is_numeric(&inner) => "compare it with a number: `… != 0`",
            Ty::String | Ty::Str | Ty::Var(_) => "ask whether it is empty: `!….is_empty()`",
            Ty::Named(Head::Known("Option"), _) => "ask whether there is a value: `….is_some()`, or `if let Some(value) = …`",
            Ty::Named(Head::Known("Result"), _) => "ask whether it went well: `….is_ok()`, or use `?`",
            Ty::Named(Head::Known("Vec" | "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet"), _) => {
                "ask whether it is empty: `!….is_empty()`"
            }
            _ => "write a comparison",
        };
        let assignment = matches!(condition.unparenthesized().kind, ExpressionKind::Assign { .. });
        let message = if of.chars().all(char::is_alphabetic) {
            format!("the condition of `{of}` must be `bool`, found `{found}`")
        } else {
            format!("`{of}` needs `bool`, found `{found}`")
        };
        let error = self.error(Code::NotBool, condition.span, message);
        error.help = Some(if assignment { "compare with `==`; `=` assigns".to_owned() } else { help.to_owned() });
    }
}
