//! Values whose type nothing but their use says, and variables without a value: reported where no use says it.

use super::Inference;
use super::ty::{Int, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::names::Meaning;
use crate::tree::{Expression, ExpressionKind, Literal};

impl Inference<'_, '_> {
    /// Whether nothing but its use says the type of a value: `null`, `None`, `[]`.
    pub(super) fn is_untyped(&self, value: &Expression) -> bool {
        match &value.unparenthesized().kind {
            ExpressionKind::Literal(Literal::Null) => true,
            ExpressionKind::List(elements) => elements.is_empty(),
            ExpressionKind::Path(_) => {
                matches!(self.names.meaning(value.unparenthesized().id), Meaning::External(path) if matches!(path.as_slice(), [name] if ["None", "Some", "Ok", "Err"].contains(&name.as_str())))
            }
            _ => false,
        }
    }

    /// Assumes `i64` for what `None`, `Ok(…)` and `Err(…)` leave out where nothing says its type, as in `println(None)`.
    pub(super) fn assume_wrapped(&mut self) {
        for (node, ty) in std::mem::take(&mut self.wrappers) {
            let Ty::Named(_, arguments) = self.shallow(&ty) else { continue };
            for argument in &arguments {
                let argument = self.shallow(argument);
                if self.variables.kind(&argument) == Some(Kind::Any) {
                    self.variables.unify(&argument, &Ty::Int(Int::I64));
                    self.types.assumed.insert(node);
                }
            }
        }
    }

    /// Reports values whose type nothing says.
    pub(super) fn check_untyped(&mut self) {
        for (pattern, ty) in std::mem::take(&mut self.valueless) {
            if self.variables.kind(&self.shallow(&ty)) == Some(Kind::Any) {
                let error = self.error(Code::TypeNeeded, pattern.span, "nothing gives this variable a value");
                error.help = Some("write `let name = value`".to_owned());
            }
        }
        for (value, ty) in std::mem::take(&mut self.untyped) {
            let is_open = self.variables.deep(&ty).any(&mut |part| self.variables.kind(part) == Some(Kind::Any));
            if !is_open {
                continue;
            }
            let (what, help) = match &value.unparenthesized().kind {
                ExpressionKind::List(_) => ("the elements of this list", "write it: `let name: Vec<i64> = []`"),
                ExpressionKind::Literal(_) => {
                    ("the value that this `null` leaves out", "`null` is `None`: write the type, `let name: Option<String> = None`")
                }
                ExpressionKind::Path(path) if path.as_name().is_some_and(|name| name.text != "None") => {
                    ("the value that this wraps", "give it a value: `Some(value)`")
                }
                _ => ("the value that this `None` leaves out", "write it: `let name: Option<String> = None`"),
            };
            self.error(Code::TypeNeeded, value.span, format!("nothing says the type of {what}")).help = Some(help.to_owned());
        }
    }
}
