//! Lifetimes are declared around their use, and `Self` is used in types and in their implementations.

use super::file_of;
use crate::diagnostic::{Code, Diagnostic};
use crate::tree::Type;
use crate::tree::{
    Bound, ExpressionKind, Fields, GenericArgument, GenericParameterKind, Generics, ItemKind, Name, Node, Path, PatternKind, Predicate,
    Program, TypeKind, children_of_body,
};

/// What is declared around a node.
#[derive(Clone, Default)]
struct Scope<'tree> {
    lifetimes: Vec<&'tree str>,
    has_self: bool,
}

pub fn check(program: &Program, errors: &mut Vec<Diagnostic>) {
    let mut scopes: Vec<Scope> = vec![Scope::default()];
    let mut pending: Vec<(Node, usize)> = children_of_body(&program.body).into_iter().rev().map(|node| (node, 0)).collect();
    let mut children = Vec::new();
    while let Some((node, mut scope)) = pending.pop() {
        if let Some(own) = declared(node, &scopes[scope]) {
            scopes.push(own);
            scope = scopes.len() - 1;
        }
        report(node, &scopes[scope], errors);
        if let Some(body) = file_of(node) {
            pending.extend(children_of_body(body).into_iter().map(|node| (node, 0)));
        }
        children.clear();
        node.push_children(&mut children);
        pending.extend(children.iter().rev().map(|node| (*node, scope)));
    }
}

/// The scope in an item that declares lifetimes or has a `Self`.
fn declared<'tree>(node: Node<'tree>, around: &Scope<'tree>) -> Option<Scope<'tree>> {
    let may_declare = match node {
        Node::Item(_) => true,
        Node::Type(ty) => matches!(ty.kind, TypeKind::Dyn(_) | TypeKind::Impl(_) | TypeKind::BareFunction(_)),
        _ => false,
    };
    if !may_declare {
        return None;
    }
    let mut scope = around.clone();
    match node {
        Node::Item(item) => match &item.kind {
            ItemKind::Function(of) => scope.add(&of.generics),
            ItemKind::Struct(of) => scope.with_self(&of.generics),
            ItemKind::Enum(of) => scope.with_self(&of.generics),
            ItemKind::Impl(of) => scope.with_self(&of.generics),
            ItemKind::Trait(of) => scope.with_self(&of.generics),
            ItemKind::TypeAlias(of) => scope.add(&of.generics),
            _ => return None,
        },
        Node::Type(ty) => match &ty.kind {
            TypeKind::Dyn(bounds) | TypeKind::Impl(bounds) => scope.add_bounds(bounds),
            TypeKind::BareFunction(bound) => scope.add_bounds(std::slice::from_ref(bound)),
            _ => return None,
        },
        _ => return None,
    }
    Some(scope)
}

impl<'tree> Scope<'tree> {
    fn with_self(&mut self, generics: &'tree Generics) {
        self.has_self = true;
        self.add(generics);
    }

    fn add(&mut self, generics: &'tree Generics) {
        for parameter in &generics.parameters {
            match &parameter.kind {
                GenericParameterKind::Lifetime { .. } => self.lifetimes.push(&parameter.name.text),
                GenericParameterKind::Type { bounds, .. } => self.add_bounds(bounds),
                GenericParameterKind::Constant { .. } => {}
            }
        }
        for predicate in &generics.predicates {
            if let Predicate::Type { lifetimes, bounds, .. } = predicate {
                self.lifetimes.extend(lifetimes.iter().map(|name| name.text.as_str()));
                self.add_bounds(bounds);
            }
        }
    }

    fn add_bounds(&mut self, bounds: &'tree [Bound]) {
        for bound in bounds {
            if let Bound::Trait { lifetimes, .. } | Bound::Function { lifetimes, .. } = bound {
                self.lifetimes.extend(lifetimes.iter().map(|name| name.text.as_str()));
            }
        }
    }
}

fn report(node: Node<'_>, scope: &Scope<'_>, errors: &mut Vec<Diagnostic>) {
    match node {
        Node::Item(item) => {
            if let ItemKind::Struct(of) = &item.kind {
                borrowed_fields(&of.fields, errors);
            }
        }
        Node::Type(ty) => match &ty.kind {
            TypeKind::Reference { lifetime: Some(lifetime), .. } => known(lifetime, scope, errors),
            TypeKind::Path(path) => {
                own_type(path, scope, errors);
                lifetimes_of(path, scope, errors);
            }
            TypeKind::Dyn(bounds) | TypeKind::Impl(bounds) => {
                for bound in bounds {
                    match bound {
                        Bound::Lifetime(lifetime) => known(lifetime, scope, errors),
                        Bound::Trait { path, .. } => lifetimes_of(path, scope, errors),
                        Bound::Function { .. } => {}
                    }
                }
            }
            _ => {}
        },
        Node::Receiver(receiver) => receiver.lifetime.iter().for_each(|lifetime| known(lifetime, scope, errors)),
        Node::Pattern(pattern) => match &pattern.kind {
            PatternKind::Path(path) | PatternKind::TupleStruct { path, .. } | PatternKind::Struct { path, .. } => {
                own_type(path, scope, errors);
            }
            _ => {}
        },
        Node::Expression(expression) => match &expression.kind {
            ExpressionKind::Path(path) | ExpressionKind::Struct { path, .. } => own_type(path, scope, errors),
            _ => {}
        },
        _ => {}
    }
}

/// Reports fields that are references without a lifetime. A field of type `&str` holds its own text.
fn borrowed_fields(fields: &Fields, errors: &mut Vec<Diagnostic>) {
    let (Fields::Tuple(fields) | Fields::Named(fields)) = fields else { return };
    for field in fields {
        let Some(Type { kind: TypeKind::Reference { ty, .. }, .. }) = unnamed_reference(&field.ty) else { continue };
        if matches!(&ty.kind, TypeKind::Path(path) if path.as_name().is_some_and(|name| name.text == "str")) {
            continue;
        }
        let message = format!("the reference in the field `{}` has no lifetime", field.name.text);
        let error = Diagnostic::error(Code::UnknownLifetime, field.ty.span, message);
        errors.push(
            error.help("leave out the `&`: the field holds its own value; or declare a lifetime: `struct Name<'a> { field: &'a Type }`"),
        );
    }
}

/// The reference without a lifetime that a type is, or that its type arguments are.
fn unnamed_reference(ty: &Type) -> Option<&Type> {
    match &ty.kind {
        TypeKind::Reference { lifetime: None, .. } => Some(ty),
        TypeKind::Path(path) => {
            let arguments = path.segments.iter().flat_map(|segment| segment.generics.iter().flatten());
            let mut types = arguments.filter_map(|argument| if let GenericArgument::Type(ty) = argument { Some(ty) } else { None });
            types.find_map(unnamed_reference)
        }
        TypeKind::Tuple(parts) => parts.iter().find_map(unnamed_reference),
        _ => None,
    }
}

fn own_type(path: &Path, scope: &Scope<'_>, errors: &mut Vec<Diagnostic>) {
    let Some(first) = path.segments.first() else { return };
    if first.name.text == "Self" && !scope.has_self {
        let error = Diagnostic::error(Code::SelfOutsideMethod, first.name.span, "`Self` is used outside of a type".to_owned());
        errors.push(error.help("`Self` is the type of an `impl`, `trait`, `struct` or `enum` around it: write the name of the type"));
    }
}

fn lifetimes_of(path: &Path, scope: &Scope<'_>, errors: &mut Vec<Diagnostic>) {
    for argument in path.segments.iter().flat_map(|segment| segment.generics.iter().flatten()) {
        if let GenericArgument::Lifetime(lifetime) = argument {
            known(lifetime, scope, errors);
        }
    }
}

fn known(lifetime: &Name, scope: &Scope<'_>, errors: &mut Vec<Diagnostic>) {
    let name = lifetime.text.as_str();
    if ["static", "_"].contains(&name) || scope.lifetimes.contains(&name) {
        return;
    }
    let error = Diagnostic::error(Code::UnknownLifetime, lifetime.span, format!("the lifetime `'{name}` is not declared"));
    errors.push(error.help(format!("declare it where the item begins: `impl<'{name}>`, `fun name<'{name}>(…)`, `struct Name<'{name}>`")));
}
