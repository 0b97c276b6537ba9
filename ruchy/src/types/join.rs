//! The type of what is one of several types, by the branch taken.

use super::Inference;
use super::ty::{Head, Parts, Ty};
use super::unify::Kind;

impl Inference<'_, '_> {
    /// The type of what is one of these types, by the branch taken.
    pub(super) fn join(&mut self, types: &[Ty]) -> Option<Ty> {
        let mut joined: Option<Ty> = None;
        for ty in types {
            let ty = self.shallow(ty);
            if ty == Ty::Never {
                continue;
            }
            joined = Some(match joined {
                None => ty,
                Some(earlier) => self.join_two(&earlier, &ty)?,
            });
        }
        Some(joined.unwrap_or(Ty::Never))
    }

    fn is_list(&self, ty: &Ty) -> bool {
        matches!(self.shallow(ty), Ty::Slice(_) | Ty::Array(_) | Ty::Named(Head::Known("Vec"), _))
    }

    /// Whether both are texts of literals.
    pub(super) fn is_literal_text(&self, one: &Ty, other: &Ty) -> bool {
        [one, other].iter().all(|ty| self.variables.kind(&self.shallow(ty)) == Some(Kind::Text))
    }

    pub(super) fn join_two(&mut self, one: &Ty, other: &Ty) -> Option<Ty> {
        let (one, other) = (self.shallow(one), self.shallow(other));
        let text = |inference: &Self, ty: &Ty| {
            ty.behind().is_text() || inference.variables.kind(ty) == Some(Kind::Text) || inference.shallow(ty.behind()).is_text()
        };
        if one == other {
            return Some(one);
        }
        match (&one, &other) {
            (Ty::Unknown, _) => return Some(other),
            (_, Ty::Unknown) => return Some(one),
            (Ty::Ref(_, inner), _)
                if self.shallow(inner) == Ty::String && text(self, &other) && !matches!(self.shallow(other.behind()), Ty::String) =>
            {
                return Some(Ty::String);
            }
            (_, Ty::Ref(_, inner)) if self.shallow(inner) == Ty::String && text(self, &one) => return Some(Ty::String),
            (Ty::String, _) if text(self, &other) || other == Ty::Char => {
                self.fits(&other, &Ty::String, true);
                return Some(Ty::String);
            }
            (_, Ty::String) if text(self, &one) || one == Ty::Char => {
                self.fits(&one, &Ty::String, true);
                return Some(Ty::String);
            }
            (Ty::Int(a), Ty::Int(b)) => return Some(Ty::Int(super::operator::wider(*a, *b))),
            (Ty::Int(_), b) if b.is_float() || self.variables.kind(b) == Some(Kind::Float) => return Some(other),
            (a, Ty::Int(_)) if a.is_float() || self.variables.kind(a) == Some(Kind::Float) => return Some(one),
            // `[&[][..], &[1]]`: all are slices.
            (Ty::Ref(_, a), Ty::Ref(_, b))
                if matches!(self.shallow(a), Ty::Slice(_)) != matches!(self.shallow(b), Ty::Slice(_))
                    && [a, b].iter().all(|ty| self.is_list(ty)) =>
            {
                let (slice, list) = if matches!(self.shallow(a), Ty::Slice(_)) { (&one, &other) } else { (&other, &one) };
                return self.fits(list, slice, false).then(|| slice.clone());
            }
            (Ty::Ref(_, a), _) if matches!(self.shallow(a), Ty::Slice(_)) && self.is_list(&other) => {
                return self.fits(&other, &one, false).then_some(one);
            }
            (_, Ty::Ref(_, b)) if matches!(self.shallow(b), Ty::Slice(_)) && self.is_list(&one) => {
                return self.fits(&one, &other, false).then_some(other);
            }
            (Ty::Ref(_, inner), _) if !matches!(other, Ty::Ref(..) | Ty::Var(_)) && self.fits(inner, &other, false) => return Some(other),
            (_, Ty::Ref(_, inner)) if !matches!(one, Ty::Ref(..) | Ty::Var(_)) && self.fits(inner, &one, false) => return Some(one),
            (Ty::Named(Head::Known("Option"), a), Ty::Named(Head::Known("Option"), b)) => {
                let inner = self.join_two(&a[0].clone(), &b[0].clone())?;
                return Some(Ty::option(inner));
            }
            (Ty::Ref(_, inner), Ty::Var(_))
                if matches!(self.variables.kind(&other), Some(Kind::Int | Kind::Float)) || self.is_literal_text(inner, &other) =>
            {
                let inner = self.shallow(inner);
                return self.join_two(&inner, &other);
            }
            (Ty::Var(_), Ty::Ref(_, inner))
                if matches!(self.variables.kind(&one), Some(Kind::Int | Kind::Float)) || self.is_literal_text(inner, &one) =>
            {
                let inner = self.shallow(inner);
                return self.join_two(&one, &inner);
            }
            (Ty::Named(Head::Known("Vec"), a), Ty::Named(Head::Known("Vec"), b))
                if (text(self, &a[0]) && text(self, &b[0]))
                    || matches!(self.shallow(&a[0]), Ty::Ref(..)) != matches!(self.shallow(&b[0]), Ty::Ref(..)) =>
            {
                return self.join_two(&a[0].clone(), &b[0].clone()).map(Ty::vec);
            }
            (Ty::Tuple(a), Ty::Tuple(b)) if a.len() == b.len() => {
                let parts: Option<Parts> = a.iter().zip(b).map(|(one, other)| self.join_two(one, other)).collect();
                return parts.map(Ty::Tuple);
            }
            (Ty::Iter(_), Ty::Named(Head::Known("Vec"), _)) if self.fits(&one, &other, false) => return Some(other),
            (Ty::Named(Head::Known("Vec"), _), Ty::Iter(_)) if self.fits(&other, &one, false) => return Some(one),
            (Ty::Named(Head::Known("Vec"), a), Ty::Array(b) | Ty::Slice(b)) => return self.variables.unify(&a[0], b).then_some(one),
            (Ty::Array(a) | Ty::Slice(a), Ty::Named(Head::Known("Vec"), b)) => return self.variables.unify(&b[0], a).then_some(other),
            (Ty::Iter(item), Ty::Iter(_)) => {
                let owned = Ty::vec(self.owned(item));
                return (self.fits(&one, &owned, false) && self.fits(&other, &owned, false)).then_some(owned);
            }
            _ => {}
        }
        if self.variables.unify(&one, &other) { Some(one) } else { None }
    }
}
