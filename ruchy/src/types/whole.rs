//! Operators of lists and tuples as wholes.

use super::Inference;
use super::ty::{Head, Ty};
use crate::tree::Expression;

impl<'tree> Inference<'_, 'tree> {
    /// The type of `left + right` where both are lists.
    pub(super) fn concatenation(&mut self, left: &'tree Expression, right: &'tree Expression, a: &Ty, b: &Ty) -> Option<Ty> {
        let list = self.list_sum(a, b)?;
        let Ty::Named(_, own) = &list else { return Some(list) };
        let differs = |side: &Ty| list_element(side).is_some_and(|element| self.shallow(&element) != self.shallow(&own[0]));
        if differs(a) || differs(b) {
            self.want(left, &list);
            self.want(right, &list);
        }
        Some(list)
    }

    /// The type of the concatenation of two lists.
    pub(super) fn list_sum(&mut self, a: &Ty, b: &Ty) -> Option<Ty> {
        let (one, other) = (list_element(a)?, list_element(b)?);
        let is_borrowed = |ty: &Ty| matches!(self.shallow(ty), Ty::Ref(..));
        if is_borrowed(&one) == is_borrowed(&other) && self.variables.unify(&one, &other) {
            return Some(Ty::vec(one));
        }
        let joined = self.join(&[one.clone(), other]).unwrap_or(one);
        Some(Ty::vec(joined))
    }

    /// Compares tuples or lists whose parts differ by references: both are compared as values of their own.
    pub(super) fn compares_parts(&mut self, left: &'tree Expression, right: &'tree Expression, a: &Ty, b: &Ty) -> bool {
        let is_whole = |ty: &Ty| ty.is_vec() || matches!(ty, Ty::Tuple(_));
        if !is_whole(a) || !is_whole(b) || self.variables.deep(a) == self.variables.deep(b) {
            return false;
        }
        let (one, other) = (self.all_owned(a), self.all_owned(b));
        let borrows = |inference: &Self, ty: &Ty, owned: &Ty| inference.variables.deep(ty) != inference.variables.deep(owned);
        if !borrows(self, a, &one) && !borrows(self, b, &other) || !self.variables.unify(&one, &other) {
            return false;
        }
        self.want(left, &one);
        self.want(right, &one);
        true
    }
}

fn list_element(ty: &Ty) -> Option<Ty> {
    match ty {
        Ty::Named(Head::Known("Vec"), arguments) => Some(arguments[0].clone()),
        Ty::Slice(element) | Ty::Array(element) | Ty::Iter(element) => Some((**element).clone()),
        _ => None,
    }
}
