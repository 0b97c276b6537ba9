//! Structs and enums.

use super::item::visibility;
use super::type_text::Elided;
use super::{Emitter, identifier};
use crate::tree::{Attribute, Enum, Fields, Item, Member, Struct};

impl<'tree> Emitter<'tree> {
    pub(super) fn structure(&mut self, of: &'tree Struct, item: &'tree Item, attributes: &'tree [Attribute], visible: &str) -> String {
        let id = self.item_id(item.id);
        let derives = self.derives(id, attributes);
        let generics = self.generics(&of.generics, &[]);
        let predicates = self.predicates(&of.generics);
        let name = identifier(&of.name.text);
        let elided = if of
            .generics
            .parameters
            .iter()
            .any(|parameter| matches!(parameter.kind, crate::tree::GenericParameterKind::Lifetime { .. }))
        {
            Elided::Allowed
        } else {
            Elided::Owned
        };
        let mut text = format!("{derives}{visible}struct {name}{generics}");
        match &of.fields {
            Fields::Unit => text += &format!("{predicates};"),
            Fields::Tuple(fields) => {
                let parts: Vec<String> = fields
                    .iter()
                    .map(|field| format!("{}{}", visibility(field.visibility), self.written_value(&field.ty, elided)))
                    .collect();
                text += &format!("({}){predicates};", parts.join(", "));
            }
            Fields::Named(fields) => {
                text += &format!("{predicates} {{");
                for (index, field) in fields.iter().enumerate() {
                    text += if index == 0 { " " } else { ", " };
                    text += &self.attributes(&field.attributes, false);
                    text += &self.sync(field.span);
                    let ty = self.written_value(&field.ty, elided);
                    text += &format!("{}{}: {ty}", visibility(field.visibility), identifier(&field.name.text));
                }
                if of.methods.is_empty() {
                    text += &self.sync_end(item.span);
                }
                text += " }";
            }
        }
        text + &self.own_methods(&of.methods, &of.generics, &name, item)
    }

    /// Methods in the braces of a struct or enum, as an `impl` block.
    fn own_methods(&mut self, methods: &'tree [Member], generics: &'tree crate::tree::Generics, name: &str, item: &'tree Item) -> String {
        if methods.is_empty() {
            return String::new();
        }
        let declared = self.generics(generics, &[]);
        let used = argument_names(generics);
        let predicates = self.predicates(generics);
        let mut text = format!(" impl{declared} {name}{used}{predicates} {{");
        text += &self.members(methods, None);
        text += &self.sync_end(item.span);
        text + " }"
    }

    pub(super) fn enumeration(&mut self, of: &'tree Enum, item: &'tree Item, attributes: &'tree [Attribute], visible: &str) -> String {
        let id = self.item_id(item.id);
        let derives = self.derives(id, attributes);
        let generics = self.generics(&of.generics, &[]);
        let predicates = self.predicates(&of.generics);
        let name = identifier(&of.name.text);
        let mut text = format!("{derives}{visible}enum {name}{generics}{predicates} {{");
        for (index, variant) in of.variants.iter().enumerate() {
            text += if index == 0 { " " } else { ", " };
            text += &self.attributes(&variant.attributes, false);
            text += &self.sync(variant.span);
            text += &identifier(&variant.name.text);
            match &variant.fields {
                Fields::Unit => {}
                Fields::Tuple(fields) => {
                    let parts: Vec<String> = fields.iter().map(|field| self.written_value(&field.ty, Elided::Owned)).collect();
                    text += &format!("({})", parts.join(", "));
                }
                Fields::Named(fields) => {
                    let parts: Vec<String> = fields
                        .iter()
                        .map(|field| {
                            let at = self.sync(field.span);
                            format!("{at}{}: {}", identifier(&field.name.text), self.written_value(&field.ty, Elided::Owned))
                        })
                        .collect();
                    text += &format!(" {{ {} }}", parts.join(", "));
                }
            }
            if let Some(value) = &variant.discriminant {
                text += &format!(" = {}", self.sources.slice(value.span));
            }
        }
        if of.methods.is_empty() {
            text += &self.sync_end(item.span);
        }
        text += " }";
        text + &self.own_methods(&of.methods, &of.generics, &name, item)
    }
}

/// The names of type parameters, as arguments.
fn argument_names(generics: &crate::tree::Generics) -> String {
    if generics.parameters.is_empty() {
        return String::new();
    }
    let names: Vec<String> = generics
        .parameters
        .iter()
        .map(|parameter| match parameter.kind {
            crate::tree::GenericParameterKind::Lifetime { .. } => format!("'{}", parameter.name.text),
            _ => parameter.name.text.clone(),
        })
        .collect();
    format!("<{}>", names.join(", "))
}
