//! Variables that a closure shares with the code around it: `let f = |x| x * k; k = 10; f(4)`.
//!
//! Rust lends `k` to the closure for as long as the closure is used. Where the code around it changes `k` in between, or reads what the closure
//! changes, `k` is a cell. Only numbers, `bool` and `char` are.

use super::Walk;
use crate::map::{Map, Set};
use crate::names::{LocalId, Meaning, Names};
use crate::tree::{Block, Expression, ExpressionKind, Function, Node, NodeId, Pattern, PatternKind, Statement, StatementKind};
use crate::types::Ty;

/// What `let`s bind.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The closures that variables hold.
    closures: Map<LocalId, NodeId>,
    /// The closures that capture a variable, with the variables that hold them.
    capturing: Map<LocalId, Vec<(LocalId, NodeId)>>,
    /// Variables that a plain `let` with a value binds.
    plain: Set<LocalId>,
    /// Variables that parameters and patterns bind, and the block that begins with them.
    bound: Map<LocalId, NodeId>,
}

/// The `let`s among the nodes of the functions and the script.
pub(super) fn kept(names: &Names<'_>, functions: &[&Function], nodes: &[Node<'_>]) -> Kept {
    let mut kept = Kept::default();
    for function in functions {
        if let Some(body) = &function.body {
            function.parameters.iter().for_each(|parameter| kept.bind(names, &parameter.pattern, body));
        }
    }
    for node in nodes {
        if let Node::Expression(expression) = node {
            kept.bind_in(names, expression);
        }
        if let Node::Statement(Statement { kind: StatementKind::Let(of), .. }) = node
            && let (PatternKind::Binding { subpattern: None, .. }, Some(value), None) = (&of.pattern.kind, &of.value, &of.otherwise)
            && let Meaning::Local(id) = names.meaning(of.pattern.id)
        {
            kept.plain.insert(*id);
            let value = value.unparenthesized();
            if matches!(&value.kind, ExpressionKind::Lambda(lambda) if !lambda.is_move) {
                kept.closures.insert(*id, value.id);
                for captured in names.captures.get(&value.id).into_iter().flatten() {
                    kept.capturing.entry(*captured).or_default().push((*id, value.id));
                }
            }
        }
    }
    kept
}

impl Kept {
    fn bind(&mut self, names: &Names<'_>, pattern: &Pattern, block: &Block) {
        let mut all = Vec::new();
        super::lend::bound(pattern, names, &mut all);
        self.bound.extend(all.into_iter().map(|id| (id, block.id)));
    }

    /// Notes what an expression binds for one of its blocks.
    fn bind_in(&mut self, names: &Names<'_>, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::If { condition, then: block, .. } | ExpressionKind::While { condition, body: block, .. } => {
                if let ExpressionKind::Let { pattern, .. } = &condition.unparenthesized().kind {
                    self.bind(names, pattern, block);
                }
            }
            ExpressionKind::For { pattern, body, .. } => self.bind(names, pattern, body),
            ExpressionKind::Match { arms, .. } => {
                for arm in arms.iter().filter(|arm| arm.guard.is_none()) {
                    if let ExpressionKind::Block { block, label: None } = &arm.body.kind {
                        self.bind(names, &arm.pattern, block);
                    }
                }
            }
            ExpressionKind::Lambda(lambda) => {
                if let ExpressionKind::Block { block, label: None } = &lambda.body.kind {
                    lambda.parameters.iter().for_each(|parameter| self.bind(names, &parameter.pattern, block));
                }
            }
            _ => {}
        }
    }
}

impl Walk<'_, '_> {
    /// Notes that a variable is used outside of closures that capture it and are used later.
    pub(super) fn meets_closure(&mut self, id: LocalId, changes: bool) {
        let Some(capturing) = self.kept.capturing.get(&id) else { return };
        if !(self.kept.plain.contains(&id) || self.kept.bound.contains_key(&id))
            || !(self.types.local(id).is_number() || matches!(self.types.local(id), Ty::Bool | Ty::Char))
        {
            return;
        }
        for (holder, lambda) in capturing {
            if !self.live.contains(holder) || self.lambdas.contains(lambda) {
                continue;
            }
            if changes {
                self.found.cells.insert(id);
            } else {
                self.readings.push((id, *lambda));
            }
        }
    }

    pub(super) fn holds_closure(&self, id: LocalId) -> bool {
        self.kept.closures.contains_key(&id)
    }

    pub(super) fn bar_cell(&mut self, id: LocalId) {
        self.barred.insert(id);
    }

    /// Adds what is read while a closure that changes it is used later, and removes what cannot be a cell.
    pub(super) fn conclude_cells(&mut self) {
        for (id, lambda) in std::mem::take(&mut self.readings) {
            if self.found.changing.contains(&lambda) && self.found.changed.contains(&id) {
                self.found.cells.insert(id);
            }
        }
        for id in &self.barred {
            self.found.cells.remove(id);
        }
        for id in &self.found.cells {
            if let Some(block) = self.kept.bound.get(id) {
                self.found.cells_of_blocks.entry(*block).or_default().push(*id);
            }
        }
        self.found.cells_of_blocks.values_mut().for_each(|all| all.sort_by_key(|id| id.0));
    }
}
