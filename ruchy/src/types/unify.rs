//! Variables of inference, and unification.

use super::ty::{Int, Part, Parts, Ty};

/// How deep types are looked into: deeper parts agree with everything.
const DEPTH_MAX: usize = 40;

/// Whether a type has no variables and is not too deep, so that nothing in it is to be replaced.
fn is_final(ty: &Ty, depth: usize) -> bool {
    let is_final = |ty: &Ty| is_final(ty, depth + 1);
    match ty {
        Ty::Var(_) => false,
        _ if depth > DEPTH_MAX => false,
        Ty::Tuple(types) | Ty::Named(_, types) => types.iter().all(is_final),
        Ty::Fn(parameters, result) => parameters.iter().all(is_final) && is_final(result),
        Ty::Ref(_, inner) | Ty::Array(inner) | Ty::Slice(inner) | Ty::Iter(inner) | Ty::Range(inner, _) => is_final(inner),
        _ => true,
    }
}

fn is_older(one: &Ty, other: &Ty) -> bool {
    matches!((one, other), (Ty::Var(one), Ty::Var(other)) if one < other)
}

/// What a variable may become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any type.
    Any,
    /// An integer, of a literal or a length: `i64` unless something else is known. It may become a float.
    Int,
    /// A float: `f64` unless something else is known.
    Float,
    /// A text literal: `&'static str` unless a `String` is wanted.
    Text,
}

#[derive(Clone, Debug)]
enum State {
    Free(Kind),
    Bound(Ty),
}

/// The variables of one compilation.
#[derive(Debug, Default)]
pub struct Variables {
    states: Vec<State>,
}

impl Variables {
    pub fn fresh(&mut self, kind: Kind) -> Ty {
        self.states.push(State::Free(kind));
        Ty::Var(u32::try_from(self.states.len() - 1).unwrap_or(u32::MAX))
    }

    /// The kind of a free variable.
    #[must_use]
    pub fn kind(&self, ty: &Ty) -> Option<Kind> {
        match ty {
            Ty::Var(index) => match &self.states[*index as usize] {
                State::Free(kind) => Some(*kind),
                State::Bound(_) => None,
            },
            _ => None,
        }
    }

    /// `ty`, with its outermost variable replaced by what it is bound to.
    #[must_use]
    pub fn shallow(&self, ty: &Ty) -> Ty {
        self.known(ty).clone()
    }

    /// Whether a type has at most `most` parts.
    #[must_use]
    pub fn is_within(&self, ty: &Ty, most: usize) -> bool {
        let mut left = most;
        self.count(ty, &mut left)
    }

    fn count(&self, ty: &Ty, left: &mut usize) -> bool {
        if *left == 0 {
            return false;
        }
        *left -= 1;
        match ty {
            Ty::Var(index) => match &self.states[*index as usize] {
                State::Bound(bound) => self.count(bound, left),
                State::Free(_) => true,
            },
            Ty::Tuple(parts) | Ty::Named(_, parts) => parts.iter().all(|part| self.count(part, left)),
            Ty::Fn(parts, result) => parts.iter().all(|part| self.count(part, left)) && self.count(result, left),
            Ty::Ref(_, inner) | Ty::Array(inner) | Ty::Slice(inner) | Ty::Iter(inner) | Ty::Range(inner, _) => self.count(inner, left),
            _ => true,
        }
    }

    /// `ty`, with all bound variables replaced.
    #[must_use]
    pub fn deep(&self, ty: &Ty) -> Ty {
        self.replaced(ty, 0, &|_| None)
    }

    /// What a variable is bound to, or the type itself.
    fn known<'ty>(&'ty self, mut ty: &'ty Ty) -> &'ty Ty {
        while let Ty::Var(index) = ty {
            match &self.states[*index as usize] {
                State::Bound(bound) => ty = bound,
                State::Free(_) => break,
            }
        }
        ty
    }

    /// `ty` with bound variables replaced, and free ones by what `free` gives for their kinds.
    fn replaced(&self, ty: &Ty, depth: usize, free: &dyn Fn(Kind) -> Option<Ty>) -> Ty {
        if depth > DEPTH_MAX {
            return Ty::Unknown;
        }
        let ty = self.known(ty);
        if is_final(ty, depth) {
            return ty.clone();
        }
        let all = |types: &[Ty]| types.iter().map(|ty| self.replaced(ty, depth + 1, free)).collect::<Parts>();
        let one = |ty: &Ty| Part::new(self.replaced(ty, depth + 1, free));
        match ty {
            Ty::Var(_) => self.kind(ty).and_then(free).unwrap_or_else(|| ty.clone()),
            Ty::Tuple(types) => Ty::Tuple(all(types)),
            Ty::Named(head, types) => Ty::Named(*head, all(types)),
            Ty::Fn(parameters, result) => Ty::Fn(all(parameters), one(result)),
            Ty::Ref(mutable, inner) => Ty::Ref(*mutable, one(inner)),
            Ty::Array(inner) => Ty::Array(one(inner)),
            Ty::Slice(inner) => Ty::Slice(one(inner)),
            Ty::Iter(inner) => Ty::Iter(one(inner)),
            Ty::Range(inner, inclusive) => Ty::Range(one(inner), *inclusive),
            _ => ty.clone(),
        }
    }

    /// `ty` with free variables replaced by their defaults.
    #[must_use]
    pub fn last(&self, ty: &Ty) -> Ty {
        self.replaced(ty, 0, &|kind| {
            Some(match kind {
                Kind::Int => Ty::Int(Int::I64),
                Kind::Float => Ty::F64,
                Kind::Text => Ty::str_ref(),
                Kind::Any => Ty::Unknown,
            })
        })
    }

    /// Replaces the variables in `ty`, in its place.
    pub fn conclude(&self, ty: &mut Ty) {
        if matches!(ty, Ty::Var(_)) || !ty.is_simple() {
            *ty = self.last(ty);
        }
    }

    pub fn bind(&mut self, variable: &Ty, ty: Ty) {
        if let Ty::Var(index) = variable
            && *variable != ty
        {
            self.states[*index as usize] = State::Bound(ty);
        }
    }

    fn occurs(&self, variable: &Ty, ty: &Ty) -> bool {
        self.contains(ty, variable, 0)
    }

    fn contains(&self, ty: &Ty, variable: &Ty, depth: usize) -> bool {
        let ty = self.known(ty);
        let inside = |inner: &Ty| self.contains(inner, variable, depth + 1);
        match ty {
            _ if depth > DEPTH_MAX => false,
            Ty::Tuple(types) | Ty::Named(_, types) => types.iter().any(inside),
            Ty::Fn(parameters, result) => parameters.iter().any(inside) || inside(result),
            Ty::Ref(_, inner) | Ty::Array(inner) | Ty::Slice(inner) | Ty::Iter(inner) | Ty::Range(inner, _) => inside(inner),
            _ => ty == variable,
        }
    }

    /// Makes the two types the same, if they can be.
    pub fn unify(&mut self, left: &Ty, right: &Ty) -> bool {
        self.unify_at(left, right, 0)
    }

    fn unify_at(&mut self, left: &Ty, right: &Ty, depth: usize) -> bool {
        if depth > DEPTH_MAX {
            return true;
        }
        let (left, right) = (self.shallow(left), self.shallow(right));
        if left == right {
            return true;
        }
        match (&left, &right) {
            (Ty::Var(_), Ty::Var(_)) => {
                let (Some(one), Some(other)) = (self.kind(&left), self.kind(&right)) else { return true };
                let (narrow, wide) = match (one, other) {
                    // The older one stays: many variables that are unified with it one after the other would make a chain.
                    _ if one == other => {
                        if is_older(&left, &right) {
                            (left, right)
                        } else {
                            (right, left)
                        }
                    }
                    (_, Kind::Any) | (Kind::Float, Kind::Int) => (left, right),
                    (Kind::Any, _) => (right, left),
                    (Kind::Int, Kind::Float) => (right, left),
                    _ => return false,
                };
                self.bind(&wide, narrow);
                true
            }
            (Ty::Var(_), other) => self.bind_checked(&left, other.clone()),
            (other, Ty::Var(_)) => self.bind_checked(&right, other.clone()),
            (Ty::Unknown | Ty::Opaque(_) | Ty::Never, _) | (_, Ty::Unknown | Ty::Opaque(_) | Ty::Never) => true,
            (Ty::Ref(_, one), Ty::Ref(_, other)) => self.unify_at(one, other, depth + 1),
            (Ty::Tuple(one), Ty::Tuple(other)) => self.unify_all(one, other, depth),
            (Ty::Named(one, arguments), Ty::Named(other, others)) => {
                one == other && (arguments.len() != others.len() || self.unify_all(arguments, others, depth))
            }
            (Ty::Fn(one, result), Ty::Fn(other, others)) => self.unify_all(one, other, depth) && self.unify_at(result, others, depth + 1),
            (Ty::Array(one), Ty::Array(other))
            | (Ty::Slice(one), Ty::Slice(other))
            | (Ty::Iter(one) | Ty::Range(one, _), Ty::Iter(other) | Ty::Range(other, _)) => self.unify_at(one, other, depth + 1),
            _ => false,
        }
    }

    fn unify_all(&mut self, one: &[Ty], other: &[Ty], depth: usize) -> bool {
        one.len() == other.len() && one.iter().zip(other).fold(true, |all, (one, other)| self.unify_at(one, other, depth + 1) && all)
    }

    fn bind_checked(&mut self, variable: &Ty, ty: Ty) -> bool {
        let fits = match self.kind(variable) {
            Some(Kind::Any) | None => true,
            Some(Kind::Int) => matches!(ty, Ty::Int(_) | Ty::F32 | Ty::F64 | Ty::Unknown | Ty::Opaque(_) | Ty::Never | Ty::Param(_)),
            Some(Kind::Float) => matches!(ty, Ty::F32 | Ty::F64 | Ty::Unknown | Ty::Opaque(_) | Ty::Never | Ty::Param(_)),
            Some(Kind::Text) => match &ty {
                Ty::String | Ty::Unknown | Ty::Opaque(_) | Ty::Never | Ty::Param(_) | Ty::Char => true,
                Ty::Ref(_, inner) => matches!(self.shallow(inner), Ty::Str | Ty::Unknown | Ty::Var(_)),
                _ => false,
            },
        };
        if !fits {
            return false;
        }
        if matches!(ty, Ty::Unknown | Ty::Opaque(_) | Ty::Never) && self.kind(variable) != Some(Kind::Any) {
            return true;
        }
        if self.kind(variable) == Some(Kind::Text) && ty == Ty::Char {
            return false;
        }
        // `&T` of a text literal: `T` is `str`.
        if let (Some(Kind::Text), Ty::Ref(_, inner)) = (self.kind(variable), &ty) {
            let inner = self.shallow(inner);
            if matches!(inner, Ty::Var(_)) {
                self.bind(&inner, Ty::Str);
            }
        }
        if self.occurs(variable, &ty) {
            return false;
        }
        self.bind(variable, ty);
        true
    }
}
