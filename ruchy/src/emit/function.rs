//! Functions.

use super::type_text::Elided;
use super::{Emitter, Throws, identifier};
use crate::diagnostic::{Code as ErrorCode, Diagnostic};
use crate::map::Set;
use crate::names::{ItemId, Meaning};
use crate::tree::{Function, NodeId, Parameter, Statement, StatementKind, Type, TypeKind};
use crate::types::{Head, Ty};
use std::collections::BTreeSet;

impl<'tree> Emitter<'tree> {
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
                (None, false, true) if function.body.is_some() => "mut self".to_owned(),
                (None, false, _) => {
                    let changed = matches!(self.names.meaning(receiver.id), Meaning::Local(id) if self.is_changed(*id));
                    if changed && function.body.is_some() { "mut self".to_owned() } else { "self".to_owned() }
                }
            });
        }
        for (parameter, ty) in function.parameters.iter().zip(&signature.parameters) {
            if let Meaning::Local(id) = self.names.meaning(parameter.pattern.id)
                && self.may_change_when_called(function, parameter)
            {
                self.changing.insert(*id);
            }
            parameters.push(self.parameter(parameter, ty, parameters_elided, function.body.is_some()));
        }
        let name = identifier(&function.name.text);
        let is_handler = function.name.text == "lambda_handler";
        let result = self.result_text(function, &signature.result, elided, hidden, is_handler);
        let predicates = self.predicates(&function.generics);
        let qualifiers = format!("{}{}", if function.is_const { "const " } else { "" }, if function.is_unsafe { "unsafe " } else { "" });
        let outer_cloned = std::mem::take(&mut *self.cloned.borrow_mut());
        let outer_shown = std::mem::take(&mut *self.shown_parameters.borrow_mut());
        let head = if closure.is_none() {
            let visible = if function.name.text == "main" && visible.is_empty() { "pub " } else { visible };
            format!("{visible}{qualifiers}fn {name}{generics}({}){result}{predicates}", parameters.join(", "))
        } else {
            let changing = self.names.capturing.get(&node).is_some_and(|captures| captures.iter().any(|id| self.is_changed(*id)));
            format!(
                "let {}{name} = |{}|{}",
                if changing { "mut " } else { "" },
                parameters.join(", "),
                if result.is_empty() { " -> ()".to_owned() } else { result }
            )
        };
        let Some(body) = &function.body else {
            self.throws = outer_throws;
            self.tries = outer_tries;
            *self.cloned.borrow_mut() = outer_cloned;
            *self.shown_parameters.borrow_mut() = outer_shown;
            return head + ";";
        };
        let value = signature.result != Ty::Unit;
        let inside = if hidden { self.throwing_body(body, value) } else { self.block(body, value) };
        self.throws = outer_throws;
        self.tries = outer_tries;
        let cloned = std::mem::replace(&mut *self.cloned.borrow_mut(), outer_cloned);
        let shown = std::mem::replace(&mut *self.shown_parameters.borrow_mut(), outer_shown);
        let bounds = if closure.is_none() && !self.of_trait {
            self.needed_bounds(&function.generics, &cloned, &shown, &predicates)
        } else {
            String::new()
        };
        let end = if closure.is_some() { ";" } else { "" };
        // A default method that takes its value needs the size of the value.
        let takes_self = function.receiver.as_ref().is_some_and(|receiver| !receiver.reference && receiver.ty.is_none());
        let sized = match (self.in_trait && takes_self, head.contains(" where ") || !bounds.is_empty()) {
            (false, _) => "",
            (true, false) => " where Self: Sized",
            (true, true) => ", Self: Sized",
        };
        format!("{head}{bounds}{sized} {inside}{end}")
    }

    /// Whether a parameter is a closure that may change what it captures: its type is or names `FnMut`.
    fn may_change_when_called(&self, function: &Function, parameter: &Parameter) -> bool {
        let Some(ty) = &parameter.ty else { return false };
        let text = self.sources.slice(ty.span);
        let is_changing = |span| self.sources.slice(span).contains("FnMut");
        let generics = &function.generics;
        text.contains("FnMut")
            || generics.parameters.iter().any(|of| of.name.text == text && is_changing(of.span))
            || generics.predicates.iter().any(|predicate| match predicate {
                crate::tree::Predicate::Type { ty, bounds, .. } => {
                    self.sources.slice(ty.span) == text
                        && bounds.iter().any(|bound| {
                            matches!(bound, crate::tree::Bound::Function { path, .. } if path.last().is_some_and(|name| name.text == "FnMut"))
                        })
                }
                crate::tree::Predicate::Lifetime { .. } => false,
            })
    }

    /// Bounds for the type parameters whose values are cloned or shown, where the author has written none.
    fn needed_bounds(
        &mut self,
        generics: &crate::tree::Generics,
        cloned: &BTreeSet<String>,
        shown: &BTreeSet<String>,
        predicates: &str,
    ) -> String {
        let has_bound = |name: &str, any: &[&str]| {
            let written = generics.parameters.iter().filter(|parameter| parameter.name.text == name);
            let written = written.map(|parameter| self.sources.slice(parameter.span));
            let predicates = predicates.split(',').map(|predicate| predicate.trim_start_matches(" where").trim_start());
            let mut all = written.chain(predicates.filter(|predicate| predicate.starts_with(&format!("{name}:"))));
            all.any(|text| any.iter().any(|bound| text.contains(bound)))
        };
        let is_own = |name: &str| generics.parameters.iter().any(|parameter| parameter.name.text == name);
        let mut missing: Vec<String> = cloned
            .iter()
            .filter(|name| name.as_str() != "Self" && !has_bound(name, &["Clone", "Copy", "Fn"]))
            .map(|name| format!("{name}: Clone"))
            .collect();
        let shown = shown.iter().filter(|name| is_own(name) && !has_bound(name, &["Display", "Debug", "Error", "Fn", "ToString"]));
        let shown: Vec<String> = shown.map(|name| format!("{name}: std::ruchy::show::Show")).collect();
        self.needs_show |= !shown.is_empty();
        missing.extend(shown);
        match (missing.is_empty(), predicates.is_empty()) {
            (true, _) => String::new(),
            (false, true) => format!(" where {}", missing.join(", ")),
            (false, false) => format!(", {}", missing.join(", ")),
        }
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
            && !self.names.item_at(node).is_some_and(|id| self.used_items().contains(&id))
    }

    /// The items that paths of the program mean.
    fn used_items(&self) -> &Set<ItemId> {
        self.used.get_or_init(|| {
            let meanings = self.names.meanings.values();
            meanings.filter_map(|meaning| if let Meaning::Item(id) = meaning { Some(*id) } else { None }).collect()
        })
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

    pub(super) fn parameter(&mut self, parameter: &'tree Parameter, ty: &Ty, elided: Elided, has_body: bool) -> String {
        let pattern = self.pattern(&parameter.pattern, has_body);
        let text = match &parameter.ty {
            Some(written) => {
                let text = self.written_value(written, elided);
                // A function that changes what it captures.
                text
            }
            None => {
                // A type that nothing calls.
                if let Some(text) = self.rust_type_in(ty, elided) {
                    text
                } else {
                    let error = Diagnostic::error(ErrorCode::TypeNeeded, parameter.span, "the type of this parameter cannot be inferred");
                    self.errors.push(error.help("write it: `name: TYPE`"));
                    "()".to_owned()
                }
            }
        };
        format!("{pattern}: {text}")
    }
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
