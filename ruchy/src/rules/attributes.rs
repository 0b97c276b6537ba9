//! Attributes that mean something, and traits that can be derived.

use crate::diagnostic::{Code, Diagnostic, most_similar};
use crate::tree::{Attribute, ItemKind, Node, StatementKind, UseKind, UseTree};

/// The traits of Rust that `derive` implements.
const DERIVABLE: &[&str] = &["Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];
/// Attributes that are passed on to Rust.
const KNOWN: &[&str] = &[
    "allow",
    "cfg",
    "cold",
    "default",
    "deny",
    "deprecated",
    "derive",
    "doc",
    "expect",
    "ignore",
    "inline",
    "must_use",
    "non_exhaustive",
    "repr",
    "test",
    "track_caller",
    "warn",
];

pub fn check(nodes: &[Node<'_>], errors: &mut Vec<Diagnostic>) {
    let mut imports = Vec::new();
    for node in nodes {
        if let Node::Item(item) = node
            && let crate::tree::ItemKind::Use(trees) = &item.kind
        {
            trees.iter().for_each(|tree| imported(tree, &mut imports));
        }
    }
    for node in nodes {
        match node {
            Node::Statement(statement) => {
                if let StatementKind::Item(item) = &statement.kind {
                    of_item(&statement.attributes, &item.kind, &imports, errors);
                }
            }
            Node::Field(field) => all(&field.attributes, &imports, errors),
            Node::Variant(variant) => all(&variant.attributes, &imports, errors),
            _ => {}
        }
    }
}

/// Checks the attributes of an item: `derive` belongs to a type.
fn of_item(attributes: &[Attribute], kind: &ItemKind, imports: &[&str], errors: &mut Vec<Diagnostic>) {
    all(attributes, imports, errors);
    let is_type = matches!(kind, ItemKind::Struct(_) | ItemKind::Enum(_));
    let derive = attributes.iter().find(|attribute| attribute.path.as_name().is_some_and(|name| name.text == "derive"));
    if let (Some(derive), false) = (derive, is_type) {
        let error = Diagnostic::error(Code::Attribute, derive.span, "`derive` belongs to a struct or an enum".to_owned());
        errors.push(error.help("write it before the struct or the enum, or remove it"));
    }
}

/// The names that a `use` brings in: derives and attributes of other crates are among them.
fn imported<'tree>(tree: &'tree UseTree, names: &mut Vec<&'tree str>) {
    match &tree.kind {
        UseKind::Name(alias) => names.extend(alias.as_ref().or(tree.path.last()).map(|name| name.text.as_str())),
        UseKind::All => names.push("*"),
        UseKind::Group(trees) => trees.iter().for_each(|tree| imported(tree, names)),
    }
}

fn all(attributes: &[Attribute], imports: &[&str], errors: &mut Vec<Diagnostic>) {
    for attribute in attributes {
        let Some(name) = attribute.path.as_name() else { continue };
        if name.text == "derive" {
            derive(attribute, imports, errors);
        } else if !KNOWN.contains(&name.text.as_str())
            && !imports.iter().any(|import| {
                *import == name.text
                    || *import == "*"
                    || *import == "serde"
                    || import.starts_with("Serialize")
                    || import.starts_with("Deserialize")
            })
        {
            let error = Diagnostic::error(Code::Attribute, attribute.span, format!("no attribute is named `{}`", name.text));
            errors.push(error.help(match most_similar(&name.text, KNOWN.iter().copied()) {
                Some(similar) => format!("did you mean `{similar}`?"),
                None => "remove it".to_owned(),
            }));
        }
    }
}

/// `#[derive(A, path::B)]`
fn derive(attribute: &Attribute, imports: &[&str], errors: &mut Vec<Diagnostic>) {
    let Some(list) = attribute.arguments.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        let error = Diagnostic::error(Code::Attribute, attribute.span, "`derive` needs the traits in parentheses".to_owned());
        errors.push(error.help("write `#[derive(Debug, Clone)]`"));
        return;
    };
    for name in list.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let last = name.rsplit("::").next().unwrap_or(name);
        let is_name = last.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
        let is_known = DERIVABLE.contains(&last) || name.contains("::") || imports.iter().any(|import| *import == name || *import == "*");
        if is_name && is_known {
            continue;
        }
        let error = Diagnostic::error(Code::Attribute, attribute.span, format!("`{name}` cannot be derived"));
        errors.push(error.help(match most_similar(last, DERIVABLE.iter().copied()) {
            Some(similar) if is_name => format!("did you mean `{similar}`?"),
            _ => format!("the traits that can be derived are {}", DERIVABLE.join(", ")),
        }));
    }
}
