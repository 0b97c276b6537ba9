//! Ranges: `a..b`.

use super::Inference;
use super::body::Expect;
use super::operator::wider;
use super::ty::{Part, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::tree::Expression;

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn range(&mut self, start: Option<&'tree Expression>, end: Option<&'tree Expression>, inclusive: bool) -> Ty {
        let mut element = self.variables.fresh(Kind::Int);
        for end in start.into_iter().chain(end) {
            let ty = self.infer(end, &Expect::Nothing);
            let inner = self.shallow(self.shallow(&ty).behind());
            if inner.is_float() || self.variables.kind(&inner) == Some(Kind::Float) {
                self.error(Code::TypeMismatch, end.span, "the ends of a range are integers, found a float".to_owned()).help =
                    Some("go through integers, and compute the float from them".to_owned());
                break;
            }
            if matches!(inner, Ty::Unknown | Ty::Opaque(_)) && self.variables.kind(&self.shallow(&element)) == Some(Kind::Int) {
                let free = self.shallow(&element);
                self.variables.bind(&free, Ty::Unknown);
                continue;
            }
            match (&inner, self.shallow(&element)) {
                (Ty::Char, _) => element = Ty::Char,
                (Ty::Int(one), Ty::Int(other)) => element = Ty::Int(wider(*one, other)),
                // Keys of a sorted map or set: `map.range((1, 0)..(2, 0))`.
                (Ty::Tuple(_), Ty::Var(_)) => element = inner,
                (Ty::Tuple(_), Ty::Tuple(_)) if self.variables.unify(&element, &inner) => {}
                _ => {
                    if !self.variables.unify(&element, &inner) {
                        let found = self.shown(&ty);
                        self.error(Code::TypeMismatch, end.span, format!("the end of a range is an integer, found `{found}`"));
                        break;
                    }
                }
            }
        }
        for end in start.into_iter().chain(end) {
            self.want(end, &element);
        }
        Ty::Range(Part::new(element), inclusive)
    }
}
