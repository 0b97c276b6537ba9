//! Operands that are borrowed while others are evaluated.

use super::Walk;
use super::mentioned::mentioned;
use crate::names::Meaning;
use crate::tree::{Expression, ExpressionKind};
use crate::types::{Callee, Ty};

impl<'tree> Walk<'_, 'tree> {
    /// Evaluates `all` in order; what an earlier one borrows is used until the last.
    pub(super) fn together(&mut self, all: &[&'tree Expression], receiver: Option<&'tree Expression>) {
        for (index, expression) in all.iter().enumerate().rev() {
            for earlier in all[..index].iter().copied().chain(receiver) {
                self.borrowed(earlier);
            }
            self.expression(expression);
        }
    }

    /// Evaluates the values of a format, which borrows all of them until the text is made.
    pub(super) fn formatted(&mut self, all: &[&'tree Expression]) {
        for (index, expression) in all.iter().enumerate().rev() {
            for earlier in &all[..index] {
                self.borrowed(earlier);
                self.shared(earlier, expression);
            }
            self.expression(expression);
        }
    }

    /// Marks what an expression borrows as used later.
    fn borrowed(&mut self, expression: &'tree Expression) {
        let wants_reference = matches!(self.types.wanted.get(&expression.id), Some(Ty::Ref(..)))
            || matches!(self.types.ty(expression.id), Ty::Ref(..) | Ty::Iter(_) | Ty::Fn(..));
        if let ExpressionKind::Path(_) = &expression.kind {
            if let Meaning::Local(id) = self.names.meaning(expression.id)
                && wants_reference
            {
                self.live.insert(*id);
            }
            return;
        }
        if wants_reference {
            let mut all = Vec::new();
            mentioned(expression, self.names, &mut all);
            self.live.extend(all);
        }
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
