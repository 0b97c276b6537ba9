//! The values of constants: what is known before the program runs.

use super::ty::{Head, Ty};
use super::{Callee, Inference};
use crate::diagnostic::Code;
use crate::names::{Item, ItemOf};
use crate::tree::{Expression, ExpressionKind, FieldValue, Literal, NodeId};

/// Functions of Rust that constants may call.
const FUNCTIONS: &[&str] = &["new", "from_secs", "from_millis"];
/// Methods of numbers and texts that constants may call.
const METHODS: &[&str] = &["len", "is_empty", "as_bytes", "pow", "abs"];

impl<'tree> Inference<'_, 'tree> {
    /// Reports constants whose values are only known when the program runs.
    pub(super) fn check_constants(&mut self) {
        let of_item = |item: &Item<'tree>| match item.kind {
            ItemOf::Constant(of) => of.value.as_ref(),
            _ => None,
        };
        let values: Vec<_> = self.names.items.iter().filter_map(of_item).chain(self.associated_constants()).collect();
        for value in values {
            if let Some((place, message, help)) = self.computed(value) {
                self.error(Code::NotConstant, place.span, message).help = Some(help.to_owned());
            }
        }
    }

    /// Whether a function or method of the program is a `const fn`.
    fn is_const(&self, function: NodeId) -> bool {
        self.functions.get(&function).is_some_and(|known| known.function.is_const)
    }

    /// The part of a constant's value that is computed when the program runs, why, and what to write instead.
    fn computed(&self, value: &'tree Expression) -> Option<(&'tree Expression, String, &'static str)> {
        let with_let = "write `let`, or a function that returns the value";
        let all = |mut parts: Box<dyn Iterator<Item = &'tree Expression> + 'tree>| parts.find_map(|part| self.computed(part));
        let run_time =
            || Some((value, "the value of a constant is known before the program runs, and this is computed later".to_owned(), with_let));
        let ty = self.variables.last(&self.types.of[value.id.index()]);
        let wanted = self.types.wanted.get(&value.id).map_or_else(|| ty.clone(), |wanted| self.variables.last(wanted));
        match &value.kind {
            ExpressionKind::Literal(Literal::String(_)) if wanted == Ty::String => Some((
                value,
                "a constant cannot hold a `String`, which is made when the program runs".to_owned(),
                "give the field or constant the type `&'static str`",
            )),
            ExpressionKind::Parenthesized(inner)
            | ExpressionKind::Unary { operand: inner, .. }
            | ExpressionKind::Reference { operand: inner, .. }
            | ExpressionKind::Cast { value: inner, .. }
            | ExpressionKind::Field { value: inner, .. } => self.computed(inner),
            ExpressionKind::List(_) | ExpressionKind::Repeat { .. } if wanted.is_vec() => Some((
                value,
                "a constant cannot hold a `Vec`, which is made when the program runs".to_owned(),
                "give it the type of an array, `[i64; 3]`, or of a slice, `&[i64]`",
            )),
            ExpressionKind::Tuple(parts) | ExpressionKind::List(parts) => all(Box::new(parts.iter())),
            ExpressionKind::Binary { left, right, .. } if ty != Ty::String => all(Box::new([&**left, &**right].into_iter())),
            ExpressionKind::Struct { fields, base: None, .. } => all(Box::new(fields.iter().map(|field: &FieldValue| &field.value))),
            ExpressionKind::Call { arguments, .. } => match self.types.calls.get(&value.id) {
                Some(Callee::Constructor) => all(Box::new(arguments.iter())),
                Some(Callee::Table(method)) if FUNCTIONS.contains(&method.name) => all(Box::new(arguments.iter())),
                Some(Callee::Unknown) => None,
                Some(Callee::Program(function)) if self.is_const(*function) => all(Box::new(arguments.iter())),
                _ => run_time(),
            },
            ExpressionKind::MethodCall { receiver, arguments, .. } if matches!(self.types.calls.get(&value.id), Some(Callee::Program(method)) if self.is_const(*method)) => {
                self.computed(receiver).or_else(|| all(Box::new(arguments.iter())))
            }
            ExpressionKind::MethodCall { receiver, method, .. } => {
                let on = self.variables.last(&self.types.of[receiver.id.index()]);
                let is_plain = on.is_number() || matches!(on.behind(), Ty::Str);
                if is_plain && METHODS.contains(&method.text.as_str()) { self.computed(receiver) } else { run_time() }
            }
            ExpressionKind::FString(_) | ExpressionKind::Object(_) | ExpressionKind::Comprehension(_) => run_time(),
            ExpressionKind::Macro(_) if matches!(ty, Ty::String | Ty::Named(Head::Known("Vec"), _)) => run_time(),
            ExpressionKind::Binary { .. } => run_time(),
            _ => None,
        }
    }
}
