//! Variables that borrow from others: `let last = list.last()`. A variable is in use as long as what is borrowed from it is.

use super::{Walk, mentioned};
use crate::names::{LocalId, Map, Meaning, Names};
use crate::tree::{Expression, ExpressionKind, Function, Node, Pattern, PatternKind, Statement, StatementKind};
use crate::types::{Ty, Types};

/// For each variable, those that borrow from it.
pub(super) type Borrowers = Map<LocalId, Vec<LocalId>>;

/// The borrowers in the functions and the script.
pub(super) fn borrowers(names: &Names<'_>, types: &Types, functions: &[&Function], script: &[Statement]) -> Borrowers {
    let mut found = Borrowers::default();
    let mut nodes: Vec<Node<'_>> = functions.iter().filter_map(|function| function.body.as_ref()).map(Node::Block).collect();
    nodes.extend(script.iter().map(Node::Statement));
    let mut note = |pattern: &Pattern, value: &Expression| {
        let mut holders = Vec::new();
        bound(pattern, names, &mut holders);
        holders.retain(|holder| borrows(types.local(*holder)));
        if holders.is_empty() {
            return;
        }
        let mut lenders = Vec::new();
        mentioned(value, names, &mut lenders);
        for lender in lenders {
            found.entry(lender).or_default().extend(holders.iter().copied());
        }
    };
    while let Some(node) = nodes.pop() {
        match node {
            Node::Statement(Statement { kind: StatementKind::Let(of), .. }) => {
                if let Some(value) = &of.value {
                    note(&of.pattern, value);
                }
            }
            Node::Expression(expression) => match &expression.kind {
                ExpressionKind::Let { pattern, value } => note(pattern, value),
                ExpressionKind::For { pattern, iterable, .. } => note(pattern, iterable),
                ExpressionKind::Match { value, arms } => arms.iter().for_each(|arm| note(&arm.pattern, value)),
                _ => {}
            },
            _ => {}
        }
        node.push_children(&mut nodes);
    }
    found
}

/// Whether values of a type may borrow from a variable.
pub(super) fn borrows(ty: &Ty) -> bool {
    ty.any(&mut |part| matches!(part, Ty::Ref(..) | Ty::Iter(_) | Ty::Fn(..)))
}

/// The variables that a pattern binds.
pub(super) fn bound(pattern: &Pattern, names: &Names<'_>, all: &mut Vec<LocalId>) {
    match &pattern.kind {
        PatternKind::Binding { subpattern, .. } => {
            if let Meaning::Local(id) = names.meaning(pattern.id) {
                all.push(*id);
            }
            if let Some(inner) = subpattern {
                bound(inner, names, all);
            }
        }
        PatternKind::TupleStruct { elements: parts, .. }
        | PatternKind::Tuple(parts)
        | PatternKind::List(parts)
        | PatternKind::Or(parts) => {
            parts.iter().for_each(|part| bound(part, names, all));
        }
        PatternKind::Struct { fields, .. } => fields.iter().for_each(|field| bound(&field.pattern, names, all)),
        PatternKind::Reference { pattern, .. } | PatternKind::Parenthesized(pattern) => bound(pattern, names, all),
        _ => {}
    }
}

impl Walk<'_, '_> {
    /// Whether a variable is used later, or what is borrowed from it is.
    pub(super) fn lives(&self, id: LocalId) -> bool {
        self.live.contains(&id) || self.is_lent(id, 8)
    }

    /// Whether a variable that is used later borrows from this one, perhaps through up to `most` others.
    fn is_lent(&self, id: LocalId, most: usize) -> bool {
        self.borrowers
            .get(&id)
            .into_iter()
            .flatten()
            .any(|holder| self.live.contains(holder) || (most > 0 && *holder != id && self.is_lent(*holder, most - 1)))
    }
}
