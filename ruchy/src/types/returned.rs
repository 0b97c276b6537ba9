//! References that functions and closures return: what they refer to must outlive the call.

use super::Inference;
use super::ty::{Head, Ty};
use crate::diagnostic::Code;
use crate::names::{ItemOf, Meaning};
use crate::tree::{Expression, ExpressionKind, GenericParameterKind, Generics};

impl<'tree> Inference<'_, 'tree> {
    /// Reports references to values that end with the function, at the ends of the branches of every returned value.
    pub(super) fn check_returned(&mut self) {
        let mut pending = std::mem::take(&mut self.returned);
        while let Some(value) = pending.pop() {
            match &value.kind {
                ExpressionKind::Parenthesized(inner) => pending.push(inner),
                ExpressionKind::Block { block, label: None } => pending.extend(block.tail()),
                ExpressionKind::If { then, otherwise: Some(otherwise), .. } => {
                    pending.extend(then.tail());
                    pending.push(otherwise);
                }
                ExpressionKind::Match { arms, .. } => pending.extend(arms.iter().map(|arm| &arm.body)),
                ExpressionKind::Ternary { then, otherwise, .. } => pending.extend([&**then, &**otherwise]),
                ExpressionKind::Tuple(parts) => pending.extend(parts),
                _ => self.check_leaf(value),
            }
        }
    }

    fn check_leaf(&mut self, value: &'tree Expression) {
        let own = self.variables.last(&self.types.of[value.id.index()]);
        let wanted = self.types.wanted.get(&value.id).map_or(own.clone(), |ty| self.variables.last(ty));
        if !matches!(wanted, Ty::Ref(..)) {
            return;
        }
        let what = match &value.kind {
            ExpressionKind::Reference { operand, .. } => self.ends_here(operand.unparenthesized()),
            _ if self.is_owned(&own) => self.ends_here(value),
            ExpressionKind::MethodCall { receiver, .. } if matches!(own, Ty::Ref(..)) => self.lends_what_ends(receiver.unparenthesized()),
            _ => None,
        };
        let Some(what) = what else { return };
        let owned = self.shown(if self.is_owned(&own) { &own } else { own.behind() });
        let error =
            self.error(Code::ReturnedReference, value.span, format!("a reference to {what} is returned, but it ends with the function"));
        error.help = Some(match owned.as_str() {
            "str" | "String" => "return the text itself: the result type `String`, and `….to_string()`".to_owned(),
            _ => format!("return the value itself: `{owned}`, without `&`"),
        });
    }

    /// What an expression is, if its value ends with the function.
    fn ends_here(&self, value: &Expression) -> Option<String> {
        let ty = self.variables.last(&self.types.of[value.id.index()]);
        if !self.is_owned(&ty) {
            return None;
        }
        match &value.kind {
            ExpressionKind::Path(path) => match self.names.meaning(value.id) {
                // What a closure captures ends with the function around it.
                Meaning::Local(id) if !self.names.local(*id).captured => Some(format!("`{}`", path.last().map_or("", |name| &name.text))),
                _ => None,
            },
            ExpressionKind::Call { .. }
            | ExpressionKind::MethodCall { .. }
            | ExpressionKind::FString(_)
            | ExpressionKind::Macro(_)
            | ExpressionKind::Comprehension(_)
            | ExpressionKind::Cast { .. }
            | ExpressionKind::Struct { .. } => Some("a value that is made here".to_owned()),
            ExpressionKind::Binary { .. } if !ty.is_number() && ty != Ty::Bool => Some("a value that is made here".to_owned()),
            _ => None,
        }
    }

    /// What a chain of methods borrows from, if that ends with the function.
    fn lends_what_ends(&self, receiver: &Expression) -> Option<String> {
        match &receiver.kind {
            ExpressionKind::MethodCall { receiver: inner, .. } => {
                self.ends_here(receiver).or_else(|| self.lends_what_ends(inner.unparenthesized()))
            }
            ExpressionKind::Path(_) | ExpressionKind::Call { .. } | ExpressionKind::FString(_) => self.ends_here(receiver),
            _ => None,
        }
    }

    /// Whether values of a type borrow nothing, for certain.
    fn is_owned(&self, ty: &Ty) -> bool {
        let borrows = |part: &Ty| match part {
            Ty::Named(Head::Item(id), _) => match self.names.item(*id).kind {
                ItemOf::Struct(of) => has_lifetimes(&of.generics),
                ItemOf::Enum(of) => has_lifetimes(&of.generics),
                _ => true,
            },
            Ty::Ref(..) | Ty::Str | Ty::Slice(_) | Ty::Iter(_) | Ty::Fn(..) | Ty::Never => true,
            Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Trait(_) | Ty::Var(_) => true,
            _ => false,
        };
        !ty.any(&mut |part| borrows(part))
    }
}

fn has_lifetimes(generics: &Generics) -> bool {
    generics.parameters.iter().any(|parameter| matches!(parameter.kind, GenericParameterKind::Lifetime { .. }))
}
