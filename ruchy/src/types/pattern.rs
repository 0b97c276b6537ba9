//! Patterns: the types of what they bind.

use super::ty::{Head, Part, Parts, Ty};
use super::unify::Kind;
use super::{Inference, Int};
use crate::diagnostic::Code;
use crate::names::{Meaning, TYPES, suggest};
use crate::tree::{Literal, Pattern, PatternKind};

impl<'tree> Inference<'_, 'tree> {
    /// Gives the names of a pattern for values of `ty` their types. `by` says that the value is behind a reference, and whether a mutable one.
    pub(super) fn pattern(&mut self, pattern: &'tree Pattern, ty: &Ty, by: Option<bool>) {
        let mut ty = self.shallow(ty);
        let mut by = by;
        let opens = !matches!(
            pattern.kind,
            PatternKind::Binding { .. }
                | PatternKind::Wildcard
                | PatternKind::Rest
                | PatternKind::Reference { .. }
                | PatternKind::Or(_)
                | PatternKind::Parenthesized(_)
        ) || matches!(&pattern.kind, PatternKind::Binding { subpattern: Some(_), .. });
        let is_text = matches!(&pattern.kind, PatternKind::Literal(literal) if matches!(literal.literal, Literal::String(_)));
        let mut opened = Vec::new();
        while opens && let Ty::Ref(mutable, inner) = &ty {
            let inner = self.shallow(inner);
            if is_text && inner == Ty::Str {
                break;
            }
            opened.push(*mutable);
            by = Some(by.unwrap_or(true) && *mutable);
            ty = inner;
        }
        let is_outermost = !opened.is_empty() && !self.writes_references && names_references(pattern);
        if !opened.is_empty() && (self.writes_references || is_outermost) {
            self.writes_references = true;
            self.types.opened.insert(pattern.id, opened);
        }
        self.opened_pattern(pattern, ty, by);
        if is_outermost {
            self.writes_references = false;
        }
    }

    /// Does the same for a value that is not a reference, or whose pattern names it as a whole.
    fn opened_pattern(&mut self, pattern: &'tree Pattern, mut ty: Ty, by: Option<bool>) {
        match &pattern.kind {
            PatternKind::Binding { name, by_reference, subpattern, mutable } => {
                match self.names.meaning(pattern.id) {
                    Meaning::Local(id) => {
                        let copied = match (&ty, by) {
                            (Ty::Ref(false, _), None) if self.names.local(*id).assigned && subpattern.is_none() => {
                                Some(self.scalar(ty.clone())).filter(|scalar| !matches!(scalar, Ty::Ref(..)))
                            }
                            _ => None,
                        };
                        if let Some(scalar) = copied {
                            self.types.copied.insert(pattern.id);
                            ty = scalar;
                        }
                        let by = if *mutable && !by_reference && by.is_some() && self.is_scalar(&ty) { None } else { by };
                        if let (Some(mutable), true, false) = (by, self.writes_references, *by_reference) {
                            self.types.borrowed.insert(pattern.id, mutable);
                        }
                        let bound = match by {
                            _ if *by_reference => Ty::Ref(*mutable, Part::new(ty.clone())),
                            Some(mutable) => Ty::Ref(mutable, Part::new(ty.clone())),
                            None => ty.clone(),
                        };
                        let local = self.types.locals[id.0 as usize].clone();
                        let _ = name;
                        self.variables.unify(&local, &bound);
                    }
                    Meaning::Item(id) => {
                        if let Some(value) = self.types.values.get(id).cloned() {
                            self.variables.unify(&value, &ty);
                        }
                    }
                    Meaning::External(path) if path.last().is_some_and(|last| last == "None") => {
                        let value = self.any();
                        let behind = self.shallow(ty.behind());
                        self.pattern_agrees(pattern, &behind, &Ty::option(value));
                    }
                    _ => {}
                }
                if let Some(subpattern) = subpattern
                    && !matches!(subpattern.kind, PatternKind::Rest)
                {
                    self.pattern(subpattern, &ty, by);
                }
            }
            PatternKind::Literal(literal) => {
                let own = self.literal(&literal.literal);
                self.pattern_agrees(pattern, &ty, &own);
            }
            PatternKind::Range { start, end, .. } => start.iter().chain(end).for_each(|end| self.pattern(end, &ty, by)),
            PatternKind::Path(_) => {
                if let Meaning::Variant(id, _) = self.names.meaning(pattern.id).clone() {
                    self.variant_of(pattern, id, &ty);
                }
            }
            PatternKind::TupleStruct { path, elements } => {
                let name = path.last().map_or("", |name| &name.text).to_owned();
                let fields: Option<Parts> = match self.names.meaning(pattern.id).clone() {
                    Meaning::Variant(id, index) => {
                        let arguments = self.variant_of(pattern, id, &ty);
                        self.variant_fields(id, index, &arguments)
                    }
                    Meaning::Item(id) => {
                        let arguments = self.variant_of(pattern, id, &ty);
                        self.struct_fields(id, &arguments).map(|fields| fields.into_iter().map(|(_, ty)| ty).collect())
                    }
                    _ => self.of_prelude(pattern, &name, &ty),
                };
                self.elements(pattern, elements, fields, by);
            }
            PatternKind::Struct { path, fields, rest } => {
                let known: Option<Vec<(String, Ty)>> = match self.names.meaning(pattern.id).clone() {
                    Meaning::Variant(id, index) => {
                        let arguments = self.variant_of(pattern, id, &ty);
                        self.variant_named_fields(id, index, &arguments)
                    }
                    Meaning::Item(id) => {
                        let arguments = self.variant_of(pattern, id, &ty);
                        self.struct_fields(id, &arguments)
                    }
                    Meaning::OfSelf(_) => match self.self_type.clone() {
                        Some(Ty::Named(Head::Item(id), arguments)) => self.struct_fields(id, &arguments),
                        _ => None,
                    },
                    _ => None,
                };
                let before = self.errors.len();
                for field in fields {
                    let found =
                        known.as_ref().map(|known| known.iter().find(|(name, _)| *name == field.name.text).map(|(_, ty)| ty.clone()));
                    match found {
                        Some(Some(ty)) => self.pattern(&field.pattern, &ty, by),
                        Some(None) => {
                            let names: Vec<&str> = known.iter().flatten().map(|(name, _)| name.as_str()).collect();
                            let near = suggest(&field.name.text, names.iter().copied());
                            let of = path.last().map_or("the type", |name| &name.text);
                            let message = format!("`{of}` has no field named `{}`", field.name.text);
                            self.error(Code::UnknownField, field.name.span, message)
                                .suggest_or(near.as_deref(), || Some(format!("its fields are {}", names.join(", "))));
                        }
                        None => self.pattern(&field.pattern, &Ty::Unknown, by),
                    }
                }
                if let Some(known) = known
                    && !rest
                    && self.errors.len() == before
                {
                    let missing: Vec<&str> = known
                        .iter()
                        .map(|(name, _)| name.as_str())
                        .filter(|name| !fields.iter().any(|field| field.name.text == *name))
                        .collect();
                    if !missing.is_empty() {
                        let message = format!("the pattern leaves out {}", missing.join(", "));
                        self.error(Code::MissingField, pattern.span, message).help =
                            Some("add `..` at its end to ignore the other fields".to_owned());
                    }
                }
            }
            PatternKind::Tuple(elements) => {
                let fields = match &ty {
                    Ty::Tuple(all) => Some(all.clone()),
                    Ty::Unit => Some(Parts::default()),
                    Ty::Var(_)
                        if self.variables.kind(&ty) == Some(Kind::Any)
                            && !elements.iter().any(|element| matches!(element.kind, PatternKind::Rest)) =>
                    {
                        let all: Parts = elements.iter().map(|_| self.variables.fresh(Kind::Any)).collect();
                        self.variables.unify(&ty, &Ty::Tuple(all.clone()));
                        Some(all)
                    }
                    Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Trait(_) | Ty::Never => None,
                    Ty::Var(_) if self.variables.kind(&ty) == Some(Kind::Any) => None,
                    _ => {
                        self.pattern_differs(pattern, &ty, "a tuple");
                        None
                    }
                };
                self.elements(pattern, elements, fields, by);
            }
            PatternKind::List(elements) => {
                let element = match &ty {
                    Ty::Slice(element) | Ty::Array(element) => Some((**element).clone()),
                    Ty::Named(Head::Known("Vec"), arguments) => arguments.first().cloned(),
                    Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Trait(_) | Ty::Never => None,
                    Ty::Var(_) if self.variables.kind(&ty) == Some(Kind::Any) => None,
                    _ => {
                        self.pattern_differs(pattern, &ty, "a list");
                        None
                    }
                };
                for part in elements {
                    let inner = element.clone().unwrap_or(Ty::Unknown);
                    match &part.kind {
                        PatternKind::Rest => {}
                        PatternKind::Binding { subpattern: Some(rest), .. } if matches!(rest.kind, PatternKind::Rest) => {
                            if let Meaning::Local(id) = self.names.meaning(part.id) {
                                let local = self.types.locals[id.0 as usize].clone();
                                let slice = if element.is_some() { Ty::Slice(Part::new(inner)).reference() } else { Ty::Unknown };
                                self.variables.unify(&local, &slice);
                            }
                        }
                        _ => self.pattern(part, &inner, by),
                    }
                }
            }
            PatternKind::Or(all) => all.iter().for_each(|pattern| self.pattern(pattern, &ty, by)),
            PatternKind::Reference { pattern: inner_pattern, mutable } => {
                let inner = match (&ty, by) {
                    (Ty::Ref(_, inner), None)
                        if matches!(inner_pattern.kind, PatternKind::Binding { .. })
                            && matches!(self.shallow(inner), Ty::Str | Ty::Slice(_)) =>
                    {
                        let found = self.shown(&ty);
                        let message = format!("the pattern takes `{found}` apart, and what is behind it has no fixed size");
                        self.error(Code::TypeMismatch, pattern.span, message).help = Some("leave out the `&`".to_owned());
                        ty.clone()
                    }
                    (Ty::Ref(false, _), None) if *mutable => {
                        let found = self.shown(&ty);
                        let message = format!("the pattern is `&mut`, but the value is `{found}`");
                        self.error(Code::TypeMismatch, pattern.span, message).help = Some("write `&` without `mut`".to_owned());
                        Ty::Unknown
                    }
                    (Ty::Ref(_, inner), None)
                        if matches!(inner_pattern.kind, PatternKind::Binding { subpattern: None, by_reference: false, .. })
                            && matches!(
                                self.shallow(inner),
                                Ty::String
                                    | Ty::Named(
                                        Head::Known("Vec" | "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" | "Box" | "events::Json"),
                                        _
                                    )
                            ) =>
                    {
                        let found = self.shown(inner);
                        let message = format!("the pattern moves `{found}` out of a reference");
                        self.error(Code::TypeMismatch, pattern.span, message).help = Some("leave out the `&`".to_owned());
                        (**inner).clone()
                    }
                    // Under a reference, a pattern `&` takes the reference that stands there.
                    (Ty::Ref(_, inner), None | Some(_)) => (**inner).clone(),
                    (_, Some(false)) if *mutable => {
                        let found = self.shown(&ty);
                        let message = format!("the pattern is `&mut`, but the value is `&{found}`");
                        self.error(Code::TypeMismatch, pattern.span, message).help = Some("leave out the `&mut`".to_owned());
                        ty.clone()
                    }
                    (known, Some(false)) if self.is_plain(known) => {
                        let found = self.shown(&ty);
                        let message = format!("the pattern takes a reference apart, but the value is `{found}`");
                        self.error(Code::TypeMismatch, pattern.span, message).help = Some("leave out the `&`".to_owned());
                        ty.clone()
                    }
                    (_, Some(_)) => ty.clone(),
                    (Ty::Unknown | Ty::Opaque(_) | Ty::Trait(_) | Ty::Never, None) => Ty::Unknown,
                    (known, None) if self.variables.kind(known) != Some(Kind::Any) => {
                        let found = self.shown(known);
                        let message = format!("the pattern takes a reference apart, but the value is `{found}`");
                        self.error(Code::TypeMismatch, pattern.span, message).help = Some("leave out the `&`".to_owned());
                        known.clone()
                    }
                    (Ty::Var(_), None) => {
                        let inner = self.any();
                        self.variables.unify(&ty, &inner.clone().reference());
                        inner
                    }
                    _ => Ty::Unknown,
                };
                self.pattern(inner_pattern, &inner, None);
            }
            PatternKind::Parenthesized(inner) => self.pattern(inner, &ty, by),
            PatternKind::Wildcard | PatternKind::Rest | PatternKind::Error => {}
        }
    }

    fn is_scalar(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Int(_) | Ty::F32 | Ty::F64 | Ty::Bool | Ty::Char)
            || matches!(self.variables.kind(ty), Some(Kind::Int | Kind::Float))
    }

    /// Reports a pattern that no value of type `ty` matches.
    fn pattern_differs(&mut self, pattern: &'tree Pattern, ty: &Ty, of: &str) {
        let found = self.shown(ty);
        let error = self.error(Code::TypeMismatch, pattern.span, format!("the value is `{found}`, but the pattern takes {of} apart"));
        error.label = "this pattern can never match".to_owned();
    }

    fn pattern_agrees(&mut self, pattern: &'tree Pattern, ty: &Ty, own: &Ty) {
        let fits = match (self.shallow(ty), self.shallow(own)) {
            // A letter, or text, is compared with text.
            (Ty::String | Ty::Str, _) if self.variables.kind(own) == Some(Kind::Text) => true,
            (one, other) => self.variables.unify(&one, &other),
        };
        if !fits {
            let (found, expected) = (self.shown(own), self.shown(ty));
            let message = format!("the value is `{expected}`, but the pattern is `{found}`");
            self.error(Code::TypeMismatch, pattern.span, message).label = "this pattern can never match".to_owned();
        }
    }

    /// Checks the patterns in the parentheses of a variant or tuple.
    fn elements(&mut self, pattern: &'tree Pattern, elements: &'tree [Pattern], fields: Option<Parts>, by: Option<bool>) {
        let Some(fields) = fields else {
            elements.iter().for_each(|element| self.pattern(element, &Ty::Unknown, by));
            return;
        };
        let rest = elements.iter().position(|element| matches!(element.kind, PatternKind::Rest));
        let counted = elements.len() - usize::from(rest.is_some());
        if (rest.is_none() && counted != fields.len()) || counted > fields.len() {
            let message = format!("the pattern has {counted} parts, but the value has {}", fields.len());
            self.error(Code::PatternParts, pattern.span, message).help =
                Some("write `_` for a part that is not used, or `..` for several".to_owned());
            elements.iter().for_each(|element| self.pattern(element, &Ty::Unknown, by));
            return;
        }
        for (index, element) in elements.iter().enumerate() {
            let at = match rest {
                Some(rest) if index == rest => continue,
                Some(rest) if index > rest => fields.len() - (elements.len() - index),
                _ => index,
            };
            let ty = fields[at].clone();
            self.pattern(element, &ty, by);
        }
    }

    /// `Some`, `Ok`, `Err`.
    fn of_prelude(&mut self, pattern: &'tree Pattern, name: &str, ty: &Ty) -> Option<Parts> {
        let (value, error) = (self.any(), self.any());
        let (own, inner) = match name {
            "Some" => (Ty::option(value.clone()), value),
            "Ok" => (Ty::result(value.clone(), error), value),
            "Err" => (Ty::result(value, error.clone()), error),
            "Reverse" => (Ty::known("Reverse", [value.clone()]), value),
            _ => {
                let owner = match self.names.meaning(pattern.id) {
                    Meaning::External(path) => path.first().cloned(),
                    _ => None,
                };
                if let Some(owner) = owner.filter(|owner| Int::named(owner).is_some() || TYPES.contains(&owner.as_str())) {
                    let message = format!("`{owner}` has no variant named `{name}`");
                    self.error(Code::UnknownName, pattern.span, message).label = "this pattern can never match".to_owned();
                }
                return None;
            }
        };
        if !self.variables.unify(ty, &own) {
            let expected = self.shown(ty);
            self.error(Code::TypeMismatch, pattern.span, format!("the value is `{expected}`, but the pattern is `{name}(…)`"));
        }
        Some([inner].into())
    }

    /// The type of a literal.
    pub(super) fn literal(&mut self, literal: &Literal) -> Ty {
        match literal {
            Literal::Integer(integer) => match &integer.suffix {
                Some(suffix) => Int::named(suffix).map_or(if suffix == "f32" { Ty::F32 } else { Ty::F64 }, Ty::Int),
                None => self.variables.fresh(Kind::Int),
            },
            Literal::Float(float) => match float.suffix.as_deref() {
                Some("f32") => Ty::F32,
                Some(_) => Ty::F64,
                None => self.variables.fresh(Kind::Float),
            },
            Literal::String(_) => self.variables.fresh(Kind::Text),
            Literal::Char(_) => Ty::Char,
            Literal::Byte(_) => Ty::Int(Int::U8),
            Literal::ByteString(_) => Ty::Array(Part::new(Ty::Int(Int::U8))).reference(),
            Literal::Bool(_) => Ty::Bool,
            Literal::Null => {
                let value = self.any();
                Ty::option(value)
            }
        }
    }
}

/// Whether a part of the pattern is `&x`, `ref x` or `mut x`. Rust does not allow these in a pattern that opens a reference without `&`.
fn names_references(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::Reference { .. } => true,
        PatternKind::Binding { by_reference, mutable, subpattern, .. } => {
            *by_reference || *mutable || subpattern.as_deref().is_some_and(names_references)
        }
        PatternKind::TupleStruct { elements, .. }
        | PatternKind::Tuple(elements)
        | PatternKind::List(elements)
        | PatternKind::Or(elements) => elements.iter().any(names_references),
        PatternKind::Struct { fields, .. } => fields.iter().any(|field| names_references(&field.pattern)),
        PatternKind::Parenthesized(inner) => names_references(inner),
        _ => false,
    }
}
