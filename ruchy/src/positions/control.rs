//! Blocks, branches, loops, matches and closures.

use super::walk::Walk;
use crate::tree::{Block, Expression, ExpressionKind as Kind};

impl Walk<'_, '_> {
    pub(super) fn control(&mut self, expression: &Expression) {
        let id = expression.id.0;
        match &expression.kind {
            Kind::Let { pattern, value } => {
                self.expression(value);
                self.pattern(pattern, pattern.id.0);
                self.join_expression(value, pattern.id.0);
            }
            Kind::LetIn { binding, body } => {
                self.binding(binding);
                self.part(body, expression);
            }
            Kind::Block { label, block } => self.looped(label.as_ref().map(|label| label.text.as_str()), block, id),
            Kind::Loop { label, body } => self.looped(Some(label.as_ref().map_or("", |label| label.text.as_str())), body, id),
            Kind::While { label, condition, body } => {
                self.expression(condition);
                self.looped(Some(label.as_ref().map_or("", |label| label.text.as_str())), body, id);
            }
            Kind::For { label, pattern, iterable, body } => {
                self.expression(iterable);
                self.pattern(pattern, pattern.id.0);
                self.join_expression(iterable, pattern.id.0);
                self.looped(Some(label.as_ref().map_or("", |label| label.text.as_str())), body, id);
            }
            Kind::If { condition, then, otherwise } => {
                self.expression(condition);
                self.block(then, id);
                otherwise.iter().for_each(|otherwise| self.part(otherwise, expression));
            }
            Kind::Match { value, arms } => {
                self.expression(value);
                for arm in arms {
                    self.pattern(&arm.pattern, arm.pattern.id.0);
                    self.join_expression(value, arm.pattern.id.0);
                    arm.guard.iter().for_each(|guard| self.expression(guard));
                    self.part(&arm.body, expression);
                }
            }
            Kind::TryCatch(parts) => {
                self.block(&parts.body, id);
                if let Some(catch) = &parts.catch {
                    self.block(&catch.body, id);
                }
                parts.finally.iter().for_each(|block| self.block(block, id));
            }
            Kind::Break { label, value: Some(value) } => {
                self.expression(value);
                let name = label.as_ref().map_or("", |label| label.text.as_str());
                let target = self.breaks.iter().rev().find(|(of, _)| label.is_none() || of.as_deref() == Some(name)).map(|(_, id)| *id);
                target.into_iter().for_each(|target| self.join_expression(value, target));
            }
            Kind::Return(Some(value)) => {
                self.expression(value);
                self.join_expression(value, self.result);
            }
            Kind::Throw(value) => self.escaping(value),
            Kind::Comprehension(of) => {
                for clause in &of.clauses {
                    self.expression(&clause.iterable);
                    self.pattern(&clause.pattern, clause.pattern.id.0);
                    self.join_expression(&clause.iterable, clause.pattern.id.0);
                    clause.conditions.iter().for_each(|condition| self.expression(condition));
                }
                self.part(&of.element, expression);
                of.value.iter().for_each(|value| self.part(value, expression));
            }
            Kind::Lambda(lambda) => {
                let outer = (std::mem::replace(&mut self.result, id), std::mem::take(&mut self.breaks));
                for parameter in &lambda.parameters {
                    self.pattern(&parameter.pattern, id);
                }
                self.expression(&lambda.body);
                self.join_expression(&lambda.body, id);
                (self.result, self.breaks) = outer;
            }
            _ => {}
        }
    }

    fn looped(&mut self, label: Option<&str>, block: &Block, id: u32) {
        let Some(label) = label else { return self.block(block, id) };
        self.breaks.push((Some(label.to_owned()), id));
        self.block(block, id);
        self.breaks.pop();
    }
}
