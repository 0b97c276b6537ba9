//! Names: which local, item or external path each name of a program means.
//!
//! Scopes are lexical. Items of a module or block are visible in all of it, locals from their binding on. What is not found is an error here;
//! paths that begin with an external crate are left to rustc.

mod collect;
pub mod libraries;
mod prelude;
mod resolve;
mod suggest;

pub use prelude::{FUNCTIONS, PATHS, STANDARD_TYPES, TYPES};
pub use resolve::{is_call_of_main, is_script, resolve};
pub use suggest::suggest;

use crate::map::{Map, Set};
use crate::span::Span;
use crate::tree::{Constant, Enum, Function, Generics, Impl, ItemKind, Let, NodeId, Struct, Trait, TypeAlias, TypeKind, Visibility};

/// How many aliases of aliases are followed.
const ALIASES_MAX: usize = 16;

/// The index of a local in [`Names::locals`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalId(pub u32);

/// The index of an item in [`Names::items`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId(pub u32);

/// The index of a scope of items in [`Names::scopes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(pub u32);

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    Local(LocalId),
    Item(ItemId),
    /// A variant of an enum of the program: the enum and the variant's index.
    Variant(ItemId, usize),
    /// A path to something of another crate: `events::Json`, `std::env::var`, or a name of the prelude: `Some`, `println`.
    External(Vec<String>),
    /// A path whose first segments are a type of the program and whose last is a function or constant of it: `Point::new`.
    Associated(ItemId, String),
    /// `Self::new`, `Self::LIMIT`
    OfSelf(String),
    /// A type parameter, or something of it: `T::default`.
    Parameter(String),
    /// It could not be resolved; an error was reported.
    Unknown,
}

/// A variable: a `let`, a parameter, a name of a pattern, `self`.
#[derive(Clone, Debug)]
pub struct Local {
    pub name: String,
    pub span: Span,
    /// The pattern or receiver that binds it.
    pub node: NodeId,
    /// Written with `mut`.
    pub declared_mutable: bool,
    /// Assigned after its binding, or borrowed by `&mut`.
    pub assigned: bool,
    /// The function or lambda whose body binds it.
    pub owner: usize,
    /// Used by a lambda within its owner.
    pub captured: bool,
    pub uses: u32,
    /// The names of the methods that are called on it.
    pub methods: Set<String>,
}

/// An item of the program.
#[derive(Clone, Debug)]
pub struct Item<'tree> {
    pub name: String,
    pub span: Span,
    pub node: NodeId,
    /// The scope it is declared in.
    pub scope: ScopeId,
    pub kind: ItemOf<'tree>,
    pub visibility: Visibility,
}

/// The tree of an item.
#[derive(Clone, Copy, Debug)]
pub enum ItemOf<'tree> {
    Function(&'tree Function),
    Struct(&'tree Struct),
    Enum(&'tree Enum),
    Trait(&'tree Trait),
    Constant(&'tree Constant),
    Alias(&'tree TypeAlias),
    /// `let` outside of functions.
    Global(&'tree Let),
    Module(ScopeId),
}

/// An `impl` block, or the methods in the braces of a struct or an enum.
#[derive(Clone, Debug)]
pub struct Implementation<'tree> {
    pub scope: ScopeId,
    /// `None` for methods in the braces of `owner`.
    pub block: Option<&'tree Impl>,
    /// The struct or enum whose braces hold the methods.
    pub owner: Option<ItemId>,
    pub generics: &'tree Generics,
    pub members: &'tree [crate::tree::Member],
}

/// A scope of items: a module, or a block with items.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Of a block: the scope around it.
    pub around: Option<ScopeId>,
    /// Of a module: its parent.
    pub parent: Option<ScopeId>,
    /// A name may be that of a type and of a function.
    pub names: Map<String, Vec<Meaning>>,
    /// `use a::*`
    pub globs: Vec<Vec<String>>,
}

/// All that is known of the names of a program.
#[derive(Debug, Default)]
pub struct Names<'tree> {
    pub locals: Vec<Local>,
    pub items: Vec<Item<'tree>>,
    /// The items by their nodes.
    pub item_of: Map<NodeId, ItemId>,
    pub implementations: Vec<Implementation<'tree>>,
    pub scopes: Vec<Scope>,
    /// Of paths in expressions, of bindings and paths in patterns, of receivers.
    pub meanings: Map<NodeId, Meaning>,
    /// The scopes of blocks with items and of inline modules, by the node of the block or the item.
    pub scope_of: Map<NodeId, ScopeId>,
    /// Locals that the literal of a formatting macro names: `println!("{x}")`.
    pub formatted: Map<NodeId, Vec<LocalId>>,
    /// Nested functions that use locals around them, with these locals: they are emitted as closures.
    pub capturing: Map<NodeId, Vec<LocalId>>,
    /// The locals of the functions around it that a lambda uses.
    pub captures: Map<NodeId, Vec<LocalId>>,
    /// Pipelines into a name that no function has: it is a method of the value.
    pub piped: Set<NodeId>,
    /// Expressions that mean a copy of the function they name.
    pub redirected: Set<NodeId>,
    /// The first names of imports.
    pub imported: Set<String>,
    /// The names in paths that are other names of types of Rust, with the names that these types have in Rust: see [`STANDARD_TYPES`].
    pub standard: Map<Span, &'static str>,
}

impl<'tree> Names<'tree> {
    /// The meaning of a node.
    #[must_use]
    pub fn meaning(&self, node: NodeId) -> &Meaning {
        self.meanings.get(&node).unwrap_or(&Meaning::Unknown)
    }

    #[must_use]
    pub fn local(&self, id: LocalId) -> &Local {
        &self.locals[id.0 as usize]
    }

    #[must_use]
    pub fn item(&self, id: ItemId) -> &Item<'tree> {
        &self.items[id.0 as usize]
    }

    /// The item that a node declares.
    #[must_use]
    pub fn item_at(&self, node: NodeId) -> Option<ItemId> {
        self.item_of.get(&node).copied()
    }

    #[must_use]
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    /// The functions that items, `impl` blocks and traits declare, with their nodes. Functions in bodies of functions are not among them.
    pub fn functions(&self) -> impl Iterator<Item = (NodeId, &'tree Function)> {
        let free = self.items.iter().filter_map(|item| match item.kind {
            ItemOf::Function(function) if self.scope(item.scope).around.is_none() => Some((item.node, function)),
            _ => None,
        });
        let of_traits = self.items.iter().filter_map(|item| match item.kind {
            ItemOf::Trait(of) => Some(of.members.as_slice()),
            _ => None,
        });
        let members = self.implementations.iter().map(|implementation| implementation.members).chain(of_traits).flatten();
        free.chain(members.filter_map(|member| match &member.item.kind {
            ItemKind::Function(function) => Some((member.item.id, function)),
            _ => None,
        }))
    }

    /// The meanings of `name` in `scope` and the scopes around it.
    #[must_use]
    pub fn look_up(&self, scope: ScopeId, name: &str) -> &[Meaning] {
        let mut scope = Some(scope);
        while let Some(id) = scope {
            if let Some(found) = self.scope(id).names.get(name) {
                return found;
            }
            scope = self.scope(id).around;
        }
        &[]
    }

    /// The module that `scope` is, or is in.
    #[must_use]
    pub fn module_of(&self, mut scope: ScopeId) -> ScopeId {
        while let Some(around) = self.scope(scope).around {
            scope = around;
        }
        scope
    }

    /// The item of type that a path of names means in `scope`, if it is of the program; else the external path.
    #[must_use]
    pub fn type_path(&self, scope: ScopeId, segments: &[impl AsRef<str>]) -> Option<Meaning> {
        let (first, rest) = segments.split_first()?;
        let is_type = |meaning: &&Meaning| match meaning {
            Meaning::Item(id) => !matches!(self.item(*id).kind, ItemOf::Function(_) | ItemOf::Constant(_) | ItemOf::Global(_)),
            Meaning::External(_) => true,
            _ => false,
        };
        let first = first.as_ref();
        match first {
            "crate" => return self.in_module(ScopeId(0), rest),
            "super" => return self.in_module(self.scope(self.module_of(scope)).parent?, rest),
            "self" if !rest.is_empty() => return self.in_module(self.module_of(scope), rest),
            _ => {}
        }
        let found = self.look_up(scope, first).iter().find(is_type)?.clone();
        self.below(found, rest)
    }

    /// Whether `first` is a module, a type or another item of the program, or one of `crate`, `self` and `super`.
    #[must_use]
    pub fn in_program(&self, scope: ScopeId, first: &str) -> bool {
        matches!(first, "crate" | "self" | "super") || matches!(self.look_up(scope, first).first(), Some(Meaning::Item(_)))
    }

    /// Whether a path of the program names something.
    #[must_use]
    pub fn exists(&self, scope: ScopeId, path: &[String]) -> bool {
        self.type_path(scope, path).is_some()
            || path.split_last().is_some_and(|(last, parents)| self.names_in(scope, parents).contains(last))
    }

    /// The names that a module or an enum of the program declares.
    #[must_use]
    pub fn names_in(&self, scope: ScopeId, path: &[String]) -> Vec<String> {
        let module = match path {
            [only] if only == "crate" => ScopeId(0),
            [only] if only == "self" => self.module_of(scope),
            [only] if only == "super" => self.scope(self.module_of(scope)).parent.unwrap_or(ScopeId(0)),
            _ => match self.type_path(scope, path) {
                Some(Meaning::Item(id)) => match self.item(id).kind {
                    ItemOf::Module(module) => module,
                    ItemOf::Enum(of) => return of.variants.iter().map(|variant| variant.name.text.clone()).collect(),
                    _ => return Vec::new(),
                },
                _ => return Vec::new(),
            },
        };
        self.scope(module).names.keys().cloned().collect()
    }

    fn in_module(&self, module: ScopeId, segments: &[impl AsRef<str>]) -> Option<Meaning> {
        let (first, rest) = segments.split_first()?;
        let first = first.as_ref();
        if first == "super" {
            return self.in_module(self.scope(module).parent?, rest);
        }
        let candidates = self.scope(module).names.get(first)?;
        let wanted = candidates
            .iter()
            .find(|meaning| rest.is_empty() || matches!(meaning, Meaning::Item(id) if !matches!(self.item(*id).kind, ItemOf::Function(_))));
        self.below(wanted.or(candidates.first())?.clone(), rest)
    }

    /// The struct or enum of the program that an alias names.
    fn aliased(&self, alias: ItemId) -> Option<ItemId> {
        let mut id = alias;
        for _ in 0..ALIASES_MAX {
            let item = self.item(id);
            let ItemOf::Alias(of) = item.kind else { return matches!(item.kind, ItemOf::Struct(_) | ItemOf::Enum(_)).then_some(id) };
            let TypeKind::Path(path) = &of.ty.as_ref()?.kind else { return None };
            let segments: Vec<&str> = path.segments.iter().map(|segment| segment.name.text.as_str()).collect();
            // A longer path could go through the alias itself.
            let found = match segments.as_slice() {
                [_] | ["crate" | "self" | "super", _] => self.type_path(item.scope, &segments)?,
                [module, name] => match self.type_path(item.scope, &[*module])? {
                    Meaning::Item(of) => match self.item(of).kind {
                        ItemOf::Module(module) => self.in_module(module, &[*name])?,
                        _ => return None,
                    },
                    _ => return None,
                },
                _ => return None,
            };
            let Meaning::Item(next) = found else { return None };
            id = next;
        }
        None
    }

    /// What `rest` means below `found`.
    #[must_use]
    pub fn below(&self, found: Meaning, rest: &[impl AsRef<str>]) -> Option<Meaning> {
        if rest.is_empty() {
            return Some(found);
        }
        match found {
            Meaning::External(mut path) => {
                path.extend(rest.iter().map(|name| name.as_ref().to_owned()));
                Some(Meaning::External(path))
            }
            Meaning::Item(id) => match self.item(id).kind {
                ItemOf::Module(module) => self.in_module(module, rest),
                ItemOf::Enum(of) => {
                    let variant = of.variants.iter().position(|variant| variant.name.text == rest[0].as_ref());
                    Some(variant.map_or_else(|| Meaning::Associated(id, rest[0].as_ref().to_owned()), |index| Meaning::Variant(id, index)))
                }
                ItemOf::Alias(_) => match self.aliased(id) {
                    Some(of) => self.below(Meaning::Item(of), rest),
                    None => Some(Meaning::Associated(id, rest[0].as_ref().to_owned())),
                },
                ItemOf::Struct(_) | ItemOf::Trait(_) => Some(Meaning::Associated(id, rest[0].as_ref().to_owned())),
                _ => None,
            },
            _ => None,
        }
    }
}
