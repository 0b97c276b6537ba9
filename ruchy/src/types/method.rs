//! Method calls.

use super::body::Expect;
use super::ty::{Head, Part, Ty};
use super::unify::Kind;
use super::{Callee, Inference, table};
use crate::diagnostic::Code;
use crate::map::Map;
use crate::names::Meaning;
use crate::tree::{Expression, ExpressionKind, MethodCall};

/// Methods of integers that those without a sign do not have.
pub(super) const UNSIGNED_HAVE_NOT: &[&str] =
    &["abs", "signum", "is_negative", "is_positive", "wrapping_abs", "checked_abs", "saturating_abs", "unsigned_abs"];

/// Returns true if the only argument is written as a range.
fn is_range(arguments: &[Expression]) -> bool {
    matches!(arguments, [only] if matches!(only.unparenthesized().kind, ExpressionKind::Range { .. }))
}

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
            "get" if is_list && is_range(arguments) => "part get",
            "get_mut" if is_list && is_range(arguments) => "part get_mut",
            name => name,
        };
        if name == "into"
            && arguments.is_empty()
            && let Some(to) = self.other_than_text(expect)
        {
            self.types.calls.insert(expression.id, Callee::Unknown);
            if let Some(parameter) = self.parameter_of_from(on, &to) {
                self.coerce(receiver, on, &parameter);
            } else if let Ty::Named(..) = &ty {
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
            if let Some(Kind::Int | Kind::Float) = self.variables.kind(&layer)
                && let Some(of) = self.number_with(&layer, name)
            {
                self.variables.unify(&layer, &of);
                layer = of;
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
        // Values are compared as they are, iterators by their items.
        let is_compared = matches!(name, "cmp" | "partial_cmp" | "eq" | "ne" | "lt" | "le" | "gt" | "ge")
            || matches!(name, "max" | "min") && arguments.len() == 1;
        let is_value = !matches!(ty, Ty::Iter(_) | Ty::Range(..));
        // A method of iterators, of what has items.
        if !(is_compared && is_value)
            && let Some(item) = self.item_of(&ty)
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
