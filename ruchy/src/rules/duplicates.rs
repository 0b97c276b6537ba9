//! Parameters, fields and variants have names of their own.

use crate::diagnostic::{Code, Diagnostic};
use crate::map::{Map, Set};
use crate::tree::{
    ExpressionKind, Fields, ItemKind, Member, ModuleContent, Name, Node, Parameter, Pattern, PatternKind, Statement, StatementKind,
    UseKind, UseTree,
};

pub fn check(node: Node<'_>, errors: &mut Vec<Diagnostic>) {
    match node {
        Node::Item(item) => match &item.kind {
            ItemKind::Function(function) => distinct(&parameters(&function.parameters), "parameter", errors),
            ItemKind::Impl(of) => distinct(&functions(&of.members), "function", errors),
            ItemKind::Trait(of) => distinct(&functions(&of.members), "function", errors),
            ItemKind::Module(of) => {
                if let ModuleContent::Inline(statements) = &of.content {
                    imports(statements, errors);
                }
            }
            ItemKind::Struct(of) => distinct(&fields(&of.fields), "field", errors),
            ItemKind::Enum(of) => distinct(&of.variants.iter().map(|variant| &variant.name).collect::<Vec<_>>(), "variant", errors),
            _ => {}
        },
        Node::Variant(variant) => distinct(&fields(&variant.fields), "field", errors),
        Node::Expression(expression) => match &expression.kind {
            ExpressionKind::Lambda(lambda) => distinct(&parameters(&lambda.parameters), "parameter", errors),
            ExpressionKind::Struct { fields, .. } => distinct(&fields.iter().map(|field| &field.name).collect::<Vec<_>>(), "field", errors),
            _ => {}
        },
        _ => {}
    }
}

/// Reports names that are imported twice side by side.
pub fn imports(statements: &[Statement], errors: &mut Vec<Diagnostic>) {
    let mut names = Vec::new();
    for statement in statements {
        if let StatementKind::Item(item) = &statement.kind
            && let ItemKind::Use(trees) = &item.kind
        {
            trees.iter().for_each(|tree| imported(tree, &mut names));
        }
    }
    let mut known: Set<&str> = Set::default();
    for name in &names {
        if name.text != "_" && !known.insert(&name.text) {
            let error = Diagnostic::error(Code::DuplicateName, name.span, format!("the name `{}` is imported twice", name.text));
            errors.push(error.help("remove one `use`, or give it another name: `use a::b as c`"));
        }
    }
}

fn imported<'tree>(tree: &'tree UseTree, names: &mut Vec<&'tree Name>) {
    match &tree.kind {
        UseKind::Name(alias) => names.extend(alias.as_ref().or(tree.path.last()).filter(|name| name.text != "self")),
        UseKind::All => {}
        UseKind::Group(trees) => trees.iter().for_each(|tree| imported(tree, names)),
    }
}

fn functions(members: &[Member]) -> Vec<&Name> {
    let kinds = members.iter().map(|member| &member.item.kind);
    kinds.filter_map(|kind| if let ItemKind::Function(function) = kind { Some(&function.name) } else { None }).collect()
}

fn distinct(names: &[&Name], kind: &str, errors: &mut Vec<Diagnostic>) {
    let mut known: Map<&str, &Name> = Map::default();
    for name in names {
        let first = *known.entry(&name.text).or_insert(name);
        if first.span != name.span {
            let error = Diagnostic::error(Code::GivenTwice, name.span, format!("there are two {kind}s named `{}`", name.text));
            errors.push(error.note_at(first.span, "this is the first").help("remove one, or give it another name"));
        }
    }
}

fn fields(fields: &Fields) -> Vec<&Name> {
    match fields {
        Fields::Named(fields) => fields.iter().map(|field| &field.name).collect(),
        Fields::Tuple(_) | Fields::Unit => Vec::new(),
    }
}

fn parameters(parameters: &[Parameter]) -> Vec<&Name> {
    let mut names = Vec::new();
    for parameter in parameters {
        bound(&parameter.pattern, &mut names);
    }
    names
}

/// The names that a pattern without alternatives binds.
fn bound<'tree>(pattern: &'tree Pattern, names: &mut Vec<&'tree Name>) {
    match &pattern.kind {
        PatternKind::Binding { name, subpattern, .. } => {
            names.push(name);
            if let Some(inner) = subpattern {
                bound(inner, names);
            }
        }
        PatternKind::TupleStruct { elements, .. } | PatternKind::Tuple(elements) | PatternKind::List(elements) => {
            for inner in elements {
                bound(inner, names);
            }
        }
        PatternKind::Struct { fields, .. } => {
            for field in fields {
                bound(&field.pattern, names);
            }
        }
        PatternKind::Reference { pattern, .. } | PatternKind::Parenthesized(pattern) => bound(pattern, names),
        _ => {}
    }
}
