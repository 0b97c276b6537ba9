//! The element types of values that a loop or a comprehension visits.

use super::body::Expect;
use super::ty::{Head, Part, Ty};
use super::unify::Kind;
use super::{Inference, Owner};
use crate::diagnostic::Code;
use crate::tree::{Expression, ExpressionKind};

impl<'tree> Inference<'_, 'tree> {
    /// The type of the items of what a `for` goes through.
    pub(super) fn iterated(&mut self, iterable: &'tree Expression) -> Ty {
        let ty = self.infer(iterable, &Expect::Nothing);
        if let ExpressionKind::Range { start: None, .. } = &iterable.unparenthesized().kind {
            let error = self.error(Code::NotIterable, iterable.span, "`for` cannot go through a range without a start".to_owned());
            error.help = Some("write where it begins: `0..n`".to_owned());
        }
        let known = match self.firm(&ty) {
            number if number.is_number() => number,
            _ => self.shallow(&ty),
        };
        let text = self.is_text_like(&known);
        match self.item_of(&known) {
            Some(item) if !text => item,
            _ => {
                if text {
                    let error = self.error(Code::NotIterable, iterable.span, "`for` cannot go through text".to_owned());
                    error.help = Some("go through its letters, `text.chars()`, or its lines, `text.lines()`".to_owned());
                    return Ty::Char;
                }
                let known = self.shallow(known.behind());
                if known.is_known("Result") {
                    let error = self.error(Code::NotIterable, iterable.span, "`for` cannot go through a `Result`".to_owned());
                    error.help = Some("take the value out first: `?`, or `….unwrap_or_default()`".to_owned());
                    return Ty::Unknown;
                }
                if known.is_number() || matches!(known, Ty::Bool | Ty::Unit | Ty::Named(Head::Item(_), _)) && !self.has_iterator(&known) {
                    let found = self.shown(&known);
                    let error = self.error(Code::NotIterable, iterable.span, format!("`for` cannot go through `{found}`"));
                    error.help = known.is_number().then(|| "go through a range: `0..n`".to_owned());
                }
                Ty::Unknown
            }
        }
    }

    /// The items of a type that can be iterated over.
    pub(super) fn item_of(&mut self, ty: &Ty) -> Option<Ty> {
        let by = |item: Ty, mutable: Option<bool>| match mutable {
            Some(mutable) => Ty::Ref(mutable, Part::new(item)),
            None => item,
        };
        let (inner, mutable) = match self.shallow(ty) {
            Ty::Ref(mutable, inner) => {
                let mut inner = self.shallow(&inner);
                while let Ty::Ref(_, deeper) = &inner {
                    inner = self.shallow(deeper);
                }
                (inner, Some(mutable))
            }
            other => (other, None),
        };
        Some(match inner {
            Ty::Iter(item) | Ty::Range(item, _) => item.as_ref().clone(),
            Ty::Array(item) | Ty::Slice(item) => by(item.as_ref().clone(), mutable),
            Ty::Named(Head::Known("Vec" | "HashSet" | "BTreeSet" | "VecDeque" | "BinaryHeap" | "Option"), arguments) => {
                by(arguments[0].clone(), mutable)
            }
            Ty::Named(Head::Known("HashMap" | "BTreeMap"), arguments) => {
                Ty::Tuple([by(arguments[0].clone(), mutable.map(|_| false)), by(arguments[1].clone(), mutable)].into())
            }
            Ty::Named(Head::Known("events::Object"), _) => Ty::Tuple([Ty::str_ref(), Ty::known("events::Json", []).reference()].into()),
            Ty::String | Ty::Str => Ty::Char,
            Ty::Var(_) if self.variables.kind(&inner) == Some(Kind::Text) => Ty::Char,
            Ty::Named(Head::Item(_), _) if self.has_iterator(&inner) => {
                let next = self.methods.get(Owner::of(&inner)?, "next")?;
                match self.shallow(&self.types.signatures[&next].result.clone()) {
                    Ty::Named(Head::Known("Option"), arguments) => arguments[0].clone(),
                    _ => Ty::Unknown,
                }
            }
            _ => return None,
        })
    }

    fn is_text_like(&self, ty: &Ty) -> bool {
        let mut behind = self.shallow(ty);
        while let Ty::Ref(_, inner) = &behind {
            behind = self.shallow(inner);
        }
        behind.is_text() || self.variables.kind(&behind) == Some(Kind::Text)
    }

    fn has_iterator(&self, ty: &Ty) -> bool {
        Owner::of(ty).is_some_and(|owner| self.types.implemented.has_any(owner, &["Iterator", "IntoIterator"]))
    }
}
