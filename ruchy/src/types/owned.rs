//! The types of values that are kept: what they borrow and what is their own.

use super::table::Receiver;
use super::ty::{Head, Ty};
use super::unify::Kind;
use super::{Callee, Inference};
use crate::names::{LocalId, Meaning};
use crate::tree::{Expression, ExpressionKind, Pattern, PatternKind};

/// Methods that use an iterator as such: a variable that has one of these called on it is not made a list.
const OF_ITERATORS: [&str; 7] = ["next", "next_back", "peek", "by_ref", "next_if", "peekable", "nth"];

impl<'tree> Inference<'_, 'tree> {
    /// The type that a value has when it is kept: an iterator becomes a list, a part of a list a list of its own.
    pub(super) fn materialized(&mut self, value: &'tree Expression, ty: &Ty, pattern: Option<&'tree crate::tree::Pattern>) -> Ty {
        match self.shallow(ty) {
            Ty::Iter(item) => {
                let stays = match pattern.map(|pattern| self.names.meaning(pattern.id)) {
                    Some(Meaning::Local(id)) => OF_ITERATORS.iter().any(|method| self.names.local(*id).methods.contains(*method)),
                    Some(_) => true,
                    None => false,
                };
                if stays { ty.clone() } else { Ty::vec(self.owned(&item)) }
            }
            Ty::Ref(_, inner) if self.is_part(value) => match self.shallow(&inner) {
                Ty::Slice(element) => Ty::vec((*element).clone()),
                Ty::Str => Ty::String,
                _ => ty.clone(),
            },
            known => match known {
                Ty::Ref(..) | Ty::Named(..) | Ty::Tuple(_) => {
                    let lasts = self.lasts(value);
                    if lasts && self.rooted(value) { ty.clone() } else { self.unborrowed(ty, !lasts) }
                }
                _ => ty.clone(),
            },
        }
    }

    /// `a[1..3]`, `a[range]`
    pub(super) fn is_part(&self, value: &Expression) -> bool {
        matches!(&value.unparenthesized().kind, ExpressionKind::Index { index, .. } if self.is_range(index))
    }

    pub(super) fn is_range(&self, index: &Expression) -> bool {
        match &index.unparenthesized().kind {
            ExpressionKind::Range { .. } => true,
            ExpressionKind::Path(_) => match self.names.meaning(index.unparenthesized().id) {
                Meaning::Local(id) => matches!(self.shallow(&self.types.locals[id.0 as usize]), Ty::Range(..)),
                _ => false,
            },
            _ => false,
        }
    }

    /// A type without references to values that are gone at the end of the statement. With `texts`, that is true of text as well.
    pub(super) fn unborrowed(&self, ty: &Ty, texts: bool) -> Ty {
        match self.variables.deep(ty) {
            Ty::Ref(false, inner) => match &*inner {
                Ty::Str if texts => Ty::String,
                Ty::Slice(element) if texts => Ty::vec(self.unborrowed(element, texts)),
                Ty::Var(_) if self.variables.kind(&inner).is_some_and(|kind| kind != Kind::Any) => inner.as_ref().clone(),
                Ty::Str | Ty::Slice(_) | Ty::Trait(_) | Ty::Unknown | Ty::Opaque(_) | Ty::Var(_) => Ty::Ref(false, inner),
                inner => self.unborrowed(inner, texts),
            },
            Ty::Named(head @ Head::Known("Option"), arguments) => {
                Ty::Named(head, arguments.iter().map(|ty| self.unborrowed(ty, texts)).collect())
            }
            Ty::Named(head @ Head::Known("Vec"), arguments) if texts => {
                Ty::Named(head, arguments.iter().map(|ty| self.unborrowed(ty, texts)).collect())
            }
            Ty::Tuple(parts) if texts => Ty::Tuple(parts.iter().map(|ty| self.unborrowed(ty, texts)).collect()),
            other => other,
        }
    }

    /// Whether what a value borrows lasts longer than its statement: it begins with a variable, a parameter or a literal, not with a value that
    /// is made on the way.
    fn lasts(&self, value: &Expression) -> bool {
        match &value.kind {
            // What `find(…).and_then(|i| list.get(i))` borrows comes out of the closure, if the receiver is used up and borrows nothing.
            ExpressionKind::MethodCall { receiver, arguments, .. }
                if !arguments.is_empty() && self.is_used_up(value) && self.is_made(receiver) =>
            {
                arguments.iter().all(|argument| match &argument.unparenthesized().kind {
                    ExpressionKind::Lambda(lambda) => {
                        let own = |id| lambda.parameters.iter().any(|parameter| parameter.pattern.id == self.names.local(id).node);
                        self.lasts(&lambda.body) && !self.lender(&lambda.body).is_some_and(own)
                    }
                    _ => self.lasts_or_owned(argument),
                })
            }
            ExpressionKind::MethodCall { receiver, .. } | ExpressionKind::Pipeline { value: receiver, .. } => {
                !self.is_made(value) && self.lasts(receiver) && !self.is_made_by_branches(receiver)
            }
            ExpressionKind::Call { arguments, .. } => {
                !self.is_made(value) && arguments.iter().all(|argument| self.lasts_or_owned(argument))
            }
            ExpressionKind::Field { value: inner, .. }
            | ExpressionKind::Index { value: inner, .. }
            | ExpressionKind::Parenthesized(inner)
            | ExpressionKind::Try(inner)
            | ExpressionKind::Reference { operand: inner, .. } => self.lasts(inner),
            ExpressionKind::FString(_) | ExpressionKind::Binary { .. } => false,
            ExpressionKind::If { then, otherwise: Some(otherwise), .. } => {
                then.tail().is_none_or(|tail| self.lasts_or_owned(tail)) && self.lasts_or_owned(otherwise)
            }
            ExpressionKind::Match { arms, .. } => arms.iter().all(|arm| self.lasts_or_owned(&arm.body)),
            ExpressionKind::Block { block, .. } => block.tail().is_none_or(|tail| self.lasts_or_owned(tail)),
            _ => true,
        }
    }

    /// Whether branches give a value of their own, which ends with the statement.
    fn is_made_by_branches(&self, value: &Expression) -> bool {
        let value = value.unparenthesized();
        matches!(
            value.kind,
            ExpressionKind::If { .. } | ExpressionKind::Match { .. } | ExpressionKind::Block { .. } | ExpressionKind::Ternary { .. }
        ) && self.is_made(value)
    }

    /// Whether a method of the table takes its receiver by value.
    fn is_used_up(&self, call: &Expression) -> bool {
        matches!(self.types.calls.get(&call.id), Some(Callee::Table(method)) if method.receiver == Some(Receiver::Value))
    }

    /// Whether what an expression borrows lives on: it is in a variable, or was handed in.
    fn rooted(&self, expression: &Expression) -> bool {
        match &expression.kind {
            ExpressionKind::MethodCall { receiver: inner, .. }
            | ExpressionKind::Field { value: inner, .. }
            | ExpressionKind::Index { value: inner, .. }
            | ExpressionKind::Parenthesized(inner)
            | ExpressionKind::Try(inner)
            | ExpressionKind::Reference { operand: inner, .. } => self.rooted(inner),
            ExpressionKind::Match { value, arms } => {
                self.lasts(value) && !self.is_made(value) && self.rooted(value) && arms.iter().all(|arm| self.rooted(&arm.body))
            }
            ExpressionKind::List(_)
            | ExpressionKind::Comprehension(_)
            | ExpressionKind::FString(_)
            | ExpressionKind::Binary { .. }
            | ExpressionKind::Macro(_)
            | ExpressionKind::Object(_)
            | ExpressionKind::Repeat { .. } => false,
            _ => true,
        }
    }

    fn lasts_or_owned(&self, value: &Expression) -> bool {
        self.lasts(value) || self.is_made(value)
    }

    /// Whether a call gives a value of its own: its type borrows nothing.
    pub(super) fn is_made(&self, value: &Expression) -> bool {
        let ty = self.variables.deep(&self.types.of[value.id.index()]);
        !ty.any(&mut |part| {
            matches!(part, Ty::Ref(..) | Ty::Iter(_) | Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Trait(_))
                || self.variables.kind(part) == Some(Kind::Any)
        })
    }

    /// The number, `bool` or `char` that a reference, or a reference in an option, is to; any other type as it is.
    pub(super) fn scalar(&self, ty: Ty) -> Ty {
        match self.shallow(&ty) {
            Ty::Named(head @ Head::Known("Option"), own) => {
                let inner = self.scalar(own[0].clone());
                if inner == own[0] { ty } else { Ty::Named(head, [inner].into()) }
            }
            Ty::Ref(false, inner) => {
                let inner = self.shallow(&inner);
                let is_number = inner.is_number() || matches!(self.variables.kind(&inner), Some(Kind::Int | Kind::Float));
                if is_number || matches!(inner, Ty::Bool | Ty::Char) { inner } else { ty }
            }
            _ => ty,
        }
    }

    /// The type of an element that a list of its own holds: not a reference, but for text.
    pub(super) fn owned(&self, item: &Ty) -> Ty {
        match self.shallow(item) {
            Ty::Ref(_, inner) => match self.shallow(&inner) {
                Ty::Str | Ty::Slice(_) | Ty::Trait(_) => item.clone(),
                Ty::Ref(..) => self.owned(&inner),
                other => other,
            },
            other => other,
        }
    }

    /// A type without references in the parts of its tuples and lists.
    pub(super) fn all_owned(&self, ty: &Ty) -> Ty {
        match self.shallow(ty) {
            Ty::Ref(false, inner) if self.shallow(&inner) == Ty::Str => Ty::String,
            Ty::Ref(false, inner) if !matches!(self.shallow(&inner), Ty::Slice(_) | Ty::Trait(_) | Ty::Unknown) => self.all_owned(&inner),
            Ty::Tuple(parts) => Ty::Tuple(parts.iter().map(|part| self.all_owned(part)).collect()),
            Ty::Named(head @ Head::Known("Vec" | "Option"), own) => Ty::Named(head, own.iter().map(|part| self.all_owned(part)).collect()),
            other => other,
        }
    }

    /// The type that a parameter without a written type has: in tuples, lists and options text is a value of its own.
    pub(super) fn parameter_of(&mut self, ty: Ty) -> Ty {
        match self.shallow(&ty) {
            Ty::Tuple(_) | Ty::Named(Head::Known("Vec" | "Option"), _) => {
                let owned = self.all_owned(&ty);
                self.texts_own(&owned);
                owned
            }
            _ => ty,
        }
    }

    /// Makes the text of literals in tuples, lists and options `String`.
    fn texts_own(&mut self, ty: &Ty) {
        let ty = self.shallow(ty);
        match &ty {
            Ty::Tuple(parts) | Ty::Named(Head::Known("Vec" | "Option"), parts) => parts.iter().for_each(|part| self.texts_own(part)),
            Ty::Var(_) if self.variables.kind(&ty) == Some(Kind::Text) => {
                self.variables.unify(&ty, &Ty::String);
            }
            _ => {}
        }
    }

    /// Whether a pattern binds a variable that an earlier inference has found to be a copy.
    pub(super) fn must_copy(&self, pattern: &Pattern) -> bool {
        if self.earlier.copies.is_empty() {
            return false;
        }
        match &pattern.kind {
            PatternKind::Binding { subpattern, .. } => {
                self.earlier.copies.contains(&pattern.id) || subpattern.as_ref().is_some_and(|inner| self.must_copy(inner))
            }
            PatternKind::TupleStruct { elements: all, .. } | PatternKind::Tuple(all) | PatternKind::List(all) | PatternKind::Or(all) => {
                all.iter().any(|pattern| self.must_copy(pattern))
            }
            PatternKind::Struct { fields, .. } => fields.iter().any(|field| self.must_copy(&field.pattern)),
            PatternKind::Reference { pattern, .. } | PatternKind::Parenthesized(pattern) => self.must_copy(pattern),
            _ => false,
        }
    }

    /// The variable that a value borrows from, or is a part of.
    pub(super) fn lender(&self, value: &Expression) -> Option<LocalId> {
        match &value.kind {
            ExpressionKind::Path(_) => match self.names.meaning(value.id) {
                Meaning::Local(id) => Some(*id),
                _ => None,
            },
            ExpressionKind::MethodCall { receiver: inner, .. }
            | ExpressionKind::Field { value: inner, .. }
            | ExpressionKind::Index { value: inner, .. }
            | ExpressionKind::Parenthesized(inner)
            | ExpressionKind::Try(inner)
            | ExpressionKind::Reference { operand: inner, .. } => self.lender(inner),
            ExpressionKind::Block { block, .. } => block.tail().and_then(|tail| self.lender(tail)),
            _ => None,
        }
    }

    /// A value that borrows from a variable which ends with the expression around it, as a value of its own.
    pub(super) fn outliving(&self, value: &Expression, ty: Ty) -> Ty {
        let Some(id) = self.lender(value) else { return ty };
        let of_lender = self.variables.deep(&self.types.locals[id.0 as usize]);
        if of_lender.any(&mut |part| matches!(part, Ty::Ref(..) | Ty::Unknown | Ty::Opaque(_) | Ty::Param(_) | Ty::Iter(_) | Ty::Var(_))) {
            return ty;
        }
        self.unborrowed(&ty, true)
    }
}
