//! Object literals, struct literals, and members of JSON.

use super::body::Expect;
use super::capable::Need;
use super::ty::{Head, Ty};
use super::unify::Kind;
use super::{Inference, ObjectKind};
use crate::diagnostic::Code;
use crate::names::{Meaning, suggest};
use crate::tree::{Expression, ExpressionKind, FieldValue, ObjectEntry, Path};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn list_of(&mut self, elements: &'tree [Expression], expect: &Expect) -> Ty {
        self.list(elements, expect)
    }

    /// `{ a: 1, "b": 2 }`: a map if all values are of one type, and JSON where `events` is used, where JSON is wanted, and for mixed values.
    pub(super) fn object(&mut self, expression: &'tree Expression, entries: &'tree [ObjectEntry], expect: &Expect) -> Ty {
        let json = Ty::known("events::Json", []);
        let expected = match expect {
            Expect::Type(ty) => Some(self.shallow(self.shallow(ty).behind())),
            _ => None,
        };
        if let Some(Ty::Named(Head::Known(head @ ("HashMap" | "BTreeMap")), own)) = &expected {
            let kind = if *head == "HashMap" { ObjectKind::HashMap } else { ObjectKind::BTreeMap };
            self.types.objects.insert(expression.id, kind);
            self.variables.unify(&own[0], &Ty::String);
            for entry in entries {
                match entry {
                    ObjectEntry::Pair { value, .. } | ObjectEntry::Short(value) => self.check_or_infer(value, &own[1]),
                    ObjectEntry::Spread(value) => self.check(value, &Ty::Named(Head::Known(head), own.clone())),
                }
            }
            return Ty::Named(Head::Known(head), own.clone());
        }
        let wants_json = matches!(&expected, Some(Ty::Named(Head::Known("events::Json"), _))) || self.uses_events;
        let hint = if wants_json { Expect::Type(json.clone()) } else { Expect::Nothing };
        let mut types = Vec::new();
        for entry in entries {
            let (ObjectEntry::Pair { value, .. } | ObjectEntry::Short(value) | ObjectEntry::Spread(value)) = entry;
            let literal =
                matches!(value.unparenthesized().kind, ExpressionKind::Object(_) | ExpressionKind::List(_) | ExpressionKind::Literal(_));
            let ty = self.infer(value, if literal { &hint } else { &Expect::Nothing });
            let ty = self.materialized(value, &ty, None);
            self.want(value, &ty);
            match entry {
                ObjectEntry::Spread(_) => {
                    if let Ty::Named(Head::Known("BTreeMap" | "HashMap"), own) = self.shallow(self.shallow(&ty).behind()) {
                        types.push(own[1].clone());
                    }
                }
                _ => types.push(ty),
            }
        }
        if !wants_json
            && !entries.is_empty()
            && self.alike(&types)
            && let Some(joined) = self.join(&types)
        {
            let value = if self.variables.kind(&self.shallow(&joined)) == Some(Kind::Text) { joined } else { self.owned(&joined) };
            for entry in entries {
                let (ObjectEntry::Pair { value: own, .. } | ObjectEntry::Short(own)) = entry else { continue };
                let ty = self.types.of[own.id.index()].clone();
                self.coerce(own, &ty, &value);
            }
            self.types.objects.insert(expression.id, ObjectKind::BTreeMap);
            return Ty::known("BTreeMap", [Ty::String, value]);
        }
        if !wants_json && entries.is_empty() {
            self.types.objects.insert(expression.id, ObjectKind::BTreeMap);
            let value = self.any();
            return Ty::known("BTreeMap", [Ty::String, value]);
        }
        for entry in entries {
            let (ObjectEntry::Pair { value, .. } | ObjectEntry::Short(value)) = entry else { continue };
            let ty = self.types.of[value.id.index()].clone();
            self.need(Need::Json, &ty, value.span);
        }
        self.types.objects.insert(expression.id, ObjectKind::Json);
        json
    }

    /// Whether all types are of one kind, so that a map can hold them.
    fn alike(&self, types: &[Ty]) -> bool {
        let kind = |ty: &Ty| {
            let known = self.shallow(ty);
            let inner = self.shallow(known.behind());
            match (self.variables.kind(&inner), &inner) {
                (Some(Kind::Text), _) | (_, Ty::Str | Ty::String) => "text".to_owned(),
                (Some(Kind::Int), _) | (_, Ty::Int(_)) => "int".to_owned(),
                (Some(Kind::Float), _) | (_, Ty::F64) => "float".to_owned(),
                (_, Ty::Named(head, _)) => format!("{head:?}"),
                (_, other) => format!("{:?}", std::mem::discriminant(other)),
            }
        };
        types.windows(2).all(|two| kind(&two[0]) == kind(&two[1]))
    }

    /// `Point { x: 1, y }`
    pub(super) fn structure(
        &mut self,
        expression: &'tree Expression,
        path: &'tree Path,
        fields: &'tree [FieldValue],
        base: Option<&'tree Expression>,
        expect: &Expect,
    ) -> Ty {
        let (own, known) = match self.names.meaning(expression.id).clone() {
            Meaning::Item(id) => {
                let id = match self.names.item(id).kind {
                    crate::names::ItemOf::Alias(alias) => {
                        let scope = self.names.item(id).scope;
                        match alias.ty.as_ref().map(|ty| self.lower(ty, scope)) {
                            Some(Ty::Named(Head::Item(id), _)) => id,
                            _ => id,
                        }
                    }
                    _ => id,
                };
                let own = self.fresh_item(id);
                let Ty::Named(_, arguments) = &own else { return Ty::Unknown };
                (own.clone(), self.struct_fields(id, arguments))
            }
            Meaning::Variant(id, index) => {
                let own = self.fresh_item(id);
                let Ty::Named(_, arguments) = &own else { return Ty::Unknown };
                (own.clone(), self.variant_named_fields(id, index, arguments))
            }
            Meaning::OfSelf(name) => match self.self_type.clone() {
                Some(Ty::Named(Head::Item(id), arguments)) => {
                    let own = Ty::Named(Head::Item(id), arguments.clone());
                    let fields = if name.is_empty() {
                        self.struct_fields(id, &arguments)
                    } else {
                        match self.names.item(id).kind {
                            crate::names::ItemOf::Enum(of) => of
                                .variants
                                .iter()
                                .position(|variant| variant.name.text == name)
                                .and_then(|index| self.variant_named_fields(id, index, &arguments)),
                            _ => None,
                        }
                    };
                    (own, fields)
                }
                _ => (Ty::Unknown, None),
            },
            _ => (Ty::Unknown, None),
        };
        if let Expect::Type(expected) = expect {
            let (one, other) = (own.clone(), self.shallow(expected));
            if let (Ty::Named(a, _), Ty::Named(b, _)) = (&one, &other)
                && a == b
            {
                self.variables.unify(&one, &other);
            }
        }
        let of = path.last().map_or_else(String::new, |name| name.text.clone());
        let before = self.errors.len();
        let struct_id = match self.shallow(&own) {
            Ty::Named(Head::Item(id), _) => Some(id),
            _ => None,
        };
        for field in fields {
            let found = known.as_ref().map(|known| known.iter().find(|(name, _)| *name == field.name.text).map(|(_, ty)| ty.clone()));
            match found {
                Some(Some(ty)) => {
                    if let Some(id) = struct_id {
                        self.field_is_visible(id, &field.name.text, field.name.span);
                    }
                    self.check_or_infer(&field.value, &ty);
                }
                Some(None) => {
                    self.infer(&field.value, &Expect::Nothing);
                    let names: Vec<String> = known.iter().flatten().map(|(name, _)| name.clone()).collect();
                    let near = suggest(&field.name.text, names.iter().map(String::as_str));
                    let message = format!("`{of}` has no field named `{}`", field.name.text);
                    self.error(Code::UnknownField, field.name.span, message)
                        .suggest_or(near.as_deref(), || Some(format!("its fields are {}", names.join(", "))));
                }
                None => {
                    self.infer(&field.value, &Expect::Nothing);
                }
            }
        }
        if let Some(base) = base {
            self.check(base, &own);
        } else if let Some(known) = known.as_ref().filter(|_| self.errors.len() == before) {
            let node = match self.names.meaning(expression.id) {
                Meaning::Item(id) => Some(self.names.item(*id).node),
                Meaning::OfSelf(_) => match &own {
                    Ty::Named(Head::Item(id), _) => Some(self.names.item(*id).node),
                    _ => None,
                },
                _ => None,
            };
            let has_default = |inference: &Self, name: &str| {
                node.and_then(|node| inference.types.fields.get(&node))
                    .is_some_and(|fields| fields.iter().any(|field| field.name == name && field.has_default))
            };
            let missing: Vec<String> = known
                .iter()
                .map(|(name, _)| name.clone())
                .filter(|name| !fields.iter().any(|field| field.name.text == *name) && !has_default(self, name))
                .collect();
            if !missing.is_empty() {
                let plural = if missing.len() == 1 { "the field" } else { "the fields" };
                let message = format!("`{of}` is made without {plural} {}", missing.join(", "));
                let place = match &own {
                    Ty::Named(Head::Item(id), _) => Some(self.names.item(*id).span),
                    _ => None,
                };
                let error = self.error(Code::MissingField, path.span, message);
                if let Some(place) = place {
                    error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("`{of}` is declared here") });
                }
                error.help = Some(format!("add `{}: …`", missing[0]));
            }
        }
        own
    }
}
