//! Bounds of type parameters: the types that a call gives a generic function implement the traits that it names.

use super::lower::bounds_of;
use super::ty::{Head, Ty};
use super::{Inference, Owner, Signature};
use crate::diagnostic::Code;
use crate::names::{ItemId, ItemOf, Meaning};
use crate::span::Span;
use crate::tree::{Bound, ItemKind, NodeId, Path, TypeKind};

/// Traits of Rust whose methods every value has here, or which have none.
const SIMPLE: [&str; 10] = ["Clone", "Copy", "Debug", "Display", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash", "ToString"];

/// A type that must implement a trait; it is checked when all types are known.
#[derive(Clone, Debug)]
pub(super) struct Obligation<'tree> {
    ty: Ty,
    bound: &'tree Bound,
    /// The function with the bound.
    function: NodeId,
    /// The call.
    span: Span,
}

impl Inference<'_, '_> {
    /// Records the bounds of a generic function for one call of it.
    pub(super) fn oblige(&mut self, function: NodeId, instance: &Signature, span: Span) {
        let Some(known) = self.functions.get(&function) else { return };
        let generics = &known.function.generics;
        for (name, ty) in instance.generics.iter().zip(&instance.arguments) {
            let bounds = bounds_of(generics, name).into_iter();
            self.obligations.extend(bounds.map(|bound| Obligation { ty: ty.clone(), bound, function, span }));
        }
    }

    /// Whether a bound of a type parameter may have a member of this name: a trait of the program that declares it, or one that is not known here.
    pub(super) fn bounds_may_have(&self, parameter: &str, name: &str) -> bool {
        let of_functions = self.functions.values().map(|known| &known.function.generics);
        let of_implementations = self.names.implementations.iter().map(|implementation| implementation.generics);
        let of_traits = self.names.items.iter().filter_map(|item| match item.kind {
            ItemOf::Trait(of) => Some(&of.generics),
            _ => None,
        });
        let mut bounds = of_functions.chain(of_implementations).chain(of_traits).flat_map(|generics| bounds_of(generics, parameter));
        bounds.any(|bound| match bound {
            Bound::Trait { path, .. } => path.last().is_some_and(|last| self.trait_may_have(&last.text, name)),
            Bound::Function { .. } => true,
            Bound::Lifetime(_) => false,
        })
    }

    /// Returns whether an `impl` block for a type parameter, a reference or another type that is no path implements a trait with this name.
    pub(super) fn any_type_has(&self, name: &str) -> bool {
        self.names.implementations.iter().filter_map(|implementation| implementation.block).any(|block| {
            let is_one_type = matches!(&block.ty.kind, TypeKind::Path(path)
                if path.as_name().is_none_or(|own| !block.generics.parameters.iter().any(|parameter| parameter.name.text == own.text)));
            !is_one_type && block.of_trait.as_ref().and_then(Path::last).is_some_and(|last| self.trait_may_have(&last.text, name))
        })
    }

    /// Returns whether a trait of the program declares a constant or a type with this name.
    pub(super) fn any_trait_declares(&self, name: &str) -> bool {
        self.names.items.iter().any(|item| match item.kind {
            ItemOf::Trait(of) => of.members.iter().any(|member| match &member.item.kind {
                ItemKind::Constant(constant) => constant.name.text == name,
                ItemKind::TypeAlias(alias) => alias.name.text == name,
                _ => false,
            }),
            _ => false,
        })
    }

    /// The function that `T::name` means, if one trait of the program that bounds `T` declares it.
    pub(super) fn function_of_bound(&self, path: &Path) -> Option<NodeId> {
        let [parameter, member] = path.segments.as_slice() else { return None };
        let of_functions = self.functions.values().map(|known| &known.function.generics);
        let of_implementations = self.names.implementations.iter().map(|implementation| implementation.generics);
        let bounds = of_functions.chain(of_implementations).flat_map(|generics| bounds_of(generics, &parameter.name.text));
        let mut found: Vec<NodeId> = bounds.filter_map(|bound| self.function_in(bound, &member.name.text)).collect();
        found.sort_unstable();
        found.dedup();
        if let [only] = found.as_slice() { Some(*only) } else { None }
    }

    /// The function `name` of the trait of the program that a bound names.
    fn function_in(&self, bound: &Bound, name: &str) -> Option<NodeId> {
        let Bound::Trait { path, .. } = bound else { return None };
        let of = &path.last()?.text;
        let mut traits = self.names.items.iter().filter_map(|item| match item.kind {
            ItemOf::Trait(own) if item.name == *of && own.generics.parameters.is_empty() => Some(own),
            _ => None,
        });
        let (own, None) = (traits.next()?, traits.next()) else { return None };
        own.members.iter().find_map(|member| match &member.item.kind {
            ItemKind::Function(function) if function.name.text == name => Some(member.item.id),
            _ => None,
        })
    }

    /// Whether a trait of the program extends one that is not known here.
    pub(super) fn trait_extends_others(&self) -> bool {
        self.names.items.iter().any(|item| match item.kind {
            ItemOf::Trait(of) => of.supertraits.iter().any(|bound| match bound {
                Bound::Trait { path, .. } => path.last().is_none_or(|last| {
                    let is_own = self.names.items.iter().any(|other| matches!(other.kind, ItemOf::Trait(_)) && other.name == last.text);
                    !is_own && !SIMPLE.contains(&last.text.as_str())
                }),
                _ => true,
            }),
            _ => false,
        })
    }

    fn trait_may_have(&self, of: &str, name: &str) -> bool {
        let found = self.names.items.iter().find_map(|item| match item.kind {
            ItemOf::Trait(own) if item.name == of => Some(own),
            _ => None,
        });
        match found {
            Some(own) => {
                own.members.iter().any(|member| match &member.item.kind {
                    ItemKind::Function(function) => function.name.text == name,
                    ItemKind::Constant(constant) => constant.name.text == name,
                    _ => true,
                }) || !own.supertraits.is_empty()
            }
            None if of == "Default" => name == "default",
            None => !SIMPLE.contains(&of),
        }
    }

    /// Reports the types that do not implement what they must.
    pub(super) fn check_obligations(&mut self) {
        for obligation in std::mem::take(&mut self.obligations) {
            let Bound::Trait { span: place, maybe: false, path, .. } = obligation.bound else { continue };
            let ty = self.variables.last(&obligation.ty);
            let Some(scope) = self.functions.get(&obligation.function).map(|known| known.scope) else { continue };
            let segments: Vec<String> = path.segments.iter().map(|segment| segment.name.text.clone()).collect();
            let Some(name) = segments.last() else { continue };
            let of_program = match self.names.type_path(scope, &segments) {
                Some(Meaning::Item(id)) if matches!(self.names.item(id).kind, ItemOf::Trait(_)) => Some(id),
                _ => None,
            };
            let implements = match of_program {
                Some(id) => self.implements(&ty, id),
                None => self.implements_known(&ty, name),
            };
            if implements {
                continue;
            }
            let found = self.shown(&ty);
            let function = self.types.signatures.get(&obligation.function).map(|signature| signature.name.clone()).unwrap_or_default();
            let help = match &ty {
                Ty::Named(Head::Item(_), _) => Some(format!("write `impl {name} for {found} {{ … }}`")),
                _ if of_program.is_some() => Some(format!("write `impl {name} for {found} {{ … }}`")),
                _ => None,
            };
            let error = self.error(Code::TraitBound, obligation.span, format!("`{found}` does not implement `{name}`"));
            error.notes.push(crate::diagnostic::Note { span: Some(*place), message: format!("`{function}` needs it here") });
            error.help = help;
        }
    }

    /// Whether a type implements a trait of the program; also where it cannot be told.
    pub(super) fn implements(&self, ty: &Ty, of: ItemId) -> bool {
        let name = self.names.item(of).name.as_str();
        let Some(owner) = Owner::of(ty) else { return true };
        let for_parameters = self.names.implementations.iter().filter_map(|implementation| implementation.block).any(|block| {
            let names_it = block.of_trait.as_ref().and_then(|path| path.last()).is_some_and(|last| last.text == name);
            let is_parameter = matches!(&block.ty.kind, crate::tree::TypeKind::Path(path)
                if path.as_name().is_some_and(|own| block.generics.parameters.iter().any(|parameter| parameter.name.text == own.text)));
            names_it && is_parameter
        });
        for_parameters || owner == Owner::Trait(of) || self.types.implemented.has(owner, name)
    }

    /// Whether a type implements a trait of Rust, as far as that is certain.
    fn implements_known(&self, ty: &Ty, name: &str) -> bool {
        let by_hand = || Owner::of(ty).is_none_or(|owner| self.types.implemented.has(owner, name));
        match (name, ty) {
            ("Display", Ty::Named(Head::Item(_), _)) => by_hand(),
            ("Display", Ty::Named(Head::Known("Vec" | "Option" | "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet"), _) | Ty::Tuple(_)) => {
                false
            }
            ("Copy", Ty::String | Ty::Named(Head::Known("Vec" | "Box" | "Rc" | "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet"), _)) => {
                false
            }
            ("Ord" | "Eq" | "Hash", Ty::F64 | Ty::F32) => false,
            _ => true,
        }
    }
}
