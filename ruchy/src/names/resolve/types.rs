//! Paths as types.

use super::Resolver;
use crate::diagnostic::Code;
use crate::names::prelude::TYPES;
use crate::names::{Meaning, suggest};
use crate::span::Span;
use crate::tree::{Path, Type, TypeKind};

impl<'tree> Resolver<'tree, '_> {
    pub(super) fn struct_path(&mut self, path: &'tree Path) -> Meaning {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.name.text.clone()).collect();
        match segments.as_slice() {
            [only] if only == "Self" => Meaning::OfSelf(String::new()),
            [only] => match self.names.type_path(self.scope, &segments) {
                Some(meaning) => meaning,
                None => {
                    if let Some(variant) =
                        self.names.look_up(self.scope, only).iter().find(|meaning| matches!(meaning, Meaning::Variant(..))).cloned()
                    {
                        variant
                    } else {
                        self.unknown_type(only, path.span);
                        Meaning::Unknown
                    }
                }
            },
            _ => self.value_path(path),
        }
    }

    pub(super) fn unknown_type(&mut self, name: &str, span: Span) {
        if !self.names.scope(self.names.module_of(self.scope)).globs.is_empty() {
            return;
        }
        let mut known: Vec<String> = Vec::new();
        let mut scope = Some(self.scope);
        while let Some(id) = scope {
            known.extend(self.names.scope(id).names.keys().cloned());
            scope = self.names.scope(id).around;
        }
        known.sort();
        let near = match name {
            "int" | "integer" | "number" | "long" => Some("i64".to_owned()),
            "float" | "double" => Some("f64".to_owned()),
            "text" | "Text" => Some("String".to_owned()),
            "boolean" => Some("bool".to_owned()),
            "List" | "Array" | "list" => Some("Vec".to_owned()),
            "Map" | "Dict" | "map" => Some("BTreeMap".to_owned()),
            "Set" | "set" => Some("BTreeSet".to_owned()),
            _ => suggest(name, known.iter().map(String::as_str).chain(TYPES.iter().copied())),
        };
        let error = self.error(Code::UnknownType, span, format!("there is no type named `{name}`"));
        error.help = Some(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it, `struct {name} {{ … }}`, or bring it in, `use …::{name}`"),
        });
    }

    pub(super) fn ty_option(&mut self, ty: Option<&'tree Type>) {
        if let Some(ty) = ty {
            self.ty(ty);
        }
    }

    /// Checks the names in a type.
    pub(super) fn ty(&mut self, ty: &'tree Type) {
        match &ty.kind {
            TypeKind::Path(path) => {
                for segment in &path.segments {
                    for argument in segment.generics.iter().flatten() {
                        self.generic_argument(argument);
                    }
                }
                let segments: Vec<String> = path.segments.iter().map(|segment| segment.name.text.clone()).collect();
                if let [only] = segments.as_slice() {
                    let known = TYPES.contains(&only.as_str())
                        || self.generics.iter().any(|generics| generics.contains(only))
                        || self.names.type_path(self.scope, &segments).is_some();
                    if !known && !only.is_empty() {
                        self.unknown_type(only, ty.span);
                    }
                }
            }
            TypeKind::Reference { ty, .. }
            | TypeKind::Pointer { ty, .. }
            | TypeKind::Parenthesized(ty)
            | TypeKind::Slice(ty)
            | TypeKind::Array { element: ty, .. }
            | TypeKind::Optional(ty) => self.ty(ty),
            TypeKind::Tuple(all) => all.iter().for_each(|ty| self.ty(ty)),
            TypeKind::Function { parameters, result } => {
                parameters.iter().for_each(|ty| self.ty(ty));
                self.ty_option(result.as_deref());
            }
            TypeKind::Dyn(_) | TypeKind::Impl(_) | TypeKind::BareFunction(_) | TypeKind::Inferred | TypeKind::Never | TypeKind::Error => {}
        }
    }

    pub(super) fn generic_argument(&mut self, argument: &'tree crate::tree::GenericArgument) {
        match argument {
            crate::tree::GenericArgument::Type(ty) | crate::tree::GenericArgument::Binding(_, ty) => self.ty(ty),
            crate::tree::GenericArgument::Constant(expression) => self.expression(expression),
            _ => {}
        }
    }
}
