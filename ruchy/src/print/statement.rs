//! Statements, blocks, attributes.

use super::writer::Writer;
use crate::tree::{Attribute, Block, Body, Let, Statement, StatementKind, Visibility};

impl Writer<'_> {
    pub(super) fn body(&mut self, body: &Body) {
        for attribute in &body.attributes {
            self.attribute(attribute, true);
        }
        self.statements(&body.statements);
    }

    pub(super) fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.newline();
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        self.attributes(&statement.attributes);
        match &statement.kind {
            StatementKind::Let(binding) => self.binding(binding),
            StatementKind::Item(item) => self.item(item),
            StatementKind::Expression(expression) => self.expression(expression),
            StatementKind::Empty => self.token(";"),
            StatementKind::Error => self.copy(statement.span),
        }
        if statement.semicolon {
            self.token(";");
        }
    }

    pub(super) fn block(&mut self, block: &Block) {
        self.token("{");
        self.indent();
        self.statements(&block.statements);
        self.dedent();
        if !block.statements.is_empty() {
            self.newline();
        }
        self.token("}");
    }

    pub(super) fn binding(&mut self, binding: &Let) {
        self.visibility(binding.visibility);
        self.is_var = self.origin_has("var");
        self.one_of(&["let", "var"]);
        self.space();
        self.pattern(&binding.pattern);
        self.is_var = false;
        if let Some(ty) = &binding.ty {
            self.token(":");
            self.space();
            self.ty(ty);
        }
        if let Some(value) = &binding.value {
            self.space();
            self.token("=");
            self.space();
            self.expression(value);
        }
        if let Some(otherwise) = &binding.otherwise {
            self.space();
            self.token("else");
            self.space();
            self.block(otherwise);
        }
    }

    pub(super) fn attributes(&mut self, attributes: &[Attribute]) {
        for attribute in attributes {
            self.attribute(attribute, false);
        }
    }

    fn attribute(&mut self, attribute: &Attribute, is_inner: bool) {
        self.token("#");
        if is_inner {
            self.token("!");
        } else {
            self.optional("!", false);
        }
        self.token("[");
        self.path(&attribute.path, true);
        if !attribute.arguments.starts_with('(') {
            self.space();
        }
        self.verbatim(&attribute.arguments);
        self.token("]");
        self.newline();
    }

    pub(super) fn visibility(&mut self, visibility: Visibility) {
        let scope = match visibility {
            Visibility::Private => return self.optional("private", false),
            Visibility::Public => None,
            Visibility::Crate => Some("crate"),
            Visibility::Super => Some("super"),
        };
        self.token("pub");
        if let Some(scope) = scope {
            self.token("(");
            self.token(scope);
            self.token(")");
        }
        self.space();
    }

    /// Writes a list with commas; after the last there is one if the source has it, or if `needs_last`.
    pub(super) fn list<T>(&mut self, elements: &[T], needs_last: bool, mut write: impl FnMut(&mut Self, &T)) {
        for (index, element) in elements.iter().enumerate() {
            write(self, element);
            let is_last = index + 1 == elements.len();
            if !is_last || needs_last {
                self.token(",");
            } else {
                self.optional(",", false);
            }
            if !is_last {
                self.space();
            }
        }
    }
}
