//! Parts of Rust's `std` that programs do not have: there are no threads and no other programs. Functions, which have a `lambda_handler`, have no
//! arguments and no exit status either.

use crate::diagnostic::{Code, Diagnostic};
use crate::tree::{ExpressionKind, ItemKind, Node, Path, Program, Statement, StatementKind, TypeKind, UseKind, UseTree};

/// Paths below `std`, and what to write instead.
const MISSING: &[(&[&str], &str)] = &[
    (&["thread", "spawn"], "call the function: an invocation has one thread"),
    (&["thread", "scope"], "call the functions one after the other: an invocation has one thread"),
    (&["process", "Command"], "a function cannot run other programs"),
    (&["net"], "use the crate `outbound` for requests to other services"),
    (&["sync", "mpsc"], "keep the values in a list: an invocation has one thread"),
];

/// Paths below `std` that plain programs have and functions do not.
const MISSING_IN_FUNCTIONS: &[(&[&str], &str)] = &[
    (&["process", "exit"], "return an error from `lambda_handler`, or `panic(…)`"),
    (&["env", "args"], "a function has no arguments: read the event, or a variable by `std::env::var`"),
];

/// What is missing in a program.
#[derive(Clone, Copy)]
pub struct Missing {
    is_function: bool,
}

impl Missing {
    pub fn of(program: &Program) -> Self {
        let is_handler = |statement: &Statement| match &statement.kind {
            StatementKind::Item(item) => matches!(&item.kind, ItemKind::Function(function) if function.name.text == "lambda_handler"),
            _ => false,
        };
        Self { is_function: program.body.statements.iter().any(is_handler) }
    }

    fn find(self, path: &[&str]) -> Option<&'static (&'static [&'static str], &'static str)> {
        let of_functions = if self.is_function { MISSING_IN_FUNCTIONS } else { &[] };
        MISSING.iter().chain(of_functions).find(|(missing, _)| path.starts_with(missing))
    }
}

pub fn check(node: Node<'_>, missing: Missing, errors: &mut Vec<Diagnostic>) {
    match node {
        Node::Expression(expression) => {
            if let ExpressionKind::Path(path) = &expression.kind {
                of_std(path, missing, errors);
            }
        }
        Node::Type(ty) => {
            if let TypeKind::Path(path) = &ty.kind {
                of_std(path, missing, errors);
            }
        }
        Node::Item(item) => {
            if let ItemKind::Use(trees) = &item.kind {
                trees.iter().for_each(|tree| imported(&[], tree, missing, errors));
            }
        }
        _ => {}
    }
}

fn of_std(path: &Path, missing: Missing, errors: &mut Vec<Diagnostic>) {
    if path.segments.first().is_some_and(|first| first.name.text == "std") {
        report(&names(path), path, missing, errors);
    }
}

fn names(path: &Path) -> Vec<&str> {
    path.segments.iter().map(|segment| segment.name.text.as_str()).collect()
}

fn imported(before: &[&str], tree: &UseTree, missing: Missing, errors: &mut Vec<Diagnostic>) {
    let whole: Vec<&str> = before.iter().copied().chain(names(&tree.path)).collect();
    match &tree.kind {
        UseKind::Group(trees) => trees.iter().for_each(|tree| imported(&whole, tree, missing, errors)),
        UseKind::Name(_) | UseKind::All => report(&whole, &tree.path, missing, errors),
    }
}

/// Reports the path `whole`, of which `path` is the part that is written last.
fn report(whole: &[&str], path: &Path, missing: Missing, errors: &mut Vec<Diagnostic>) {
    let ["std", rest @ ..] = whole else { return };
    let Some((missing, instead)) = missing.find(rest) else { return };
    // The segment that is missing, if it is part of what is written here.
    let extra = rest.len() - missing.len();
    let index = path.segments.len().saturating_sub(extra + 1);
    let Some(segment) = path.segments.get(index) else { return };
    let message = format!("functions have no `std::{}`", missing.join("::"));
    errors.push(Diagnostic::error(Code::Unsupported, segment.name.span, message).help(*instead));
}
