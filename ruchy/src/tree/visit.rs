//! The expressions directly within an expression or a block: for passes that look at expressions alone.

use super::{Block, Expression, Node};

/// Calls `visit` for each expression directly within `expression`, in the order of the source. Nested items are not visited.
pub fn expressions_in<'tree>(expression: &'tree Expression, visit: &mut dyn FnMut(&'tree Expression)) {
    within(Node::Expression(expression), &mut Vec::with_capacity(8), visit);
}

/// Calls `visit` for each expression directly within `block`.
pub fn expressions_in_block<'tree>(block: &'tree Block, visit: &mut dyn FnMut(&'tree Expression)) {
    within(Node::Block(block), &mut Vec::with_capacity(8), visit);
}

/// Visits the children of `node`; `list` holds the children of the nodes around.
fn within<'tree>(node: Node<'tree>, list: &mut Vec<Node<'tree>>, visit: &mut dyn FnMut(&'tree Expression)) {
    let start = list.len();
    node.push_children(list);
    for index in start..list.len() {
        match list[index] {
            Node::Expression(expression) => visit(expression),
            child @ (Node::Statement(_) | Node::Block(_) | Node::Arm(_)) => within(child, list, visit),
            _ => {}
        }
    }
    list.truncate(start);
}
