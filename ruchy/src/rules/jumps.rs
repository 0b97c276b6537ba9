//! `break` and `continue` stand in loops, and name labels of those around them.

use super::file_of;
use crate::diagnostic::{Code, Diagnostic, most_similar};
use crate::span::Span;
use crate::tree::{Expression, ExpressionKind, Name, Node, Program, children_of_body};

pub fn check(program: &Program, errors: &mut Vec<Diagnostic>) {
    let mut jumps = Jumps { around: Vec::new(), pending: Vec::new(), errors };
    for node in children_of_body(&program.body) {
        jumps.node(node);
    }
}

/// A loop, or a block with a label.
struct Around<'tree> {
    label: Option<&'tree Name>,
    is_loop: bool,
}

struct Jumps<'tree, 'errors> {
    around: Vec<Around<'tree>>,
    /// The children of the nodes around that are visited one after the other.
    pending: Vec<Node<'tree>>,
    errors: &'errors mut Vec<Diagnostic>,
}

impl<'tree> Jumps<'tree, '_> {
    fn node(&mut self, node: Node<'tree>) {
        match node {
            Node::Expression(expression) => self.expression(expression),
            // A loop does not reach into the functions within it.
            Node::Item(_) => {
                let around = std::mem::take(&mut self.around);
                if let Some(body) = file_of(node) {
                    for node in children_of_body(body) {
                        self.node(node);
                    }
                }
                self.children(node);
                self.around = around;
            }
            // No jump stands in a type or a pattern.
            Node::Type(_) | Node::Pattern(_) | Node::GenericParameter(_) | Node::Receiver(_) => {}
            _ => self.children(node),
        }
    }

    fn children(&mut self, node: Node<'tree>) {
        let start = self.pending.len();
        node.push_children(&mut self.pending);
        for index in start..self.pending.len() {
            self.node(self.pending[index]);
        }
        self.pending.truncate(start);
    }

    fn expression(&mut self, expression: &'tree Expression) {
        let node = Node::Expression(expression);
        let (label, is_loop) = match &expression.kind {
            ExpressionKind::Loop { label, .. } | ExpressionKind::While { label, .. } | ExpressionKind::For { label, .. } => (label, true),
            ExpressionKind::Block { label, .. } => (label, false),
            ExpressionKind::Lambda(_) => {
                let around = std::mem::take(&mut self.around);
                self.children(node);
                self.around = around;
                return;
            }
            ExpressionKind::Break { label, .. } => return self.jump("break", label.as_ref(), expression.span, node),
            ExpressionKind::Continue { label } => return self.jump("continue", label.as_ref(), expression.span, node),
            _ => return self.children(node),
        };
        self.around.push(Around { label: label.as_ref(), is_loop });
        self.children(node);
        self.around.pop();
    }

    fn jump(&mut self, word: &str, label: Option<&Name>, span: Span, node: Node<'tree>) {
        self.children(node);
        let labels = || self.around.iter().filter_map(|around| around.label);
        match label {
            None if self.around.iter().any(|around| around.is_loop) => {}
            None => {
                let message = format!("`{word}` stands outside of a loop");
                let help = if word == "break" {
                    "a function ends with `return`"
                } else {
                    "a function ends with `return`; `continue` begins the next round of a loop"
                };
                self.errors.push(Diagnostic::error(Code::JumpOutsideLoop, span, message).help(help));
            }
            Some(name) if labels().any(|label| label.text == name.text) => {}
            Some(name) => {
                let similar = most_similar(&name.text, labels().map(|label| label.text.as_str()));
                let similar = similar.or_else(|| labels().next_back().map(|label| label.text.as_str()));
                let error = Diagnostic::error(
                    Code::UnknownLabel,
                    name.span,
                    format!("no loop around this `{word}` has the label {}", shown(&name.text)),
                );
                self.errors.push(match similar {
                    Some(similar) => error.help(format!("did you mean {}?", shown(similar))),
                    None => error.help(format!("write the label in front of the loop: {}: loop {{ … }}", shown(&name.text))),
                });
            }
        }
    }
}

fn shown(label: &str) -> String {
    format!("`'{}`", label.trim_start_matches('\''))
}
