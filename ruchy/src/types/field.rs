//! Fields: `value.name`.

use super::ty::{Head, Part, Ty};
use super::unify::Kind;
use super::{Inference, Owner};
use crate::diagnostic::Code;
use crate::names::suggest;
use crate::tree::{Expression, Name};

impl<'tree> Inference<'_, 'tree> {
    pub(super) fn field(&mut self, expression: &'tree Expression, ty: &Ty, name: &'tree Name) -> Ty {
        let known = self.shallow(ty);
        let mut inner = self.shallow(known.behind());
        while let Ty::Ref(_, deeper) = &inner {
            inner = self.shallow(deeper);
        }
        while let Ty::Named(Head::Known("Box" | "Rc" | "Arc"), arguments) = &inner {
            inner = self.shallow(&arguments[0]);
        }
        match &inner {
            Ty::Named(Head::Item(id), arguments) => {
                let Some(fields) = self.struct_fields(*id, arguments) else {
                    let found = self.shown(&inner);
                    let error = self.error(Code::UnknownField, name.span, format!("`{found}` has no fields"));
                    error.help = Some("take it apart with `match`".to_owned());
                    return Ty::Unknown;
                };
                if let Some((_, ty)) = fields.iter().find(|(field, _)| *field == name.text) {
                    self.field_is_visible(*id, &name.text, name.span);
                    return ty.clone();
                }
                let found = self.shown(&inner);
                let item = self.names.item(*id);
                let place = item.span;
                let is_method = self.methods.get(Owner::Item(*id), &name.text).is_some();
                let near = suggest(&name.text, fields.iter().map(|(field, _)| field.as_str()));
                let all: Vec<&str> = fields.iter().map(|(field, _)| field.as_str()).collect();
                let all = all.join(", ");
                let message = format!("`{found}` has no field named `{}`", name.text);
                let error = self.error(Code::UnknownField, name.span, message);
                error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("`{found}` is declared here") });
                if is_method {
                    error.help = Some(format!("it is a method: `.{}()`", name.text));
                } else {
                    error.suggest_or(near.as_deref(), || Some(format!("its fields are {all}")));
                }
                Ty::Unknown
            }
            Ty::Tuple(types) => match name.text.parse::<usize>() {
                Ok(index) if index < types.len() => types[index].clone(),
                _ => {
                    let message = format!("a tuple of {} has no part `{}`", types.len(), name.text);
                    self.error(Code::UnknownField, name.span, message).help =
                        Some(format!("its parts are .0 to .{}", types.len().saturating_sub(1)));
                    Ty::Unknown
                }
            },
            Ty::Named(Head::Known("events::Json"), _) => Ty::known("events::Json", []),
            Ty::Named(Head::Known("BTreeMap" | "HashMap"), arguments) => arguments[1].clone(),
            Ty::Named(Head::Known("Reverse"), arguments) if name.text == "0" => arguments[0].clone(),
            Ty::Range(element, _) if matches!(name.text.as_str(), "start" | "end") => (**element).clone(),
            Ty::Var(_) if self.variables.kind(&inner) == Some(Kind::Any) => self.postpone(expression),
            Ty::Var(_)
            | Ty::Int(_)
            | Ty::F64
            | Ty::F32
            | Ty::Bool
            | Ty::Char
            | Ty::String
            | Ty::Str
            | Ty::Unit
            | Ty::Fn(..)
            | Ty::Iter(_)
            | Ty::Array(_)
            | Ty::Slice(_)
            | Ty::Named(Head::Known("Vec" | "Option" | "Result"), _) => {
                let found = self.shown(&inner);
                let message = format!("`{found}` has no field named `{}`", name.text);
                let is_method = self.table_has(&inner, &name.text)
                    || matches!(&inner, Ty::Named(Head::Known("Vec"), parts) if self.table_has(&Ty::Slice(Part::new(parts[0].clone())), &name.text))
                    || inner == Ty::String && self.table_has(&Ty::Str, &name.text);
                let error = self.error(Code::UnknownField, name.span, message);
                if is_method {
                    error.help = Some(format!("it is a method: `.{}()`", name.text));
                }
                Ty::Unknown
            }
            Ty::Named(Head::Known(known), _)
                if super::table::is_of_library(known) || ["Context", "DataFrame", "Failure", "ResponseStream"].contains(known) =>
            {
                self.field_of_known(&inner, name)
            }
            _ => Ty::Unknown,
        }
    }

    /// Reports a field of a type of `events`: their values are read by methods.
    fn field_of_known(&mut self, ty: &Ty, name: &Name) -> Ty {
        if let Some((_, field, _)) = self.table_method(ty, &format!(".{}", name.text)) {
            return field.result.clone();
        }
        if self.table_has(ty, &name.text) {
            let found = self.shown(ty);
            let error = self.error(Code::UnknownField, name.span, format!("`{found}` has no field named `{}`", name.text));
            error.help = Some(format!("it is a method: `.{}()`", name.text));
        } else {
            self.unknown_method(ty, &name.text, name.span);
        }
        Ty::Unknown
    }
}
