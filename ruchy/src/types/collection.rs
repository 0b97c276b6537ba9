//! List literals, `[value; count]` and comprehensions.

use super::Inference;
use super::body::Expect;
use super::ty::{Head, Int, Part, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::tree::{Expression, ExpressionKind};

impl<'tree> Inference<'_, 'tree> {
    /// Elements take the types that their place wants, if it wants a tuple.
    pub(super) fn tuple(&mut self, all: &'tree [Expression], expect: &Expect) -> Ty {
        if all.is_empty() {
            return Ty::Unit;
        }
        let hints = match self.expected(expect) {
            Some(Ty::Tuple(hints)) if hints.len() == all.len() => Some(hints),
            _ => None,
        };
        let mut types = Vec::new();
        for (index, element) in all.iter().enumerate() {
            types.push(if let Some(hints) = &hints {
                self.check(element, &hints[index]);
                hints[index].clone()
            } else {
                let ty = self.infer(element, &Expect::Nothing);
                let ty = self.materialized(element, &ty, None);
                let ty = self.scalar(ty);
                self.want(element, &ty);
                ty
            });
        }
        Ty::Tuple(types.into())
    }

    pub(super) fn list(&mut self, elements: &'tree [Expression], expect: &Expect) -> Ty {
        let expected = self.expected(expect);
        let as_json = matches!(&expected, Some(Ty::Named(Head::Known("events::Json"), _)));
        let element = match &expected {
            Some(Ty::Named(Head::Known("Vec" | "VecDeque"), arguments)) => Some(arguments[0].clone()),
            Some(Ty::Array(element) | Ty::Slice(element)) => Some((**element).clone()),
            _ => None,
        };
        let whole = |element: Ty| match &expected {
            Some(Ty::Array(_)) => Ty::Array(Part::new(element)),
            _ => Ty::vec(element),
        };
        if let Some(element) = &element
            && self.variables.kind(&self.shallow(element)) != Some(Kind::Any)
        {
            for each in elements {
                if let ExpressionKind::Spread(inner) = &each.kind {
                    let list = Ty::vec(element.clone());
                    self.check(inner, &list);
                    self.set(each, list);
                } else {
                    self.check(each, element);
                }
            }
            return whole(element.clone());
        }
        let mut types = Vec::new();
        for each in elements {
            let hint = match types.first() {
                Some(first @ Ty::Fn(..)) => Expect::Type(first.clone()),
                _ if as_json => expect.clone(),
                _ => Expect::Nothing,
            };
            let ty = self.infer(each, &hint);
            let ty = self.materialized(each, &ty, None);
            let ty = self.scalar(ty);
            let ty = match (&each.kind, self.shallow(&ty)) {
                (ExpressionKind::Spread(_), Ty::Named(Head::Known("Vec"), arguments)) => arguments[0].clone(),
                (ExpressionKind::Spread(_), Ty::Iter(item) | Ty::Slice(item) | Ty::Array(item)) => item.as_ref().clone(),
                (ExpressionKind::Spread(_), Ty::Ref(_, inner)) => match self.shallow(&inner) {
                    Ty::Named(Head::Known("Vec"), arguments) => arguments[0].clone(),
                    Ty::Slice(item) => item.as_ref().clone(),
                    _ => Ty::Unknown,
                },
                (ExpressionKind::Spread(_), Ty::Range(item, _)) => item.as_ref().clone(),
                (_, ty) => ty,
            };
            types.push(ty);
        }
        let json = Ty::known("events::Json", []);
        if as_json && elements.is_empty() {
            return json;
        }
        let same = self.same_kind(&types);
        let joined = if as_json && !same { Some(json.clone()) } else { self.join(&types) };
        let joined = match joined {
            Some(Ty::Never) | None if elements.is_empty() => self.any(),
            Some(joined) => joined,
            None if self.are_json_elements(&types) => json,
            None => {
                self.mixed_list(elements, &types);
                Ty::Unknown
            }
        };
        for each in elements {
            if !matches!(each.kind, ExpressionKind::Spread(_)) {
                let own = self.types.of[each.id.index()].clone();
                self.coerce(each, &own, &joined.clone());
            }
        }
        if let Some(element) = element {
            self.variables.unify(&element, &joined);
        }
        whole(joined)
    }

    /// Whether all are text, or numbers of one kind, or of the same head.
    fn same_kind(&self, types: &[Ty]) -> bool {
        let kind = |ty: &Ty| match (self.variables.kind(&self.shallow(ty)), self.shallow(ty).behind()) {
            (Some(Kind::Text), _) | (_, Ty::Str | Ty::String) => 1,
            (Some(Kind::Int), _) | (_, Ty::Int(_)) => 2,
            (Some(Kind::Float), _) | (_, Ty::F64) => 3,
            (_, Ty::Bool) => 4,
            (_, Ty::Named(Head::Known("events::Json"), _)) => 5,
            _ => 6,
        };
        let first = types.first().map(&kind);
        first != Some(6) && types.iter().all(|ty| Some(kind(ty)) == first) || types.len() <= 1
    }

    fn mixed_list(&mut self, elements: &'tree [Expression], types: &[Ty]) {
        let first = self.shown(&types[0]);
        for (element, ty) in elements.iter().zip(types).skip(1) {
            if self.join(&[types[0].clone(), ty.clone()]).is_none() {
                let other = self.shown(ty);
                let place = elements[0].span;
                let error = self.error(
                    Code::MixedList,
                    element.span,
                    format!("a list holds values of one type: here `{first}`, and then `{other}`"),
                );
                error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("the first element is `{first}`") });
                error.help = Some("use a tuple `(a, b)`, a struct, or an enum for values of different types".to_owned());
                return;
            }
        }
    }

    pub(super) fn repeated(&mut self, value: &'tree Expression, count: &'tree Expression, expect: &Expect) -> Ty {
        let element = match self.expected(expect) {
            Some(Ty::Named(Head::Known("Vec"), arguments)) => arguments[0].clone(),
            Some(Ty::Array(element)) => (*element).clone(),
            _ => self.any(),
        };
        self.check_or_infer(value, &element);
        self.check(count, &Ty::Int(Int::Usize));
        if let Some(Ty::Array(_)) = self.expected(expect) { Ty::Array(Part::new(element)) } else { Ty::vec(element) }
    }

    /// The element of a comprehension: what it borrows from a variable of a clause that owns its value is a value of its own.
    fn outliving_clauses(&self, of: &'tree crate::tree::Comprehension, element: Ty) -> Ty {
        let Some(id) = self.lender(&of.element) else { return element };
        let node = self.names.local(id).node;
        if of.clauses.iter().any(|clause| clause.pattern.id == node) { self.outliving(&of.element, element) } else { element }
    }

    pub(super) fn comprehension(&mut self, of: &'tree crate::tree::Comprehension) -> Ty {
        for clause in &of.clauses {
            let item = self.iterated(&clause.iterable);
            self.irrefutable_pattern(&clause.pattern, &item);
            clause.conditions.iter().for_each(|condition| self.condition(condition, "if"));
        }
        let element = self.infer(&of.element, &Expect::Nothing);
        let element = self.materialized(&of.element, &element, None);
        let element = self.owned(&element);
        let element = self.outliving_clauses(of, element);
        self.want(&of.element, &element);
        match of.kind {
            crate::tree::ComprehensionKind::List => Ty::vec(element),
            crate::tree::ComprehensionKind::Set => Ty::known("BTreeSet", [element]),
            crate::tree::ComprehensionKind::Map => {
                let element = if self.variables.kind(&self.shallow(&element)) == Some(Kind::Text) || element == Ty::str_ref() {
                    Ty::String
                } else {
                    element
                };
                self.want(&of.element, &element);
                let value = match &of.value {
                    Some(value) => {
                        let ty = self.infer(value, &Expect::Nothing);
                        let ty = self.owned(&ty);
                        self.want(value, &ty);
                        ty
                    }
                    None => Ty::Unknown,
                };
                Ty::known("BTreeMap", [element, value])
            }
        }
    }
}
