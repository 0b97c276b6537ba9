//! The syntax tree: what the parser makes of a program, and what all later passes read.
//!
//! Invariants:
//! - Every node has a [`NodeId`] and a span. Ids are dense: [`Program::nodes`] is their number, so that a pass keeps what it knows of a node
//!   in a `Vec` with an entry for each.
//! - The tree follows the source: nothing is rewritten, and parentheses are nodes of their own, so that it prints back as it was written.
//! - Children are in the order of the source, and their spans lie within their parent's.
//! - A span does not include the newline, `;` or `,` that ends its node.
//! - The depth of the tree is limited by [`crate::parser::DEPTH_MAX`], so that passes may recurse.
//! - A tree that was made of a source with syntax errors has [`ExpressionKind::Error`] and its like where something could not be read.
//!
//! The names of the kinds are Rust's; what Ruchy adds is documented at the kind.

pub mod check;
mod children;
mod expression;
mod item;
mod literal;
mod method;
mod node;
mod pattern;
mod types;
mod visit;

pub use children::children_of_body;
pub use expression::*;
pub use item::*;
pub use literal::*;
pub use method::MethodCall;
pub use node::Node;
pub use pattern::*;
pub use types::*;
pub use visit::{expressions_in, expressions_in_block};

use crate::map::Map;
use crate::span::{FileId, Span};

/// The number of a node, unique in one compilation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The node's place in a table of all nodes.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A whole program: the file that was named, with those of its modules inside [`ItemKind::Module`].
#[derive(Clone, Debug)]
pub struct Program {
    /// The statements of the file: items, global `let`s, and statements to be executed.
    pub body: Body,
    /// Ids are less than this.
    pub nodes: u32,
    /// Expressions that name a function, and the item of the copy that they mean: see [`crate::instances`].
    pub redirected: Map<NodeId, NodeId>,
}

/// The statements of a file.
#[derive(Clone, Debug)]
pub struct Body {
    pub file: FileId,
    pub span: Span,
    /// `#![…]` at the start of the file.
    pub attributes: Vec<Attribute>,
    pub statements: Vec<Statement>,
}

/// A name where it is bound or used. Its text is that of the source, without `r#`.
#[derive(Clone, Debug)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// `a::b::<T>::c`, in expressions, patterns and types. `self`, `super`, `crate` and `Self` are segments like others.
#[derive(Clone, Debug)]
pub struct Path {
    pub span: Span,
    /// It begins with `::`.
    pub global: bool,
    /// `<T as Trait>::`, in front of the segments.
    pub qualifier: Option<Box<Qualifier>>,
    /// At least one, unless there was a syntax error.
    pub segments: Vec<Segment>,
}

/// `<T>::` or `<T as Trait>::`.
#[derive(Clone, Debug)]
pub struct Qualifier {
    pub ty: Type,
    pub as_trait: Option<Path>,
}

#[derive(Clone, Debug)]
pub struct Segment {
    pub name: Name,
    /// `<T>` in types, `::<T>` in expressions and patterns; `None` where there are no angle brackets.
    pub generics: Option<Vec<GenericArgument>>,
}

#[derive(Clone, Debug)]
pub enum GenericArgument {
    Type(Type),
    /// `'a`, without the quote.
    Lifetime(Name),
    /// `Item = T`
    Binding(Name, Type),
    /// `Item: Bound`
    Constraint(Name, Vec<Bound>),
    /// `3`, `-1`, `{ N + 1 }`
    Constant(Box<Expression>),
}

impl Path {
    /// The name of a path that is only a name.
    #[must_use]
    pub fn as_name(&self) -> Option<&Name> {
        match self.segments.as_slice() {
            [only] if !self.global && self.qualifier.is_none() && only.generics.is_none() => Some(&only.name),
            _ => None,
        }
    }

    /// The last segment's name; that of an erroneous path is empty.
    #[must_use]
    pub fn last(&self) -> Option<&Name> {
        self.segments.last().map(|segment| &segment.name)
    }
}

/// `#[name(arguments)]` or, at the start of a file or module, `#![…]`.
#[derive(Clone, Debug)]
pub struct Attribute {
    pub span: Span,
    pub path: Path,
    /// What follows the path, as it was written: `(Debug, Clone)`, `= "text"`, or nothing.
    pub arguments: String,
}

/// A block's statements.
#[derive(Clone, Debug)]
pub struct Block {
    pub id: NodeId,
    /// From `{` to `}`.
    pub span: Span,
    /// The last one is the block's value if it is an expression without a semicolon.
    pub statements: Vec<Statement>,
}

#[derive(Clone, Debug)]
pub struct Statement {
    pub id: NodeId,
    pub span: Span,
    pub attributes: Vec<Attribute>,
    pub kind: StatementKind,
    /// It ends in `;`. For items it is always as written, and says nothing.
    pub semicolon: bool,
}

#[derive(Clone, Debug)]
pub enum StatementKind {
    /// Of a block, or global.
    Let(Box<Let>),
    Item(Box<Item>),
    Expression(Expression),
    /// A `;` alone.
    Empty,
    /// What could not be read.
    Error,
}

/// `let pattern: type = value else { … }`. `let mut x` is a pattern that is `mut`; `var x` is that as well.
#[derive(Clone, Debug)]
pub struct Let {
    pub visibility: Visibility,
    pub pattern: Pattern,
    pub ty: Option<Type>,
    pub value: Option<Expression>,
    pub otherwise: Option<Block>,
}

/// Who sees an item or a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    #[default]
    Private,
    Public,
    /// `pub(crate)`
    Crate,
    /// `pub(super)`
    Super,
}

impl Block {
    /// The expression that is the block's value: the last statement, if it is an expression without a semicolon.
    #[must_use]
    pub fn tail(&self) -> Option<&Expression> {
        match self.statements.last() {
            Some(Statement { kind: StatementKind::Expression(expression), semicolon: false, .. }) => Some(expression),
            _ => None,
        }
    }
}
