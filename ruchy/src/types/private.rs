//! Fields and methods that are private to the module of their type.

use super::Inference;
use crate::diagnostic::{Code, Note};
use crate::names::{ItemId, ItemOf, ScopeId};
use crate::span::Span;
use crate::tree::{Fields, NodeId, Visibility};

impl Inference<'_, '_> {
    /// Reports a private field of a struct of another module.
    pub(super) fn field_is_visible(&mut self, id: ItemId, name: &str, span: Span) {
        let item = self.names.item(id);
        let ItemOf::Struct(of) = item.kind else { return };
        let (Fields::Named(fields) | Fields::Tuple(fields)) = &of.fields else { return };
        let is_private = |field: &&crate::tree::Field| field.name.text == name && field.visibility == Visibility::Private;
        let Some(field) = fields.iter().find(is_private) else { return };
        if !self.is_inside(item.scope) {
            let message = format!("the field `{name}` of `{}` is private to its module", item.name);
            self.private_to_module(span, message, field.name.span);
        }
    }

    /// Reports a private method of a type of another module.
    pub(super) fn method_is_visible(&mut self, node: NodeId, span: Span) {
        if !self.private.contains(&node) {
            return;
        }
        let Some(known) = self.functions.get(&node) else { return };
        let (scope, name) = (known.scope, &known.function.name);
        if !self.is_inside(scope) {
            self.private_to_module(span, format!("the method `{}` is private to its module", name.text), name.span);
        }
    }

    fn private_to_module(&mut self, span: Span, message: String, declared: Span) {
        let error = self.error(Code::PrivateItem, span, message);
        error.notes.push(Note { span: Some(declared), message: "it is declared here".to_owned() });
        error.help = Some("write `pub` in front of its declaration".to_owned());
    }

    /// Whether the code that is inferred is in the module of `scope`, or in a module in it.
    fn is_inside(&self, scope: ScopeId) -> bool {
        let module = self.names.module_of(scope);
        let mut here = Some(self.names.module_of(self.scope));
        while let Some(id) = here {
            if id == module {
                return true;
            }
            here = self.names.scope(id).parent;
        }
        false
    }
}
