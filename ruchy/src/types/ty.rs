//! Types as inference sees them: Rust's, with variables for what is not known yet, and `Unknown` for what this compiler does not know.

use crate::names::ItemId;
use std::ops::Deref;
use std::sync::Arc;

/// The integer types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Int {
    I8,
    I16,
    I32,
    I64,
    I128,
    Isize,
    U8,
    U16,
    U32,
    U64,
    U128,
    Usize,
}

impl Int {
    const ALL: [(Self, &'static str, u32, bool); 12] = [
        (Self::I8, "i8", 8, true),
        (Self::I16, "i16", 16, true),
        (Self::I32, "i32", 32, true),
        (Self::I64, "i64", 64, true),
        (Self::I128, "i128", 128, true),
        (Self::Isize, "isize", 64, true),
        (Self::U8, "u8", 8, false),
        (Self::U16, "u16", 16, false),
        (Self::U32, "u32", 32, false),
        (Self::U64, "u64", 64, false),
        (Self::U128, "u128", 128, false),
        (Self::Usize, "usize", 64, false),
    ];

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, text, ..)| *text == name).map(|(kind, ..)| *kind)
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("i64", |(_, name, ..)| name)
    }

    #[must_use]
    pub fn bits(self) -> u32 {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or(64, |(_, _, bits, _)| *bits)
    }

    #[must_use]
    pub fn is_signed(self) -> bool {
        Self::ALL.iter().any(|(kind, _, _, signed)| *kind == self && *signed)
    }

    /// Returns true if Rust's ranges of it are `ExactSizeIterator`.
    #[must_use]
    pub fn is_narrow(self) -> bool {
        !matches!(self, Self::I64 | Self::U64 | Self::I128 | Self::U128)
    }

    /// Whether every value of `self` is one of `other`.
    #[must_use]
    pub fn fits_in(self, other: Self) -> bool {
        match (self.is_signed(), other.is_signed()) {
            (true, false) => false,
            (false, true) => self.bits() < other.bits(),
            _ => self.bits() <= other.bits(),
        }
    }
}

/// The name of a type with type arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Head {
    /// A struct or an enum of the program.
    Item(ItemId),
    /// One of `methods.txt`: `Vec`, `events::Json`.
    Known(&'static str),
}

/// A part of a type, which types share: to clone one costs no allocation.
pub type Part = Arc<Ty>;

/// The parts of a type, which types share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts(Option<Arc<[Ty]>>);

impl Deref for Parts {
    type Target = [Ty];

    fn deref(&self) -> &[Ty] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl From<Vec<Ty>> for Parts {
    fn from(parts: Vec<Ty>) -> Self {
        Self((!parts.is_empty()).then(|| parts.into()))
    }
}

impl<const COUNT: usize> From<[Ty; COUNT]> for Parts {
    fn from(parts: [Ty; COUNT]) -> Self {
        Self((COUNT > 0).then(|| Arc::new(parts) as Arc<[Ty]>))
    }
}

impl FromIterator<Ty> for Parts {
    fn from_iter<I: IntoIterator<Item = Ty>>(parts: I) -> Self {
        parts.into_iter().collect::<Vec<_>>().into()
    }
}

impl<'parts> IntoIterator for &'parts Parts {
    type Item = &'parts Ty;
    type IntoIter = std::slice::Iter<'parts, Ty>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ty {
    /// The index of a variable of inference.
    Var(u32),
    Int(Int),
    F32,
    F64,
    Bool,
    Char,
    /// `str`, always behind a reference.
    Str,
    String,
    Unit,
    Never,
    Ref(bool, Part),
    Tuple(Parts),
    Array(Part),
    Slice(Part),
    Named(Head, Parts),
    /// A function or closure.
    Fn(Parts, Part),
    /// An iterator of some type.
    Iter(Part),
    /// `a..b`; `true` if it includes its end.
    Range(Part, bool),
    /// A type parameter.
    Param(String),
    /// `dyn Trait` or `impl Trait` of a trait of the program.
    Trait(ItemId),
    /// A type that only has a name here.
    Opaque(String),
    /// What is not known; everything agrees with it.
    Unknown,
}

impl Ty {
    #[must_use]
    pub fn known(name: &'static str, arguments: impl Into<Parts>) -> Self {
        Self::Named(Head::Known(name), arguments.into())
    }

    #[must_use]
    pub fn vec(element: Self) -> Self {
        Self::known("Vec", [element])
    }

    #[must_use]
    pub fn option(value: Self) -> Self {
        Self::known("Option", [value])
    }

    #[must_use]
    pub fn result(value: Self, error: Self) -> Self {
        Self::known("Result", [value, error])
    }

    #[must_use]
    pub fn reference(self) -> Self {
        Self::Ref(false, Part::new(self))
    }

    #[must_use]
    pub fn str_ref() -> Self {
        Self::Str.reference()
    }

    /// A map or a set.
    #[must_use]
    pub fn is_collection(&self) -> bool {
        matches!(self, Self::Named(Head::Known("HashMap" | "BTreeMap" | "HashSet" | "BTreeSet"), _))
    }

    #[must_use]
    pub fn is_known(&self, name: &str) -> bool {
        matches!(self, Self::Named(Head::Known(head), _) if *head == name)
    }

    #[must_use]
    pub fn is_vec(&self) -> bool {
        self.is_known("Vec")
    }

    #[must_use]
    pub fn is_float(&self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Int(_) | Self::F32 | Self::F64)
    }

    /// `str` or `String`, not behind a reference.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Str | Self::String)
    }

    /// The type behind all references.
    #[must_use]
    pub fn behind(&self) -> &Self {
        let mut ty = self;
        while let Self::Ref(_, inner) = ty {
            ty = inner;
        }
        ty
    }

    /// The number of references around the type.
    #[must_use]
    pub fn depth(&self) -> usize {
        match self {
            Self::Ref(_, inner) => 1 + inner.depth(),
            _ => 0,
        }
    }

    /// Calls `map` for each part of the type, the innermost first.
    #[must_use]
    pub fn map(&self, map: &mut impl FnMut(Self) -> Self) -> Self {
        let mut all = |types: &[Self]| types.iter().map(|ty| ty.map(map)).collect::<Parts>();
        let mapped = match self {
            Self::Tuple(types) => Self::Tuple(all(types)),
            Self::Named(head, types) => Self::Named(*head, all(types)),
            Self::Fn(parameters, result) => Self::Fn(all(parameters), Part::new(result.map(map))),
            Self::Ref(mutable, inner) => Self::Ref(*mutable, Part::new(inner.map(map))),
            Self::Array(inner) => Self::Array(Part::new(inner.map(map))),
            Self::Slice(inner) => Self::Slice(Part::new(inner.map(map))),
            Self::Iter(inner) => Self::Iter(Part::new(inner.map(map))),
            Self::Range(inner, inclusive) => Self::Range(Part::new(inner.map(map)), *inclusive),
            other => other.clone(),
        };
        map(mapped)
    }

    /// Whether a part of the type fulfils `test`, which sees parts until one does.
    #[must_use]
    pub fn any(&self, test: &mut impl FnMut(&Self) -> bool) -> bool {
        let inside = match self {
            Self::Tuple(types) | Self::Named(_, types) => types.iter().any(|ty| ty.any(test)),
            Self::Fn(parameters, result) => parameters.iter().any(|ty| ty.any(test)) || result.any(test),
            Self::Ref(_, inner) | Self::Array(inner) | Self::Slice(inner) | Self::Iter(inner) | Self::Range(inner, _) => inner.any(test),
            _ => false,
        };
        inside || test(self)
    }

    /// Whether the type has no parts.
    #[must_use]
    pub fn is_simple(&self) -> bool {
        match self {
            Self::Tuple(types) | Self::Named(_, types) => types.is_empty(),
            Self::Fn(..) | Self::Ref(..) | Self::Array(_) | Self::Slice(_) | Self::Iter(_) | Self::Range(..) => false,
            _ => true,
        }
    }
}
