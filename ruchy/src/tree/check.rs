//! Checks the invariants of a tree, for tests and fuzz targets.

use super::{Body, Node, children_of_body};
use crate::source::Source;

/// The first invariant that the tree of a file breaks: ids are unique and less than `nodes`; spans are in the file, at boundaries of
/// characters, within their parent's, and in the order of the source.
///
/// # Errors
/// A description of the node.
pub fn check(body: &Body, source: &Source, nodes: u32) -> Result<(), String> {
    let mut is_used = vec![false; nodes as usize];
    let mut pending = children_of_body(body);
    check_order(&pending)?;
    while let Some(node) = pending.pop() {
        let span = node.span();
        let fault = |what: &str| Err(format!("{what}: {} at {}..{} of {}", name(node), span.start, span.end, source.name));
        match is_used.get_mut(node.id().index()) {
            None => return fault("an id that is too large"),
            Some(true) => return fault("an id that is used twice"),
            Some(is_used) => *is_used = true,
        }
        if span.start > span.end || source.text.get(span.range()).is_none() {
            return fault("a span that is not one of the text");
        }
        let children = node.children();
        if children.iter().any(|child| !span.contains(child.span())) {
            return fault("a child outside of its parent");
        }
        check_order(&children)?;
        pending.extend(children);
    }
    Ok(())
}

fn check_order(nodes: &[Node<'_>]) -> Result<(), String> {
    match nodes.windows(2).find(|pair| pair[0].span().start > pair[1].span().start) {
        Some(pair) => Err(format!("nodes out of order: {} at {}", name(pair[1]), pair[1].span().start)),
        None => Ok(()),
    }
}

/// The kind of a node, for messages.
fn name(node: Node<'_>) -> String {
    let debug = format!("{node:?}");
    debug.chars().take(60).collect()
}
