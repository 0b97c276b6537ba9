//! Reports methods that do not exist, with a suggestion.

use super::table_call::section_of_type;
use super::ty::{Head, Part, Ty};
use super::{Inference, Owner};
use crate::diagnostic::Code;
use crate::names::suggest;
use crate::span::Span;

impl Inference<'_, '_> {
    pub(super) fn unknown_method(&mut self, ty: &Ty, name: &str, span: Span) {
        let mut known: Vec<String> = Vec::new();
        let mut layer = ty.clone();
        for _ in 0..4 {
            if let Some(owner) = Owner::of(&layer) {
                known.extend(self.methods.names(owner).map(str::to_owned));
            }
            if let Some(section) = section_of_type(&layer, self.variables.kind(&layer)) {
                known.extend(
                    section
                        .methods()
                        .filter(|method| method.receiver.is_some() && !method.name.starts_with('.'))
                        .map(|method| method.name.to_owned()),
                );
            }
            layer = match &layer {
                Ty::String => Ty::Str,
                Ty::Named(Head::Known("Vec"), arguments) => Ty::Slice(Part::new(arguments[0].clone())),
                _ => break,
            };
        }
        known.sort();
        let is_field = match ty {
            Ty::Named(Head::Item(id), arguments) => {
                self.struct_fields(*id, arguments).is_some_and(|fields| fields.iter().any(|(field, _)| field == name))
            }
            _ => false,
        };
        let near = synonym(name)
            .filter(|other| known.iter().any(|known| known == other))
            .map(str::to_owned)
            .or_else(|| suggest(name, known.iter().map(String::as_str)));
        let found = self.shown(ty);
        let declared = match ty {
            Ty::Named(Head::Item(id), _) => Some(self.names.item(*id).span),
            _ => None,
        };
        let is_of_lists = ["Vec", "slice"].iter().any(|head| super::table::sections()[*head].method(name).is_some());
        let error = self.error(Code::UnknownMethod, span, format!("`{found}` has no method named `{name}`"));
        if let Some(declared) = declared {
            error.notes.push(crate::diagnostic::Note { span: Some(declared), message: format!("`{found}` is declared here") });
        }
        if is_field {
            error.help = Some(format!("it is a field; call what it holds: `(value.{name})(…)`"));
        } else {
            let near = near.filter(|_| name != "to_string");
            error.suggest_or(near.as_deref(), || match ty {
                _ if name == "to_string" => Some("show it in text: `f\"{value}\"`".to_owned()),
                Ty::Fn(..) => Some("call the function: `name(…)`".to_owned()),
                Ty::Iter(_) if is_of_lists => Some(format!("make it a list first: `….collect::<Vec<_>>().{name}(…)`")),
                Ty::Named(Head::Known("Option"), _) => {
                    Some("take the value out first: `….unwrap_or(…)`, `if let Some(value) = …`".to_owned())
                }
                Ty::Named(Head::Known("Result"), _) => Some("take the value out first: `?`, `….unwrap_or(…)`, or `match`".to_owned()),
                _ if matches!(name, "unwrap" | "expect" | "unwrap_or" | "is_some" | "is_ok") => {
                    Some(format!("the value is never missing: remove `.{name}(…)`"))
                }
                _ => None,
            });
        }
    }
}

/// What methods of other languages are called here.
fn synonym(name: &str) -> Option<&'static str> {
    Some(match name {
        "size" | "length" | "count" => "len",
        "add" | "append" | "push_back" => "push",
        "substr" | "slice" => "substring",
        "toUpperCase" | "upcase" | "uppercase" => "to_uppercase",
        "toLowerCase" | "downcase" | "lowercase" => "to_lowercase",
        "toString" | "to_str" | "str" => "to_string",
        "includes" | "has" => "contains",
        "strip" => "trim",
        "startsWith" => "starts_with",
        "endsWith" => "ends_with",
        "indexOf" => "find",
        "forEach" => "for_each",
        _ => return None,
    })
}
