//! Ownership: which use of a variable is its last, so that the value moves there, and is cloned at the others.
//!
//! A pass in reverse order of evaluation keeps the set of variables that are used later. Bodies of loops are visited twice: a variable that
//! is used at the beginning of a body is used after its end.

mod borrow;
mod cell;
mod control;
mod expression;
mod lend;
mod mentioned;
mod used_up;

pub use mentioned::mentioned;
pub use used_up::UsedUp;

use crate::map::{Map, Set};
use crate::names::{LocalId, Meaning, Names};
use crate::tree::{
    Block, Expression, ExpressionKind, Function, ItemKind, Name, Node, NodeId, Pattern, PatternKind, Statement, StatementKind,
};
use crate::types::Types;
/// What is known of the uses of variables.
#[derive(Debug, Default)]
pub struct Ownership {
    /// Paths that are the last use of their variable: the value may move.
    pub last: Set<NodeId>,
    /// The captured variables of a lambda that are used after it.
    pub kept: Map<NodeId, Vec<LocalId>>,
    /// Variables that lambdas change.
    pub changed: Set<LocalId>,
    /// Lambdas that change what they capture.
    pub changing: Set<NodeId>,
    /// Numbers and the like that a closure and the code around it use by turns, and one of them changes: cells.
    pub cells: Set<LocalId>,
    /// The cells that patterns and parameters bind: each is made at the beginning of its block.
    pub cells_of_blocks: Map<NodeId, Vec<LocalId>>,
    /// The patterns of variables that borrow from a variable which changes while they are used.
    pub copies: Set<NodeId>,
    /// Iterators that are used after the place that takes them.
    pub used_up: Vec<UsedUp>,
}

/// Finds the last uses in a function, or in the statements of a script.
#[must_use]
pub fn analyse<'tree>(names: &Names<'tree>, types: &Types, functions: &[&'tree Function], script: &'tree [Statement]) -> Ownership {
    let nodes = nodes_of(functions, script);
    let mut walk = Walk {
        names,
        types,
        found: Ownership::default(),
        live: Set::default(),
        loops: Vec::new(),
        caught: Vec::new(),
        lambdas: Vec::new(),
        is_first_visit: false,
        kept: cell::kept(names, functions, &nodes),
        readings: Vec::new(),
        barred: Set::default(),
        lent: Set::default(),
        borrowers: lend::borrowers(names, types, &nodes),
    };
    for function in functions {
        walk.live.clear();
        if let Some(body) = &function.body {
            walk.block(body);
        }
        walk.live.clear();
        for parameter in &function.parameters {
            if let Some(default) = &parameter.default {
                walk.expression(default);
            }
        }
    }
    walk.live.clear();
    walk.statements(script);
    walk.conclude_cells();
    walk.found
}

/// The nodes of the functions' bodies and of the script.
fn nodes_of<'tree>(functions: &[&'tree Function], script: &'tree [Statement]) -> Vec<Node<'tree>> {
    let bodies = functions.iter().filter_map(|function| function.body.as_ref());
    let mut pending: Vec<Node<'_>> = bodies.map(Node::Block).chain(script.iter().map(Node::Statement)).collect();
    let mut nodes = Vec::new();
    while let Some(node) = pending.pop() {
        nodes.push(node);
        node.push_children(&mut pending);
    }
    nodes
}

/// The pass over one branch.
type Branch<'a, Walk> = Box<dyn FnOnce(&mut Walk) + 'a>;

struct Walk<'names, 'tree> {
    names: &'names Names<'tree>,
    types: &'names Types,
    found: Ownership,
    /// What is used later.
    live: Set<LocalId>,
    /// Of each loop around: its label, what is used after it, and at its beginning.
    loops: Vec<(Option<String>, Set<LocalId>, Set<LocalId>)>,
    /// What is used where a `throw` goes.
    caught: Vec<Set<LocalId>>,
    /// The lambdas around.
    lambdas: Vec<NodeId>,
    /// Within the first visit of a loop's body, whose findings the second visit replaces.
    is_first_visit: bool,
    /// The closures that variables hold, and the variables that may be cells.
    kept: cell::Kept,
    /// Variables that are read while a closure that captures them is used later.
    readings: Vec<(LocalId, NodeId)>,
    /// Variables that cannot be cells.
    barred: Set<LocalId>,
    /// Arguments of calls that are lent to be changed: a cell can be.
    lent: Set<NodeId>,
    /// The variables that hold what they have borrowed from a variable.
    borrowers: lend::Borrowers,
}

impl<'tree> Walk<'_, 'tree> {
    pub(super) fn block(&mut self, block: &'tree Block) {
        self.statements(&block.statements);
    }

    pub(super) fn statements(&mut self, statements: &'tree [Statement]) {
        for statement in statements.iter().rev() {
            match &statement.kind {
                StatementKind::Let(of) => {
                    self.kill(&of.pattern);
                    if let Some(otherwise) = &of.otherwise {
                        let after = self.live.clone();
                        self.block(otherwise);
                        self.live.extend(after);
                    }
                    if let Some(value) = &of.value {
                        self.expression(value);
                    }
                }
                StatementKind::Expression(expression) => self.expression(expression),
                StatementKind::Item(item) => {
                    if let (ItemKind::Function(function), Some(captures)) = (&item.kind, self.names.capturing.get(&item.id)) {
                        let after = self.live.clone();
                        self.live.extend(captures.iter().copied());
                        if let Some(body) = &function.body {
                            self.block(body);
                        }
                        self.live = after;
                        self.live.extend(captures.iter().copied());
                    } else if let ItemKind::Function(function) = &item.kind
                        && let Some(body) = &function.body
                    {
                        let after = std::mem::take(&mut self.live);
                        self.block(body);
                        self.live = after;
                    }
                }
                StatementKind::Empty | StatementKind::Error => {}
            }
        }
    }

    /// Removes what a pattern binds.
    pub(super) fn kill(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::Binding { subpattern, .. } => {
                if let Meaning::Local(id) = self.names.meaning(pattern.id) {
                    self.live.remove(id);
                }
                if let Some(inner) = subpattern {
                    self.kill(inner);
                }
            }
            PatternKind::TupleStruct { elements: all, .. } | PatternKind::Tuple(all) | PatternKind::List(all) | PatternKind::Or(all) => {
                all.iter().for_each(|pattern| self.kill(pattern));
            }
            PatternKind::Struct { fields, .. } => fields.iter().for_each(|field| self.kill(&field.pattern)),
            PatternKind::Reference { pattern, .. } | PatternKind::Parenthesized(pattern) => self.kill(pattern),
            _ => {}
        }
    }

    pub(super) fn used(&mut self, node: NodeId, id: LocalId) {
        if self.lives(id) {
            self.found.last.remove(&node);
        } else {
            self.found.last.insert(node);
        }
        self.live.insert(id);
        self.meets_closure(id, false);
    }

    pub(super) fn change(&mut self, place: &'tree Expression) {
        match &place.kind {
            ExpressionKind::Path(_) => {
                if let Meaning::Local(id) = self.names.meaning(place.id) {
                    self.meets_closure(*id, true);
                    self.keep_borrowed(*id);
                    for lambda in self.lambdas.clone() {
                        if self.names.captures.get(&lambda).is_some_and(|captures| captures.contains(id)) {
                            self.found.changing.insert(lambda);
                            self.found.changed.insert(*id);
                        }
                    }
                }
            }
            ExpressionKind::Field { value, .. } | ExpressionKind::Index { value, .. } | ExpressionKind::Parenthesized(value) => {
                self.change(value);
            }
            ExpressionKind::Tuple(all) => all.iter().for_each(|place| self.change(place)),
            _ => {}
        }
    }

    /// Marks what two expressions read as used later: the first is borrowed while the second is evaluated.
    pub(super) fn shared(&mut self, first: &Expression, second: &Expression) {
        let (mut in_first, mut in_second) = (Vec::new(), Vec::new());
        mentioned(first, self.names, &mut in_first);
        mentioned(second, self.names, &mut in_second);
        self.live.extend(in_first.into_iter().filter(|id| in_second.contains(id)));
    }

    pub(super) fn branches(&mut self, branches: Vec<Branch<'_, Self>>) {
        let after = self.live.clone();
        let mut joined = Set::default();
        for branch in branches {
            self.live.clone_from(&after);
            branch(self);
            joined.extend(self.live.iter().copied());
        }
        self.live = joined;
    }

    pub(super) fn looped(&mut self, label: Option<&Name>, may_end: bool, body: impl Fn(&mut Self)) {
        let after = self.live.clone();
        let mut head = Set::default();
        // Within a first visit one visit finds what is used at the beginning: otherwise nested loops would be visited 2^depth times.
        let outer = self.is_first_visit;
        for visit in 0..if outer { 1 } else { 2 } {
            self.is_first_visit = outer || visit == 0;
            self.loops.push((label.map(|label| label.text.clone()), after.clone(), head.clone()));
            self.live.clone_from(&head);
            if may_end {
                self.live.extend(after.iter().copied());
            }
            body(self);
            head.extend(self.live.iter().copied());
            if may_end {
                head.extend(after.iter().copied());
            }
            self.loops.pop();
        }
        self.is_first_visit = outer;
        self.live = head;
    }
}
