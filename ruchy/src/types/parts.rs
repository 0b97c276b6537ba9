//! The fields of structs and variants, with the type arguments of a value.

use super::Inference;
use super::signature::substitute;
use super::ty::{Head, Parts, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::map::Map;
use crate::tree::Pattern;

impl<'tree> Inference<'_, 'tree> {
    /// The type arguments of the enum or struct that a pattern names, which `ty` is.
    pub(super) fn variant_of(&mut self, pattern: &'tree Pattern, id: crate::names::ItemId, ty: &Ty) -> Parts {
        let own = self.fresh_item(id);
        if !self.variables.unify(ty, &own) {
            let (found, expected) = (self.shown(&own), self.shown(ty));
            self.error(Code::TypeMismatch, pattern.span, format!("the value is `{expected}`, but the pattern is `{found}`"));
        }
        match self.shallow(&own) {
            Ty::Named(_, arguments) => arguments,
            _ => Parts::default(),
        }
    }

    /// A struct or enum with fresh type arguments.
    pub(super) fn fresh_item(&mut self, id: crate::names::ItemId) -> Ty {
        let generics = match self.names.item(id).kind {
            crate::names::ItemOf::Struct(of) => &of.generics,
            crate::names::ItemOf::Enum(of) => &of.generics,
            _ => return Ty::Unknown,
        };
        let types =
            generics.parameters.iter().filter(|parameter| !matches!(parameter.kind, crate::tree::GenericParameterKind::Lifetime { .. }));
        let arguments = types.map(|_| self.variables.fresh(Kind::Any)).collect();
        Ty::Named(Head::Item(id), arguments)
    }

    pub(super) fn item_arguments(&self, id: crate::names::ItemId, arguments: &[Ty]) -> Map<String, Ty> {
        let generics = match self.names.item(id).kind {
            crate::names::ItemOf::Struct(of) => &of.generics,
            crate::names::ItemOf::Enum(of) => &of.generics,
            _ => return Map::default(),
        };
        let types =
            generics.parameters.iter().filter(|parameter| !matches!(parameter.kind, crate::tree::GenericParameterKind::Lifetime { .. }));
        types.map(|parameter| parameter.name.text.clone()).zip(arguments.iter().cloned()).collect()
    }

    /// The fields of a struct with these type arguments.
    pub(super) fn struct_fields(&mut self, id: crate::names::ItemId, arguments: &[Ty]) -> Option<Vec<(String, Ty)>> {
        let fields = self.types.fields.get(&self.names.item(id).node)?.clone();
        let with = self.item_arguments(id, arguments);
        Some(fields.iter().map(|field| (field.name.clone(), substitute(&field.ty, &with))).collect())
    }

    /// The named fields of a variant with these type arguments of its enum.
    pub(super) fn variant_named_fields(&mut self, id: crate::names::ItemId, index: usize, arguments: &[Ty]) -> Option<Vec<(String, Ty)>> {
        let crate::names::ItemOf::Enum(of) = self.names.item(id).kind else { return None };
        let fields = self.types.fields.get(&of.variants.get(index)?.id)?.clone();
        let with = self.item_arguments(id, arguments);
        Some(fields.iter().map(|field| (field.name.clone(), substitute(&field.ty, &with))).collect())
    }

    pub(super) fn variant_fields(&mut self, id: crate::names::ItemId, index: usize, arguments: &[Ty]) -> Option<Parts> {
        Some(self.variant_named_fields(id, index, arguments)?.into_iter().map(|(_, ty)| ty).collect())
    }
}
