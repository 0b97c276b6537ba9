//! The program: items, the script outside of functions, globals.

use super::item::visibility;
use super::{Emitter, identifier};
use crate::diagnostic::{Code as ErrorCode, Diagnostic};
use crate::names::{ItemId, ItemOf, Meaning, is_call_of_main, is_script};
use crate::tree::{GenericParameter, GenericParameterKind, Let, PatternKind, Program, Statement, StatementKind};
use crate::types::{Owner, Ty};

/// What rustc would say of the author's program, in terms of the Rust; and of what panics when it runs, before it does.
pub const HEADER: &str = "#![allow(arithmetic_overflow, dead_code, mismatched_lifetime_syntaxes, non_camel_case_types, non_snake_case, unconditional_panic, unreachable_code, unused_assignments, unused_braces, unused_imports, unused_mut, unused_parens, unused_variables, while_true)] ";

impl<'tree> Emitter<'tree> {
    pub(super) fn program(&mut self, program: &'tree Program) -> String {
        let statements = &program.body.statements;
        let mut text = HEADER.to_owned();
        for attribute in &program.body.attributes {
            text += &self.sync(attribute.span);
            text += &format!("#![{}{}]", attribute.path.last().map_or("", |name| &name.text), attribute.arguments);
        }
        if is_script(statements) {
            text += "pub fn main() {";
            text += &self.script(statements);
            text += &self.shown_types();
            text += " }";
        } else {
            for statement in statements {
                text += &self.outside(statement);
            }
        }
        if !is_script(statements) {
            text += &self.shown_types();
        }
        text.push('\n');
        text
    }

    /// The trait of values that are shown, for the types of the program, where a function has a bound of it.
    fn shown_types(&self) -> String {
        let mut text = String::new();
        if !self.needs_show {
            return text;
        }
        for (index, item) in self.names.items.iter().enumerate() {
            let generics = match item.kind {
                ItemOf::Struct(of) => &of.generics,
                ItemOf::Enum(of) => &of.generics,
                _ => continue,
            };
            let is_plain =
                |parameter: &GenericParameter| matches!(&parameter.kind, GenericParameterKind::Type { bounds, .. } if bounds.is_empty());
            if self.names.scope(item.scope).parent.is_some() || !generics.predicates.is_empty() || !generics.parameters.iter().all(is_plain)
            {
                continue;
            }
            let names: Vec<&str> = generics.parameters.iter().map(|parameter| parameter.name.text.as_str()).collect();
            let (declared, used) = if names.is_empty() {
                (String::new(), String::new())
            } else {
                let declared: Vec<String> = names.iter().map(|name| format!("{name}: std::fmt::Debug")).collect();
                (format!("<{}>", declared.join(", ")), format!("<{}>", names.join(", ")))
            };
            let name = identifier(&item.name);
            text += &format!(
                " impl{declared} std::ruchy::show::Show for {name}{used} {{ fn show(&self, formatter: &mut std::fmt::Formatter<'_>"
            );
            text += ", place: std::ruchy::show::Place) -> std::fmt::Result ";
            let id = ItemId(u32::try_from(index).unwrap_or(u32::MAX));
            text += if self.types.implemented.has(Owner::Item(id), "Display") {
                "{ std::fmt::Display::fmt(self, formatter) } }"
            } else {
                "{ write!(formatter, \"{}\", std::ruchy::show::Debugging::form(&&std::ruchy::show::Value(self, place))) } }"
            };
        }
        text
    }

    /// A statement outside of functions.
    pub(super) fn outside(&mut self, statement: &'tree Statement) -> String {
        match &statement.kind {
            StatementKind::Item(item) => self.item(item, &statement.attributes),
            StatementKind::Let(of) => self.global(of, statement),
            _ => String::new(),
        }
    }

    /// The statements of a script, which are the body of its `main`.
    fn script(&mut self, statements: &'tree [Statement]) -> String {
        let mut text = String::new();
        for statement in statements {
            match &statement.kind {
                StatementKind::Let(of) if self.is_global(of) => text += &self.global(of, statement),
                StatementKind::Expression(expression) if is_call_of_main(expression) => {
                    text += &self.sync(statement.span);
                    text += "main();";
                }
                _ => {
                    text += " ";
                    text += &self.statement(statement, false);
                }
            }
        }
        text
    }

    fn is_global(&self, of: &Let) -> bool {
        matches!(of.pattern.kind, PatternKind::Binding { .. }) && !matches!(self.names.meaning(of.pattern.id), Meaning::Local(_))
    }

    /// `let mut name = value` outside of functions.
    pub(super) fn global(&mut self, of: &'tree Let, statement: &'tree Statement) -> String {
        let Some(id) = self.names.item_at(of.pattern.id) else { return String::new() };
        let at = self.sync(statement.span);
        let name = self.global_name(id);
        let ty = self.types.values.get(&id).cloned().unwrap_or(Ty::Unknown);
        let Some(rust) = self.rust_type(&ty).map(|rust| rust.replace("&str", "&'static str")) else {
            let error = Diagnostic::error(ErrorCode::TypeNeeded, of.pattern.span, "the type of this global cannot be inferred");
            self.errors.push(error.help("write it: `let mut name: TYPE = …`"));
            return at;
        };
        // A function outside of functions captures nothing.
        let rust = if let (Ty::Fn(..), Some(function)) = (&ty, rust.strip_prefix("impl Fn")) { format!("fn{function}") } else { rust };
        let value = of.value.as_ref().map(|value| self.value(value).text).unwrap_or_default();
        format!("{at}{}static {name}: std::ruchy::Global<{rust}> = std::ruchy::Global::new(|| {value});", visibility(of.visibility))
    }

    /// The name of a global: statics are in upper case, and no local can have their name.
    pub(super) fn global_name(&self, id: ItemId) -> String {
        let upper = self.names.item(id).name.to_uppercase();
        let scope = self.names.item(id).scope;
        let is_other =
            |meaning: &Meaning| matches!(meaning, Meaning::Item(other) if *other != id && self.names.item(*other).scope == scope);
        let taken = self.names.scope(scope).names.get(&upper).is_some_and(|meanings| meanings.iter().any(is_other));
        if taken { format!("{upper}_GLOBAL") } else { upper }
    }
}
