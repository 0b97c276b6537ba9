//! The locals that an expression names.

use crate::names::{LocalId, Meaning, Names};
use crate::tree::{Expression, ExpressionKind, expressions_in};

/// Adds the locals that an expression names.
pub fn mentioned(expression: &Expression, names: &Names<'_>, all: &mut Vec<LocalId>) {
    match &expression.kind {
        ExpressionKind::Path(_) => {
            if let Meaning::Local(id) = names.meaning(expression.id) {
                all.push(*id);
            }
        }
        ExpressionKind::Lambda(_) => all.extend(names.captures.get(&expression.id).into_iter().flatten().copied()),
        _ => expressions_in(expression, &mut |inner| mentioned(inner, names, all)),
    }
}
