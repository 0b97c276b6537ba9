//! Arguments of calls: coercions to the type of the parameter.

use super::body::Expect;
use super::capable::Need;
use super::ty::{Head, Int, Part, Ty};
use super::unify::Kind;
use super::{Callee, Inference};
use crate::diagnostic::Code;
use crate::names::Meaning;
use crate::tree::{Expression, ExpressionKind};

impl<'tree> Inference<'_, 'tree> {
    /// Checks against a type that may not be known yet.
    pub(super) fn check_or_infer(&mut self, expression: &'tree Expression, expected: &Ty) {
        if self.variables.kind(&self.shallow(expected)) == Some(Kind::Any) {
            let ty = self.infer(expression, &Expect::Nothing);
            let ty = self.materialized(expression, &ty, None);
            let ty = self.scalar(ty);
            self.variables.unify(expected, &ty);
            self.want(expression, expected);
        } else {
            self.check(expression, expected);
        }
    }

    /// Checks an argument of a function of the table.
    pub(super) fn argument(&mut self, argument: &'tree Expression, parameter: &Ty) {
        match parameter {
            Ty::Named(Head::Known("key"), key) => self.key_argument(argument, &key[0]),
            Ty::Named(Head::Known("iter"), item) => self.items_argument(argument, &item[0]),
            Ty::Opaque(name) if name == "pat" => {
                let hint = Expect::Type(Ty::Fn([Ty::Char].into(), Part::new(Ty::Bool)));
                let is_lambda = matches!(argument.unparenthesized().kind, ExpressionKind::Lambda(_));
                let ty = self.infer(argument, if is_lambda { &hint } else { &Expect::Nothing });
                let known = self.shallow(&ty);
                if known == Ty::String {
                    self.want(argument, &Ty::str_ref());
                }
                let is_number = known.is_number() || matches!(self.variables.kind(&known), Some(Kind::Int | Kind::Float));
                let is_other = matches!(
                    known,
                    Ty::Bool | Ty::Unit | Ty::Tuple(_) | Ty::Named(Head::Known("Option" | "Result" | "HashMap" | "BTreeMap"), _)
                ) || known.is_vec();
                if is_number || is_other {
                    let found = self.shown(&known);
                    let error = self.error(Code::TypeMismatch, argument.span, format!("expected text, found `{found}`"));
                    error.help = Some("text, a character or a closure is searched for: `\"5\"`, `'5'`, `|c| c.is_numeric()`".to_owned());
                }
            }
            Ty::Opaque(name) if name == "json" => {
                let json = Ty::known("events::Json", []);
                let literal = matches!(
                    argument.unparenthesized().kind,
                    ExpressionKind::Object(_) | ExpressionKind::List(_) | ExpressionKind::Literal(_)
                );
                let hint = if literal { Expect::Type(json) } else { Expect::Nothing };
                let ty = self.infer(argument, &hint);
                let ty = self.materialized(argument, &ty, None);
                self.need(Need::Json, &ty, argument.span);
                self.want(argument, if self.shallow(&ty) == Ty::Char { &Ty::String } else { &ty });
            }
            Ty::Opaque(name) if name == "range" => {
                self.infer(argument, &Expect::Nothing);
                if let ExpressionKind::Range { start, end, .. } = &argument.unparenthesized().kind {
                    for end in start.iter().chain(end) {
                        let ty = self.types.of[end.id.index()].clone();
                        self.coerce(end, &ty, &Ty::Int(Int::Usize));
                    }
                }
            }
            Ty::Unknown => {
                let ty = self.infer(argument, &Expect::Nothing);
                if let Ty::Named(Head::Known("Result"), _) = self.shallow(&ty) {
                    let found = self.shown(&ty);
                    let error = self.error(Code::TypeMismatch, argument.span, format!("expected a value, found `{found}`"));
                    error.help = Some("take the value out: `?`, `….unwrap_or(…)`, or `match`".to_owned());
                }
                self.want(argument, &ty);
            }
            Ty::Fn(parameters, result) if matches!(**result, Ty::Named(Head::Known("iter"), _)) => {
                let Ty::Named(_, item) = &**result else { return };
                let made = self.any();
                if let ExpressionKind::Lambda(lambda) = &argument.unparenthesized().kind {
                    self.flattened.insert(lambda.body.id);
                }
                self.function_argument(argument, &Ty::Fn(parameters.clone(), Part::new(made.clone())));
                if let Some(found) = self.item_of(&made) {
                    self.variables.unify(&item[0], &found);
                }
                if let ExpressionKind::Lambda(lambda) = &argument.unparenthesized().kind
                    && self.shallow(&made) == Ty::String
                {
                    // `flat_map(|letter| letter.to_uppercase())`
                    self.want(&lambda.body, &Ty::vec(Ty::Char));
                }
            }
            Ty::Fn(..) => self.function_argument(argument, parameter),
            _ => self.check_or_infer(argument, parameter),
        }
    }

    /// A function that is handed on: a closure, or one by its name.
    fn function_argument(&mut self, argument: &'tree Expression, parameter: &Ty) {
        let ty = self.infer(argument, &Expect::Type(parameter.clone()));
        if let (Ty::Fn(own, result), Ty::Fn(wanted, expected)) = (self.shallow(&ty), parameter) {
            if let ExpressionKind::Path(_) = &argument.unparenthesized().kind
                && !self.takes(own.as_ref(), wanted.as_ref())
            {
                let shown = |types: &[Ty]| types.iter().map(|ty| self.shown(ty)).collect::<Vec<_>>().join(", ");
                let message = format!("the function must take `({})`, but takes `({})`", shown(wanted), shown(&own));
                self.error(Code::ArgumentCount, argument.span, message).help = Some("call it in a closure: `|value| name(…)`".to_owned());
                return;
            }
            for (own, wanted) in own.iter().zip(wanted) {
                let _ = self.fits(wanted, own, false);
            }
            if let ExpressionKind::Path(_) = &argument.kind
                && let Meaning::Item(id) = self.names.meaning(argument.id)
            {
                let node = self.names.item(*id).node;
                self.function(node);
            }
            if !matches!(self.shallow(expected), Ty::Unknown) && !self.fits(&result, expected, false) {
                let (found, wanted) = (self.shown(&result), self.shown(expected));
                let message = format!("the function must return `{wanted}`, but returns `{found}`");
                self.error(Code::TypeMismatch, argument.span, message);
            }
        } else if self.is_no_function(&ty) {
            let found = self.shown(&ty);
            let error = self.error(Code::TypeMismatch, argument.span, format!("expected a function, found `{found}`"));
            error.help = Some("write a closure, `|x| …`, or the name of a function".to_owned());
        }
        self.want(argument, parameter);
    }

    /// Returns false if a function with parameters `own` can certainly not be called with `wanted`.
    fn takes(&self, own: &[Ty], wanted: &[Ty]) -> bool {
        let is_of_library = |ty: &Ty| matches!(ty, Ty::Named(Head::Known(name), _) if super::table::is_of_library(name));
        let agree = |own: &Ty, wanted: &Ty| {
            let (own, wanted) = (self.shallow(self.shallow(own).behind()), self.shallow(self.shallow(wanted).behind()));
            let is_plain = own.is_text() || own.is_number() || matches!(own, Ty::Bool | Ty::Char | Ty::Named(Head::Item(_), _));
            !(is_of_library(&wanted) && is_plain)
        };
        own.len() == wanted.len() && own.iter().zip(wanted).all(|(own, wanted)| agree(own, wanted))
    }

    /// A value of this type can certainly not be called.
    fn is_no_function(&self, ty: &Ty) -> bool {
        let known = self.shallow(self.shallow(ty).behind());
        let is_known = matches!(
            known,
            Ty::Int(_)
                | Ty::F32
                | Ty::F64
                | Ty::Bool
                | Ty::Char
                | Ty::Str
                | Ty::String
                | Ty::Unit
                | Ty::Tuple(_)
                | Ty::Array(_)
                | Ty::Slice(_)
                | Ty::Range(..)
        );
        is_known
            || matches!(self.variables.kind(&known), Some(Kind::Int | Kind::Float | Kind::Text))
            || matches!(known, Ty::Named(Head::Item(_) | Head::Known("Vec" | "Option" | "Result" | "HashMap" | "BTreeMap"), _))
    }

    /// The key of a map, or the element of a set, that is looked for.
    pub(super) fn key_argument(&mut self, argument: &'tree Expression, key: &Ty) {
        let known = self.shallow(key);
        let text = known == Ty::String || known == Ty::str_ref() || self.variables.kind(&known) == Some(Kind::Text);
        let ty = self.infer(argument, &Expect::Nothing);
        let inner = self.shallow(self.shallow(&ty).behind());
        if text {
            let is_number = matches!(self.variables.kind(&inner), Some(Kind::Int | Kind::Float));
            if inner == Ty::Char && known != Ty::str_ref() {
                self.variables.unify(&known, &Ty::String);
                self.want(argument, &Ty::String.reference());
            } else if inner.is_text() || !is_number && matches!(inner, Ty::Unknown | Ty::Opaque(_) | Ty::Var(_) | Ty::Param(_)) {
                self.want(argument, &Ty::str_ref());
            } else {
                self.mismatch_key(argument, &ty, key);
            }
            return;
        }
        let mut behind = inner.clone();
        while let Ty::Ref(_, deeper) = &behind {
            behind = self.shallow(deeper);
        }
        if self.variables.kind(&known) == Some(Kind::Any) {
            if self.variables.kind(&behind) == Some(Kind::Text) {
                // A map whose keys are not known yet: text.
                self.variables.unify(&known, &Ty::String);
                self.want(argument, &Ty::str_ref());
                return;
            }
            self.variables.unify(&known, &behind);
        } else if !self.fits(&behind, &known, super::coerce::is_literal(argument)) {
            self.mismatch_key(argument, &ty, key);
        }
        self.want(argument, &known.reference());
    }

    fn mismatch_key(&mut self, argument: &'tree Expression, ty: &Ty, key: &Ty) {
        let (found, wanted) = (self.shown(ty), self.shown(key));
        self.error(Code::TypeMismatch, argument.span, format!("the keys are `{wanted}`, found `{found}`"));
    }

    /// Something with items.
    fn items_argument(&mut self, argument: &'tree Expression, item: &Ty) {
        let ty = self.infer(argument, &Expect::Nothing);
        let Some(found) = self.item_of(&ty) else { return };
        if !self.variables.unify(item, &found) {
            // `list.extend(&other)`, `list.extend(text.split(","))`
            let owned = self.owned(&found);
            if !self.fits(&owned, item, false) {
                let (one, other) = (self.shown(item), self.shown(&found));
                self.error(Code::TypeMismatch, argument.span, format!("the items must be `{one}`, found `{other}`"));
            }
            self.types.wanted.insert(argument.id, Ty::known("iter", [item.clone()]));
        }
    }

    /// Whether a list is made by the expression, so that a reference to an element would outlive it.
    pub(super) fn is_new_list(&self, list: &Expression) -> bool {
        let list = list.unparenthesized();
        match &list.kind {
            ExpressionKind::List(_) | ExpressionKind::Repeat { .. } | ExpressionKind::Comprehension(_) => true,
            ExpressionKind::Binary { .. } | ExpressionKind::If { .. } | ExpressionKind::Match { .. } | ExpressionKind::Ternary { .. } => {
                true
            }
            ExpressionKind::MethodCall { method, .. } if ["reverse", "sort"].contains(&method.text.as_str()) => true,
            ExpressionKind::MethodCall { .. } => match self.types.calls.get(&list.id) {
                Some(Callee::Table(method)) => method.template.is_some(),
                Some(Callee::Iterated(..)) => true,
                Some(Callee::Program(_)) => self.is_made(list),
                _ => false,
            },
            ExpressionKind::Call { .. } => self.is_made(list),
            _ => false,
        }
    }

    /// What the place of `….into()` wants, if that is known and no text.
    pub(super) fn other_than_text(&self, expect: &Expect) -> Option<Ty> {
        let Expect::Type(ty) = expect else { return None };
        let ty = self.shallow(ty);
        match ty {
            Ty::Named(..) | Ty::Opaque(_) | Ty::Int(_) | Ty::F64 | Ty::F32 | Ty::Trait(_) | Ty::Param(_) => Some(ty),
            _ => None,
        }
    }

    /// Marks the literals in an argument of what is not known.
    pub(super) fn bare(&mut self, argument: &'tree Expression) {
        match &argument.kind {
            ExpressionKind::Literal(_) => {
                self.types.bare.insert(argument.id);
            }
            ExpressionKind::Parenthesized(inner)
            | ExpressionKind::Unary { operand: inner, .. }
            | ExpressionKind::Reference { operand: inner, .. } => self.bare(inner),
            ExpressionKind::Range { start, end, .. } => start.iter().chain(end).for_each(|end| self.bare(end)),
            ExpressionKind::Tuple(all) | ExpressionKind::List(all) => all.iter().for_each(|inner| self.bare(inner)),
            _ => {}
        }
    }
}
