//! Calls of methods: `receiver.name(arguments)`, and `receiver |> name(arguments)` where no function has the name.

use super::{Expression, ExpressionKind, GenericArgument, Name};

/// The parts of a call of a method.
#[derive(Clone, Copy, Debug)]
pub struct MethodCall<'tree> {
    pub receiver: &'tree Expression,
    pub method: &'tree Name,
    pub generics: Option<&'tree [GenericArgument]>,
    pub arguments: &'tree [Expression],
}

impl Expression {
    /// The parts of a method call, or of a pipeline into a single name as if that were a method.
    #[must_use]
    pub fn method_call(&self) -> Option<MethodCall<'_>> {
        match &self.kind {
            ExpressionKind::MethodCall { receiver, method, generics, arguments } => {
                Some(MethodCall { receiver, method, generics: generics.as_deref(), arguments })
            }
            ExpressionKind::Pipeline { value, function } => {
                let (function, arguments) = match &function.kind {
                    ExpressionKind::Call { function, arguments } => (function, arguments.as_slice()),
                    _ => (function, [].as_slice()),
                };
                let ExpressionKind::Path(path) = &function.kind else { return None };
                let [segment] = path.segments.as_slice() else { return None };
                Some(MethodCall { receiver: value, method: &segment.name, generics: segment.generics.as_deref(), arguments })
            }
            _ => None,
        }
    }
}
