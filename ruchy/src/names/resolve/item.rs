//! Items: functions, types, traits and modules.

use super::Resolver;
use crate::map::Map;
use crate::tree::{Function, Item as ItemNode, ItemKind, ModuleContent, NodeId, Parameter};

impl<'tree> Resolver<'tree, '_> {
    pub(super) fn item(&mut self, item: &'tree ItemNode) {
        match &item.kind {
            ItemKind::Function(function) => self.function(function, item.id),
            ItemKind::Struct(of) => {
                self.generics(&of.generics);
                match &of.fields {
                    crate::tree::Fields::Unit => {}
                    crate::tree::Fields::Tuple(fields) | crate::tree::Fields::Named(fields) => {
                        for field in fields {
                            self.ty(&field.ty);
                            if let Some(default) = &field.default {
                                self.isolated(|resolver| resolver.expression(default));
                            }
                        }
                    }
                }
                of.methods.iter().for_each(|member| self.item(&member.item));
                self.generics.pop();
            }
            ItemKind::Enum(of) => {
                self.generics(&of.generics);
                for variant in &of.variants {
                    if let crate::tree::Fields::Tuple(fields) | crate::tree::Fields::Named(fields) = &variant.fields {
                        fields.iter().for_each(|field| self.ty(&field.ty));
                    }
                    if let Some(value) = &variant.discriminant {
                        self.isolated(|resolver| resolver.expression(value));
                    }
                }
                of.methods.iter().for_each(|member| self.item(&member.item));
                self.generics.pop();
            }
            ItemKind::Impl(of) => {
                self.generics(&of.generics);
                self.ty(&of.ty);
                of.members.iter().for_each(|member| self.item(&member.item));
                self.generics.pop();
            }
            ItemKind::Trait(of) => {
                self.generics(&of.generics);
                if let Some(all) = self.generics.last_mut() {
                    all.insert("Self".to_owned());
                }
                of.members.iter().for_each(|member| self.item(&member.item));
                self.generics.pop();
            }
            ItemKind::Module(of) => {
                let Some(module) = self.names.scope_of.get(&item.id).copied() else { return };
                let outer = std::mem::replace(&mut self.scope, module);
                let blocks = std::mem::replace(&mut self.blocks, vec![Map::default()]);
                match &of.content {
                    ModuleContent::Inline(statements) => self.module(statements),
                    ModuleContent::File(Some(body)) => self.module(&body.statements),
                    ModuleContent::File(None) => {}
                }
                self.blocks = blocks;
                self.scope = outer;
            }
            ItemKind::Constant(of) => {
                self.ty_option(of.ty.as_ref());
                if let Some(value) = &of.value {
                    self.isolated(|resolver| resolver.expression(value));
                }
            }
            ItemKind::TypeAlias(of) => {
                self.generics(&of.generics);
                self.ty_option(of.ty.as_ref());
                self.generics.pop();
            }
            ItemKind::Use(trees) => trees.iter().for_each(|tree| self.import(&[], tree)),
        }
    }

    pub(super) fn function(&mut self, function: &'tree Function, node: NodeId) {
        self.generics(&function.generics);
        let nested = self.blocks.len() > 1 || !self.boundaries.is_empty();
        if nested {
            self.boundaries.push((self.blocks.len(), node));
        }
        let blocks = if nested { None } else { Some(std::mem::replace(&mut self.blocks, vec![Map::default()])) };
        self.owners.push(self.next_owner);
        self.next_owner += 1;
        self.blocks.push(Map::default());
        if let Some(receiver) = &function.receiver {
            self.bind("self", receiver.span, receiver.id, receiver.mutable && !receiver.reference);
        }
        for parameter in &function.parameters {
            self.parameter(parameter);
        }
        self.ty_option(function.result.as_ref());
        if let Some(body) = &function.body {
            self.block(body);
        }
        self.blocks.pop();
        self.owners.pop();
        if nested {
            self.boundaries.pop();
        }
        if let Some(blocks) = blocks {
            self.blocks = blocks;
        }
        self.generics.pop();
    }

    pub(super) fn parameter(&mut self, parameter: &'tree Parameter) {
        self.ty_option(parameter.ty.as_ref());
        if let Some(default) = &parameter.default {
            self.expression(default);
        }
        self.pattern(&parameter.pattern);
    }
}
