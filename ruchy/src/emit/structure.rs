//! Struct literals and fields.

use super::{Code, Emitter, identifier, level, quoted};
use crate::names::{ItemOf, Meaning};
use crate::tree::Expression;
use crate::types::{Head, Ty};

impl<'tree> Emitter<'tree> {
    pub(super) fn structure_literal(
        &mut self,
        expression: &'tree Expression,
        path: &'tree crate::tree::Path,
        fields: &'tree [crate::tree::FieldValue],
        base: Option<&'tree Expression>,
    ) -> Code {
        let in_condition = std::mem::replace(&mut self.condition, false);
        let name = match self.names.meaning(expression.id) {
            Meaning::Variant(id, index) if path.segments.len() == 1 => self.variant_path(*id, *index),
            _ => self.path_text(path),
        };
        let mut parts = Vec::new();
        for field in fields {
            let at = self.sync(field.name.span);
            let value = self.value(&field.value).text;
            let label = identifier(&field.name.text);
            parts.push(if field.short && value == label { format!("{at}{label}") } else { format!("{at}{label}: {value}") });
        }
        if base.is_none() {
            parts.extend(self.default_fields(expression, fields));
        }
        if let Some(base) = base {
            let code = self.value(base).text;
            parts.push(format!("..{code}"));
        }
        let end = self.sync_end(expression.span);
        self.condition = in_condition;
        let text = format!("{name} {{ {}{} }}", parts.join(", "), end);
        Code::new(if in_condition { format!("({text})") } else { text }, level::POSTFIX)
    }

    /// The fields with default values that a literal leaves out.
    fn default_fields(&mut self, expression: &Expression, fields: &[crate::tree::FieldValue]) -> Vec<String> {
        let Ty::Named(Head::Item(id), _) = self.ty(expression) else { return Vec::new() };
        let ItemOf::Struct(of) = self.names.item(*id).kind else { return Vec::new() };
        let (crate::tree::Fields::Named(all) | crate::tree::Fields::Tuple(all)) = &of.fields else { return Vec::new() };
        let mut parts = Vec::new();
        for field in all {
            if let Some(default) = &field.default
                && !fields.iter().any(|given| given.name.text == field.name.text)
            {
                let value = self.elsewhere(default);
                parts.push(format!("{}: {value}", identifier(&field.name.text)));
            }
        }
        parts
    }

    /// An expression that stands at another place of the source, on the line that is written.
    pub(super) fn elsewhere(&mut self, expression: &'tree Expression) -> String {
        let line = std::mem::replace(&mut self.line, usize::MAX);
        let text = self.value(expression).text;
        self.line = line;
        text
    }

    pub(super) fn field(&mut self, value: &'tree Expression, name: &'tree crate::tree::Name) -> Code {
        let ty = self.ty(value).behind().clone();
        if ty.is_known("BTreeMap") || ty.is_known("HashMap") {
            let own = self.ty(value).clone();
            let code = self.place(value);
            let map = if matches!(own, Ty::Ref(..)) { code.text } else { code.prefixed("&", level::UNARY) };
            return Code::new(format!("*std::ruchy::entry({map}, {})", quoted(&name.text)), level::UNARY);
        }
        if ty.is_known("events::Json") {
            let code = self.place(value);
            return code.method(&format!("[{}]", quoted(&name.text)));
        }
        let code = self.place(value);
        let at = self.sync(name.span);
        let text =
            if name.text.starts_with(|letter: char| letter.is_ascii_digit()) { name.text.as_str().into() } else { identifier(&name.text) };
        code.method(&format!("{at}.{text}"))
    }
}
