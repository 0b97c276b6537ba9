//! The methods and the traits of types, by the type that has them.

use super::ty::{Head, Ty};
use crate::map::{Map, Set};
use crate::names::ItemId;
use crate::tree::NodeId;

/// What the methods of a type are found by: the type without its arguments, and behind references.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A struct or an enum of the program.
    Item(ItemId),
    /// A trait of the program.
    Trait(ItemId),
    /// A type of Rust, by its name.
    Known(&'static str),
}

impl Owner {
    /// The owner of a type's methods, if it is known.
    #[must_use]
    pub fn of(ty: &Ty) -> Option<Self> {
        Some(match ty.behind() {
            Ty::Named(Head::Item(id), _) => Self::Item(*id),
            Ty::Named(Head::Known(name), _) => Self::Known(name),
            Ty::Trait(id) => Self::Trait(*id),
            Ty::Int(int) => Self::Known(int.name()),
            Ty::F64 => Self::Known("f64"),
            Ty::F32 => Self::Known("f32"),
            Ty::Bool => Self::Known("bool"),
            Ty::Char => Self::Known("char"),
            Ty::Str => Self::Known("str"),
            Ty::String => Self::Known("String"),
            Ty::Slice(_) | Ty::Array(_) => Self::Known("slice"),
            _ => return None,
        })
    }
}

/// The methods of the program's types and traits, as the nodes of their items.
#[derive(Debug, Default)]
pub(super) struct Methods {
    all: Map<Owner, Map<String, NodeId>>,
    /// The first method of each name that a trait declares.
    of_traits: Map<String, NodeId>,
    /// All methods of a name that a type has by several implementations of a trait, such as `From<A>` and `From<B>`.
    several: Map<Owner, Map<String, Vec<NodeId>>>,
    /// Methods that traits define.
    defaults: Set<NodeId>,
}

impl Methods {
    pub(super) fn get(&self, owner: Owner, name: &str) -> Option<NodeId> {
        self.all.get(&owner)?.get(name).copied()
    }

    pub(super) fn insert(&mut self, owner: Owner, name: &str, node: NodeId) {
        if matches!(owner, Owner::Trait(_)) {
            self.of_traits.entry(name.to_owned()).or_insert(node);
        }
        let earlier = self.all.entry(owner).or_default().insert(name.to_owned(), node);
        if let Some(earlier) = earlier.filter(|earlier| !matches!(owner, Owner::Trait(_)) && !self.defaults.contains(earlier)) {
            let several = self.several.entry(owner).or_default().entry(name.to_owned()).or_insert_with(|| vec![earlier]);
            several.push(node);
        }
    }

    /// The methods of a name, if a type has several: one for each implementation of a trait with type arguments.
    pub(super) fn several(&self, owner: Owner, name: &str) -> &[NodeId] {
        self.several.get(&owner).and_then(|methods| methods.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Adds a method that a type has unless it declares its own.
    pub(super) fn insert_default(&mut self, owner: Owner, name: &str, node: NodeId) {
        self.all.entry(owner).or_default().entry(name.to_owned()).or_insert(node);
        self.defaults.insert(node);
    }

    pub(super) fn names(&self, owner: Owner) -> impl Iterator<Item = &str> {
        self.all.get(&owner).into_iter().flat_map(|methods| methods.keys().map(String::as_str))
    }

    /// The method of a trait, if any declares one of this name.
    pub(super) fn of_any_trait(&self, name: &str) -> Option<NodeId> {
        self.of_traits.get(name).copied()
    }
}

/// The names of the traits that types implement by hand.
#[derive(Debug, Default)]
pub struct Implemented(Map<Owner, Set<String>>);

impl Implemented {
    pub(super) fn insert(&mut self, owner: Owner, of: &str) {
        self.0.entry(owner).or_default().insert(of.to_owned());
    }

    #[must_use]
    pub fn has(&self, owner: Owner, of: &str) -> bool {
        self.0.get(&owner).is_some_and(|traits| traits.contains(of))
    }

    /// Whether a type implements one of these traits.
    #[must_use]
    pub fn has_any(&self, owner: Owner, traits: &[&str]) -> bool {
        self.traits(owner).any(|of| traits.contains(&of))
    }

    /// The traits of a type.
    pub fn traits(&self, owner: Owner) -> impl Iterator<Item = &str> {
        self.0.get(&owner).into_iter().flatten().map(String::as_str)
    }
}
