//! The expressions directly within an expression or a block: for passes that look at expressions alone.

use super::{Block, Expression, Node};

/// Calls `visit` for each expression directly within `expression`, in the order of the source. Nested items are not visited.
pub fn expressions_in<'tree>(expression: &'tree Expression, visit: &mut dyn FnMut(&'tree Expression)) {
    within(Node::Expression(expression), visit);
}

/// Calls `visit` for each expression directly within `block`.
pub fn expressions_in_block<'tree>(block: &'tree Block, visit: &mut dyn FnMut(&'tree Expression)) {
    within(Node::Block(block), visit);
}

fn within<'tree>(node: Node<'tree>, visit: &mut dyn FnMut(&'tree Expression)) {
    node.each_child(&mut |child| match child {
        Node::Expression(expression) => visit(expression),
        Node::Statement(_) | Node::Block(_) | Node::Arm(_) => within(child, visit),
        _ => {}
    });
}
