//! Liveness in closures, `match`, `try` and jumps.

use super::Walk;
use crate::map::Set;
use crate::names::LocalId;
use crate::tree::{Arm, Expression, Lambda, Name, TryCatch};

impl<'tree> Walk<'_, 'tree> {
    pub(super) fn lambda(&mut self, expression: &'tree Expression, lambda: &'tree Lambda) {
        let captures = self.names.captures.get(&expression.id).cloned().unwrap_or_default();
        let after = self.live.clone();
        self.found.kept.insert(expression.id, captures.iter().copied().filter(|id| self.lives(*id)).collect());
        let loops = std::mem::take(&mut self.loops);
        // It may be called many times: what it captures is used again.
        self.live = captures.iter().copied().collect();
        self.lambdas.push(expression.id);
        self.expression(&lambda.body);
        self.lambdas.pop();
        self.loops = loops;
        self.live = after;
        self.live.extend(captures);
    }

    pub(super) fn matched(&mut self, value: &'tree Expression, arms: &'tree [Arm]) {
        let after = self.live.clone();
        // What the arms below use: a guard that does not hold goes on to them.
        let mut below = Set::default();
        for arm in arms.iter().rev() {
            self.live.clone_from(&after);
            self.expression(&arm.body);
            if let Some(guard) = &arm.guard {
                self.live.extend(below.iter().copied());
                self.expression(guard);
            }
            self.kill(&arm.pattern);
            below.extend(self.live.iter().copied());
        }
        self.live = below;
        self.expression(value);
    }

    pub(super) fn try_catch(&mut self, of: &'tree TryCatch) {
        if let Some(finally) = &of.finally {
            self.block(finally);
        }
        let after = self.live.clone();
        let mut caught = after.clone();
        if let Some(catch) = &of.catch {
            self.block(&catch.body);
            if let Some(pattern) = &catch.pattern {
                self.kill(pattern);
            }
            caught.clone_from(&self.live);
        }
        self.live = after;
        self.live.extend(caught.iter().copied());
        self.caught.push(caught.clone());
        self.block(&of.body);
        self.caught.pop();
        self.live.extend(caught);
    }

    /// The loop or block that a jump leaves.
    pub(super) fn target(&self, label: Option<&Name>) -> Option<&(Option<String>, Set<LocalId>, Set<LocalId>)> {
        match label {
            Some(label) => self.loops.iter().rev().find(|(name, ..)| name.as_deref() == Some(&label.text)),
            None => self.loops.last(),
        }
    }
}
