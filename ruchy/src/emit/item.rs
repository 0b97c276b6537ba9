//! Items, and the program as a whole.

use super::type_text::Elided;
use super::{Emitter, Throws, identifier};
use crate::diagnostic::{Code as ErrorCode, Diagnostic};
use crate::names::{ItemId, Meaning, is_call_of_main, is_script};
use crate::tree::{
    Attribute, Enum, Fields, Function, Item, ItemKind, Let, Member, ModuleContent, NodeId, Parameter, PatternKind, Program, Statement,
    StatementKind, Struct, Type, TypeKind, UseKind, UseTree, Visibility,
};
use crate::types::{Head, Ty};

/// What rustc would say of the author's program, in terms of the Rust; and of what panics when it runs, before it does.
pub const HEADER: &str = "#![allow(arithmetic_overflow, dead_code, mismatched_lifetime_syntaxes, non_camel_case_types, non_snake_case, unconditional_panic, unreachable_code, unused_assignments, unused_braces, unused_imports, unused_mut, unused_parens, unused_variables)] ";

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
            text += " }";
        } else {
            for statement in statements {
                text += &self.outside(statement);
            }
        }
        text.push('\n');
        // What comes from other files stands after the last line.
        while let Some(item) = self.modules.pop() {
            if let ItemKind::Module(of) = &item.kind
                && let ModuleContent::File(Some(body)) = &of.content
            {
                text += &format!("{}mod {} {{", visibility(item.visibility), identifier(&of.name.text));
                for statement in &body.statements {
                    text += " ";
                    text += &self.outside(statement);
                }
                text += " }\n";
            }
        }
        text
    }

    /// A statement outside of functions.
    fn outside(&mut self, statement: &'tree Statement) -> String {
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
    fn global(&mut self, of: &'tree Let, statement: &'tree Statement) -> String {
        let Some(id) =
            self.names.items.iter().position(|item| item.node == of.pattern.id).map(|index| ItemId(u32::try_from(index).unwrap_or(0)))
        else {
            return String::new();
        };
        let at = self.sync(statement.span);
        let name = self.global_name(id);
        let ty = self.types.values.get(&id).cloned().unwrap_or(Ty::Unknown);
        let Some(rust) = self.rust_type(&ty).map(|rust| rust.replace("&str", "&'static str")) else {
            let error = Diagnostic::error(ErrorCode::TypeNeeded, of.pattern.span, "the type of this global cannot be inferred");
            self.errors.push(error.help("write it: `let mut name: TYPE = …`"));
            return at;
        };
        let value = of.value.as_ref().map(|value| self.value(value).text).unwrap_or_default();
        format!("{at}{}static {name}: std::ruchy::Global<{rust}> = std::ruchy::Global::new(|| {value});", visibility(of.visibility))
    }

    /// The name of a global: statics are in upper case, and no local can have their name.
    pub(super) fn global_name(&self, id: ItemId) -> String {
        let upper = self.names.item(id).name.to_uppercase();
        let taken = self
            .names
            .items
            .iter()
            .enumerate()
            .any(|(index, item)| index != id.0 as usize && item.name == upper && item.scope == self.names.item(id).scope);
        if taken { format!("{upper}_GLOBAL") } else { upper }
    }

    fn attributes(&mut self, attributes: &'tree [Attribute], without_derive: bool) -> String {
        let mut text = String::new();
        for attribute in attributes {
            if without_derive && attribute.path.as_name().is_some_and(|name| name.text == "derive") {
                continue;
            }
            text += &self.sync(attribute.span);
            let path: Vec<&str> = attribute.path.segments.iter().map(|segment| segment.name.text.as_str()).collect();
            text += &format!("#[{}{}] ", path.join("::"), attribute.arguments);
        }
        text
    }

    pub(super) fn item(&mut self, item: &'tree Item, attributes: &'tree [Attribute]) -> String {
        let derives = matches!(item.kind, ItemKind::Struct(_) | ItemKind::Enum(_));
        let mut text = self.attributes(attributes, derives);
        text += &self.sync(item.span);
        let visible = visibility(item.visibility);
        match &item.kind {
            ItemKind::Function(function) => text += &self.function(function, item.id, visible, None),
            ItemKind::Struct(of) => text += &self.structure(of, item, attributes, open(visible)),
            ItemKind::Enum(of) => text += &self.enumeration(of, item, attributes, open(visible)),
            ItemKind::Impl(of) => {
                let generics = self.generics(&of.generics, &[]);
                let path = of.of_trait.as_ref().map(|path| format!("{} for ", self.written_trait(path)));
                let ty = self.written(&of.ty, Elided::Allowed);
                let predicates = self.predicates(&of.generics);
                text += &format!("impl{generics} {}{ty}{predicates} {{", path.unwrap_or_default());
                let outer = self.self_item.take();
                text += &self.members(&of.members, if of.of_trait.is_some() { Some("") } else { None });
                self.self_item = outer;
                text += &self.sync_end(item.span);
                text += "}";
            }
            ItemKind::Trait(of) => {
                let generics = self.generics(&of.generics, &[]);
                let supertraits = if of.supertraits.is_empty() { String::new() } else { format!(": {}", self.bounds(&of.supertraits)) };
                let predicates = self.predicates(&of.generics);
                text += &format!("{}trait {}{generics}{supertraits}{predicates} {{", open(visible), identifier(&of.name.text));
                text += &self.members(&of.members, Some(""));
                text += &self.sync_end(item.span);
                text += "}";
            }
            ItemKind::Module(of) => match &of.content {
                ModuleContent::Inline(statements) => {
                    text += &format!("{visible}mod {} {{", identifier(&of.name.text));
                    for statement in statements {
                        text += " ";
                        text += &self.outside(statement);
                    }
                    text += &self.sync_end(item.span);
                    text += "}";
                }
                ModuleContent::File(_) => self.modules.push(item),
            },
            ItemKind::Use(trees) => {
                let visible = if visible.is_empty() { "" } else { "pub " };
                for tree in trees {
                    let inside = self.use_tree(tree);
                    text += &format!("{visible}use {inside};");
                }
            }
            ItemKind::Constant(of) => {
                let id =
                    self.names.items.iter().position(|other| other.node == item.id).map(|index| ItemId(u32::try_from(index).unwrap_or(0)));
                let inferred = id.and_then(|id| self.types.values.get(&id)).cloned().unwrap_or(Ty::Unknown);
                let keyword = match (of.is_static, of.mutable) {
                    (true, true) => "static mut",
                    (true, false) => "static",
                    (false, _) => "const",
                };
                let count = match of.value.as_ref().map(|value| &value.unparenthesized().kind) {
                    Some(crate::tree::ExpressionKind::List(elements)) => Some(elements.len()),
                    _ => None,
                };
                let ty = match (&of.ty, &inferred) {
                    (Some(ty), Ty::Ref(..)) if matches!(&ty.kind, TypeKind::Path(_)) => "&'static str".to_owned(),
                    (Some(ty), _) => self.written(ty, Elided::Static),
                    (None, Ty::Array(element)) => format!(
                        "[{}; {}]",
                        self.rust_type_in(element, Elided::Static).unwrap_or_else(|| "_".to_owned()),
                        count.unwrap_or(0)
                    ),
                    (None, ty) => match self.rust_type_in(ty, Elided::Static) {
                        Some(ty) => ty,
                        None => {
                            let error = Diagnostic::error(
                                ErrorCode::TypeNeeded,
                                of.name.span,
                                format!("the type of `{}` cannot be inferred", of.name.text),
                            );
                            self.errors.push(error.help("write it: `const NAME: TYPE = …`"));
                            String::new()
                        }
                    },
                };
                let value = of.value.as_ref().map(|value| format!(" = {}", self.value(value).text)).unwrap_or_default();
                text += &format!("{visible}{keyword} {}: {ty}{value};", identifier(&of.name.text));
            }
            ItemKind::TypeAlias(of) => {
                let generics = self.generics(&of.generics, &[]);
                let ty = of.ty.as_ref().map(|ty| format!(" = {}", self.written_value(ty, Elided::Allowed))).unwrap_or_default();
                let bounds = if of.bounds.is_empty() { String::new() } else { format!(": {}", self.bounds(&of.bounds)) };
                text += &format!("{visible}type {}{generics}{bounds}{ty};", identifier(&of.name.text));
            }
        }
        text
    }

    fn written_trait(&mut self, path: &'tree crate::tree::Path) -> String {
        let span = path.span;
        let text = self.sources.slice(span).to_owned();
        match path.as_name().and_then(|name| self.prelude_path(&name.text)) {
            Some(full) => full.to_owned(),
            None => match path.segments.first().and_then(|segment| self.prelude_path(&segment.name.text)) {
                Some(full) if path.segments.len() == 1 => text.replacen(&path.segments[0].name.text, full, 1),
                _ => text,
            },
        }
    }

    fn use_tree(&mut self, tree: &'tree UseTree) -> String {
        let at = self.sync(tree.span);
        let prefix: Vec<String> = tree.path.segments.iter().map(|segment| identifier(&segment.name.text)).collect();
        let prefix = if tree.path.global { format!("::{}", prefix.join("::")) } else { prefix.join("::") };
        let text = match &tree.kind {
            UseKind::Name(None) => prefix,
            UseKind::Name(Some(alias)) => format!("{prefix} as {}", alias.text),
            UseKind::All => format!("{prefix}::*"),
            UseKind::Group(trees) => {
                let inside: Vec<String> = trees.iter().map(|tree| self.use_tree(tree)).collect();
                if prefix.is_empty() { format!("{{{}}}", inside.join(", ")) } else { format!("{prefix}::{{{}}}", inside.join(", ")) }
            }
        };
        at + &text
    }

    fn members(&mut self, members: &'tree [Member], visibility_of: Option<&str>) -> String {
        let mut text = String::new();
        for member in members {
            text += " ";
            if let ItemKind::Function(function) = &member.item.kind {
                text += &self.attributes(&member.attributes, false);
                text += &self.sync(member.item.span);
                let visible = visibility_of.unwrap_or_else(|| visibility(member.item.visibility)).to_owned();
                text += &self.function(function, member.item.id, &visible, None);
            } else {
                text += &self.item(&member.item, &member.attributes);
            }
        }
        text
    }

    fn structure(&mut self, of: &'tree Struct, item: &'tree Item, attributes: &'tree [Attribute], visible: &str) -> String {
        let id = self.item_id(item.id);
        let derives = self.derives(id, attributes, &of.generics);
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

    fn enumeration(&mut self, of: &'tree Enum, item: &'tree Item, attributes: &'tree [Attribute], visible: &str) -> String {
        let id = self.item_id(item.id);
        let derives = self.derives(id, attributes, &of.generics);
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

    pub(super) fn item_id(&self, node: NodeId) -> ItemId {
        ItemId(u32::try_from(self.names.items.iter().position(|item| item.node == node).unwrap_or(0)).unwrap_or(0))
    }

    /// A function, or with `closure` a nested one that uses the locals around it.
    pub(super) fn function(&mut self, function: &'tree Function, node: NodeId, visible: &str, closure: Option<()>) -> String {
        let Some(signature) = self.types.signatures.get(&node).cloned() else { return String::new() };
        // Nothing calls it, and nothing says its types: there is nothing to emit.
        if self.is_unused(function, node) && signature.parameters.iter().any(|ty| self.rust_type(ty).is_none()) {
            return String::new();
        }
        let hidden = self.throwing.contains(&node);
        let is_result = matches!(signature.result, Ty::Named(Head::Known("Result"), _));
        let outer_throws = std::mem::replace(
            &mut self.throws,
            if hidden {
                Throws::Hidden
            } else if is_result {
                Throws::Result
            } else {
                Throws::No
            },
        );
        let outer_tries = std::mem::take(&mut self.tries);
        let references =
            signature.parameters.iter().zip(&function.parameters).filter(|(ty, parameter)| has_elided(ty, parameter.ty.as_ref())).count();
        let result_borrows = match &function.result {
            Some(ty) => borrows_elided(ty),
            None => signature.result.any(&mut |part| matches!(part, Ty::Ref(..))),
        };
        let by_self = function.receiver.as_ref().is_some_and(|receiver| receiver.reference || receiver.ty.is_some());
        let elided = match (result_borrows, by_self, references) {
            (true, false, 0) => Elided::Static,
            (true, false, count) if count > 1 => Elided::Shared,
            _ => Elided::Allowed,
        };
        let parameters_elided = if elided == Elided::Shared { Elided::Shared } else { Elided::Allowed };
        let more = if elided == Elided::Shared { vec!["'a".to_owned()] } else { Vec::new() };
        let generics = self.generics(&function.generics, &more);
        let mut parameters = Vec::new();
        if let Some(receiver) = &function.receiver {
            parameters.push(match (&receiver.ty, receiver.reference, receiver.mutable) {
                (Some(ty), ..) => format!("self: {}", self.written(ty, Elided::Allowed)),
                (None, true, true) => "&mut self".to_owned(),
                (None, true, false) => "&self".to_owned(),
                (None, false, true) => "mut self".to_owned(),
                (None, false, false) => {
                    let changed = matches!(self.names.meaning(receiver.id), Meaning::Local(id) if self.is_changed(*id));
                    if changed && function.body.is_some() { "mut self".to_owned() } else { "self".to_owned() }
                }
            });
        }
        for (parameter, ty) in function.parameters.iter().zip(&signature.parameters) {
            parameters.push(self.parameter(parameter, ty, parameters_elided, function.body.is_some()));
        }
        let name = identifier(&function.name.text);
        let is_handler = function.name.text == "lambda_handler";
        let result = self.result_text(function, &signature.result, elided, hidden, is_handler);
        let predicates = self.predicates(&function.generics);
        let qualifiers = format!("{}{}", if function.is_const { "const " } else { "" }, if function.is_unsafe { "unsafe " } else { "" });
        let head = match closure {
            None => {
                let visible = if function.name.text == "main" && visible.is_empty() { "pub " } else { visible };
                format!("{visible}{qualifiers}fn {name}{generics}({}){result}{predicates}", parameters.join(", "))
            }
            Some(()) => {
                let changing = self.names.capturing.get(&node).is_some_and(|captures| captures.iter().any(|id| self.is_changed(*id)));
                format!(
                    "let {}{name} = |{}|{}",
                    if changing { "mut " } else { "" },
                    parameters.join(", "),
                    if result.is_empty() { " -> ()".to_owned() } else { result }
                )
            }
        };
        let Some(body) = &function.body else {
            self.throws = outer_throws;
            self.tries = outer_tries;
            return head + ";";
        };
        let value = signature.result != Ty::Unit;
        let inside = if hidden { self.throwing_body(body, value) } else { self.block(body, value) };
        self.throws = outer_throws;
        self.tries = outer_tries;
        let end = if closure.is_some() { ";" } else { "" };
        format!("{head} {inside}{end}")
    }

    /// The body of a function that passes on what is thrown: its value is in `Ok`.
    fn throwing_body(&mut self, body: &'tree crate::tree::Block, value: bool) -> String {
        let text = self.block(body, value);
        if value {
            // The block is the value of `Ok`.
            format!("{{ Ok({text}) }}")
        } else {
            let trimmed = text.trim_end();
            let inner = trimmed.strip_suffix('}').unwrap_or(trimmed);
            let ends = self.ends(body);
            if ends { format!("{inner}}}") } else { format!("{inner} Ok(()) }}") }
        }
    }

    /// Whether a function without written types is mentioned nowhere.
    fn is_unused(&self, function: &Function, node: NodeId) -> bool {
        function.parameters.iter().any(|parameter| parameter.ty.is_none())
            && function.receiver.is_none()
            && !self.names.meanings.values().any(|meaning| matches!(meaning, Meaning::Item(id) if self.names.item(*id).node == node))
    }

    /// Whether the result of a function is a closure that changes what it captures.
    pub(super) fn returns_changing(&self, function: &Function) -> bool {
        let mut tail = function.body.as_ref().and_then(|body| body.tail());
        while let Some(expression) = tail {
            match &expression.kind {
                crate::tree::ExpressionKind::Lambda(_) => return self.ownership.changing.contains(&expression.id),
                crate::tree::ExpressionKind::Block { block, .. } => tail = block.tail(),
                crate::tree::ExpressionKind::Parenthesized(inner) => tail = Some(inner),
                _ => return false,
            }
        }
        false
    }

    fn ends(&self, body: &crate::tree::Block) -> bool {
        matches!(body.statements.last(), Some(Statement { kind: StatementKind::Expression(expression), .. }) if *self.types.ty(expression.id) == Ty::Never)
    }

    fn result_text(&mut self, function: &'tree Function, result: &Ty, elided: Elided, hidden: bool, is_handler: bool) -> String {
        let text = match &function.result {
            Some(ty) => Some(self.written_value(ty, elided)),
            None if *result == Ty::Unit || *result == Ty::Never => None,
            None => match self.rust_type_in(result, elided) {
                Some(text) if self.returns_changing(function) => Some(text.replacen("impl Fn(", "impl FnMut(", 1)),
                Some(text) => Some(text),
                None => {
                    let message = format!("the result type of `{}` cannot be inferred", function.name.text);
                    let error = Diagnostic::error(ErrorCode::TypeNeeded, function.name.span, message);
                    self.errors.push(error.help(format!("write it: `fun {}(…) -> TYPE`", function.name.text)));
                    None
                }
            },
        };
        match (text, hidden) {
            (Some(text), false) if text == "()" => String::new(),
            (Some(text), false) => format!(" -> {text}"),
            (None, false) => String::new(),
            (text, true) => {
                let error = if is_handler || function.name.text == "main" { "String" } else { "std::ruchy::Thrown" };
                format!(" -> Result<{}, {error}>", text.unwrap_or_else(|| "()".to_owned()))
            }
        }
    }

    fn parameter(&mut self, parameter: &'tree Parameter, ty: &Ty, elided: Elided, has_body: bool) -> String {
        let pattern = self.pattern(&parameter.pattern, has_body);
        let text = match &parameter.ty {
            Some(written) => {
                let text = self.written_value(written, elided);
                // A function that changes what it captures.
                text
            }
            None => {
                // A type that nothing calls.
                match self.rust_type_in(ty, elided) {
                    Some(text) => text,
                    None => {
                        let error =
                            Diagnostic::error(ErrorCode::TypeNeeded, parameter.span, "the type of this parameter cannot be inferred");
                        self.errors.push(error.help("write it: `name: TYPE`"));
                        "()".to_owned()
                    }
                }
            }
        };
        format!("{pattern}: {text}")
    }
}

/// The visibility of a type: rustc wants types to be seen wherever their values go, which names have checked.
fn open(visible: &str) -> &str {
    if visible.is_empty() { "pub " } else { visible }
}

/// Whether a parameter's type has a reference without a lifetime.
fn has_elided(ty: &Ty, written: Option<&Type>) -> bool {
    match written {
        Some(written) => borrows_elided(written),
        None => ty.any(&mut |part| matches!(part, Ty::Ref(..))),
    }
}

fn borrows_elided(ty: &Type) -> bool {
    match &ty.kind {
        TypeKind::Reference { lifetime, .. } => lifetime.is_none(),
        TypeKind::Path(path) => path.segments.iter().flat_map(|segment| segment.generics.iter().flatten()).any(|argument| match argument {
            crate::tree::GenericArgument::Type(ty) => borrows_elided(ty),
            _ => false,
        }),
        TypeKind::Tuple(all) => all.iter().any(borrows_elided),
        TypeKind::Parenthesized(inner) | TypeKind::Slice(inner) | TypeKind::Optional(inner) | TypeKind::Array { element: inner, .. } => {
            borrows_elided(inner)
        }
        _ => false,
    }
}

pub(super) fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Private => "",
        Visibility::Public => "pub ",
        Visibility::Crate => "pub(crate) ",
        Visibility::Super => "pub(super) ",
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
