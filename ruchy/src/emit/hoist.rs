//! What is computed before a place is borrowed to be changed: `a[a.len() - 1] = x`, `change(&mut n, n + 1)`, `text += text`.
//!
//! Rust borrows the place first, and so refuses these. Ruchy computes indices and arguments first.

use super::{Code, Emitter, level};
use crate::ownership;
use crate::tree::{Expression, ExpressionKind};
use crate::types::{Head, Ty};

impl<'tree> Emitter<'tree> {
    /// Whether `expression` reads the local that `place` is, or is a part of.
    pub(super) fn reads_root(&self, place: &Expression, expression: &Expression) -> bool {
        let Some(root) = self.root_of(place) else { return false };
        let mut mentioned = Vec::new();
        ownership::mentioned(expression, self.names, &mut mentioned);
        mentioned.contains(&root)
    }

    /// Whether an index within `place` reads the local that it is a part of.
    fn has_reading_index(&self, place: &Expression) -> bool {
        match &place.kind {
            ExpressionKind::Index { value, index } => self.reads_root(value, index) || self.has_reading_index(value),
            ExpressionKind::Field { value, .. } | ExpressionKind::Parenthesized(value) => self.has_reading_index(value),
            _ => false,
        }
    }

    /// Begins to collect what an assignment computes before its place.
    pub(super) fn begin_hoisting(&mut self) {
        self.hoisted = Some(Vec::new());
    }

    /// The assignment, after what was collected.
    pub(super) fn end_hoisting(&mut self, assignment: Code) -> Code {
        let before = self.hoisted.take().unwrap_or_default();
        after(&before, assignment)
    }

    /// An element of a list whose index reads the list, while an assignment collects what it computes first.
    pub(super) fn hoisted_element(&mut self, value: &'tree Expression, index: &'tree Expression) -> Option<Code> {
        let is_list = matches!(self.ty(value).behind(), Ty::Named(Head::Known("Vec"), _) | Ty::Array(_) | Ty::Slice(_));
        let is_range = matches!(index.unparenthesized().kind, ExpressionKind::Range { .. });
        if !is_list || is_range || self.hoisted.is_none() || !(self.reads_root(value, index) || self.has_reading_index(value)) {
            return None;
        }
        let owner = self.target(value);
        if !self.reads_root(value, index) {
            let index = self.index_text(index);
            return Some(owner.method(&format!("[{index}]")));
        }
        let outer = self.hoisted.take();
        let index = self.index_text(index);
        self.hoisted = outer;
        let hoisted = self.hoisted.get_or_insert_default();
        let name = format!("__index{}", hoisted.len());
        hoisted.push(format!("let {name} = {index}; "));
        Some(owner.method(&format!("[{name}]")))
    }

    /// The arguments of a call, of which those that read what an earlier one borrows to change are computed first.
    pub(super) fn hoisted_arguments(&mut self, arguments: &[&'tree Expression]) -> (Vec<String>, Vec<String>) {
        let mut texts: Vec<String> = arguments.iter().map(|argument| self.value(argument).text).collect();
        let mut before = Vec::new();
        for (index, argument) in arguments.iter().enumerate() {
            let is_read = arguments[..index].iter().any(|earlier| match &earlier.unparenthesized().kind {
                ExpressionKind::Reference { mutable: true, operand } => self.reads_root(operand, argument),
                _ => false,
            });
            if is_read {
                let text = std::mem::replace(&mut texts[index], format!("__value{index}"));
                before.push(format!("let __value{index} = {text}; "));
            }
        }
        (texts, before)
    }
}

/// `code` after the statements `before`, in a block. The newlines that it begins with stay in front.
pub(super) fn after(before: &[String], code: Code) -> Code {
    if before.is_empty() {
        return code;
    }
    let text = code.text.trim_start();
    let space = &code.text[..code.text.len() - text.len()];
    Code::new(format!("{space}{{ {}{text} }}", before.concat()), level::BLOCK)
}
