//! The `?` operator.

use super::Inference;
use super::body::Expect;
use super::ty::{Head, Ty};
use super::unify::Kind;
use crate::diagnostic::Code;
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
            if let Some(known) = &result
                && !matches!(known, Ty::Named(Head::Known("Option" | "Result"), _) | Ty::Unknown | Ty::Opaque(_) | Ty::Var(_))
            {
                let text = self.shown(known);
                let error = self.error(
                    Code::BadQuestionMark,
                    expression.span,
                    format!("`?` returns early with an error, but the function returns `{text}`"),
                );
                error.help = Some(if matches!(known, Ty::Unit) {
                    "let the function return `Result<(), String>`, and end it with `Ok(())`".to_owned()
                } else {
                    format!("let the function return `Result<{text}, String>`, or handle the error: `….unwrap_or(…)`, `match`")
                });
            }
        }
        let outermost = match self.firm(&ty) {
            number if number.is_number() => number,
            _ => self.shallow(&ty),
        };
        match outermost {
            Ty::Named(Head::Known("Result"), arguments) => {
                if self.frame.trying == 0
                    && let Some(Ty::Named(Head::Known("Result"), outer)) = self.frame.result.clone().map(|result| self.shallow(&result))
                    && self.variables.kind(&self.shallow(&outer[1])) == Some(Kind::Any)
                {
                    self.defaults.push((outer[1].clone(), arguments[1].clone()));
                }
                arguments[0].clone()
            }
            Ty::Named(Head::Known("Option"), arguments) => arguments[0].clone(),
            Ty::Var(_) => self.postpone(expression),
            Ty::Unknown | Ty::Opaque(_) | Ty::Never => Ty::Unknown,
            Ty::Ref(..) => Ty::Unknown,
            other => {
                let found = self.shown(&other);
                let error = self.error(Code::BadQuestionMark, inner.span, format!("`?` needs a `Result` or an `Option`, found `{found}`"));
                error.help = Some("leave out the `?`".to_owned());
                other
            }
        }
    }
}
