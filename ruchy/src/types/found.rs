//! The results of inference, and what one inference hands to the next.

use super::instance::Request;
use super::owner::Implemented;
use super::signature::{Field, Signature};
use super::table::Method;
use super::ty::Ty;
use crate::map::{Map, Set};
use crate::names::{ItemId, LocalId};
use crate::tree::NodeId;
use std::rc::Rc;

/// What a call calls.
#[derive(Clone, Debug)]
pub enum Callee {
    /// A method or function of the table.
    Table(&'static Method),
    /// A method of iterators, called on what has to be made one first, by this: `.iter().cloned()`.
    Iterated(&'static Method, &'static str),
    /// A function or method of the program, by its item's node.
    Program(NodeId),
    /// A function of the prelude.
    Builtin(&'static str),
    /// A variant or a tuple struct.
    Constructor,
    /// A variable that holds a function.
    Value,
    /// A function that is not known.
    Unknown,
}

/// How a value that is matched is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// By `&`.
    Reference,
    /// Text, by `.as_str()`.
    AsStr,
    /// An option of text, by `.as_deref()`.
    AsDeref,
    /// A list, by `.as_slice()`.
    AsSlice,
    /// A list of text, by a list of its texts.
    Texts,
}

/// How an object literal is emitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    Json,
    BTreeMap,
    HashMap,
}

/// What inference finds.
#[derive(Debug, Default)]
pub struct Types {
    /// The type of each expression.
    pub of: Vec<Ty>,
    /// The type that the place of an expression wants, where a conversion may be needed.
    pub wanted: Map<NodeId, Ty>,
    /// The types of locals, by [`LocalId`].
    pub locals: Vec<Ty>,
    pub calls: Map<NodeId, Callee>,
    /// Of functions and methods, by the nodes of their items.
    pub signatures: Map<NodeId, Rc<Signature>>,
    /// The types of constants and globals.
    pub values: Map<ItemId, Ty>,
    /// Locals that are changed by methods that are called on them.
    pub mutated: Set<LocalId>,
    /// Statements with a semicolon that are the value of their block all the same.
    pub revived: Set<NodeId>,
    /// Literals that are handed to what is not known: rustc says their types.
    pub bare: Set<NodeId>,
    /// Operations of bits with a comparison as an operand, which is of what they give: `flags & 4 != 0`.
    pub regrouped: Set<NodeId>,
    /// Matches of open types that leave values out: these panic.
    pub open: Set<NodeId>,
    pub looks: Map<NodeId, Look>,
    pub objects: Map<NodeId, ObjectKind>,
    /// The fields of structs and variants, by the struct's or variant's node.
    pub fields: Map<NodeId, Rc<Vec<Field>>>,
    pub implemented: Implemented,
    /// The result types of lambdas whose bodies return with `?` or `return`.
    pub lambdas: Map<NodeId, Ty>,
    /// Bindings of references to numbers that are changed: they take a copy.
    pub copied: Set<NodeId>,
    /// Patterns that are written with the `&` and `&mut` of the references that they open, outermost first.
    pub opened: Map<NodeId, Vec<bool>>,
    /// Names in such patterns that borrow, by `ref` or `ref mut`.
    pub borrowed: Map<NodeId, bool>,
    /// The types that casts name.
    pub casts: Map<NodeId, Ty>,
    /// Calls whose function has other types than their arguments.
    pub requests: Vec<Request>,
    /// `None`, `Ok(…)` and `Err(…)` of which nothing says the type of what they leave out: it is `i64`.
    pub assumed: Set<NodeId>,
    /// What the next inference must know.
    pub found: Earlier,
}

/// What an inference has found that changes the types of the next one.
#[derive(Debug, Default)]
pub struct Earlier {
    /// Variables without a written type whose list must be an array of this type, by their patterns.
    pub arrays: Map<NodeId, Ty>,
    /// Variables that borrow from a variable which changes while they are used, or text that is changed itself: they must be copies. By their patterns.
    pub copies: Set<NodeId>,
}

impl Earlier {
    /// Whether `found` has something that is not known.
    #[must_use]
    pub fn misses(&self, found: &Self) -> bool {
        found.arrays.keys().any(|node| !self.arrays.contains_key(node)) || !found.copies.is_subset(&self.copies)
    }

    /// Adds `found`, and returns whether something in it was not known.
    pub fn learn(&mut self, found: Self) -> bool {
        let is_new = self.misses(&found);
        self.arrays.extend(found.arrays);
        self.copies.extend(found.copies);
        is_new
    }
}

impl Types {
    #[must_use]
    pub fn ty(&self, node: NodeId) -> &Ty {
        self.of.get(node.index()).unwrap_or(&Ty::Unknown)
    }

    #[must_use]
    pub fn local(&self, id: LocalId) -> &Ty {
        self.locals.get(id.0 as usize).unwrap_or(&Ty::Unknown)
    }
}
