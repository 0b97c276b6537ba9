//! `match` and `if let`: the type of the value that patterns are matched with.

use super::body::Expect;
use super::ty::{Head, Part, Ty};
use super::unify::Kind;
use super::{Inference, Look};
use crate::tree::{Arm, Expression, ExpressionKind, Literal, Pattern, PatternKind};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn matched(&mut self, expression: &'tree Expression, value: &'tree Expression, arms: &'tree [Arm], expect: &Expect) -> Ty {
        let ty = self.infer(value, &Expect::Nothing);
        let patterns: Vec<&Pattern> = arms.iter().map(|arm| &arm.pattern).collect();
        let ty = self.copied_for(value, ty, &patterns);
        let ty = self.looked_at(value, &ty, &patterns);
        for arm in arms {
            self.pattern(&arm.pattern, &ty, None);
            if let Some(guard) = &arm.guard {
                self.condition(guard, "if");
            }
        }
        self.matches.push((expression, ty, arms));
        let bodies: Vec<&'tree Expression> = arms.iter().map(|arm| &arm.body).collect();
        if matches!(expect, Expect::Discard) {
            let mut ends = !arms.is_empty();
            for body in bodies {
                let ty = self.discard(body);
                ends &= self.shallow(&ty) == Ty::Never;
            }
            return if ends { Ty::Never } else { Ty::Unit };
        }
        if let Some(expected) = self.expected(expect) {
            let typed = Expect::Type(expected.clone());
            let mut ends = !arms.is_empty();
            for body in &bodies {
                let ty = self.infer(body, &typed);
                if let ExpressionKind::Block { block, .. } = &body.kind {
                    self.branch_value(block, &ty, &expected);
                } else {
                    self.coerce(body, &ty, &expected);
                }
                ends &= self.shallow(&ty) == Ty::Never;
            }
            return if ends { Ty::Never } else { expected };
        }
        let mut types = Vec::new();
        for body in &bodies {
            let ty = self.infer(body, &Expect::Nothing);
            types.push(self.materialized_tail(body, &ty));
        }
        self.joined(&types, &bodies)
    }

    pub(super) fn infer_let(&mut self, pattern: &'tree Pattern, value: &'tree Expression) {
        let ty = self.infer(value, &Expect::Nothing);
        let ty = self.copied_for(value, ty, &[pattern]);
        let ty = self.looked_at(value, &ty, &[pattern]);
        self.pattern(pattern, &ty, None);
    }

    /// The type of a value that patterns take apart: a copy, if one of them binds a variable that must be one.
    fn copied_for(&mut self, value: &'tree Expression, ty: Ty, patterns: &[&'tree Pattern]) -> Ty {
        if !patterns.iter().any(|pattern| self.must_copy(pattern)) {
            return ty;
        }
        let owned = self.unborrowed(&ty, true);
        self.want(value, &owned);
        owned
    }

    /// The type that the patterns of a `match` or `if let` see, and how the value is looked at for it.
    pub(super) fn looked_at(&mut self, value: &'tree Expression, ty: &Ty, patterns: &[&'tree Pattern]) -> Ty {
        let known = self.shallow(ty);
        let texts = patterns.iter().any(|pattern| has_text(pattern, 0));
        let lists = patterns.iter().any(|pattern| is_list(pattern));
        let inner = self.shallow(known.behind());
        if let (ExpressionKind::Tuple(parts), Ty::Tuple(types)) = (&value.unparenthesized().kind, &known) {
            let mut seen = Vec::new();
            for (index, (part, ty)) in parts.iter().zip(types).enumerate() {
                let column: Vec<&'tree Pattern> = patterns.iter().flat_map(|pattern| columns(pattern, index)).collect();
                seen.push(self.looked_at(part, ty, &column));
            }
            let tuple = Ty::Tuple(seen.into());
            self.set(value, tuple.clone());
            return tuple;
        }
        match &inner {
            Ty::String if texts => {
                self.types.looks.insert(value.id, Look::AsStr);
                Ty::str_ref()
            }
            // What is not known yet may turn out to be a `String`, and a reference may refer to another: the emitter looks again.
            Ty::Var(_) | Ty::Ref(..) if texts => {
                self.types.looks.insert(value.id, Look::AsStr);
                ty.clone()
            }
            Ty::Named(Head::Known("Option"), arguments)
                if self.shallow(&arguments[0]) == Ty::String && patterns.iter().any(|pattern| has_text(pattern, 1)) =>
            {
                self.types.looks.insert(value.id, Look::AsDeref);
                Ty::option(Ty::str_ref())
            }
            Ty::Named(Head::Known("Vec"), arguments) if lists => {
                let element = self.shallow(&arguments[0]);
                if patterns.iter().any(|pattern| has_text(pattern, 1))
                    && (element == Ty::String || self.variables.kind(&element) == Some(Kind::Text))
                {
                    self.types.looks.insert(value.id, Look::Texts);
                    return Ty::Slice(Part::new(Ty::str_ref())).reference();
                }
                self.types.looks.insert(value.id, Look::AsSlice);
                Ty::Slice(Part::new(element)).reference()
            }
            Ty::Iter(item) if lists => {
                let list = Ty::vec(self.owned(item));
                self.want(value, &list);
                self.types.looks.insert(value.id, Look::AsSlice);
                let Ty::Named(_, arguments) = list else { return Ty::Unknown };
                Ty::Slice(Part::new(arguments[0].clone())).reference()
            }
            Ty::Named(Head::Known("Box"), arguments) if known.depth() == 0 && patterns.iter().any(|pattern| opens(pattern)) => {
                let _ = arguments;
                ty.clone()
            }
            _ if known.depth() == 0 && is_part_of_place(value) && patterns.iter().any(|pattern| opens(pattern)) => {
                self.types.looks.insert(value.id, Look::Reference);
                ty.clone().reference()
            }
            _ => ty.clone(),
        }
    }
}

/// Whether a pattern has a text literal at this depth of variants and lists.
fn has_text(pattern: &Pattern, depth: usize) -> bool {
    match &pattern.kind {
        PatternKind::Literal(literal) => depth == 0 && matches!(literal.literal, Literal::String(_)),
        PatternKind::Or(all) => all.iter().any(|pattern| has_text(pattern, depth)),
        PatternKind::Parenthesized(inner) => has_text(inner, depth),
        PatternKind::Binding { subpattern: Some(inner), .. } => has_text(inner, depth),
        PatternKind::TupleStruct { elements, .. } | PatternKind::List(elements) if depth > 0 => {
            elements.iter().any(|pattern| has_text(pattern, depth - 1))
        }
        _ => false,
    }
}

fn is_list(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::List(_) => true,
        PatternKind::Or(all) => all.iter().any(is_list),
        PatternKind::Parenthesized(inner) => is_list(inner),
        _ => false,
    }
}

/// Whether a pattern takes a value apart, so that matching may move parts of it.
pub(super) fn opens(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::TupleStruct { elements: parts, .. } | PatternKind::Tuple(parts) | PatternKind::List(parts) => parts.iter().any(binds),
        PatternKind::Struct { fields, .. } => fields.iter().any(|field| binds(&field.pattern)),
        PatternKind::Or(all) => all.iter().any(opens),
        PatternKind::Parenthesized(inner) => opens(inner),
        PatternKind::Binding { subpattern: Some(inner), .. } => opens(inner),
        _ => false,
    }
}

fn binds(pattern: &Pattern) -> bool {
    matches!(pattern.kind, PatternKind::Binding { .. }) || opens(pattern)
}

/// The patterns that alternatives have for a part of a tuple.
fn columns(pattern: &Pattern, index: usize) -> Vec<&Pattern> {
    match &pattern.kind {
        PatternKind::Tuple(all) => all.get(index).into_iter().collect(),
        PatternKind::Or(all) => all.iter().flat_map(|pattern| columns(pattern, index)).collect(),
        PatternKind::Parenthesized(inner) => columns(inner, index),
        _ => Vec::new(),
    }
}

/// A field or element: matching it must not move it out of its owner.
fn is_part_of_place(value: &Expression) -> bool {
    matches!(value.unparenthesized().kind, ExpressionKind::Field { .. } | ExpressionKind::Index { .. })
}
