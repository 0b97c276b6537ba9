//! Paths as types.

use super::Resolver;
use super::external::import_help;
use crate::diagnostic::{Code, Note};
use crate::names::prelude::{STANDARD_TYPES, TYPES};
use crate::names::{ItemOf, Meaning, suggest};
use crate::span::Span;
use crate::tree::{Bound, GenericArgument, GenericParameterKind, Generics, Name, Path, Type, TypeKind};

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
            "integer" | "number" | "long" | "Int" | "Integer" | "Number" | "Long" => Some("i64".to_owned()),
            "double" | "Float" | "Double" => Some("f64".to_owned()),
            "text" | "Text" | "Str" => Some("String".to_owned()),
            "boolean" | "Bool" | "Boolean" => Some("bool".to_owned()),
            "List" | "Array" | "list" => Some("Vec".to_owned()),
            "Map" | "Dict" | "map" | "dict" | "Hash" | "Object" => Some("BTreeMap".to_owned()),
            "Set" | "set" => Some("BTreeSet".to_owned()),
            _ => suggest(name, known.iter().map(String::as_str).chain(TYPES.iter().copied())),
        };
        if !self.reported.insert(name.to_owned()) {
            return;
        }
        let import = import_help(name);
        let error = self.error(Code::UnknownType, span, format!("there is no type named `{name}`"));
        match import {
            Some(import) => error.help = Some(import),
            None if name.len() == 1 => error.help = Some(format!("declare the type parameter: `fun name<{name}>(…)`")),
            None => {
                error.suggest_or(near.as_deref(), || Some(format!("declare it, `struct {name} {{ … }}`, or bring it in, `use …::{name}`")));
            }
        }
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
                if let [only] = path.segments.as_slice() {
                    let name = only.name.text.as_str();
                    let known = TYPES.contains(&name)
                        || self.generics.iter().any(|generics| generics.contains(name))
                        || self.names.type_path(self.scope, &[name]).is_some()
                        || self.standard_type(&only.name).is_some();
                    if !known && !name.is_empty() {
                        self.unknown_type(name, only.name.span);
                    }
                    self.count_arguments(path, &[name]);
                } else {
                    let segments: Vec<String> = path.segments.iter().map(|segment| segment.name.text.clone()).collect();
                    if !segments.is_empty() {
                        self.type_of_several(path, &segments);
                    }
                    self.count_arguments(path, &segments);
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
            TypeKind::Dyn(bounds) | TypeKind::Impl(bounds) => self.bounds(bounds),
            TypeKind::BareFunction(bound) => self.bounds(std::slice::from_ref(&**bound)),
            TypeKind::Inferred | TypeKind::Never | TypeKind::Error => {}
        }
    }

    /// Checks the names of types in bounds; `rules::traits` checks the names of traits.
    pub(super) fn bounds(&mut self, bounds: &'tree [Bound]) {
        for bound in bounds {
            match bound {
                Bound::Trait { path, .. } => {
                    for argument in path.segments.iter().flat_map(|segment| segment.generics.iter().flatten()) {
                        self.generic_argument(argument);
                    }
                }
                Bound::Function { parameters, result, .. } => {
                    parameters.iter().for_each(|ty| self.ty(ty));
                    self.ty_option(result.as_deref());
                }
                Bound::Lifetime(_) => {}
            }
        }
    }

    /// Returns the type of Rust that Ruchy calls `name`, and records it for the emitter. The caller has looked for a type of the program.
    pub(super) fn standard_type(&mut self, name: &Name) -> Option<&'static str> {
        let (_, standard) = STANDARD_TYPES.into_iter().find(|(ruchy, _)| *ruchy == name.text)?;
        self.names.standard.insert(name.span, standard);
        Some(standard)
    }

    /// Checks the number of type arguments.
    fn count_arguments(&mut self, path: &'tree Path, segments: &[impl AsRef<str>]) {
        let Some(last) = path.segments.last() else { return };
        if path.qualifier.is_some() || self.generics.iter().any(|generics| generics.contains(segments[0].as_ref())) {
            return;
        }
        let given = last.generics.iter().flatten().filter(|argument| !matches!(argument, GenericArgument::Lifetime(_))).count();
        let (least, most, declared) = match self.names.type_path(self.scope, segments) {
            Some(Meaning::Item(id)) => {
                let item = self.names.item(id);
                let generics = match item.kind {
                    ItemOf::Struct(of) => &of.generics,
                    ItemOf::Enum(of) => &of.generics,
                    ItemOf::Alias(of) => &of.generics,
                    _ => return,
                };
                let (least, most) = counts(generics);
                (least, most, Some(item.span))
            }
            Some(Meaning::External(full)) if full[0] == "std" => match known_counts(&full[full.len() - 1]) {
                Some((least, most)) if full.len() > 2 && full[full.len() - 1] != "Result" => (least, most, None),
                _ => return,
            },
            None if segments.len() == 1 => match known_counts(segments[0].as_ref()) {
                Some((least, most)) => (least, most, None),
                None => return,
            },
            _ => return,
        };
        if (least..=most).contains(&given) {
            return;
        }
        let name = segments.iter().map(AsRef::as_ref).collect::<Vec<_>>().join("::");
        let expected = match most {
            0 => "no type arguments".to_owned(),
            1 => "1 type argument".to_owned(),
            _ if least < most => format!("{least} or {most} type arguments"),
            _ => format!("{most} type arguments"),
        };
        let found = if given == 0 { "none is".to_owned() } else { format!("{given} {}", if given == 1 { "is" } else { "are" }) };
        let error = self.error(Code::TypeArguments, path.span, format!("`{name}` takes {expected}, but {found} given"));
        if let Some(declared) = declared {
            error.notes.push(Note { span: Some(declared), message: format!("`{name}` is declared here") });
        }
        error.help = match (name.as_str(), most) {
            (_, 0) => Some(format!("write `{name}`")),
            ("HashMap" | "BTreeMap", _) => Some(format!("write the types of keys and values: `{name}<String, i64>`")),
            (_, 1) => Some(format!("write `{name}<i64>`, with the type that it holds")),
            _ => None,
        };
    }

    pub(super) fn generic_argument(&mut self, argument: &'tree GenericArgument) {
        match argument {
            GenericArgument::Type(ty) | GenericArgument::Binding(_, ty) => self.ty(ty),
            GenericArgument::Constant(expression) => self.expression(expression),
            _ => {}
        }
    }
}

/// The least and the largest number of type arguments.
fn counts(generics: &Generics) -> (usize, usize) {
    let arguments = generics.parameters.iter().filter_map(|parameter| match &parameter.kind {
        GenericParameterKind::Lifetime { .. } => None,
        GenericParameterKind::Type { default, .. } => Some(default.is_some()),
        GenericParameterKind::Constant { default, .. } => Some(default.is_some()),
    });
    arguments.fold((0, 0), |(least, most), has_default| (least + usize::from(!has_default), most + 1))
}

/// The same for types of Rust; `None` for those that are not listed.
fn known_counts(name: &str) -> Option<(usize, usize)> {
    Some(match name {
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "f32" | "f64" | "bool"
        | "char" | "str" | "String" | "int" | "float" | "string" | "Context" | "Failure" | "ResponseStream" | "DataFrame" => (0, 0),
        "Vec" | "Option" | "Box" | "Rc" | "Weak" | "Arc" | "RefCell" | "Cell" | "HashSet" | "BTreeSet" | "VecDeque" | "BinaryHeap" => {
            (1, 1)
        }
        "Result" => (1, 2),
        "HashMap" | "BTreeMap" => (2, 2),
        _ => return None,
    })
}
