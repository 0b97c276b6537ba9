//! Checks that the arms of a `match` cover all values.

use super::Inference;
use super::ty::{Head, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::names::{ItemOf, Meaning};
use crate::tree::{Arm, Expression, Literal, Pattern, PatternKind};

impl<'tree> Inference<'_, 'tree> {
    /// Reports a `match` on an enum that leaves out variants.
    pub(super) fn exhaustive(&mut self, expression: &'tree Expression, ty: &Ty, arms: &'tree [Arm]) {
        let known = self.shallow(ty);
        let mut inner = self.shallow(known.behind());
        while let Ty::Ref(_, deeper) = &inner {
            inner = self.shallow(deeper);
        }
        let arms: Vec<&Pattern> = arms.iter().filter(|arm| arm.guard.is_none()).flat_map(|arm| alternatives(&arm.pattern)).collect();
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
            Ty::Named(Head::Known("Option"), _) => missing_of(&arms, &["Some", "None"]),
            Ty::Named(Head::Known("Result"), _) => missing_of(&arms, &["Ok", "Err"]),
            Ty::Bool => {
                let has = |value: bool| {
                    arms.iter()
                        .any(|pattern| matches!(&pattern.kind, PatternKind::Literal(literal) if literal.literal == Literal::Bool(value)))
                };
                [true, false].into_iter().filter(|value| !has(*value)).map(|value| value.to_string()).collect()
            }
            Ty::Int(_) | Ty::F64 | Ty::Str | Ty::String | Ty::Char => vec!["_".to_owned()],
            Ty::Var(_) if matches!(self.variables.kind(&inner), Some(Kind::Int | Kind::Text | Kind::Float)) => vec!["_".to_owned()],
            _ => return,
        };
        if matches!(missing.as_slice(), [only] if only == "_") && integer_ranges_cover(&inner, &arms) {
            return;
        }
        if missing == ["_"] && !matches!(inner, Ty::Bool) {
            // What is left out panics.
            self.types.open.insert(expression.id);
            return;
        }
        if !missing.is_empty() {
            let message = if missing == ["_"] {
                "the `match` does not cover all values".to_owned()
            } else {
                format!("the `match` leaves out {}", missing.join(", "))
            };
            let help = format!(
                "add an arm for {}, or `_ => …` for the others",
                if missing == ["_"] { "them".to_owned() } else { missing.join(", ") }
            );
            let error = self.error(Code::NotExhaustive, expression.span, message);
            error.help = Some(help.replace("an arm for them, or ", ""));
        }
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

fn integer_ranges_cover(ty: &Ty, arms: &[&Pattern]) -> bool {
    // Open at both ends: what lies between is rustc's to check.
    let open = |start: bool| {
        arms.iter().any(|pattern| matches!(&pattern.kind, PatternKind::Range { start: from, end, .. } if if start { from.is_none() } else { end.is_none() }))
    };
    matches!(ty, Ty::Int(int) if (!int.is_signed() || open(true)) && open(false))
        || (matches!(ty, Ty::Var(_)) && open(true) && open(false))
        || matches!(ty, Ty::Int(int) if int.bits() == 8)
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
