//! Functions with their receivers and parameters.

use super::writer::Writer;
use crate::tree::{Function, Parameter, Receiver};

impl Writer<'_> {
    pub(super) fn function(&mut self, function: &Function) {
        if function.is_const {
            self.token("const");
            self.space();
        }
        if function.is_unsafe {
            self.token("unsafe");
            self.space();
        }
        self.one_of(if function.receives { &["receive"] } else { &["fun", "fn"] });
        self.space();
        self.bound_name(&function.name);
        self.generics(&function.generics);
        self.token("(");
        if let Some(receiver) = function.receiver.as_ref().filter(|_| !function.receives) {
            self.receiver(receiver);
            if function.parameters.is_empty() {
                self.optional(",", false);
            } else {
                self.token(",");
                self.space();
            }
        }
        self.list(&function.parameters, false, Self::parameter);
        self.token(")");
        if let Some(result) = &function.result {
            self.space();
            self.token("->");
            self.space();
            self.ty(result);
        }
        self.where_clause(&function.generics);
        if let Some(body) = &function.body {
            self.space();
            if function.short { self.short_body(body) } else { self.block(body) }
        }
    }

    fn receiver(&mut self, receiver: &Receiver) {
        if receiver.reference {
            self.token("&");
        }
        if let Some(lifetime) = &receiver.lifetime {
            self.lifetime(lifetime);
            self.space();
        }
        if receiver.mutable {
            self.token("mut");
            self.space();
        }
        self.token("self");
        if let Some(ty) = &receiver.ty {
            self.token(":");
            self.space();
            self.ty(ty);
        }
    }

    pub(super) fn parameter(&mut self, parameter: &Parameter) {
        self.pattern(&parameter.pattern);
        if let Some(ty) = &parameter.ty {
            self.token(":");
            self.space();
            self.ty(ty);
        }
        if let Some(default) = &parameter.default {
            self.space();
            self.token("=");
            self.space();
            self.expression(default);
        }
    }
}
