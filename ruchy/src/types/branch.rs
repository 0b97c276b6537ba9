//! `if`, `? :` and `try`: expressions whose branches have one type.

use super::Inference;
use super::body::Expect;
use super::ty::Ty;
use crate::diagnostic::Code;
use crate::tree::{Expression, ExpressionKind, TryCatch};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn if_else(
        &mut self,
        expression: &'tree Expression,
        condition: &'tree Expression,
        then: &'tree crate::tree::Block,
        otherwise: Option<&'tree Expression>,
        expect: &Expect,
    ) -> Ty {
        self.condition(condition, "if");
        let Some(otherwise) = otherwise else {
            if matches!(expect, Expect::Nothing) && then.tail().is_some() {
                let ty = self.block(then, &Expect::Nothing);
                if !matches!(self.shallow(&ty), Ty::Unit | Ty::Never | Ty::Unknown) {
                    self.no_else(expression);
                    return Ty::Unknown;
                }
                return Ty::Unit;
            }
            let wants = match expect {
                Expect::Type(_) => self.expected(expect).filter(|ty| !matches!(ty, Ty::Unit | Ty::Unknown | Ty::Opaque(_))),
                _ => None,
            };
            if wants.is_some() && then.tail().is_some() {
                let ty = self.block(then, &Expect::Nothing);
                if !matches!(self.shallow(&ty), Ty::Unit | Ty::Never) {
                    self.no_else(expression);
                    return Ty::Unknown;
                }
                return Ty::Unit;
            }
            self.block(then, &Expect::Discard);
            return Ty::Unit;
        };
        if matches!(expect, Expect::Discard) {
            let one = self.block(then, expect);
            let other = self.infer(otherwise, expect);
            return if self.shallow(&one) == Ty::Never && self.shallow(&other) == Ty::Never { Ty::Never } else { Ty::Unit };
        }
        if let Some(expected) = self.expected(expect) {
            let typed = Expect::Type(expected.clone());
            let one = self.block(then, &typed);
            self.branch_value(then, &one, &expected);
            let other = self.infer(otherwise, &typed);
            if let ExpressionKind::Block { block, .. } = &otherwise.kind {
                self.branch_value(block, &other, &expected);
            }
            return if self.shallow(&one) == Ty::Never && self.shallow(&other) == Ty::Never { Ty::Never } else { expected };
        }
        let one = self.block(then, &Expect::Nothing);
        let one = match then.tail() {
            Some(tail) if self.shallow(&one) != Ty::Never => self.materialized(tail, &one, None),
            _ => one,
        };
        let other = self.infer(otherwise, &Expect::Nothing);
        let other = self.materialized_tail(otherwise, &other);
        match self.join(&[one.clone(), other.clone()]) {
            Some(ty) => {
                if self.shallow(&one) != Ty::Never
                    && let Some(tail) = then.tail()
                {
                    self.want(tail, &ty);
                }
                if self.shallow(&other) != Ty::Never {
                    self.want(otherwise, &ty);
                }
                ty
            }
            None if self.shallow(&one) == Ty::Unit || self.shallow(&other) == Ty::Unit => {
                if let Some(tail) = then.tail() {
                    self.want(tail, &Ty::Unit);
                }
                self.want(otherwise, &Ty::Unit);
                Ty::Unit
            }
            None => {
                let (first, second) = (self.shown(&one), self.shown(&other));
                let place = then.tail().map_or(then.span, |tail| tail.span);
                let here = tail_span(otherwise);
                let error =
                    self.error(Code::BranchTypes, here, format!("the branches have different types: `{first}`, and here `{second}`"));
                error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("this branch is `{first}`") });
                error.help = Some("make both branches of one type".to_owned());
                Ty::Unknown
            }
        }
    }

    pub(super) fn branches(&mut self, branches: &[&'tree Expression], expect: &Expect) -> Ty {
        if let Some(expected) = self.expected(expect) {
            branches.iter().for_each(|branch| self.check(branch, &expected));
            return expected;
        }
        if matches!(expect, Expect::Discard) {
            branches.iter().for_each(|branch| {
                self.discard(branch);
            });
            return Ty::Unit;
        }
        let mut types = Vec::new();
        for branch in branches {
            let ty = self.infer(branch, &Expect::Nothing);
            types.push(self.materialized(branch, &ty, None));
        }
        self.joined(&types, branches)
    }

    /// Joins the types of branches and tells each what is wanted.
    pub(super) fn joined(&mut self, types: &[Ty], branches: &[&'tree Expression]) -> Ty {
        if let Some(ty) = self.join(types) {
            for branch in branches {
                let own = self.types.of[branch.id.index()].clone();
                if self.shallow(&own) != Ty::Never {
                    self.want(branch, &ty);
                }
            }
            ty
        } else {
            let first = types.iter().find(|ty| self.shallow(ty) != Ty::Never).cloned().unwrap_or(Ty::Unknown);
            let is_unit = |inference: &Self, ty: &Ty| inference.shallow(ty) == Ty::Unit;
            if types.iter().any(|ty| is_unit(self, ty)) {
                // One branch has no value: none has.
                for branch in branches {
                    self.want(branch, &Ty::Unit);
                }
                return Ty::Unit;
            }
            for (branch, ty) in branches.iter().zip(types).skip(1) {
                if self.join(&[first.clone(), ty.clone()]).is_none() {
                    let (one, other) = (self.shown(&first), self.shown(ty));
                    let place = branches[0].span;
                    let error = self.error(
                        Code::BranchTypes,
                        branch.span,
                        format!("the branches have different types: `{one}`, and here `{other}`"),
                    );
                    error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("this branch is `{one}`") });
                    error.help = Some("make all branches of one type".to_owned());
                    break;
                }
            }
            Ty::Unknown
        }
    }

    fn no_else(&mut self, expression: &'tree Expression) {
        let error = self.error(Code::IfWithoutElse, expression.span, "this `if` is used as a value, but has no `else`".to_owned());
        error.label = "there is no value if the condition is false".to_owned();
        error.help = Some("add `else { … }`".to_owned());
    }

    /// Reports a branch that has no value where one is wanted.
    pub(super) fn branch_value(&mut self, block: &'tree crate::tree::Block, ty: &Ty, expected: &Ty) {
        let wanted = self.shallow(expected);
        if self.shallow(ty) == Ty::Unit
            && !matches!(wanted, Ty::Unit | Ty::Unknown | Ty::Opaque(_) | Ty::Var(_) | Ty::Never)
            && block.tail().is_none()
        {
            let text = self.shown(&wanted);
            let error =
                self.error(Code::MissingValue, block.span.after(), format!("this branch ends without a value, but `{text}` is expected"));
            error.help = Some("end it with an expression".to_owned());
        }
    }

    pub(super) fn materialized_tail(&mut self, expression: &'tree Expression, ty: &Ty) -> Ty {
        match &expression.kind {
            ExpressionKind::Block { block, .. } => match block.tail() {
                Some(tail) => self.materialized_tail(tail, ty),
                None => ty.clone(),
            },
            _ => self.materialized(expression, ty, None),
        }
    }

    pub(super) fn want_unit(&mut self, body: &'tree Expression) {
        if !matches!(body.kind, ExpressionKind::Block { .. } | ExpressionKind::If { .. } | ExpressionKind::Match { .. }) {
            self.want(body, &Ty::Unit);
        }
    }

    pub(super) fn try_catch(&mut self, of: &'tree TryCatch, expect: &Expect) -> Ty {
        self.frame.trying += 1;
        let expected = self.expected(expect);
        let inner = match (&expected, expect) {
            (Some(expected), _) => Expect::Type(expected.clone()),
            (None, Expect::Discard) => Expect::Discard,
            _ => Expect::Nothing,
        };
        let ty = self.block(&of.body, &inner);
        self.frame.trying -= 1;
        let mut result = ty.clone();
        if let Some(catch) = &of.catch {
            if let Some(pattern) = &catch.pattern {
                self.pattern(pattern, &Ty::String, None);
            }
            let other = self.block(&catch.body, &inner);
            if expected.is_none() && !matches!(expect, Expect::Discard) {
                if let Some(joined) = self.join(&[ty.clone(), other.clone()]) {
                    for block in [&of.body, &catch.body] {
                        if let Some(tail) = block.tail() {
                            let own = self.types.of[tail.id.index()].clone();
                            if self.shallow(&own) != Ty::Never {
                                self.want(tail, &joined);
                            }
                        }
                    }
                    result = joined;
                } else {
                    for block in [&of.body, &catch.body] {
                        if let Some(tail) = block.tail() {
                            self.want(tail, &Ty::Unit);
                        }
                    }
                    result = Ty::Unit;
                }
            }
        }
        if let Some(finally) = &of.finally {
            self.block(finally, &Expect::Discard);
        }
        expected.unwrap_or(result)
    }
}

fn tail_span(expression: &Expression) -> crate::span::Span {
    match &expression.kind {
        ExpressionKind::Block { block, .. } => block.tail().map_or(expression.span, tail_span),
        _ => expression.span,
    }
}
