//! Methods that values of every type may have, and which types have none of a name.

use super::body::Expect;
use super::method::UNSIGNED_HAVE_NOT;
use super::ty::{Head, Ty};
use super::unify::Kind;
use super::{Inference, Owner, table};
use crate::diagnostic::Code;
use crate::tree::Expression;

/// Types of Rust that have no text of their own.
const NOT_DISPLAYED: &[&str] = &[
    "Vec",
    "Option",
    "Result",
    "HashMap",
    "BTreeMap",
    "HashSet",
    "BTreeSet",
    "VecDeque",
    "BinaryHeap",
    "Entry",
    "Ordering",
    "Reverse",
    "RefCell",
    "Cell",
    "Weak",
];
/// Methods of `RefCell` and `Cell` that the table does not have.
const CELLS: &[&str] =
    &["get", "set", "take", "try_borrow", "try_borrow_mut", "swap", "update", "as_ptr", "get_mut", "replace_with", "clone", "eq"];
/// Methods of pointers that the table does not have.
const POINTERS: &[&str] = &["downgrade", "upgrade", "as_ptr", "get_mut", "leak", "into_inner"];
/// Traits of Rust that give a type no methods but those which its implementation has, or which every type may have.
const WITHOUT_MORE: &[&str] = &[
    "Display",
    "Default",
    "Clone",
    "Copy",
    "PartialEq",
    "Eq",
    "Hash",
    "Debug",
    "From",
    "TryFrom",
    "FromStr",
    "Add",
    "Sub",
    "Mul",
    "Div",
    "Rem",
    "Neg",
    "Not",
    "BitAnd",
    "BitOr",
    "BitXor",
    "Shl",
    "Shr",
    "AddAssign",
    "SubAssign",
    "MulAssign",
    "DivAssign",
    "RemAssign",
    "BitAndAssign",
    "BitOrAssign",
    "BitXorAssign",
    "Index",
    "IndexMut",
    "PartialOrd",
    "Drop",
    "Sum",
    "Product",
    "FromIterator",
];

impl<'tree> Inference<'_, 'tree> {
    /// What every type may have: `clone`, `to_string`, and the like.
    pub(super) fn without_table(
        &mut self,
        expression: &'tree Expression,
        ty: &Ty,
        name: &str,
        arguments: &'tree [Expression],
    ) -> Option<Ty> {
        let all = |inference: &mut Self| {
            arguments.iter().for_each(|argument| {
                inference.infer(argument, &Expect::Nothing);
            });
        };
        let _ = expression;
        let own = !matches!(ty, Ty::Unknown | Ty::Opaque(_) | Ty::Fn(..));
        if matches!(ty, Ty::Unknown | Ty::Opaque(_)) {
            arguments.iter().for_each(|argument| self.bare(argument));
        }
        let is_unsigned = matches!(ty, Ty::Int(int) if !int.is_signed());
        if is_unsigned && UNSIGNED_HAVE_NOT.contains(&name) && !self.any_trait_has(name) {
            return None;
        }
        let result = match (name, arguments.len()) {
            ("clone" | "to_owned", 0) if own => ty.clone(),
            ("to_string", 0) if self.has_text(ty) || self.any_trait_has(name) => Ty::String,
            ("cmp", 1) if own => {
                self.check(&arguments[0], &ty.clone().reference());
                return Some(Ty::known("Ordering", []));
            }
            ("partial_cmp", 1) if own => {
                self.check(&arguments[0], &ty.clone().reference());
                return Some(Ty::option(Ty::known("Ordering", [])));
            }
            ("eq" | "ne" | "lt" | "le" | "gt" | "ge", 1) if own => {
                self.check(&arguments[0], &ty.clone().reference());
                return Some(Ty::Bool);
            }
            ("max" | "min", 1) if own && !matches!(ty, Ty::Named(Head::Known("Vec"), _)) => {
                self.check(&arguments[0], ty);
                return Some(ty.clone());
            }
            ("as_ref" | "as_mut" | "borrow_mut" | "deref" | "as_deref" | "as_deref_mut" | "iter" | "into_iter" | "next", _)
                if self.is_plain(ty) && !self.any_trait_has(name) =>
            {
                return None;
            }
            ("iter" | "into_iter" | "next" | "as_deref" | "as_mut" | "borrow_mut" | "deref", _)
                if matches!(ty, Ty::Named(Head::Item(_), _)) && !self.implements_any(ty) && !self.any_trait_has(name) =>
            {
                return None;
            }
            ("as_ref" | "as_mut" | "as_deref" | "into_iter" | "iter" | "deref", 1..)
                if matches!(ty, Ty::Named(Head::Known(_), _) | Ty::String | Ty::Str | Ty::Slice(_)) && !self.any_trait_has(name) =>
            {
                all(self);
                let message = format!("`{name}` takes no arguments, but {} given", if arguments.len() == 1 { "1 is" } else { "some are" });
                self.error(Code::ArgumentCount, expression.span, message);
                return Some(Ty::Unknown);
            }
            (
                "into" | "try_into" | "as_ref" | "borrow" | "as_mut" | "hash" | "fmt" | "borrow_mut" | "deref" | "as_deref"
                | "as_deref_mut" | "iter" | "into_iter" | "next" | "write_str" | "write_fmt" | "type_id",
                _,
            ) => Ty::Unknown,
            _ => {
                let certain = match ty {
                    Ty::Named(Head::Item(_), _) => {
                        // A trait of another crate may have the method.
                        let ours = |of: &str| {
                            self.names.items.iter().any(|item| item.name == of && matches!(item.kind, crate::names::ItemOf::Trait(_)))
                        };
                        let has_others = Owner::of(ty)
                            .is_some_and(|owner| self.types.implemented.traits(owner).any(|of| !ours(of) && !WITHOUT_MORE.contains(&of)));
                        !has_others && !self.trait_may_give(ty, name)
                    }
                    Ty::Named(Head::Known("Box" | "Rc" | "Arc"), arguments) => {
                        let inner = self.shallow(&arguments[0]);
                        matches!(inner, Ty::Named(..) | Ty::Trait(_))
                            && !POINTERS.contains(&name)
                            && self.without_table(expression, &inner, name, &[]).is_none()
                            && !self.any_trait_has(name)
                    }
                    Ty::Named(Head::Known("RefCell" | "Cell"), arguments) => {
                        let inner = self.shallow(&arguments[0]);
                        table::sections()["RefCell"].method(name).is_none()
                            && !CELLS.contains(&name)
                            && !self.any_trait_has(name)
                            && !matches!(inner, Ty::Unknown | Ty::Var(_))
                    }
                    Ty::Param(parameter) if parameter == "Self" => !self.any_trait_has(name) && !self.trait_extends_others(),
                    Ty::Param(parameter) => !self.bounds_may_have(parameter, name) && !self.any_type_has(name),
                    Ty::Named(Head::Known(_), _)
                    | Ty::String
                    | Ty::Str
                    | Ty::Int(_)
                    | Ty::F64
                    | Ty::F32
                    | Ty::Bool
                    | Ty::Char
                    | Ty::Slice(_)
                    | Ty::Array(_)
                    | Ty::Unit => !self.trait_may_give(ty, name),
                    Ty::Trait(id) => {
                        matches!(self.names.item(*id).kind, crate::names::ItemOf::Trait(of) if of.supertraits.is_empty())
                            && !self.any_trait_has(name)
                    }
                    Ty::Tuple(_) | Ty::Range(..) | Ty::Iter(_) | Ty::Fn(..) => !self.any_trait_has(name),
                    Ty::Var(_) => {
                        !self.any_trait_has(name) && matches!(self.variables.kind(ty), Some(Kind::Text | Kind::Float | Kind::Int))
                    }
                    _ => false,
                };
                if certain {
                    return None;
                }
                all(self);
                return Some(Ty::Unknown);
            }
        };
        all(self);
        Some(result)
    }

    pub(super) fn is_other_than_letter(&self, item: &Ty) -> bool {
        let item = self.shallow(item);
        item != Ty::Char && !matches!(item, Ty::Unknown | Ty::Opaque(_) | Ty::Var(_))
    }

    /// A number, a `bool`, a character, a tuple or a function: no container and no pointer.
    pub(super) fn is_plain(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Int(_) | Ty::F32 | Ty::F64 | Ty::Bool | Ty::Char | Ty::Unit | Ty::Tuple(_) | Ty::Fn(..))
            || matches!(self.variables.kind(ty), Some(Kind::Int | Kind::Float))
    }

    /// Whether `to_string` may make text of a value of this type.
    pub(super) fn has_text(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Named(Head::Item(_), _) => {
                Owner::of(ty).is_some_and(|owner| self.types.implemented.has_any(owner, &["Display", "ToString", "Deref"]))
            }
            Ty::Named(Head::Known(name), arguments) => match *name {
                "Box" | "Rc" | "Arc" => self.has_text(&self.shallow(&arguments[0])),
                _ => !NOT_DISPLAYED.contains(name),
            },
            Ty::Tuple(_) | Ty::Unit | Ty::Fn(..) | Ty::Slice(_) | Ty::Array(_) | Ty::Range(..) | Ty::Iter(_) => false,
            _ => true,
        }
    }
}
