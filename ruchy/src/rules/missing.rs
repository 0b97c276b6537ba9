//! Parts of Rust's `std` that functions do not have: there are no threads, no other programs, and no terminal.

use crate::diagnostic::{Code, Diagnostic};
use crate::tree::{ExpressionKind, ItemKind, Node, Path, TypeKind, UseKind, UseTree};

/// Paths below `std`, and what to write instead.
const MISSING: &[(&[&str], &str)] = &[
    (&["thread", "spawn"], "call the function: an invocation has one thread"),
    (&["thread", "scope"], "call the functions one after the other: an invocation has one thread"),
    (&["process", "Command"], "a function cannot run other programs"),
    (&["process", "exit"], "return an error from `lambda_handler`, or `panic(…)`"),
    (&["env", "args"], "a function has no arguments: read the event, or a variable by `std::env::var`"),
    (&["net"], "use the crate `outbound` for requests to other services"),
    (&["sync", "mpsc"], "keep the values in a list: an invocation has one thread"),
];

pub fn check(node: Node<'_>, errors: &mut Vec<Diagnostic>) {
    match node {
        Node::Expression(expression) => {
            if let ExpressionKind::Path(path) = &expression.kind {
                of_std(path, errors);
            }
        }
        Node::Type(ty) => {
            if let TypeKind::Path(path) = &ty.kind {
                of_std(path, errors);
            }
        }
        Node::Item(item) => {
            if let ItemKind::Use(trees) = &item.kind {
                trees.iter().for_each(|tree| imported(&[], tree, errors));
            }
        }
        _ => {}
    }
}

fn of_std(path: &Path, errors: &mut Vec<Diagnostic>) {
    if path.segments.first().is_some_and(|first| first.name.text == "std") {
        report(&names(path), path, errors);
    }
}

fn names(path: &Path) -> Vec<&str> {
    path.segments.iter().map(|segment| segment.name.text.as_str()).collect()
}

fn imported(before: &[&str], tree: &UseTree, errors: &mut Vec<Diagnostic>) {
    let whole: Vec<&str> = before.iter().copied().chain(names(&tree.path)).collect();
    match &tree.kind {
        UseKind::Group(trees) => trees.iter().for_each(|tree| imported(&whole, tree, errors)),
        UseKind::Name(_) | UseKind::All => report(&whole, &tree.path, errors),
    }
}

/// Reports the path `whole`, of which `path` is the part that is written last.
fn report(whole: &[&str], path: &Path, errors: &mut Vec<Diagnostic>) {
    let ["std", rest @ ..] = whole else { return };
    let Some((missing, instead)) = MISSING.iter().find(|(missing, _)| rest.starts_with(missing)) else { return };
    // The segment that is missing, if it is part of what is written here.
    let extra = rest.len() - missing.len();
    let index = path.segments.len().saturating_sub(extra + 1);
    let Some(segment) = path.segments.get(index) else { return };
    let message = format!("functions have no `std::{}`", missing.join("::"));
    errors.push(Diagnostic::error(Code::Unsupported, segment.name.span, message).help(*instead));
}
