//! The traits that structs and enums are given.

use super::Emitter;
use crate::diagnostic::Diagnostic;
use crate::map::{Map, Set};
use crate::names::{ItemId, ItemOf, Names};
use crate::tree::{Attribute, NodeId};
use crate::types::{Head, Owner, Ty, Types};

/// The structs and enums whose values are copied: all their parts are.
pub fn copies(names: &Names<'_>, types: &Types) -> Set<ItemId> {
    let mut all: Set<ItemId> = (0..names.items.len())
        .map(|index| ItemId(u32::try_from(index).unwrap_or(0)))
        .filter(|id| {
            let generics = match names.item(*id).kind {
                ItemOf::Struct(of) => &of.generics,
                ItemOf::Enum(of) => &of.generics,
                _ => return false,
            };
            generics.parameters.is_empty() && !types.implemented.has_any(Owner::Item(*id), &["Clone", "Copy", "Drop", "Iterator"])
        })
        .collect();
    loop {
        let keep: Set<ItemId> = all.iter().copied().filter(|id| parts(names, types, *id).iter().all(|ty| is_copy(ty, &all))).collect();
        if keep.len() == all.len() {
            return all;
        }
        all = keep;
    }
}

/// Whether values of a type are copied.
pub fn is_copy(ty: &Ty, copies: &Set<ItemId>) -> bool {
    match ty {
        Ty::Int(_) | Ty::F32 | Ty::F64 | Ty::Bool | Ty::Char | Ty::Unit | Ty::Never | Ty::Ref(false, _) => true,
        Ty::Tuple(types) => types.iter().all(|ty| is_copy(ty, copies)),
        Ty::Array(element) => is_copy(element, copies),
        Ty::Named(Head::Known("Option"), arguments) => is_copy(&arguments[0], copies),
        Ty::Named(Head::Known("Ordering"), _) => true,
        Ty::Named(Head::Item(id), _) => copies.contains(id),
        _ => false,
    }
}

/// The types of the parts of a struct or an enum.
fn parts(names: &Names<'_>, types: &Types, id: ItemId) -> Vec<Ty> {
    let of = |node: NodeId| {
        types.fields.get(&node).map(|fields| fields.iter().map(|field| field.ty.clone()).collect::<Vec<_>>()).unwrap_or_default()
    };
    match names.item(id).kind {
        ItemOf::Struct(_) => of(names.item(id).node),
        ItemOf::Enum(item) => item.variants.iter().flat_map(|variant| of(variant.id)).collect(),
        _ => Vec::new(),
    }
}

/// The traits that a type may derive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "one for each trait")]
pub(super) struct Possible {
    clone: bool,
    debug: bool,
    eq: bool,
    hash: bool,
    order: bool,
}

/// Types whose own traits [`Emitter::possible`] knows for certain.
const COUNTED: [&str; 10] = ["Vec", "Option", "Result", "Box", "HashMap", "HashSet", "BTreeMap", "BTreeSet", "VecDeque", "Rc"];
/// Errors of Rust that can be cloned, compared and shown for debugging.
const ERRORS: [&str; 7] =
    ["ParseIntError", "ParseFloatError", "ParseBoolError", "ParseCharError", "TryFromIntError", "Utf8Error", "FromUtf8Error"];
const ALL: Possible = Possible { clone: true, debug: true, eq: true, hash: true, order: true };
const NONE: Possible = Possible { clone: false, debug: false, eq: false, hash: false, order: false };

impl Possible {
    fn and(self, other: Self) -> Self {
        Self {
            clone: self.clone && other.clone,
            debug: self.debug && other.debug,
            eq: self.eq && other.eq,
            hash: self.hash && other.hash,
            order: self.order && other.order,
        }
    }
}

impl Emitter<'_> {
    /// The traits that every type of the program may derive: all, until a part forbids it.
    fn possibilities(&self) -> &Map<ItemId, Possible> {
        self.possible.get_or_init(|| {
            let items = (0..self.names.items.len()).map(|index| ItemId(u32::try_from(index).unwrap_or(0)));
            let types: Vec<ItemId> = items.filter(|id| matches!(self.names.item(*id).kind, ItemOf::Struct(_) | ItemOf::Enum(_))).collect();
            let mut found: Map<ItemId, Possible> = types.iter().map(|id| (*id, ALL)).collect();
            loop {
                let mut is_done = true;
                for id in &types {
                    let possible = self.item_possible(*id, &found);
                    is_done &= found.insert(*id, possible) == Some(possible);
                }
                if is_done {
                    return found;
                }
            }
        })
    }

    fn possible(ty: &Ty, items: &Map<ItemId, Possible>) -> Possible {
        let all = |types: &[Ty]| types.iter().fold(ALL, |all, ty| all.and(Self::possible(ty, items)));
        match ty {
            Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Str | Ty::String | Ty::Unit | Ty::Never | Ty::Param(_) => ALL,
            Ty::F32 | Ty::F64 => Possible { hash: false, order: false, ..ALL },
            Ty::Ref(false, inner) => Self::possible(inner, items),
            Ty::Tuple(types) => all(types),
            Ty::Array(inner) | Ty::Slice(inner) => Self::possible(inner, items),
            Ty::Named(Head::Known(name), arguments) => {
                let own = match *name {
                    "Box" if matches!(arguments[0], Ty::Fn(..)) => NONE,
                    "Vec" | "Option" | "Result" | "Box" | "BTreeMap" | "BTreeSet" | "VecDeque" | "Ordering" => ALL,
                    "Rc" | "Arc" => return Possible { clone: true, ..all(arguments) },
                    "RefCell" | "Cell" => Possible { hash: false, order: false, ..ALL },
                    // The equality of maps and sets with hashes needs more of a type parameter than its own equality.
                    "HashMap" | "HashSet" if arguments[0].any(&mut |part| matches!(part, Ty::Param(_))) => {
                        Possible { clone: true, debug: true, ..NONE }
                    }
                    "HashMap" | "HashSet" => Possible { hash: false, order: false, ..ALL },
                    "BinaryHeap" => Possible { clone: true, debug: true, ..NONE },
                    "Weak" => return Possible { clone: true, debug: true, ..NONE },
                    "events::Json" => Possible { clone: true, debug: true, ..NONE }.and(ALL).with_eq(),
                    "DataFrame" | "Failure" => Possible { hash: false, order: false, ..ALL },
                    _ => NONE,
                };
                own.and(all(arguments))
            }
            Ty::Named(Head::Item(id), arguments) => items.get(id).copied().unwrap_or(ALL).and(all(arguments)),
            // The errors of Rust that are usual parts of a program's errors.
            Ty::Opaque(name) if ERRORS.contains(&name.rsplit("::").next().unwrap_or_default()) => {
                Possible { clone: true, debug: true, ..NONE }.with_eq()
            }
            // A pointer to a function.
            Ty::Fn(..) => Possible { clone: true, ..NONE },
            Ty::Range(inner, _) => Possible { order: false, ..Self::possible(inner, items) },
            _ => NONE,
        }
    }

    /// Whether values of a type own one behind `Box<dyn Trait>`, which cannot be cloned.
    pub(super) fn holds_boxed_traits(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Named(Head::Known("Box"), inner) => matches!(inner[0], Ty::Trait(_) | Ty::Fn(..)),
            Ty::Named(Head::Known("Vec" | "Option" | "VecDeque"), parts) | Ty::Tuple(parts) => {
                parts.iter().any(|part| self.holds_boxed_traits(part))
            }
            Ty::Named(Head::Item(id), _) => {
                !self.possibilities().get(id).is_none_or(|possible| possible.clone)
                    && parts(self.names, self.types, *id).iter().any(|part| part != ty && self.holds_boxed_traits(part))
            }
            _ => false,
        }
    }

    /// Whether a type has a part of which it is not known what it implements.
    fn has_unknown_part(&self, id: ItemId) -> bool {
        parts(self.names, self.types, id).iter().any(|ty| {
            ty.any(&mut |part| match part {
                Ty::Named(Head::Known(name), _) => !COUNTED.contains(name),
                Ty::Named(Head::Item(other), _) => *other != id && !self.copies.contains(other),
                Ty::Int(_)
                | Ty::F32
                | Ty::F64
                | Ty::Bool
                | Ty::Char
                | Ty::Str
                | Ty::String
                | Ty::Unit
                | Ty::Tuple(_)
                | Ty::Ref(..)
                | Ty::Slice(_)
                | Ty::Array(_) => false,
                _ => true,
            })
        })
    }

    fn item_possible(&self, id: ItemId, items: &Map<ItemId, Possible>) -> Possible {
        let types = parts(self.names, self.types, id);
        let mut all = types.iter().fold(ALL, |all, ty| all.and(Self::possible(ty, items)));
        // What is written by hand need not be derivable.
        let by_hand = |name: &str| self.types.implemented.has(Owner::Item(id), name);
        if by_hand("Clone") {
            all.clone = true;
        }
        if by_hand("Debug") {
            all.debug = true;
        }
        if by_hand("PartialEq") {
            all.eq = true;
            all.hash = by_hand("Hash");
            all.order = by_hand("Ord");
        }
        all
    }

    /// `#[derive(…)]` for a struct or enum: what is written, and what its parts allow.
    pub(super) fn derives(&mut self, id: ItemId, attributes: &[Attribute]) -> String {
        let mut written: Vec<String> = attributes
            .iter()
            .filter(|attribute| attribute.path.as_name().is_some_and(|name| name.text == "derive"))
            .flat_map(|attribute| {
                attribute
                    .arguments
                    .trim_matches(|letter: char| letter == '(' || letter == ')' || letter.is_whitespace())
                    .split(',')
                    .map(|name| name.trim().to_owned())
                    .collect::<Vec<_>>()
            })
            .filter(|name| !name.is_empty())
            .collect();
        if let Some(name) = written.iter().enumerate().find_map(|(at, name)| written[..at].contains(name).then(|| name.clone()))
            && let Some(attribute) = attributes.first()
        {
            let error = Diagnostic::error(crate::diagnostic::Code::DuplicateName, attribute.span, format!("`{name}` is derived twice"));
            self.errors.push(error.help("name each trait once"));
        }
        let by_hand = |name: &str| self.types.implemented.has(Owner::Item(id), name);
        let possible = self.possibilities().get(&id).copied().unwrap_or(ALL);
        let impossible = written.iter().find(|name| match name.rsplit(':').next().unwrap_or_default() {
            "Clone" => !possible.clone,
            "Debug" => !possible.debug,
            "PartialEq" => !possible.eq,
            "Eq" | "Hash" => !possible.hash,
            "Ord" => !possible.order,
            _ => false,
        });
        if let (Some(name), Some(attribute)) = (impossible, attributes.first())
            && !self.has_unknown_part(id)
        {
            let item = self.names.item(id);
            let message = format!("`{}` cannot be derived for `{}`: not all of its parts implement it", name, item.name);
            let error = Diagnostic::error(crate::diagnostic::Code::TraitBound, attribute.span, message);
            self.errors.push(error.help(if ["Eq", "Hash", "Ord"].contains(&name.as_str()) {
                "floats implement none of `Eq`, `Hash` and `Ord`: leave it out"
            } else {
                "leave it out, or implement it"
            }));
        }
        let mut add = |name: &str, can: bool| {
            if can
                && !by_hand(name)
                && !written.iter().any(|own| own.strip_suffix(name).is_some_and(|path| path.is_empty() || path.ends_with("::")))
            {
                written.push(name.to_owned());
            }
        };
        add("Clone", possible.clone);
        add("Copy", self.copies.contains(&id) && !by_hand("Clone"));
        add("Debug", possible.debug);
        add("PartialEq", possible.eq);
        let derived_eq = possible.eq && !by_hand("PartialEq");
        add("Eq", derived_eq && possible.hash);
        add("Hash", derived_eq && possible.hash);
        let ordered = derived_eq && !by_hand("Iterator") && possible.order && possible.hash && !by_hand("Ord") && !by_hand("PartialOrd");
        add("PartialOrd", ordered);
        add("Ord", ordered);
        if written.is_empty() { String::new() } else { format!("#[derive({})] ", written.join(", ")) }
    }
}

impl Possible {
    fn with_eq(self) -> Self {
        Self { eq: true, ..self }
    }
}
