//! Type parameters, their bounds and predicates.

use super::Emitter;
use super::type_text::Elided;
use crate::tree::{Bound, GenericParameterKind, Generics, Predicate};

impl<'tree> Emitter<'tree> {
    pub(super) fn bounds(&mut self, bounds: &'tree [Bound]) -> String {
        let parts: Vec<String> = bounds.iter().map(|bound| self.bound(bound)).collect();
        parts.join(" + ")
    }

    pub(super) fn bound(&mut self, bound: &'tree Bound) -> String {
        let lifetimes = |names: &[crate::tree::Name]| {
            if names.is_empty() {
                String::new()
            } else {
                format!("for<{}> ", names.iter().map(|name| format!("'{}", name.text)).collect::<Vec<_>>().join(", "))
            }
        };
        match bound {
            Bound::Trait { maybe, lifetimes: names, path, .. } => {
                let path = self.written_path(path, Elided::Allowed);
                format!("{}{}{path}", if *maybe { "?" } else { "" }, lifetimes(names))
            }
            Bound::Function { lifetimes: names, path, parameters, result, .. } => {
                let name = path.last().map_or("Fn", |name| &name.text);
                let parameters: Vec<String> = parameters.iter().map(|ty| self.written_value(ty, Elided::Allowed)).collect();
                let result = result.as_ref().map_or_else(String::new, |ty| format!(" -> {}", self.written_value(ty, Elided::Allowed)));
                format!("{}{name}({}){result}", lifetimes(names), parameters.join(", "))
            }
            Bound::Lifetime(name) => format!("'{}", name.text),
        }
    }

    /// `<T: Bound>`, with `more` in front.
    pub(super) fn generics(&mut self, generics: &'tree Generics, more: &[String]) -> String {
        let mut parts = more.to_vec();
        for parameter in &generics.parameters {
            let name = &parameter.name.text;
            parts.push(match &parameter.kind {
                GenericParameterKind::Lifetime { bounds } if bounds.is_empty() => format!("'{name}"),
                GenericParameterKind::Lifetime { bounds } => {
                    format!("'{name}: {}", bounds.iter().map(|bound| format!("'{}", bound.text)).collect::<Vec<_>>().join(" + "))
                }
                GenericParameterKind::Type { bounds, default } => {
                    let bounds = if bounds.is_empty() { String::new() } else { format!(": {}", self.bounds(bounds)) };
                    let default = default.as_ref().map_or_else(String::new, |ty| format!(" = {}", self.written(ty, Elided::Allowed)));
                    format!("{name}{bounds}{default}")
                }
                GenericParameterKind::Constant { ty, default } => {
                    let ty = self.written(ty, Elided::Allowed);
                    let default = default.as_ref().map_or_else(String::new, |value| format!(" = {}", self.constant(value)));
                    format!("const {name}: {ty}{default}")
                }
            });
        }
        if parts.is_empty() { String::new() } else { format!("<{}>", parts.join(", ")) }
    }

    /// ` where T: Bound`
    pub(super) fn predicates(&mut self, generics: &'tree Generics) -> String {
        if generics.predicates.is_empty() {
            return String::new();
        }
        let parts: Vec<String> = generics
            .predicates
            .iter()
            .map(|predicate| match predicate {
                Predicate::Type { ty, bounds, .. } => format!("{}: {}", self.written(ty, Elided::Allowed), self.bounds(bounds)),
                Predicate::Lifetime { lifetime, bounds } => {
                    format!("'{}: {}", lifetime.text, bounds.iter().map(|bound| format!("'{}", bound.text)).collect::<Vec<_>>().join(" + "))
                }
            })
            .collect();
        format!(" where {}", parts.join(", "))
    }
}
