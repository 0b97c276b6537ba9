//! Checks that the arms of a `match` cover all values, and that the patterns of `let`, `for` and parameters do.

use super::Inference;
use super::ty::{Head, Ty};
use crate::diagnostic::Code;
use crate::names::{ItemOf, Meaning};
use crate::tree::{Arm, Expression, Literal, Pattern, PatternKind};

impl<'tree> Inference<'_, 'tree> {
    /// Reports every `match` that leaves values out.
    pub(super) fn check_matches(&mut self) {
        for (expression, ty, arms) in std::mem::take(&mut self.matches) {
            self.exhaustive(expression, &ty, arms);
        }
        for (pattern, ty) in std::mem::take(&mut self.irrefutable) {
            if let Some(witness) = self.uncovered(&ty, &[pattern]) {
                let text = if witness.is_open { "other values".to_owned() } else { witness.text };
                let error = self.error(Code::NotExhaustive, pattern.span, format!("the pattern leaves out {text}"));
                error.help = Some("write `let … else { … }`, `if let` or `match`, which say what happens otherwise".to_owned());
            }
        }
    }

    /// Gives the names of a pattern their types, and checks later that the pattern fits every value of `ty`.
    pub(super) fn irrefutable_pattern(&mut self, pattern: &'tree Pattern, ty: &Ty) {
        let before = self.errors.len();
        self.pattern(pattern, ty, None);
        let has_path = matches!(pattern.kind, PatternKind::Path(_) | PatternKind::TupleStruct { .. } | PatternKind::Struct { .. });
        let is_unknown = has_path && *self.names.meaning(pattern.id) == Meaning::Unknown;
        if self.errors.len() == before && !is_unknown && !self.fits_all(pattern) {
            self.irrefutable.push((pattern, ty.clone()));
        }
    }

    fn exhaustive(&mut self, expression: &'tree Expression, ty: &Ty, arms: &'tree [Arm]) {
        let known = self.shallow(ty);
        let mut inner = self.shallow(known.behind());
        while let Ty::Ref(_, deeper) = &inner {
            inner = self.shallow(deeper);
        }
        let patterns: Vec<&'tree Pattern> = arms.iter().filter(|arm| arm.guard.is_none()).map(|arm| &arm.pattern).collect();
        let arms: Vec<&Pattern> = patterns.iter().flat_map(|pattern| alternatives(pattern)).collect();
        if arms.iter().any(|pattern| self.fits_all(pattern)) {
            return;
        }
        let missing: Vec<String> = match &inner {
            Ty::Named(Head::Item(id), _) => {
                let ItemOf::Enum(of) = self.names.item(*id).kind else { return };
                let covered = |index: usize| {
                    arms.iter().any(|pattern| {
                        matches!(self.names.meaning(pattern.id), Meaning::Variant(_, at) if *at == index)
                            || self.of_self(pattern, &of.variants[index].name.text)
                    })
                };
                (0..of.variants.len())
                    .filter(|index| !covered(*index))
                    .map(|index| format!("{}::{}", of.name.text, of.variants[index].name.text))
                    .collect()
            }
            Ty::Named(Head::Known("Ordering"), _) => missing_of(&arms, &["Less", "Equal", "Greater"]),
            Ty::Named(Head::Known("Option"), _) => missing_of(&arms, &["Some", "None"]),
            Ty::Named(Head::Known("Result"), _) => missing_of(&arms, &["Ok", "Err"]),
            Ty::Bool => {
                let has = |value: bool| {
                    arms.iter()
                        .any(|pattern| matches!(&pattern.kind, PatternKind::Literal(literal) if literal.literal == Literal::Bool(value)))
                };
                [true, false].into_iter().filter(|value| !has(*value)).map(|value| value.to_string()).collect()
            }
            _ => Vec::new(),
        };
        if !missing.is_empty() {
            self.leaves_out(expression, &missing.join(", "));
            return;
        }
        match self.uncovered(ty, &patterns) {
            // What is left out panics.
            Some(witness) if witness.is_open => {
                self.types.open.insert(expression.id);
            }
            Some(witness) => self.leaves_out(expression, &witness.text),
            None => {}
        }
    }

    fn leaves_out(&mut self, expression: &'tree Expression, missing: &str) {
        let error = self.error(Code::NotExhaustive, expression.span, format!("the `match` leaves out {missing}"));
        error.help = Some(format!("add an arm for {missing}, or `_ => …` for the others"));
    }

    fn of_self(&self, pattern: &Pattern, name: &str) -> bool {
        matches!(self.names.meaning(pattern.id), Meaning::OfSelf(variant) if variant == name)
    }

    fn fits_all(&self, pattern: &Pattern) -> bool {
        match &pattern.kind {
            PatternKind::Wildcard => true,
            PatternKind::Binding { subpattern, .. } => {
                matches!(self.names.meaning(pattern.id), Meaning::Local(_)) && subpattern.as_ref().is_none_or(|inner| self.fits_all(inner))
            }
            PatternKind::Parenthesized(inner) | PatternKind::Reference { pattern: inner, .. } => self.fits_all(inner),
            _ => false,
        }
    }
}

fn missing_of(arms: &[&Pattern], names: &[&str]) -> Vec<String> {
    let named = |pattern: &&Pattern, name: &str| match &pattern.kind {
        PatternKind::TupleStruct { path, .. } | PatternKind::Path(path) => path.last().is_some_and(|last| last.text == name),
        PatternKind::Binding { name: own, .. } => own.text == name,
        _ => false,
    };
    names.iter().filter(|name| !arms.iter().any(|pattern| named(pattern, name))).map(|name| (*name).to_owned()).collect()
}

fn alternatives(pattern: &Pattern) -> Vec<&Pattern> {
    match &pattern.kind {
        PatternKind::Or(all) => all.iter().flat_map(alternatives).collect(),
        PatternKind::Parenthesized(inner) | PatternKind::Reference { pattern: inner, .. } => alternatives(inner),
        _ => vec![pattern],
    }
}
