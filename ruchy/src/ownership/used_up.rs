//! Iterators in variables: a method that takes the iterator leaves nothing for a later use.

use super::Walk;
use crate::diagnostic::{Code, Diagnostic};
use crate::names::{LocalId, Meaning, Names};
use crate::span::Span;
use crate::tree::{Expression, ExpressionKind, NodeId};
use crate::types::Ty;

/// An iterator that is used after the place that takes it.
#[derive(Clone, Copy, Debug)]
pub struct UsedUp {
    node: NodeId,
    /// The variable where it is taken.
    span: Span,
    local: LocalId,
}

impl UsedUp {
    /// The diagnostic for it.
    #[must_use]
    pub fn report(&self, names: &Names<'_>) -> Diagnostic {
        let local = names.local(self.local);
        let message = format!("the iterator `{}` is used up here, but it is used later as well", local.name);
        let error = Diagnostic::error(Code::UsedUp, self.span, message).note_at(local.span, "the iterator is made here");
        error.help("keep its items in a list, `….collect::<Vec<_>>()`, or go over a copy: `….clone()`")
    }
}

impl<'tree> Walk<'_, 'tree> {
    /// Notes an iterator in a variable that is taken here and lives on.
    pub(super) fn takes(&mut self, value: &'tree Expression) {
        let value = value.unparenthesized();
        let (ExpressionKind::Path(_), Meaning::Local(id)) = (&value.kind, self.names.meaning(value.id)) else { return };
        let id = *id;
        let is_iterator = matches!(self.types.local(id), Ty::Iter(_)) && matches!(self.types.ty(value.id), Ty::Iter(_));
        let is_new = !self.found.used_up.iter().any(|found| found.node == value.id);
        if is_iterator && is_new && self.live.contains(&id) {
            self.found.used_up.push(UsedUp { node: value.id, span: value.span, local: id });
        }
    }
}
