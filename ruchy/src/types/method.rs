//! Method calls.

use super::body::Expect;
use super::ty::{Head, Part, Ty};
use super::unify::Kind;
use super::{Callee, Inference, Owner, table};
use crate::diagnostic::Code;
use crate::names::Map;
use crate::names::Meaning;
use crate::tree::{Expression, ExpressionKind, MethodCall};

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
];

/// Methods of integers that those without a sign do not have.
const UNSIGNED_HAVE_NOT: &[&str] =
    &["abs", "signum", "is_negative", "is_positive", "wrapping_abs", "checked_abs", "saturating_abs", "unsigned_abs"];
/// Methods of `RefCell` and `Cell` that the table does not have.
const CELLS: &[&str] =
    &["get", "set", "take", "try_borrow", "try_borrow_mut", "swap", "update", "as_ptr", "get_mut", "replace_with", "clone", "eq"];
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
/// Methods of pointers that the table does not have.
const POINTERS: &[&str] = &["downgrade", "upgrade", "as_ptr", "get_mut", "leak", "into_inner"];

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn method_call(&mut self, expression: &'tree Expression, on: &Ty, expect: &Expect) -> Ty {
        let Some(MethodCall { receiver, method, generics, arguments }) = expression.method_call() else { return Ty::Unknown };
        let mut ty = self.shallow(on);
        while let Ty::Ref(_, inner) = &ty {
            ty = self.shallow(inner);
        }
        if self.variables.kind(&ty) == Some(Kind::Any) {
            return self.postpone(expression);
        }
        let given_list =
            arguments.len() == 1 && !matches!(arguments[0].unparenthesized().kind, ExpressionKind::Reference { mutable: true, .. });
        let is_list = matches!(ty, Ty::Named(Head::Known("Vec"), _) | Ty::Slice(_) | Ty::Array(_));
        // `a.append(b)` and `a.concat(b)` of Ruchy give a new list.
        let name = match method.text.as_str() {
            "append" | "concat" if is_list && given_list => "plus",
            "first" if is_list && self.is_new_list(receiver) => "new first",
            "last" if is_list && self.is_new_list(receiver) => "new last",
            name => name,
        };
        if name == "into"
            && arguments.is_empty()
            && let Some(to) = self.other_than_text(expect)
        {
            self.types.calls.insert(expression.id, Callee::Unknown);
            if let Ty::Named(..) = &ty {
                self.want(receiver, &ty);
            }
            return to;
        }
        let mut layer = ty.clone();
        for _ in 0..6 {
            if self.variables.kind(&layer) == Some(Kind::Text)
                && self.program_method(&Ty::Str, name).is_none()
                && self.program_method(&Ty::String, name).is_some()
            {
                self.variables.unify(&layer, &Ty::String);
                layer = Ty::String;
            }
            if let Some(node) = self.program_method(&layer, name) {
                return self.program_method_call(expression, receiver, node, &layer, arguments, expect, method.span);
            }
            let is_missing = name == "as_str" && matches!(&layer, Ty::Iter(item) if self.is_other_than_letter(item))
                || matches!(&layer, Ty::Int(int) if !int.is_signed()) && UNSIGNED_HAVE_NOT.contains(&name);
            if !is_missing && let Some((section, found, with)) = self.table_method(&layer, name) {
                return self.table_call(expression, receiver, section, found, &layer, with, generics, arguments, expect);
            }
            layer = match &layer {
                Ty::Named(Head::Known("Box" | "Rc" | "Arc"), arguments) => self.shallow(&arguments[0]),
                Ty::String => Ty::Str,
                Ty::Named(Head::Known("Vec"), arguments) => Ty::Slice(Part::new(arguments[0].clone())),
                Ty::Array(element) => Ty::Slice(element.clone()),
                Ty::Ref(_, inner) => self.shallow(inner),
                _ => break,
            };
        }
        // A method of iterators, of what has items.
        if let Some(item) = self.item_of(&ty)
            && let Some(found) = table::sections()["iter"].method(name)
        {
            let how = match &ty {
                Ty::Range(..) | Ty::Iter(_) => "",
                Ty::String | Ty::Str | Ty::Var(_) => ".chars()",
                Ty::Named(Head::Known("HashMap" | "BTreeMap"), _) => ".iter()",
                Ty::Named(Head::Known("Option"), _) => ".iter().cloned()",
                Ty::Named(Head::Item(_), _) => "",
                _ => ".iter().cloned()",
            };
            let item = match &ty {
                Ty::Named(Head::Known("HashMap" | "BTreeMap"), arguments) => {
                    Ty::Tuple([arguments[0].clone().reference(), arguments[1].clone().reference()].into())
                }
                _ => item,
            };
            let with = Map::from_iter([("T".to_owned(), item.clone())]);
            let ty = self.table_call(
                expression,
                receiver,
                &table::sections()["iter"],
                found,
                &Ty::Iter(Part::new(item)),
                with,
                generics,
                arguments,
                expect,
            );
            if !how.is_empty() {
                self.types.calls.insert(expression.id, Callee::Iterated(found, how));
            }
            return ty;
        }
        let known = self.without_table(expression, &ty, name, arguments);
        if let Some(known) = known {
            return known;
        }
        for argument in arguments {
            self.infer(argument, &Expect::Nothing);
        }
        if let ExpressionKind::Pipeline { .. } = expression.kind {
            let found = self.shown(&ty);
            let message = format!("nothing named `{name}` is in scope, and `{found}` has no method of this name");
            let error = self.error(Code::UnknownName, method.span, message);
            error.label = "this name is unknown".to_owned();
            error.help = Some(format!("declare it first: `fun {name}(value) {{ … }}`"));
        } else {
            self.unknown_method(&ty, name, method.span);
        }
        Ty::Unknown
    }

    fn is_other_than_letter(&self, item: &Ty) -> bool {
        let item = self.shallow(item);
        item != Ty::Char && !matches!(item, Ty::Unknown | Ty::Opaque(_) | Ty::Var(_))
    }

    /// What every type may have: `clone`, `to_string`, and the like.
    fn without_table(&mut self, expression: &'tree Expression, ty: &Ty, name: &str, arguments: &'tree [Expression]) -> Option<Ty> {
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
                    Ty::Param(parameter) => !self.any_trait_has(name) && !self.bounds_may_have(parameter, name),
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

    /// A number, a `bool`, a character, a tuple or a function: no container and no pointer.
    pub(super) fn is_plain(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Int(_) | Ty::F32 | Ty::F64 | Ty::Bool | Ty::Char | Ty::Unit | Ty::Tuple(_) | Ty::Fn(..))
            || matches!(self.variables.kind(ty), Some(Kind::Int | Kind::Float))
    }

    /// Whether `to_string` may make text of a value of this type.
    fn has_text(&self, ty: &Ty) -> bool {
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

    /// Binds the type of `self`, and records what the receiver is used for.
    pub(super) fn receive(&mut self, receiver: &'tree Expression, own: &Ty, on: &Ty) {
        match self.shallow(own) {
            Ty::Ref(mutable, inner) => {
                if !matches!(self.shallow(&inner), Ty::Param(_)) {
                    self.variables.unify(&inner, on);
                }
                if mutable {
                    self.mutate(receiver);
                }
            }
            other => {
                if !matches!(other, Ty::Param(_)) {
                    self.variables.unify(&other, on);
                }
                self.want(receiver, on);
            }
        }
    }

    /// Records that a place is changed by what is called on it.
    pub(super) fn mutate(&mut self, place: &'tree Expression) {
        match &place.kind {
            ExpressionKind::Path(_) => {
                let ty = self.types.of[place.id.index()].clone();
                match self.shallow(&ty) {
                    Ty::Ref(false, inner)
                        if !matches!(
                            self.shallow(&inner),
                            Ty::Unknown | Ty::Opaque(_) | Ty::Ref(..) | Ty::Named(Head::Known("RefCell" | "Cell"), _)
                        ) =>
                    {
                        self.not_mutable(place, place);
                    }
                    Ty::Ref(..) => {}
                    _ => {
                        if let Meaning::Local(id) = self.names.meaning(place.id) {
                            self.types.mutated.insert(*id);
                        }
                    }
                }
            }
            ExpressionKind::Parenthesized(inner) => self.mutate(inner),
            ExpressionKind::Field { value, .. } | ExpressionKind::Index { value, .. } => self.mutate(value),
            _ => {}
        }
    }
}
