//! `try`, `throw` and `?`.

use super::{Code, Emitter, Throws, level};
use crate::tree::{Expression, TryCatch};
use crate::types::{Head, Ty};

impl<'tree> Emitter<'tree> {
    pub(super) fn try_catch(&mut self, of: &'tree TryCatch, value: bool) -> String {
        let label = format!("try_{}", self.next_try);
        self.next_try += 1;
        let Some(catch) = &of.catch else {
            // Only `finally`: what is thrown goes on.
            let body = self.block(&of.body, value);
            let finally = of.finally.as_ref().map(|block| self.block(block, false)).unwrap_or_default();
            return format!("{{ let __value = {body}; {finally} __value }}");
        };
        self.tries.push(label.clone());
        let body = self.block(&of.body, value);
        self.tries.pop();
        let ends = of.body.statements.last().is_some_and(
            |last| matches!(&last.kind, crate::tree::StatementKind::Expression(expression) if *self.types.ty(expression.id) == Ty::Never),
        );
        let inside = if value {
            format!("{{ Ok({body}) }}")
        } else if ends && !value {
            body
        } else {
            let inner = body.trim_end().strip_suffix('}').unwrap_or(&body).to_owned();
            format!("{inner} Ok(()) }}")
        };
        let pattern = match &catch.pattern {
            Some(pattern) => {
                let name = self.pattern(pattern, true);
                format!("Err(std::ruchy::Thrown({name}))")
            }
            None => "Err(_)".to_owned(),
        };
        let handler = self.block(&catch.body, value);
        let value_arm = if value { "Ok(value) => value," } else { "Ok(()) => {}," };
        let finally = of.finally.as_ref().map(|block| self.block(block, false));
        let typed = format!("'{label}: {inside}");
        let whole = if typed.contains(&format!("break '{label}")) {
            format!("match ({typed}) as Result<_, std::ruchy::Thrown> {{ {value_arm} {pattern} => {handler}, }}")
        } else {
            format!("match ({inside}) as Result<_, std::ruchy::Thrown> {{ {value_arm} {pattern} => {handler}, }}")
        };
        let whole = whole.replace(") as Result<_, std::ruchy::Thrown> {", ") {");
        match finally {
            Some(finally) => format!("{{ let __value = {whole}; {finally} __value }}"),
            None => whole,
        }
    }

    /// `throw value`
    pub(super) fn throw(&mut self, value: &'tree Expression) -> Code {
        let code = self.value(value).text;
        let thrown = match self.ty(value) {
            Ty::Unknown | Ty::Opaque(_) => format!("std::ruchy::Thrown::from({code})"),
            Ty::String => format!("std::ruchy::Thrown({code})"),
            ty if ty.behind().is_text() || matches!(ty, Ty::Int(_) | Ty::Bool | Ty::Char | Ty::Named(Head::Known("Failure"), _)) => {
                format!("std::ruchy::Thrown::from({code})")
            }
            _ => format!("std::ruchy::Thrown(std::ruchy::interpolated!({code}).to_string())"),
        };
        let text = match (self.tries.last(), self.throws) {
            (Some(label), _) => format!("break '{label} Err({thrown})"),
            (None, Throws::Hidden) => format!("return Err({thrown}.into())"),
            (None, _) => format!("return Err({thrown}.0.into())"),
        };
        Code::new(text, level::JUMP)
    }

    /// Takes the value out of a call that may throw.
    pub(super) fn passed_on(&mut self, code: Code) -> Code {
        match self.tries.last() {
            Some(label) => Code::new(
                {
                    let text = code.text;
                    let trimmed = text.trim_start();
                    let space = text[..text.len() - trimmed.len()].to_owned();
                    format!("{space}match {trimmed} {{ Ok(value) => value, Err(thrown) => break '{label} Err(thrown) }}")
                },
                level::BLOCK,
            ),
            None if self.passes_on() => code.method("?"),
            None => code.method(".unwrap()"),
        }
    }

    /// `value?`
    pub(super) fn question_mark(&mut self, inner: &'tree Expression) -> Code {
        let code = self.value(inner);
        match self.tries.last() {
            Some(label) => {
                let text = code.text;
                let trimmed = text.trim_start();
                let space = text[..text.len() - trimmed.len()].to_owned();
                Code::new(
                    format!(
                        "{space}match {trimmed} {{ Ok(value) => value, Err(error) => break '{label} Err(std::ruchy::Thrown::from(error)) }}"
                    ),
                    level::BLOCK,
                )
            }
            None => code.method("?"),
        }
    }
}
