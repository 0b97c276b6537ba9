//! The `?` operator.

use super::Inference;
use super::body::Expect;
use super::capable::Need;
use super::ty::{Head, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
use crate::names::Meaning;
use crate::span::Span;
use crate::tree::{Expression, ExpressionKind};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn question_mark(&mut self, expression: &'tree Expression, inner: &'tree Expression, expect: &Expect) -> Ty {
        let hint = match self.expected(expect) {
            Some(value) => {
                let error = self.any();
                match &inner.unparenthesized().kind {
                    // `text.parse()?`: the place says what is read.
                    ExpressionKind::MethodCall { .. } => Expect::Type(Ty::result(value, error)),
                    _ => Expect::Nothing,
                }
            }
            None => Expect::Nothing,
        };
        let ty = match (&inner.unparenthesized().kind, &hint) {
            (ExpressionKind::MethodCall { receiver, .. }, Expect::Type(_)) => {
                self.collected_within(inner.unparenthesized());
                let on = self.infer(receiver, &Expect::Nothing);
                let ty = self.method_call(inner.unparenthesized(), &on, &hint);
                self.set(inner, ty.clone());
                self.set(inner.unparenthesized(), ty.clone());
                ty
            }
            _ => self.infer(inner, &Expect::Nothing),
        };
        if self.frame.trying == 0 && !self.frame.lambda {
            let result = self.frame.result.clone().map(|result| self.shallow(&result));
            match result {
                Some(result @ Ty::Var(_)) => self.early.push((result, expression.span)),
                Some(result) => self.returns_early(&result, expression.span),
                None => {}
            }
        }
        self.same_family(expression, &ty);
        self.wraps_for_nothing(inner);
        if let Ty::Var(_) = self.shallow(&ty)
            && self.variables.kind(&self.shallow(&ty)) == Some(Kind::Any)
        {
            return self.postpone(expression);
        }
        self.without_question_mark(inner, &ty)
    }

    /// Reports `?` in a function that returns neither an option nor a result.
    fn returns_early(&mut self, result: &Ty, span: Span) {
        if matches!(result, Ty::Named(Head::Known("Option" | "Result"), _) | Ty::Unknown | Ty::Opaque(_) | Ty::Var(_) | Ty::Never) {
            return;
        }
        let text = self.shown(result);
        let message = format!("`?` returns early with an error, but the function returns `{text}`");
        self.error(Code::BadQuestionMark, span, message).help = Some(if matches!(result, Ty::Unit) {
            "let the function return `Result<(), String>`, and end it with `Ok(())`".to_owned()
        } else {
            format!("let the function return `Result<{text}, String>`, or handle the error: `….unwrap_or(…)`, `match`")
        });
    }

    /// Reports the same in functions whose result was not known there.
    pub(super) fn check_early(&mut self) {
        for (result, span) in std::mem::take(&mut self.early) {
            let result = self.variables.last(&result);
            self.returns_early(&result, span);
        }
    }

    /// Reports `Ok(value)?`, which is the value.
    fn wraps_for_nothing(&mut self, inner: &'tree Expression) {
        let ExpressionKind::Call { function, .. } = &inner.unparenthesized().kind else { return };
        let is_ok = matches!(&function.kind, ExpressionKind::Path(path) if path.as_name().is_some_and(|name| name.text == "Ok"));
        if is_ok && matches!(self.names.meaning(function.id), Meaning::External(_)) {
            let error = self.error(Code::BadQuestionMark, inner.span, "`?` takes the value out of `Ok(…)` again".to_owned());
            error.help = Some("write the value alone, without `Ok` and `?`".to_owned());
        }
    }

    /// Reports `?` of an option in a function that returns a `Result`, and the reverse.
    fn same_family(&mut self, expression: &'tree Expression, ty: &Ty) {
        if self.frame.trying > 0 || self.frame.lambda {
            return;
        }
        let result = self.frame.result.clone().map(|result| self.shallow(&result));
        let (Some(Ty::Named(Head::Known(outer), _)), Ty::Named(Head::Known(inner), _)) = (&result, self.shallow(ty)) else { return };
        let (message, help) = match (inner, *outer) {
            ("Option", "Result") => (
                "`?` takes an `Option` apart, but the function returns a `Result`",
                "say what is wrong if there is no value: `….ok_or(\"…\")?`",
            ),
            ("Result", "Option") => ("`?` takes a `Result` apart, but the function returns an `Option`", "drop the error: `….ok()?`"),
            _ => return,
        };
        self.error(Code::BadQuestionMark, expression.span, message.to_owned()).help = Some(help.to_owned());
    }

    /// Reports an error that cannot become the one of the function.
    fn error_converts(&mut self, inner: &'tree Expression, value: &Ty, error: &Ty) {
        if self.frame.trying > 0 || self.frame.lambda {
            return;
        }
        let Some(Ty::Named(Head::Known("Result"), outer)) = self.frame.result.clone().map(|result| self.shallow(&result)) else { return };
        let (one, other) = (self.firm(error), self.shallow(&outer[1]));
        if other == Ty::String {
            match &one {
                Ty::Opaque(name) if name == "ParseError" => self.need(Need::ErrorAsText, value, inner.span),
                Ty::Opaque(name) if ["IoError", "ParseIntError", "VarError"].contains(&name.as_str()) => {
                    self.error_is_no_text(inner.span, "an error of `std`");
                }
                Ty::Named(Head::Known(name @ ("aws::Error" | "outbound::Error")), _) => {
                    self.error_is_no_text(inner.span, &format!("the error `{name}`"));
                }
                _ => {}
            }
        }
        let is_event = |ty: &Ty| matches!(ty, Ty::Named(Head::Known(name), _) if name.starts_with("events::"));
        let is_plain = |ty: &Ty| {
            is_event(ty)
                || ty.is_number()
                || matches!(ty, Ty::Bool | Ty::Unit | Ty::Tuple(_) | Ty::Named(Head::Known("Vec" | "Option" | "HashMap"), _))
        };
        if (is_plain(&one) && matches!(other, Ty::String | Ty::Named(Head::Known("Failure"), _)))
            || (is_plain(&other) && (one.is_text() || one.is_known("Failure")))
        {
            let (found, wanted) = (self.shown(error), self.shown(&other));
            let message = format!("`?` returns the error `{found}`, but the function's error is `{wanted}`");
            self.error(Code::BadQuestionMark, inner.span, message).help = Some("convert it before: `….map_err(|error| …)?`".to_owned());
        }
    }

    /// Lets functions whose error nothing else says have the error that a `?` returns.
    pub(super) fn pass_errors_on(&mut self) {
        for (result, error) in std::mem::take(&mut self.passed_on) {
            if let Ty::Named(Head::Known("Result"), outer) = self.shallow(&result)
                && self.variables.kind(&self.shallow(&outer[1])) == Some(Kind::Any)
            {
                self.variables.unify(&outer[1], &error);
            }
        }
    }

    /// The value in the `Result` or `Option` of type `ty` that `inner?` takes apart.
    pub(super) fn without_question_mark(&mut self, inner: &'tree Expression, ty: &Ty) -> Ty {
        let inner_span = inner.span;
        let outermost = match self.firm(ty) {
            number if number.is_number() => number,
            _ => self.shallow(ty),
        };
        match outermost {
            Ty::Named(Head::Known("Result"), arguments) => {
                if self.frame.trying == 0
                    && let Some(Ty::Named(Head::Known("Result"), outer)) = self.frame.result.clone().map(|result| self.shallow(&result))
                {
                    // An error that nothing else says is that of the other.
                    let is_free = |error: &Ty| self.variables.kind(&self.shallow(error)) == Some(Kind::Any);
                    if is_free(&outer[1]) {
                        self.defaults.push((outer[1].clone(), arguments[1].clone()));
                    } else if is_free(&arguments[1]) {
                        self.defaults.push((arguments[1].clone(), outer[1].clone()));
                    }
                }
                if let (0, false, Some(result)) = (self.frame.trying, self.frame.lambda, self.frame.result.clone()) {
                    self.passed_on.push((result, arguments[1].clone()));
                }
                self.error_converts(inner, &arguments[0], &arguments[1]);
                arguments[0].clone()
            }
            Ty::Named(Head::Known("Option"), arguments) => arguments[0].clone(),
            Ty::Unknown | Ty::Opaque(_) | Ty::Never | Ty::Param(_) | Ty::Trait(_) => Ty::Unknown,
            Ty::Ref(_, inner) if matches!(self.shallow(&inner), Ty::Var(_) | Ty::Unknown | Ty::Opaque(_)) => Ty::Unknown,
            Ty::Ref(_, inner) if matches!(self.shallow(&inner), Ty::Named(Head::Known("Option" | "Result"), _)) => {
                let found = self.shown(ty);
                let error = self.error(Code::BadQuestionMark, inner_span, format!("`?` needs a value, found the reference `{found}`"));
                error.help = Some("copy the value first: `….clone()?`".to_owned());
                Ty::Unknown
            }
            other => {
                let found = self.shown(&other);
                let error = self.error(Code::BadQuestionMark, inner.span, format!("`?` needs a `Result` or an `Option`, found `{found}`"));
                error.help = Some("leave out the `?`".to_owned());
                other
            }
        }
    }
}
