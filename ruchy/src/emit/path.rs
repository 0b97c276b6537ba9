//! Paths as values.

use super::{Code, Emitter, identifier};
use crate::names::{ItemOf, Meaning};
use crate::tree::Expression;

impl<'tree> Emitter<'tree> {
    pub(super) fn path(&mut self, expression: &Expression, path: &'tree crate::tree::Path) -> Code {
        match self.names.meaning(expression.id).clone() {
            Meaning::Local(id) if self.ownership.cells.contains(&id) => {
                Code::atom(format!("{}.get()", identifier(&self.names.local(id).name)))
            }
            Meaning::Local(id) => Code::atom(identifier(&self.names.local(id).name)),
            Meaning::Variant(id, index) if path.segments.len() == 1 => Code::atom(self.variant_path(id, index)),
            Meaning::Item(id) if self.locked.as_ref().is_some_and(|(locked, _)| *locked == id) => {
                Code::atom(self.locked.as_ref().map(|(_, guard)| guard.clone()).unwrap_or_default())
            }
            Meaning::Item(id) if matches!(self.names.item(id).kind, ItemOf::Global(_)) => {
                let name = self.path_text(path);
                let (prefix, _) = name.rsplit_once("::").map_or(("", name.as_str()), |(prefix, last)| (prefix, last));
                let own = self.global_name(id);
                let full = if prefix.is_empty() { own } else { format!("{prefix}::{own}") };
                Code::atom(format!("{full}.get()"))
            }
            Meaning::Item(id) if self.names.redirected.contains(&expression.id) => {
                let written = self.path_text(path);
                let name = identifier(&self.names.item(id).name);
                Code::atom(written.rsplit_once("::").map_or_else(|| name.to_string(), |(prefix, _)| format!("{prefix}::{name}")))
            }
            Meaning::External(_) if self.types.assumed.contains(&expression.id) => Code::atom(self.path_text(path) + "::<i64>"),
            _ => Code::atom(self.path_text(path)),
        }
    }

    pub(super) fn path_text(&mut self, path: &'tree crate::tree::Path) -> String {
        let mut text = String::new();
        if path.qualifier.is_some() {
            return self.sources.slice(path.span).to_owned();
        }
        for (index, segment) in path.segments.iter().enumerate() {
            if index > 0 || path.global {
                text.push_str("::");
            }
            let name = &segment.name.text;
            match (index, path.segments.len(), name.as_str()) {
                (0, 2.., _) if self.names.standard.contains_key(&segment.name.span) => {
                    text.push_str(self.names.standard[&segment.name.span]);
                }
                (0, 2.., "self" | "Self" | "super" | "crate") => text.push_str(name),
                (0, 2.., other) => match self.prelude_path(other) {
                    Some(full) => text.push_str(full),
                    None => text.push_str(&identifier(other)),
                },
                _ => text.push_str(&identifier(name)),
            }
            if let Some(arguments) = &segment.generics {
                let parts: Vec<String> =
                    arguments.iter().map(|argument| self.argument(argument, super::type_text::Elided::Allowed)).collect();
                text += &format!("::<{}>", parts.join(", "));
            }
        }
        text
    }
}
