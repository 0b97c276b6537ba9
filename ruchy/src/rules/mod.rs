//! Rules that need neither names nor types: where `break` may stand, what may be named twice, what a trait's implementation has, what a
//! handler looks like, and how many arguments a format string takes.

mod attributes;
mod duplicates;
pub mod formats;
pub mod handler;
pub mod infinite;
mod jumps;
pub mod literals;
mod missing;
mod scoped;
mod sized;
mod standard_traits;
mod traits;

use crate::diagnostic::Diagnostic;
use crate::tree::{Body, ItemKind, ModuleContent, Node, Program, children_of_body};

/// Checks a program that was read without errors; `nodes` are its [`all_nodes`].
pub fn check(program: &Program, nodes: &[Node<'_>], errors: &mut Vec<Diagnostic>) {
    jumps::check(program, errors);
    traits::check(nodes, errors);
    handler::check(program, errors);
    attributes::check(nodes, errors);
    scoped::check(program, errors);
    duplicates::imports(&program.body.statements, errors);
    let missing = missing::Missing::of(program);
    for node in nodes {
        duplicates::check(*node, errors);
        formats::check(*node, errors);
        sized::check(*node, errors);
        missing::check(*node, missing, errors);
        standard_traits::inherent(*node, errors);
    }
}

/// Every node of a program, parents first: for passes that look at single nodes.
#[must_use]
pub fn all_nodes(program: &Program) -> Vec<Node<'_>> {
    let mut nodes = Vec::with_capacity(program.nodes as usize);
    each_node(&program.body, &mut |node| nodes.push(node));
    nodes
}

/// Calls `visit` for every node of a file and of the files of its modules, parents first.
fn each_node<'tree>(body: &'tree Body, visit: &mut dyn FnMut(Node<'tree>)) {
    for node in children_of_body(body) {
        below(node, visit);
    }
}

fn below<'tree>(node: Node<'tree>, visit: &mut dyn FnMut(Node<'tree>)) {
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        visit(node);
        if let Some(body) = file_of(node) {
            each_node(body, visit);
        }
        let next = pending.len();
        node.push_children(&mut pending);
        pending[next..].reverse();
    }
}

/// The file that a `mod name;` stands for.
fn file_of(node: Node<'_>) -> Option<&Body> {
    let Node::Item(item) = node else { return None };
    let ItemKind::Module(module) = &item.kind else { return None };
    let ModuleContent::File(body) = &module.content else { return None };
    body.as_deref()
}
