//! Operands that are borrowed while others are evaluated.

use super::Walk;
use super::mentioned::mentioned;
use crate::map::Set;
use crate::names::{LocalId, Meaning};
use crate::tree::{Expression, ExpressionKind};
use crate::types::{Callee, Ty};

impl<'tree> Walk<'_, 'tree> {
    /// Evaluates `all` in order; what an earlier one borrows is used until the last.
    pub(super) fn together(&mut self, all: &[&'tree Expression], receiver: Option<&'tree Expression>) {
        // For each local the first expression that borrows it: it is live while those after it are evaluated.
        let mut since: Vec<(LocalId, usize)> = Vec::new();
        let mut known: Set<LocalId> = Set::default();
        // None is evaluated after the last one.
        let borrowing = (all.len() + usize::from(receiver.is_some())).saturating_sub(1);
        for (index, expression) in receiver.iter().chain(all).enumerate().take(borrowing) {
            let before = usize::from(receiver.is_some());
            for id in self.borrowed(expression) {
                if known.insert(id) {
                    since.push((id, (index + 1).saturating_sub(before)));
                }
            }
        }
        for (index, expression) in all.iter().enumerate().rev() {
            self.live.extend(since.iter().filter(|(_, from)| *from <= index).map(|(id, _)| *id));
            self.expression(expression);
        }
    }

    /// Evaluates the values of a format, which borrows all of them until the text is made.
    pub(super) fn formatted(&mut self, all: &[&'tree Expression]) {
        for (index, expression) in all.iter().enumerate().rev() {
            for earlier in &all[..index] {
                let borrowed = self.borrowed(earlier);
                self.live.extend(borrowed);
                self.shared(earlier, expression);
            }
            self.expression(expression);
        }
    }

    /// The locals that an expression borrows.
    fn borrowed(&self, expression: &'tree Expression) -> Vec<LocalId> {
        if matches!(expression.kind, ExpressionKind::Literal(_)) {
            return Vec::new();
        }
        let wants_reference =
            matches!(self.types.wanted.get(&expression.id), Some(Ty::Ref(..))) || super::lend::borrows(self.types.ty(expression.id));
        let mut all = Vec::new();
        if wants_reference {
            match &expression.kind {
                ExpressionKind::Path(_) => {
                    if let Meaning::Local(id) = self.names.meaning(expression.id) {
                        all.push(*id);
                    }
                }
                _ => mentioned(expression, self.names, &mut all),
            }
        }
        all
    }

    /// Whether a call formats its arguments.
    pub(super) fn prints(&self, call: &Expression) -> bool {
        matches!(self.types.calls.get(&call.id), Some(Callee::Builtin("println" | "print" | "eprintln" | "eprint" | "panic")))
    }

    fn method_receiver(&self, expression: &Expression) -> Option<crate::types::table::Receiver> {
        use crate::types::table::Receiver;
        match self.types.calls.get(&expression.id)? {
            Callee::Table(method) => method.receiver,
            Callee::Iterated(..) => Some(Receiver::Shared),
            Callee::Program(node) => match self.types.signatures.get(node)?.receiver.as_ref()? {
                Ty::Ref(true, _) => Some(Receiver::Mutable),
                Ty::Ref(false, _) => Some(Receiver::Shared),
                _ => Some(Receiver::Value),
            },
            _ => None,
        }
    }

    pub(super) fn mutates(&self, expression: &Expression) -> bool {
        self.method_receiver(expression) == Some(crate::types::table::Receiver::Mutable)
    }

    pub(super) fn consumes(&self, expression: &Expression) -> bool {
        self.method_receiver(expression) == Some(crate::types::table::Receiver::Value)
    }
}
