//! Loops, labelled blocks, `break` and `return`.

use super::Inference;
use super::body::Expect;
use super::returned::Leaving;
use super::ty::Ty;
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::span::Span;
use crate::tree::{Block, Expression, ExpressionKind, Name, expressions_in, expressions_in_block};

/// What a `break` leaves: a loop or a labelled block.
#[derive(Clone, Debug)]
pub(super) struct Target {
    label: Option<String>,
    /// The type of its value.
    value: Ty,
    span: Span,
}

impl Target {
    fn new(label: Option<&Name>, value: Ty, body: &Block) -> Self {
        Self { label: label.map(|label| label.text.clone()), value, span: body.span }
    }
}

impl<'tree> Inference<'_, 'tree> {
    /// `'label: { … break 'label value … }`
    pub(super) fn labelled_block(&mut self, label: &'tree Name, block: &'tree Block, expect: &Expect) -> Ty {
        let value = self.any();
        self.frame.breaks.push(Target::new(Some(label), value.clone(), block));
        let ty = self.block(block, expect);
        self.frame.breaks.pop();
        if self.shallow(&ty) != Ty::Never {
            self.variables.unify(&value, &ty);
        }
        value
    }

    pub(super) fn infinite_loop(&mut self, label: Option<&'tree Name>, body: &'tree Block) -> Ty {
        let value = self.any();
        self.frame.breaks.push(Target::new(label, value.clone(), body));
        self.block(body, &Expect::Discard);
        self.frame.breaks.pop();
        match self.variables.kind(&self.shallow(&value)) {
            Some(Kind::Any) if !breaks_out(body, label.map(|label| label.text.as_str())) => Ty::Never,
            Some(Kind::Any) => Ty::Unit,
            _ => value,
        }
    }

    /// The body of a `while` or a `for`.
    pub(super) fn loop_body(&mut self, label: Option<&'tree Name>, body: &'tree Block) -> Ty {
        self.frame.breaks.push(Target::new(label, Ty::Unit, body));
        self.block(body, &Expect::Discard);
        self.frame.breaks.pop();
        Ty::Unit
    }

    pub(super) fn break_loop(&mut self, label: Option<&'tree Name>, value: Option<&'tree Expression>) -> Ty {
        let breaks = &self.frame.breaks;
        let target = match label {
            Some(label) => breaks.iter().rev().find(|target| target.label.as_deref() == Some(&label.text)),
            None => breaks.last(),
        };
        match (value, target.cloned()) {
            (Some(value), Some(target)) => {
                self.returned.push(Leaving { value, of: Some(target.span) });
                self.check(value, &target.value);
            }
            (Some(value), None) => {
                self.infer(value, &Expect::Nothing);
            }
            (None, _) => {}
        }
        Ty::Never
    }

    pub(super) fn return_from(&mut self, expression: &'tree Expression, value: Option<&'tree Expression>) -> Ty {
        let result = self.frame.result.clone();
        match (value, result) {
            (Some(value), Some(result)) => self.return_value(value, &result),
            (Some(value), None) => {
                let ty = self.infer(value, &Expect::Nothing);
                if !self.frame.lambda && self.shallow(&ty) != Ty::Unit {
                    let error = self.error(Code::TypeMismatch, value.span, "the program returns nothing: only functions return values");
                    error.help = Some("write `return` alone, or print the value: `println(…)`".to_owned());
                }
            }
            (None, Some(result)) => self.return_nothing(expression, &result),
            (None, None) => {}
        }
        Ty::Never
    }

    fn return_value(&mut self, value: &'tree Expression, result: &Ty) {
        self.returned.push(Leaving::function(value));
        let known = self.shallow(result);
        if self.variables.kind(&known) == Some(Kind::Any) {
            let ty = self.infer(value, &Expect::Nothing);
            let ty = self.materialized(value, &ty, None);
            let ty = if self.frame.owns_result { self.unborrowed(&ty, true) } else { ty };
            self.variables.unify(result, &ty);
            self.want(value, result);
        } else if self.frame.drops_result {
            self.infer(value, &Expect::Nothing);
            self.want(value, result);
        } else {
            self.check(value, result);
        }
    }

    fn return_nothing(&mut self, expression: &'tree Expression, result: &Ty) {
        let known = self.shallow(result);
        if self.variables.kind(&known) == Some(Kind::Any) {
            self.variables.unify(&known, &Ty::Unit);
        } else if !matches!(known, Ty::Unit | Ty::Unknown | Ty::Opaque(_) | Ty::Never | Ty::Var(_)) {
            let wanted = self.shown(&known);
            self.error(Code::MissingValue, expression.span, format!("`return` needs a value: the function returns `{wanted}`"));
        }
    }
}

/// Whether a loop's body has a `break` of this loop.
fn breaks_out(block: &Block, label: Option<&str>) -> bool {
    let mut found = false;
    expressions_in_block(block, &mut |expression| found |= breaks(expression, label, false));
    found
}

fn breaks(expression: &Expression, label: Option<&str>, nested: bool) -> bool {
    let nested = match &expression.kind {
        ExpressionKind::Break { label: Some(own), .. } if Some(own.text.as_str()) == label => return true,
        ExpressionKind::Break { label: None, .. } if !nested => return true,
        ExpressionKind::Lambda(_) => return false,
        ExpressionKind::Loop { .. } | ExpressionKind::While { .. } | ExpressionKind::For { .. } => true,
        _ => nested,
    };
    let mut found = false;
    expressions_in(expression, &mut |inner| found |= breaks(inner, label, nested));
    found
}
