//! Variables that borrow from others: `let last = list.last()`. A variable is in use as long as what is borrowed from it is.

use super::{Walk, mentioned};
use crate::map::{Map, Set};
use crate::names::{LocalId, Meaning, Names};
use crate::tree::{Expression, ExpressionKind, Node, Pattern, PatternKind, Statement, StatementKind};
use crate::types::{Head, Ty, Types};

/// For each variable, those that borrow from it.
#[derive(Debug, Default)]
pub(super) struct Borrowers {
    of: Map<LocalId, Vec<LocalId>>,
    /// The borrowers that can be copies: they were not made by `&` or `&mut`, and are no iterators or closures.
    may_copy: Set<LocalId>,
}

/// The borrowers among the nodes of the functions and the script.
pub(super) fn borrowers(names: &Names<'_>, types: &Types, nodes: &[Node<'_>]) -> Borrowers {
    let mut found = Borrowers::default();
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
            let of_lender = types.local(lender);
            let borrowing = holders.iter().copied().filter(|holder| borrows_from(types.local(*holder), of_lender));
            found.of.entry(lender).or_default().extend(borrowing);
        }
        let is_borrow = match &value.unparenthesized().kind {
            ExpressionKind::Reference { mutable, operand } => {
                *mutable || !matches!(operand.unparenthesized().kind, ExpressionKind::MethodCall { .. })
            }
            ExpressionKind::Lambda(_) => true,
            _ => false,
        };
        if !is_borrow {
            let may_copy = |holder: &LocalId| {
                !types
                    .local(*holder)
                    .any(&mut |part| matches!(part, Ty::Ref(true, _) | Ty::Iter(_) | Ty::Fn(..) | Ty::Unknown | Ty::Opaque(_)))
            };
            found.may_copy.extend(holders.iter().copied().filter(may_copy));
        }
    };
    for node in nodes {
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
    }
    found
}

/// Whether values of a type may borrow from a variable.
pub(super) fn borrows(ty: &Ty) -> bool {
    ty.any(&mut |part| matches!(part, Ty::Ref(..) | Ty::Iter(_) | Ty::Fn(..)))
}

/// Whether a value of the type `holder` may borrow from a variable of the type `lender`: one of its references is to what the variable owns.
fn borrows_from(holder: &Ty, lender: &Ty) -> bool {
    holder.any(&mut |part| match part {
        Ty::Ref(_, target) => owns(lender, target),
        Ty::Iter(_) | Ty::Fn(..) => !matches!(lender, Ty::Ref(..) | Ty::Iter(_)),
        _ => false,
    })
}

/// Whether values of a type own one of the type `part`, not behind a reference.
fn owns(ty: &Ty, part: &Ty) -> bool {
    let is_text = *part == Ty::Str && *ty == Ty::String;
    let is_list = matches!((part, ty), (Ty::Slice(one), Ty::Named(Head::Known("Vec"), other)) if **one == other[0]);
    if ty == part || is_text || is_list {
        return true;
    }
    match ty {
        Ty::Tuple(parts) | Ty::Named(Head::Known(_), parts) => parts.iter().any(|inner| owns(inner, part)),
        Ty::Array(inner) | Ty::Slice(inner) => owns(inner, part),
        // What they hold is not looked up.
        Ty::Named(Head::Item(_), _) | Ty::Param(_) | Ty::Trait(_) | Ty::Unknown | Ty::Opaque(_) => true,
        _ => false,
    }
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

    /// Notes the variables that borrow from one that changes here, and are used later: they must be copies.
    pub(super) fn keep_borrowed(&mut self, id: LocalId) {
        let Some(holders) = self.borrowers.of.get(&id) else { return };
        for holder in holders {
            if *holder != id && self.borrowers.may_copy.contains(holder) && self.lives(*holder) {
                self.found.copies.insert(self.names.local(*holder).node);
            }
        }
    }

    /// Whether a variable that is used later borrows from this one, perhaps through up to `most` others.
    fn is_lent(&self, id: LocalId, most: usize) -> bool {
        self.borrowers
            .of
            .get(&id)
            .into_iter()
            .flatten()
            .any(|holder| self.live.contains(holder) || (most > 0 && *holder != id && self.is_lent(*holder, most - 1)))
    }
}
