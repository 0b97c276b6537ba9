//! Patterns.

use super::{Literal, Name, NodeId, Path};
use crate::span::Span;

#[derive(Clone, Debug)]
pub struct Pattern {
    pub id: NodeId,
    pub span: Span,
    pub kind: PatternKind,
}

#[derive(Clone, Debug)]
pub enum PatternKind {
    /// `_`
    Wildcard,
    /// `..`: the elements that are left, in a tuple or a list.
    Rest,
    /// `x`, `mut x`, `ref x`, `x @ pattern`. A constant or a variant without data looks the same: names decide.
    Binding { name: Name, mutable: bool, by_reference: bool, subpattern: Option<Box<Pattern>> },
    /// A literal, or one with `-` in front of it.
    Literal(SignedLiteral),
    /// `1..=9`, `'a'..='z'`, `..5`, `5..`; the ends are [`PatternKind::Literal`] or [`PatternKind::Path`].
    Range { start: Option<Box<Pattern>>, end: Option<Box<Pattern>>, inclusive: bool },
    /// `Shape::Dot`: a path of more than one segment.
    Path(Path),
    /// `Some(x)`, `Shape::Circle(r, ..)`
    TupleStruct { path: Path, elements: Vec<Pattern> },
    /// `Point { x, y: 0, .. }`
    Struct { path: Path, fields: Vec<FieldPattern>, rest: bool },
    /// `()`, `(a,)`, `(a, .., b)`
    Tuple(Vec<Pattern>),
    /// `[first, .., last]`, `[head, rest @ ..]`, and `[head, ..rest]`, whose last element is the binding `rest` with the subpattern `..`.
    List(Vec<Pattern>),
    /// `a | b`
    Or(Vec<Pattern>),
    /// `&x`, `&mut x`
    Reference { mutable: bool, pattern: Box<Pattern> },
    /// `(pattern)`
    Parenthesized(Box<Pattern>),
    /// What could not be read; a diagnostic has been given.
    Error,
}

#[derive(Clone, Debug)]
pub struct SignedLiteral {
    pub negative: bool,
    pub literal: Literal,
}

/// `name: pattern`, or `name`, `mut name`, `ref name`: then the pattern is the binding.
#[derive(Clone, Debug)]
pub struct FieldPattern {
    pub name: Name,
    pub pattern: Pattern,
    pub short: bool,
}
