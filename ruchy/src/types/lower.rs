//! Types as they are written, as types of inference.

use super::Inference;
use super::table;
use super::ty::{Head, Int, Part, Ty};
use crate::names::{ItemOf, Meaning, ScopeId};
use crate::tree::{Bound, GenericArgument, GenericParameterKind, Generics, Path, Predicate, Type, TypeKind};

/// What a type parameter stands for while a signature is read.
pub(super) fn bounds_of<'tree>(generics: &'tree Generics, name: &str) -> Vec<&'tree Bound> {
    let mut all = Vec::new();
    for parameter in &generics.parameters {
        if let GenericParameterKind::Type { bounds, .. } = &parameter.kind
            && parameter.name.text == name
        {
            all.extend(bounds);
        }
    }
    for predicate in &generics.predicates {
        if let Predicate::Type { ty, bounds, .. } = predicate
            && matches!(&ty.kind, TypeKind::Path(path) if path.as_name().is_some_and(|own| own.text == name))
        {
            all.extend(bounds);
        }
    }
    all
}

impl<'tree> Inference<'_, 'tree> {
    /// Reads a type in `scope`.
    pub(super) fn lower(&mut self, ty: &'tree Type, scope: ScopeId) -> Ty {
        match &ty.kind {
            TypeKind::Path(path) => self.lower_path(path, scope),
            TypeKind::Reference { mutable, ty, .. } => {
                let inner = match &ty.kind {
                    TypeKind::Slice(element) => Ty::Slice(Part::new(self.lower(element, scope))),
                    _ => self.lower(ty, scope),
                };
                let bare = matches!(&ty.kind, TypeKind::Path(path) if path.as_name().is_some_and(|name| name.text == "str"));
                Ty::Ref(*mutable, Part::new(if bare { Ty::Str } else { inner }))
            }
            TypeKind::Pointer { .. } | TypeKind::Error => Ty::Unknown,
            TypeKind::Tuple(all) if all.is_empty() => Ty::Unit,
            TypeKind::Tuple(all) => Ty::Tuple(all.iter().map(|ty| self.lower(ty, scope)).collect()),
            TypeKind::Parenthesized(inner) => self.lower(inner, scope),
            // A list by value.
            TypeKind::Slice(element) => Ty::vec(self.lower(element, scope)),
            TypeKind::Array { element, .. } => Ty::Array(Part::new(self.lower(element, scope))),
            TypeKind::Function { parameters, result } => {
                let parameters = parameters.iter().map(|ty| self.lower(ty, scope)).collect();
                let result = result.as_ref().map_or(Ty::Unit, |ty| self.lower(ty, scope));
                Ty::Fn(parameters, Part::new(result))
            }
            TypeKind::Dyn(bounds) | TypeKind::Impl(bounds) => self.lower_bounds(bounds.iter(), scope).unwrap_or(Ty::Opaque(String::new())),
            TypeKind::BareFunction(bound) => self.lower_bounds(std::iter::once(&**bound), scope).unwrap_or(Ty::Unknown),
            TypeKind::Optional(inner) => Ty::option(self.lower(inner, scope)),
            TypeKind::Inferred => self.variables.fresh(super::unify::Kind::Any),
            TypeKind::Never => Ty::Never,
        }
    }

    /// The function, iterator or trait that bounds describe.
    pub(super) fn lower_bounds(&mut self, bounds: impl Iterator<Item = &'tree Bound>, scope: ScopeId) -> Option<Ty> {
        for bound in bounds {
            match bound {
                Bound::Function { parameters, result, .. } => {
                    let parameters = parameters.iter().map(|ty| self.lower(ty, scope)).collect();
                    let result = result.as_ref().map_or(Ty::Unit, |ty| self.lower(ty, scope));
                    return Some(Ty::Fn(parameters, Part::new(result)));
                }
                Bound::Trait { path, .. } => {
                    let segments: Vec<String> = path.segments.iter().map(|segment| segment.name.text.clone()).collect();
                    if let Some(Meaning::Item(id)) = self.names.type_path(scope, &segments)
                        && matches!(self.names.item(id).kind, ItemOf::Trait(_))
                    {
                        return Some(Ty::Trait(id));
                    }
                    if matches!(
                        segments.last().map(String::as_str),
                        Some("Iterator" | "IntoIterator" | "DoubleEndedIterator" | "ExactSizeIterator")
                    ) {
                        let item =
                            path.segments.last().into_iter().flat_map(|segment| segment.generics.iter().flatten()).find_map(|argument| {
                                match argument {
                                    GenericArgument::Binding(name, ty) if name.text == "Item" => Some(ty),
                                    _ => None,
                                }
                            });
                        let item = item.map_or(Ty::Unknown, |ty| self.lower(ty, scope));
                        return Some(Ty::Iter(Part::new(item)));
                    }
                }
                Bound::Lifetime(_) => {}
            }
        }
        None
    }

    fn arguments(&mut self, path: &'tree Path, scope: ScopeId) -> Vec<Ty> {
        let arguments = path.segments.iter().flat_map(|segment| segment.generics.iter().flatten());
        let types: Vec<&'tree Type> =
            arguments.filter_map(|argument| if let GenericArgument::Type(ty) = argument { Some(ty) } else { None }).collect();
        types.into_iter().map(|ty| self.lower(ty, scope)).collect()
    }

    fn lower_path(&mut self, path: &'tree Path, scope: ScopeId) -> Ty {
        if path.qualifier.is_some() {
            return Ty::Unknown;
        }
        let arguments = self.arguments(path, scope);
        if let [only] = path.segments.as_slice() {
            if let Some(own) = self.generic(&only.name.text) {
                return own;
            }
            if only.name.text == "Self" {
                return self.self_type.clone().unwrap_or(Ty::Param("Self".to_owned()));
            }
        }
        if path.segments.first().is_some_and(|first| first.name.text == "Self") {
            return Ty::Unknown;
        }
        let segments: Vec<&str> = path.segments.iter().map(|segment| segment.name.text.as_str()).collect();
        match self.names.type_path(scope, &segments) {
            Some(Meaning::Item(id)) => match self.names.item(id).kind {
                ItemOf::Alias(alias) => self.alias(id, alias, arguments),
                ItemOf::Struct(of) => self.named(Head::Item(id), of.generics.parameters.len(), arguments),
                ItemOf::Enum(of) => self.named(Head::Item(id), of.generics.parameters.len(), arguments),
                ItemOf::Trait(_) => Ty::Trait(id),
                _ => Ty::Unknown,
            },
            Some(Meaning::External(full)) => self.external_type(&full, arguments),
            Some(_) => Ty::Unknown,
            None => self.external_type(&segments, arguments),
        }
    }

    fn named(&mut self, head: Head, expected: usize, mut arguments: Vec<Ty>) -> Ty {
        while arguments.len() < expected {
            arguments.push(self.variables.fresh(super::unify::Kind::Any));
        }
        Ty::Named(head, arguments.into())
    }

    pub(super) fn alias(&mut self, id: crate::names::ItemId, alias: &'tree crate::tree::TypeAlias, arguments: Vec<Ty>) -> Ty {
        let Some(ty) = &alias.ty else { return Ty::Unknown };
        if self.depth > 30 {
            return Ty::Unknown;
        }
        self.depth += 1;
        let scope = self.names.item(id).scope;
        let names: Vec<String> = alias.generics.parameters.iter().map(|parameter| parameter.name.text.clone()).collect();
        let mut arguments = arguments;
        while arguments.len() < names.len() {
            arguments.push(self.variables.fresh(super::unify::Kind::Any));
        }
        self.generics.push(names.into_iter().zip(arguments).collect());
        let ty = self.lower(ty, scope);
        self.generics.pop();
        self.depth -= 1;
        ty
    }

    /// The type at a path outside of the program.
    pub(super) fn external_type<S: AsRef<str>>(&mut self, path: &[S], mut arguments: Vec<Ty>) -> Ty {
        let path: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
        let Some(last) = path.last().copied() else { return Ty::Unknown };
        if path.len() == 1 {
            match last {
                "int" => return Ty::Int(Int::I64),
                "float" => return Ty::F64,
                "bool" => return Ty::Bool,
                "char" => return Ty::Char,
                "f32" => return Ty::F32,
                "f64" => return Ty::F64,
                "str" | "string" | "String" => return Ty::String,
                "List" if !arguments.is_empty() => return Ty::vec(arguments.remove(0)),
                _ => {}
            }
            if let Some(int) = Int::named(last) {
                return Ty::Int(int);
            }
        }
        if path.first().is_some_and(|first| ["events", "aws", "outbound"].contains(first)) {
            let full = match path.as_slice() {
                [_, "Json"] => "events::Json".to_owned(),
                [_, "json", "Json"] => "events::Json".to_owned(),
                [_, "json", "Object"] => "events::Object".to_owned(),
                _ => path.join("::"),
            };
            return match table::known(&full) {
                Some(known) => Ty::Named(Head::Known(known), [].into()),
                None => Ty::Opaque(full),
            };
        }
        let of_std = path.len() == 1 || path.first().is_some_and(|first| ["std", "core", "alloc"].contains(first));
        let full = path.join("::");
        if of_std && last == "String" {
            return Ty::String;
        }
        // `std::io::Result<T>` and the like have another error.
        if of_std && last == "Result" && path.len() > 1 && arguments.len() < 2 {
            return Ty::result(arguments.pop().unwrap_or(Ty::Unknown), Ty::Opaque(full));
        }
        if of_std && matches!(last, "Range" | "RangeInclusive") && arguments.len() == 1 {
            return Ty::Range(Part::new(arguments.remove(0)), last == "RangeInclusive");
        }
        // The types of std's iterators, which are written in fields and parameters.
        if of_std
            && path.len() > 1
            && let Some(item) = iterator_item(&path, &arguments)
        {
            return Ty::Iter(Part::new(item));
        }
        let is_type = last.starts_with(|letter: char| letter.is_uppercase());
        match table::known(last) {
            Some(known) if of_std && is_type && !matches!(known, "Iter" | "Range") => {
                let count = table::sections()[known].generics.len();
                if known == "Result" && arguments.len() == 1 {
                    arguments.push(Ty::Unknown);
                }
                self.named(Head::Known(known), count, arguments)
            }
            _ => Ty::Opaque(full),
        }
    }
}

/// The items of an iterator of `std`, by its full path and its type arguments.
fn iterator_item(path: &[&str], arguments: &[Ty]) -> Option<Ty> {
    let [.., module, name] = path else { return None };
    Some(match (*module, *name, arguments) {
        ("slice", "Iter", [item]) => item.clone().reference(),
        ("slice", "IterMut", [item]) => Ty::Ref(true, Part::new(item.clone())),
        ("vec", "IntoIter" | "Drain", [item]) => item.clone(),
        ("str", "Chars", []) => Ty::Char,
        ("str", "CharIndices", []) => Ty::Tuple([Ty::Int(Int::Usize), Ty::Char].into()),
        ("str", "Bytes", []) => Ty::Int(Int::U8),
        ("str", "Lines" | "SplitWhitespace", []) => Ty::str_ref(),
        ("iter", "Peekable" | "Rev" | "Fuse" | "Skip" | "Take" | "StepBy" | "Cycle", [Ty::Iter(item)]) => (**item).clone(),
        ("iter", "Enumerate", [Ty::Iter(item)]) => Ty::Tuple([Ty::Int(Int::Usize), (**item).clone()].into()),
        _ => return None,
    })
}
