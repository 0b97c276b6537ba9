//! Which functions pass on what is thrown in them.

use crate::map::Set;
use crate::names::{ItemOf, Names};
use crate::tree::{Block, Expression, ExpressionKind, Function, ItemKind, NodeId, expressions_in, expressions_in_block};
use crate::types::{Callee, Head, Ty, Types};

/// The functions, by their items' nodes, whose result is a `Result` that they do not say.
pub fn throwing(names: &Names<'_>, types: &Types) -> Set<NodeId> {
    let mut functions: Vec<(NodeId, &Function)> = Vec::new();
    for item in &names.items {
        if let ItemOf::Function(function) = item.kind {
            functions.push((item.node, function));
        }
    }
    for implementation in &names.implementations {
        for member in implementation.members {
            if let ItemKind::Function(function) = &member.item.kind {
                functions.push((member.item.id, function));
            }
        }
    }
    let mut found = Set::default();
    loop {
        let before = found.len();
        for (node, function) in &functions {
            let says = matches!(types.signatures.get(node).map(|signature| &signature.result), Some(Ty::Named(Head::Known("Result"), _)));
            if !says && function.body.as_ref().is_some_and(|body| escapes(body, types, &found)) {
                found.insert(*node);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// Whether something is thrown in a block that it does not catch.
pub fn escapes(block: &Block, types: &Types, throwing: &Set<NodeId>) -> bool {
    let mut found = false;
    expressions_in_block(block, &mut |expression| found |= throws(expression, types, throwing));
    found
}

fn throws(expression: &Expression, types: &Types, throwing: &Set<NodeId>) -> bool {
    match &expression.kind {
        ExpressionKind::Throw(_) => return true,
        ExpressionKind::Lambda(_) => return false,
        ExpressionKind::TryCatch(of) => {
            let caught = of.catch.as_ref().map_or(&of.body, |catch| &catch.body);
            return escapes(caught, types, throwing) || of.finally.as_ref().is_some_and(|finally| escapes(finally, types, throwing));
        }
        ExpressionKind::Call { .. } | ExpressionKind::MethodCall { .. } | ExpressionKind::Pipeline { .. } => {
            if let Some(Callee::Program(node)) = types.calls.get(&expression.id)
                && throwing.contains(node)
            {
                return true;
            }
        }
        _ => {}
    }
    let mut found = false;
    expressions_in(expression, &mut |inner| found |= throws(inner, types, throwing));
    found
}
