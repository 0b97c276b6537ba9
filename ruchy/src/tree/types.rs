//! Types, generic parameters and bounds, as they are written.

use super::{Expression, Name, NodeId, Path};
use crate::span::Span;

#[derive(Clone, Debug)]
pub struct Type {
    pub id: NodeId,
    pub span: Span,
    pub kind: TypeKind,
}

#[derive(Clone, Debug)]
pub enum TypeKind {
    /// `i64`, `Vec<T>`, `std::fmt::Error`, `Self`
    Path(Path),
    /// `&T`, `&'a mut T`; the lifetime is without the quote.
    Reference { lifetime: Option<Name>, mutable: bool, ty: Box<Type> },
    /// `*const T`, `*mut T`
    Pointer { mutable: bool, ty: Box<Type> },
    /// `()`, `(A,)`, `(A, B)`
    Tuple(Vec<Type>),
    /// `(T)`
    Parenthesized(Box<Type>),
    /// `[T]`
    Slice(Box<Type>),
    /// `[T; 3]`
    Array { element: Box<Type>, length: Box<Expression> },
    /// `fn(A, B) -> C`, also written with `fun`
    Function { parameters: Vec<Type>, result: Option<Box<Type>> },
    /// `dyn Fn(A) -> B + Send`
    Dyn(Vec<Bound>),
    /// `impl Iterator<Item = T> + 'a`
    Impl(Vec<Bound>),
    /// `Fn(A) -> B` without `impl` or `dyn`: a [`Bound::Function`].
    BareFunction(Box<Bound>),
    /// `T?`, which is `Option<T>`
    Optional(Box<Type>),
    /// `_`
    Inferred,
    /// `!`
    Never,
    /// What could not be read; a diagnostic has been given.
    Error,
}

/// One of the bounds of a type parameter, `dyn` or `impl`.
#[derive(Clone, Debug)]
pub enum Bound {
    /// `Display`, `?Sized`, `for<'a> Trait<'a>`
    Trait { span: Span, maybe: bool, lifetimes: Vec<Name>, path: Path },
    /// `Fn(A, B) -> C`; the path is that of `Fn`, `FnMut` or `FnOnce`.
    Function { span: Span, lifetimes: Vec<Name>, path: Path, parameters: Vec<Type>, result: Option<Box<Type>> },
    /// `'a`, without the quote.
    Lifetime(Name),
}

/// `<'a, T: Bound = Default, const N: usize>` with the `where` clause that follows the signature.
#[derive(Clone, Debug, Default)]
pub struct Generics {
    /// From `<` to `>`.
    pub span: Option<Span>,
    pub parameters: Vec<GenericParameter>,
    pub predicates: Vec<Predicate>,
}

#[derive(Clone, Debug)]
pub struct GenericParameter {
    pub id: NodeId,
    pub span: Span,
    /// Of a lifetime, without the quote.
    pub name: Name,
    pub kind: GenericParameterKind,
}

#[derive(Clone, Debug)]
pub enum GenericParameterKind {
    /// `'a: 'b`
    Lifetime {
        bounds: Vec<Name>,
    },
    Type {
        bounds: Vec<Bound>,
        default: Option<Type>,
    },
    Constant {
        ty: Type,
        default: Option<Box<Expression>>,
    },
}

/// `T: Bound` or `'a: 'b` of a `where` clause.
#[derive(Clone, Debug)]
pub enum Predicate {
    Type { lifetimes: Vec<Name>, ty: Type, bounds: Vec<Bound> },
    Lifetime { lifetime: Name, bounds: Vec<Name> },
}
