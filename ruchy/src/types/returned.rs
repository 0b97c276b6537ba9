//! References that functions and closures return: what they refer to must outlive the call.

use super::Inference;
use super::ty::{Head, Ty};
use crate::diagnostic::Code;
use crate::names::{ItemOf, Meaning};
use crate::span::Span;
use crate::tree::{Expression, ExpressionKind, GenericParameterKind, Generics, expressions_in};

/// A value that leaves a function or closure, or by `break` a loop or block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaving<'tree> {
    pub value: &'tree Expression,
    /// The loop or block; nothing of a function.
    pub of: Option<Span>,
}

impl<'tree> Leaving<'tree> {
    pub(super) fn function(value: &'tree Expression) -> Self {
        Self { value, of: None }
    }
}

impl<'tree> Inference<'_, 'tree> {
    /// Reports references to values that end with the function or loop, at the ends of the branches of every value that leaves it.
    pub(super) fn check_returned(&mut self) {
        for leaving in std::mem::take(&mut self.returned) {
            self.check_leaving(leaving);
        }
    }

    fn check_leaving(&mut self, leaving: Leaving<'tree>) {
        let mut pending = vec![leaving.value];
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
                _ => self.check_leaf(value, leaving.of),
            }
        }
    }

    fn check_leaf(&mut self, value: &'tree Expression, of: Option<Span>) {
        let own = self.variables.last(&self.types.of[value.id.index()]);
        let wanted = self.types.wanted.get(&value.id).map_or(own.clone(), |ty| self.variables.last(ty));
        if !matches!(wanted, Ty::Ref(..)) {
            return;
        }
        let what = match &value.kind {
            ExpressionKind::Reference { mutable: true, operand }
                if matches!(operand.unparenthesized().kind, ExpressionKind::Literal(_)) =>
            {
                Some("a value that is made here".to_owned())
            }
            ExpressionKind::Reference { operand, .. } => self.ends_here(operand.unparenthesized(), of),
            _ if self.is_owned(&own) => self.ends_here(value, of),
            ExpressionKind::MethodCall { receiver, .. } if matches!(own, Ty::Ref(..)) => {
                self.lends_what_ends(receiver.unparenthesized(), of)
            }
            _ => None,
        };
        let Some(what) = what else { return };
        let owned = self.shown(if self.is_owned(&own) { &own } else { own.behind() });
        let message = match of {
            Some(_) => format!("`break` gives a reference to {what}, but it ends with the loop or block"),
            None => format!("a reference to {what} is returned, but it ends with the function"),
        };
        let error = self.error(Code::ReturnedReference, value.span, message);
        error.help = Some(match owned.as_str() {
            "str" | "String" if of.is_none() => "return the text itself: the result type `String`, and `….to_string()`".to_owned(),
            _ if of.is_some() => "give the value itself, without `&`".to_owned(),
            _ => format!("return the value itself: `{owned}`, without `&`"),
        });
    }

    /// What an expression is, if its value ends with the function, or with the loop or block `of`.
    fn ends_here(&self, value: &Expression, of: Option<Span>) -> Option<String> {
        let ty = self.variables.last(&self.types.of[value.id.index()]);
        if !self.is_owned(&ty) {
            return None;
        }
        match &value.kind {
            ExpressionKind::Path(path) => match self.names.meaning(value.id) {
                // What a closure captures ends with the function around it.
                Meaning::Local(id) if of.is_some_and(|of| !of.contains(self.names.local(*id).span)) => None,
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
            // Rust keeps what is computed of literals alone.
            ExpressionKind::Binary { .. } if (!ty.is_number() && ty != Ty::Bool) || names_something(value) => {
                Some("a value that is made here".to_owned())
            }
            _ => None,
        }
    }

    /// What a chain of methods borrows from, if that ends with the function.
    fn lends_what_ends(&self, receiver: &Expression, of: Option<Span>) -> Option<String> {
        match &receiver.kind {
            ExpressionKind::MethodCall { receiver: inner, .. } => {
                self.ends_here(receiver, of).or_else(|| self.lends_what_ends(inner.unparenthesized(), of))
            }
            ExpressionKind::Path(_) | ExpressionKind::Call { .. } | ExpressionKind::FString(_) => self.ends_here(receiver, of),
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
            Ty::Named(Head::Known("Entry" | "Ref" | "RefMut"), _) => true,
            Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Trait(_) | Ty::Var(_) => true,
            _ => false,
        };
        !ty.any(&mut |part| borrows(part))
    }
}

/// Whether a part of an expression is a name.
fn names_something(expression: &Expression) -> bool {
    let mut found = matches!(expression.kind, ExpressionKind::Path(_));
    expressions_in(expression, &mut |inner| found |= names_something(inner));
    found
}

fn has_lifetimes(generics: &Generics) -> bool {
    generics.parameters.iter().any(|parameter| matches!(parameter.kind, GenericParameterKind::Lifetime { .. }))
}
