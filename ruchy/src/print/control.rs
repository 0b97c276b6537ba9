//! Control flow.

use super::writer::Writer;
use crate::tree::{Expression, ExpressionKind, Name, TryCatch};

impl Writer<'_> {
    pub(super) fn control(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Block { label, block } => {
                self.label(label.as_ref());
                self.block(block);
            }
            ExpressionKind::If { condition, then, otherwise } => {
                self.token("if");
                self.space();
                self.expression(condition);
                self.space();
                self.block(then);
                if let Some(otherwise) = otherwise {
                    self.space();
                    self.token("else");
                    self.space();
                    self.expression(otherwise);
                }
            }
            ExpressionKind::Match { value, arms } => {
                self.token("match");
                self.space();
                self.expression(value);
                self.space();
                self.token("{");
                self.indent();
                for arm in arms {
                    self.newline();
                    self.pattern(&arm.pattern);
                    self.space();
                    if let Some(guard) = &arm.guard {
                        self.token("if");
                        self.space();
                        self.expression(guard);
                        self.space();
                    }
                    self.token("=>");
                    self.space();
                    self.expression(&arm.body);
                    self.optional(",", true);
                }
                self.dedent();
                self.newline();
                self.token("}");
            }
            ExpressionKind::Loop { label, body } => {
                self.label(label.as_ref());
                self.token("loop");
                self.space();
                self.block(body);
            }
            ExpressionKind::While { label, condition, body } => {
                self.label(label.as_ref());
                self.token("while");
                self.space();
                self.expression(condition);
                self.space();
                self.block(body);
            }
            ExpressionKind::For { label, pattern, iterable, body } => {
                self.label(label.as_ref());
                self.token("for");
                self.space();
                self.pattern(pattern);
                self.space();
                self.token("in");
                self.space();
                self.expression(iterable);
                self.space();
                self.block(body);
            }
            ExpressionKind::TryCatch(parts) => self.try_catch(parts),
            ExpressionKind::Break { label, value } => self.jump("break", label.as_ref(), value.as_deref()),
            ExpressionKind::Continue { label } => self.jump("continue", label.as_ref(), None),
            ExpressionKind::Return(value) => self.jump("return", None, value.as_deref()),
            ExpressionKind::Throw(value) => self.jump("throw", None, Some(value)),
            _ => {}
        }
    }

    fn try_catch(&mut self, parts: &TryCatch) {
        self.token("try");
        self.space();
        self.block(&parts.body);
        if let Some(catch) = &parts.catch {
            self.space();
            self.token("catch");
            self.space();
            if let Some(pattern) = &catch.pattern {
                self.pattern(pattern);
                self.space();
            }
            self.block(&catch.body);
        }
        if let Some(finally) = &parts.finally {
            self.space();
            self.token("finally");
            self.space();
            self.block(finally);
        }
    }

    fn jump(&mut self, word: &str, label: Option<&Name>, value: Option<&Expression>) {
        self.token(word);
        if let Some(label) = label {
            self.space();
            self.lifetime(label);
        }
        if let Some(value) = value {
            self.space();
            self.expression(value);
        }
    }

    fn label(&mut self, label: Option<&Name>) {
        if let Some(label) = label {
            self.lifetime(label);
            self.token(":");
            self.space();
        }
    }
}
