//! Items: functions, types, traits, implementations, modules, and what else may stand outside of functions.

use super::{Block, Body, Bound, Expression, Generics, Name, NodeId, Path, Pattern, Statement, Type, Visibility};
use crate::span::Span;

/// Its attributes are those of the statement, or of the [`Member`], that holds it.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: NodeId,
    /// From the visibility to the end.
    pub span: Span,
    pub visibility: Visibility,
    pub kind: ItemKind,
}

#[derive(Clone, Debug)]
pub enum ItemKind {
    Function(Function),
    Struct(Struct),
    Enum(Enum),
    Impl(Impl),
    Trait(Trait),
    Module(Module),
    Use(Vec<UseTree>),
    Constant(Constant),
    TypeAlias(TypeAlias),
}

/// `fun name<T>(parameters) -> result where … { body }`
#[expect(clippy::struct_excessive_bools, reason = "each is a word that is written or not")]
#[derive(Clone, Debug)]
pub struct Function {
    pub name: Name,
    pub generics: Generics,
    /// `self`, `&self`, `&mut self`, `mut self`, `self: Type`
    pub receiver: Option<Receiver>,
    pub parameters: Vec<Parameter>,
    pub result: Option<Type>,
    /// `None` for a trait's method without a default. `fun f(x) => x + 1` has a block of that expression, whose span is the expression's.
    pub body: Option<Block>,
    pub is_const: bool,
    pub is_unsafe: bool,
    /// `= expression` or `=> expression` in place of a block.
    pub short: bool,
    /// `receive name(parameters)` of an actor. Its receiver is `&mut self`, which is not written.
    pub receives: bool,
}

#[derive(Clone, Debug)]
pub struct Receiver {
    pub id: NodeId,
    pub span: Span,
    /// `&self` and `&mut self`
    pub reference: bool,
    pub lifetime: Option<Name>,
    /// `&mut self`, or `mut self` if it is not a reference.
    pub mutable: bool,
    /// `self: Box<Self>`
    pub ty: Option<Type>,
}

/// A parameter of a function or a lambda: `pattern: type = default`.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub id: NodeId,
    pub span: Span,
    pub pattern: Pattern,
    pub ty: Option<Type>,
    pub default: Option<Expression>,
}

/// `struct Name<T> { … }`, `struct Name(T)`, `struct Name`, `actor Name { … }`
#[derive(Clone, Debug)]
pub struct Struct {
    /// `actor` in place of `struct`.
    pub is_actor: bool,
    pub name: Name,
    pub generics: Generics,
    pub fields: Fields,
    /// Methods in the struct's own braces, and the handlers of an actor, in the order of the source.
    pub methods: Vec<Member>,
}

#[derive(Clone, Debug)]
pub enum Fields {
    Unit,
    /// Their names are `0`, `1`, …
    Tuple(Vec<Field>),
    Named(Vec<Field>),
}

#[derive(Clone, Debug)]
pub struct Field {
    pub id: NodeId,
    pub span: Span,
    pub attributes: Vec<super::Attribute>,
    pub visibility: Visibility,
    pub name: Name,
    pub ty: Type,
    /// `x: i64 = 5`
    pub default: Option<Expression>,
}

#[derive(Clone, Debug)]
pub struct Enum {
    pub name: Name,
    pub generics: Generics,
    pub variants: Vec<Variant>,
    /// Methods in the enum's own braces.
    pub methods: Vec<Member>,
}

#[derive(Clone, Debug)]
pub struct Variant {
    pub id: NodeId,
    pub span: Span,
    pub attributes: Vec<super::Attribute>,
    pub name: Name,
    pub fields: Fields,
    /// `Yellow = 5`
    pub discriminant: Option<Expression>,
}

/// `impl<T> Trait for Type { … }`
#[derive(Clone, Debug)]
pub struct Impl {
    pub generics: Generics,
    pub of_trait: Option<Path>,
    pub ty: Type,
    pub members: Vec<Member>,
}

#[derive(Clone, Debug)]
pub struct Trait {
    pub name: Name,
    pub generics: Generics,
    pub supertraits: Vec<Bound>,
    pub members: Vec<Member>,
}

/// A function, constant or type inside an `impl`, a trait, a struct or an enum. Of a trait's type and constant the value may be missing.
#[derive(Clone, Debug)]
pub struct Member {
    pub attributes: Vec<super::Attribute>,
    pub item: Item,
}

/// `mod name { … }` or `mod name;`
#[derive(Clone, Debug)]
pub struct Module {
    pub name: Name,
    pub content: ModuleContent,
}

#[derive(Clone, Debug)]
pub enum ModuleContent {
    Inline(Vec<Statement>),
    /// Of another file. `None` until [`crate::modules`] has read it, and where it could not be read.
    File(Option<Box<Body>>),
}

/// A part of `use a::{b, c::*, d as e}`. `import` is another word for `use`.
#[derive(Clone, Debug)]
pub struct UseTree {
    pub span: Span,
    /// The common prefix: of `a::{b, c}` it is `a`; it may be empty.
    pub path: Path,
    pub kind: UseKind,
}

#[derive(Clone, Debug)]
pub enum UseKind {
    /// `a::b`, `a::b as c`, `a::b as _`
    Name(Option<Name>),
    /// `a::*`
    All,
    /// `a::{…}`
    Group(Vec<UseTree>),
}

/// `const NAME: type = value`, `static mut NAME: type = value`
#[derive(Clone, Debug)]
pub struct Constant {
    pub name: Name,
    pub is_static: bool,
    pub mutable: bool,
    pub ty: Option<Type>,
    /// Missing in traits only.
    pub value: Option<Expression>,
}

/// `type Name<T>: Bound = Type`
#[derive(Clone, Debug)]
pub struct TypeAlias {
    pub name: Name,
    pub generics: Generics,
    /// Of a trait's associated type.
    pub bounds: Vec<Bound>,
    /// Missing in traits only.
    pub ty: Option<Type>,
}
