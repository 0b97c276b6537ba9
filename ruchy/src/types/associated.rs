//! Constants in `impl` blocks and traits: `Name::LIMIT`.

use super::ty::Ty;
use super::{Inference, Owner};
use crate::map::Map;
use crate::names::{ItemId, ItemOf, ScopeId};
use crate::span::Span;
use crate::tree::{Constant, Expression};

/// A constant in an `impl` block or a trait.
#[derive(Clone, Debug)]
pub(super) struct Associated<'tree> {
    pub constant: &'tree Constant,
    pub ty: Ty,
    pub scope: ScopeId,
    pub self_type: Ty,
    pub generics: Map<String, Ty>,
}

impl<'tree> Inference<'_, 'tree> {
    /// Declares a constant of `self_type`, whose methods `owner` has.
    pub(super) fn declare_constant(
        &mut self,
        owner: Option<Owner>,
        constant: &'tree Constant,
        scope: ScopeId,
        self_type: &Ty,
        generics: &Map<String, Ty>,
    ) {
        let Some(written) = &constant.ty else { return };
        let outer = self.self_type.replace(self_type.clone());
        self.generics.push(generics.clone());
        let ty = self.lower(written, scope);
        self.generics.pop();
        self.self_type = outer;
        if let Some(owner) = owner {
            self.constants.insert((owner, constant.name.text.clone()), ty.clone());
        }
        self.associated.push(Associated { constant, ty, scope, self_type: self_type.clone(), generics: generics.clone() });
    }

    /// Checks the values of these constants against their types.
    pub(super) fn associated_values(&mut self) {
        for of in self.associated.clone() {
            let Some(value) = &of.constant.value else { continue };
            let frame = std::mem::take(&mut self.frame);
            let self_type = self.self_type.replace(of.self_type);
            let scope = std::mem::replace(&mut self.scope, of.scope);
            self.generics.push(of.generics);
            self.check(value, &of.ty);
            self.generics.pop();
            self.scope = scope;
            self.self_type = self_type;
            self.frame = frame;
        }
    }

    /// The type of `Name::MEMBER`.
    pub(super) fn associated_value(&mut self, id: ItemId, name: &str, span: Span) -> Ty {
        if let ItemOf::Alias(_) = self.names.item(id).kind {
            let ty = self.aliased(id);
            return match Owner::of(&ty) {
                Some(Owner::Item(of)) => self.associated_value(of, name, span),
                Some(Owner::Known(head)) => self.external_member(head, name),
                _ => Ty::Unknown,
            };
        }
        if let Some(node) = self.methods.get(Owner::Item(id), name) {
            return self.function_value(node);
        }
        let owners = [Owner::Item(id), Owner::Trait(id)];
        let known = owners.into_iter().find_map(|owner| self.constants.get(&(owner, name.to_owned())).cloned());
        if let Some(known) = known {
            return known;
        }
        if matches!(self.names.item(id).kind, ItemOf::Struct(_) | ItemOf::Enum(_)) {
            self.unknown_associated(id, name, span);
        }
        Ty::Unknown
    }

    /// The values of these constants.
    pub(super) fn associated_constants(&self) -> impl Iterator<Item = &'tree Expression> {
        self.associated.iter().filter_map(|of| of.constant.value.as_ref())
    }
}
