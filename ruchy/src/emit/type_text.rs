//! Types as Rust.

use super::Emitter;
use crate::names::{ItemOf, Meaning, ScopeId};
use crate::tree::{Expression, GenericArgument, Path, Type, TypeKind};
use crate::types::{Head, Ty, type_text};

/// What stands where a reference without a lifetime is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Elided {
    /// A parameter or a local: nothing.
    Allowed,
    /// The result of a function without references: `'static`.
    Static,
    /// The result of a function with several: the lifetime that all have.
    Shared,
    /// A field: text of its own.
    Owned,
}

impl<'tree> Emitter<'tree> {
    /// A type of inference in Rust; nothing if a part of it is not known or has no name.
    pub(super) fn rust_type(&self, ty: &Ty) -> Option<String> {
        self.rust_type_in(ty, Elided::Allowed)
    }

    pub(super) fn rust_type_in(&self, ty: &Ty, elided: Elided) -> Option<String> {
        let list =
            |types: &[Ty]| types.iter().map(|ty| self.rust_type_in(ty, elided)).collect::<Option<Vec<_>>>().map(|types| types.join(", "));
        let lifetime = match elided {
            Elided::Static => "'static ",
            Elided::Shared => "'a ",
            _ => "",
        };
        Some(match ty {
            Ty::Int(_) | Ty::F32 | Ty::F64 | Ty::Bool | Ty::Char | Ty::Str | Ty::String | Ty::Unit | Ty::Never => type_text(ty, self.names),
            Ty::Ref(mutable, inner) => format!("&{lifetime}{}{}", if *mutable { "mut " } else { "" }, self.rust_type_in(inner, elided)?),
            Ty::Tuple(types) if types.len() == 1 => format!("({},)", list(types)?),
            Ty::Tuple(types) => format!("({})", list(types)?),
            Ty::Slice(element) => format!("[{}]", self.rust_type_in(element, elided)?),
            Ty::Named(head, arguments) => {
                let name = match head {
                    Head::Item(id) => self.item_path(*id),
                    Head::Known(name) => known_path(name)?,
                };
                if arguments.is_empty() { name } else { format!("{name}<{}>", list(arguments)?) }
            }
            Ty::Fn(parameters, result) if **result == Ty::Unit => format!("impl Fn({})", list(parameters)?),
            Ty::Fn(parameters, result) => format!("impl Fn({}) -> {}", list(parameters)?, self.rust_type_in(result, elided)?),
            Ty::Range(element, inclusive) => {
                let name = if *inclusive { "std::ops::RangeInclusive" } else { "std::ops::Range" };
                format!("{name}<{}>", self.rust_type_in(element, elided)?)
            }
            Ty::Param(name) => name.clone(),
            Ty::Iter(item) => format!("impl Iterator<Item = {}>", self.rust_type_in(item, elided)?),
            Ty::Var(_) | Ty::Unknown | Ty::Array(_) | Ty::Trait(_) | Ty::Opaque(_) => return None,
        })
    }

    /// A type whose parts need not be known: `Vec<_>`.
    pub(super) fn loose_type(&self, ty: &Ty) -> String {
        match ty {
            Ty::Named(head, arguments) => {
                let name = match head {
                    Head::Item(id) => self.item_path(*id),
                    Head::Known(name) => known_path(name).unwrap_or_else(|| "_".to_owned()),
                };
                if arguments.is_empty() {
                    return name;
                }
                let inner: Vec<String> = arguments
                    .iter()
                    .map(|ty| {
                        if matches!(ty, Ty::Named(Head::Known("Vec" | "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet"), _) | Ty::String) {
                            self.loose_type(ty)
                        } else {
                            "_".to_owned()
                        }
                    })
                    .collect();
                format!("{name}<{}>", inner.join(", "))
            }
            _ => self.rust_type(ty).unwrap_or_else(|| "_".to_owned()),
        }
    }

    fn item_path(&self, id: crate::names::ItemId) -> String {
        self.names.item(id).name.clone()
    }

    /// A written type in Rust.
    pub(super) fn written(&mut self, ty: &'tree Type, elided: Elided) -> String {
        let at = self.sync(ty.span);
        let text = match &ty.kind {
            TypeKind::Path(path) => self.written_path(path, elided),
            TypeKind::Reference { lifetime, mutable, ty: inner } => {
                let is_str = matches!(&inner.kind, TypeKind::Path(path) if path.as_name().is_some_and(|name| name.text == "str"));
                if elided == Elided::Owned && lifetime.is_none() && is_str {
                    return at + "String";
                }
                let own = match (lifetime, elided) {
                    (Some(lifetime), _) => format!("'{} ", lifetime.text),
                    (None, Elided::Static) => "'static ".to_owned(),
                    (None, Elided::Shared) => "'a ".to_owned(),
                    (None, _) => String::new(),
                };
                let inner = if is_str { "str".to_owned() } else { self.written(inner, elided) };
                format!("&{own}{}{inner}", if *mutable { "mut " } else { "" })
            }
            TypeKind::Pointer { mutable, ty: inner } => {
                format!("*{} {}", if *mutable { "mut" } else { "const" }, self.written(inner, elided))
            }
            TypeKind::Tuple(all) => {
                let parts: Vec<String> = all.iter().map(|ty| self.written(ty, elided)).collect();
                if parts.len() == 1 { format!("({},)", parts[0]) } else { format!("({})", parts.join(", ")) }
            }
            TypeKind::Parenthesized(inner) => self.written(inner, elided),
            // A list by value is a `Vec`.
            TypeKind::Slice(element) => format!("[{}]", self.written(element, elided)),
            TypeKind::Array { element, length } => {
                let element = self.written(element, elided);
                format!("[{element}; {}]", self.constant(length))
            }
            TypeKind::Function { parameters, result } => {
                let parameters: Vec<String> = parameters.iter().map(|ty| self.written(ty, elided)).collect();
                let result = result.as_ref().map_or_else(String::new, |ty| format!(" -> {}", self.written(ty, elided)));
                format!("fn({}){result}", parameters.join(", "))
            }
            TypeKind::Dyn(bounds) => format!("dyn {}", self.bounds(bounds)),
            TypeKind::Impl(bounds) => format!("impl {}", self.bounds(bounds)),
            TypeKind::BareFunction(bound) => format!("impl {}", self.bounds(std::slice::from_ref(&**bound))),
            TypeKind::Optional(inner) => format!("Option<{}>", self.written(inner, elided)),
            TypeKind::Inferred => "_".to_owned(),
            TypeKind::Never => "!".to_owned(),
            TypeKind::Error => "()".to_owned(),
        };
        at + &text
    }

    /// A type whose outermost list is by value: `[T]` is `Vec<T>`.
    pub(super) fn written_value(&mut self, ty: &'tree Type, elided: Elided) -> String {
        match &ty.kind {
            TypeKind::Slice(element) => {
                let at = self.sync(ty.span);
                format!("{at}Vec<{}>", self.written_value(element, elided))
            }
            _ => self.written(ty, elided),
        }
    }

    pub(super) fn written_path(&mut self, path: &'tree Path, elided: Elided) -> String {
        if let Some(name) = path.as_name() {
            if let Some(standard) = self.names.standard.get(&name.span) {
                return (*standard).to_owned();
            }
            let own = matches!(self.names.look_up(ScopeId(0), &name.text), [Meaning::Item(_), ..]);
            if !own {
                if name.text == "str" {
                    return "String".to_owned();
                }
                if let Some(full) = self.prelude_path(&name.text) {
                    return full.to_owned();
                }
            }
        }
        let mut text = String::new();
        if let Some(qualifier) = &path.qualifier {
            text = self.sources.slice(qualifier_span(path, qualifier)).to_owned();
        }
        for (index, segment) in path.segments.iter().enumerate() {
            if index > 0 || path.global || path.qualifier.is_some() {
                text.push_str("::");
            }
            let mut name = segment.name.text.clone();
            if index == 0 && path.segments.len() == 1 && !self.is_declared(&name) {
                match name.as_str() {
                    "List" => name = "Vec".to_owned(),
                    "Map" => name = "std::collections::BTreeMap".to_owned(),
                    "Set" => name = "std::collections::BTreeSet".to_owned(),
                    _ => {}
                }
                if let Some(full) = self.prelude_path(&name) {
                    full.clone_into(&mut name);
                }
            }
            text.push_str(&name);
            if let Some(arguments) = &segment.generics {
                text.push('<');
                let views = ["AsRef", "AsMut", "Borrow", "BorrowMut"].contains(&segment.name.text.as_str());
                let mut parts: Vec<String> = arguments
                    .iter()
                    .map(|argument| if views { self.viewed(argument, elided) } else { self.argument(argument, elided) })
                    .collect();
                if name == "Result" && parts.len() == 1 && path.segments.len() == 1 {
                    parts.push("String".to_owned());
                }
                text.push_str(&parts.join(", "));
                text.push('>');
            }
        }
        text
    }

    /// Whether the program declares a type of this name.
    fn is_declared(&self, name: &str) -> bool {
        self.declared.contains(name)
    }

    /// The path of a name that needs a `use` in Rust, where none is written.
    pub(super) fn prelude_path(&self, name: &str) -> Option<&'static str> {
        if self.imports_all_of_std || self.imported.contains(name) {
            return None;
        }
        crate::names::PATHS.iter().find(|(known, _)| *known == name).map(|(_, path)| *path)
    }

    /// The argument of `AsRef` and its like: `[T]` and `str` are what is behind a reference.
    fn viewed(&mut self, argument: &'tree GenericArgument, elided: Elided) -> String {
        match argument {
            GenericArgument::Type(ty) if matches!(&ty.kind, TypeKind::Path(path) if path.as_name().is_some_and(|name| name.text == "str")) =>
            {
                format!("{}str", self.sync(ty.span))
            }
            GenericArgument::Type(ty) => self.written(ty, elided),
            _ => self.argument(argument, elided),
        }
    }

    pub(super) fn argument(&mut self, argument: &'tree GenericArgument, elided: Elided) -> String {
        match argument {
            GenericArgument::Type(ty) => self.written_value(ty, elided),
            GenericArgument::Lifetime(name) => format!("'{}", name.text),
            GenericArgument::Binding(name, ty) => format!("{} = {}", name.text, self.written(ty, elided)),
            GenericArgument::Constraint(name, bounds) => format!("{}: {}", name.text, self.bounds(bounds)),
            GenericArgument::Constant(expression) => self.constant(expression),
        }
    }

    /// An expression in a type.
    pub(super) fn constant(&mut self, expression: &'tree Expression) -> String {
        if let crate::tree::ExpressionKind::Literal(crate::tree::Literal::Integer(integer)) = &expression.kind {
            integer.value.to_string()
        } else {
            let code = self.sources.slice(expression.span).to_owned();
            if self.types.ty(expression.id) == &Ty::Int(crate::types::Int::I64) { format!("{{ {code} as usize }}") } else { code }
        }
    }

    /// The item of a name in scope, for types that are written.
    pub(super) fn is_own_type(&self, id: crate::names::ItemId) -> bool {
        matches!(self.names.item(id).kind, ItemOf::Struct(_) | ItemOf::Enum(_))
    }
}

fn qualifier_span(path: &Path, _qualifier: &crate::tree::Qualifier) -> crate::span::Span {
    let end = path.segments.first().map_or(path.span.end, |segment| segment.name.span.start);
    crate::span::Span { end: end.saturating_sub(2), ..path.span }
}

/// The path of a type of the table.
pub(super) fn known_path(name: &str) -> Option<String> {
    if matches!(name, "key" | "iter" | "int" | "Entry") {
        return None;
    }
    if name == "events::Object" {
        return Some("events::json::Object".to_owned());
    }
    Some(crate::names::PATHS.iter().find(|(known, _)| *known == name).map_or_else(|| name.to_owned(), |(_, path)| (*path).to_owned()))
}
