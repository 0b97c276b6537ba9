//! Copies of functions without written types, one for each kind of arguments they are called with.
//!
//! A copy stands after its original, on the same lines of the Rust where there is room, and has the original's spans: what is reported in it is
//! reported at the original.

use crate::map::Map;
use crate::parser::parse_file;
use crate::source::Sources;
use crate::span::Span;
use crate::stack::with_deep_stack;
use crate::tree::{Item, ItemKind, ModuleContent, Node, NodeId, Program, Statement, StatementKind, children_of_body};
use crate::types::Request;

/// How many copies one program may have; a function that calls itself with ever larger types would need one after the other.
pub const INSTANCES_MAX: usize = 64;

/// The copies of a program, by the original and the kinds of its arguments.
#[derive(Clone, Debug, Default)]
pub struct Instances {
    /// The item of each copy.
    made: Map<(NodeId, String), NodeId>,
    /// The original of each copy.
    originals: Map<NodeId, NodeId>,
}

/// `program` with a copy for each of `requests`, whose calls are redirected to it. `None` if there are too many copies, or none can be made.
#[must_use]
pub fn with_instances(program: &Program, requests: &[Request], instances: &mut Instances, sources: &Sources) -> Option<Program> {
    if requests.iter().all(|request| request.first == request.key()) {
        return None;
    }
    let mut program = program.clone();
    let before = program.redirected.len();
    for request in requests {
        if request.first == request.key() {
            // The original fits once the calls with other types have copies.
            continue;
        }
        let original = instances.originals.get(&request.function).copied().unwrap_or(request.function);
        let key = (original, request.key());
        let node = if let Some(node) = instances.made.get(&key) {
            *node
        } else {
            if instances.made.len() >= INSTANCES_MAX {
                return None;
            }
            let number = instances.made.keys().filter(|(of, _)| *of == original).count() + 2;
            let node = add(&mut program, original, number, sources)?;
            instances.made.insert(key, node);
            instances.originals.insert(node, original);
            node
        };
        program.redirected.insert(request.call, node);
    }
    (program.redirected.len() > before).then_some(program)
}

/// Adds a copy of the function `original` after it, and returns the copy's item.
fn add(program: &mut Program, original: NodeId, number: usize, sources: &Sources) -> Option<NodeId> {
    let span = span_of(program, original)?;
    let mut nodes = program.nodes;
    let parsed = with_deep_stack(|| parse_file(sources.get(span.file), &mut nodes));
    let mut copy = statement_at(&parsed.body.statements, span)?.clone();
    program.nodes = nodes;
    let StatementKind::Item(item) = &mut copy.kind else { return None };
    let ItemKind::Function(function) = &mut item.kind else { return None };
    let source = sources.get(span.file);
    let mut name = format!("{}_{number}", function.name.text);
    while source.slice(source.span()).contains(&name) {
        name.push('_');
    }
    function.name.text = name;
    let node = item.id;
    insert_after(&mut program.body.statements, original, &copy).then_some(node)
}

fn span_of(program: &Program, item: NodeId) -> Option<Span> {
    let mut nodes = children_of_body(&program.body);
    while let Some(node) = nodes.pop() {
        if let Node::Item(found) = node
            && found.id == item
        {
            return Some(found.span);
        }
        if let Node::Item(Item { kind: ItemKind::Module(of), .. }) = node
            && let ModuleContent::File(Some(body)) = &of.content
        {
            nodes.extend(children_of_body(body));
        }
        node.push_children(&mut nodes);
    }
    None
}

fn statement_at(statements: &[Statement], span: Span) -> Option<&Statement> {
    for statement in statements {
        let StatementKind::Item(item) = &statement.kind else { continue };
        if item.span == span {
            return Some(statement);
        }
        if let ItemKind::Module(of) = &item.kind
            && let ModuleContent::Inline(inside) = &of.content
            && let Some(found) = statement_at(inside, span)
        {
            return Some(found);
        }
    }
    None
}

fn insert_after(statements: &mut Vec<Statement>, original: NodeId, copy: &Statement) -> bool {
    for index in 0..statements.len() {
        let StatementKind::Item(item) = &mut statements[index].kind else { continue };
        if item.id == original {
            statements.insert(index + 1, copy.clone());
            return true;
        }
        let ItemKind::Module(of) = &mut item.kind else { continue };
        let found = match &mut of.content {
            ModuleContent::Inline(inside) => insert_after(inside, original, copy),
            ModuleContent::File(Some(body)) => insert_after(&mut body.statements, original, copy),
            ModuleContent::File(None) => false,
        };
        if found {
            return true;
        }
    }
    false
}
