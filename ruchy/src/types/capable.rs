//! What Rust's own methods need of types: a default value, reading from text, adding up.

use super::ty::{Head, Ty};
use super::{Inference, Owner};
use crate::diagnostic::Code;
use crate::map::Set;
use crate::names::ItemId;
use crate::span::Span;
use crate::tree::{Node, Statement, StatementKind};

/// What a type must be capable of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// `Default`
    Default,
    /// `FromStr`
    Parsed,
    /// `Sum` and `Product`
    Added,
    /// A member of JSON
    Json,
    /// Read from text, with an error that becomes text by `?`
    ErrorAsText,
}

impl<'tree> Inference<'_, 'tree> {
    /// Reports variables that are maps or sets whose keys are floats.
    pub(super) fn check_keys(&mut self) {
        for (index, local) in self.names.locals.iter().enumerate() {
            let ty = self.variables.last(&self.types.locals[index]);
            let has_float_keys = |part: &Ty| matches!(part, Ty::Named(Head::Known("HashSet" | "BTreeSet" | "HashMap" | "BTreeMap"), own) if own[0].is_float());
            if ty.any(&mut |part| has_float_keys(part)) {
                let found = self.shown(&ty);
                let message = format!("`{}` is `{found}`, but floats cannot be keys", local.name);
                let error = self.error(Code::TraitBound, local.span, message);
                error.help = Some("floats implement neither `Eq` and `Hash` nor `Ord`: use integers or text as keys".to_owned());
            }
        }
    }

    /// Records that a type must be capable of something; it is checked when all types are known.
    pub(super) fn need(&mut self, need: Need, ty: &Ty, span: Span) {
        self.needs.push((need, ty.clone(), span));
    }

    pub(super) fn check_needs(&mut self) {
        for (need, ty, span) in std::mem::take(&mut self.needs) {
            let whole = self.variables.last(&ty);
            let ty = whole.behind();
            let is_reference = matches!(whole, Ty::Ref(..)) && need == Need::Parsed;
            let is_mutable = matches!(whole, Ty::Ref(true, _)) && need == Need::Json;
            if need == Need::ErrorAsText {
                if !matches!(ty, Ty::Named(..) | Ty::Param(_) | Ty::Unknown | Ty::Opaque(_) | Ty::Var(_)) {
                    self.error_is_no_text(span, "the error of `parse`");
                }
                continue;
            }
            let (is_capable, message, help) = match need {
                Need::Default => {
                    (self.has_default(ty), "has no default value", "write `#[derive(Default)]` above its declaration, or give the value")
                }
                Need::Parsed => (self.is_parsed(ty), "cannot be read from text", "implement `FromStr` for it, or read a number or text"),
                Need::Added => (is_added(ty), "cannot be added up", "add up numbers: `….map(|x| …).sum()`"),
                Need::Json | Need::ErrorAsText => (is_json(ty), "cannot be a member of JSON", json_help(ty)),
            };
            if !is_capable || is_reference || is_mutable {
                let found = self.shown(if is_capable { &whole } else { ty });
                let help = if is_capable { "leave out the `&`" } else { help };
                self.error(Code::TraitBound, span, format!("`{found}` {message}")).help = Some(help.to_owned());
            }
        }
    }

    fn has_default(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Named(Head::Item(_), _) => Owner::of(ty).is_none_or(|owner| self.types.implemented.has(owner, "Default")),
            Ty::Named(Head::Known(name), _) => !["Result", "Ordering", "Entry"].contains(name),
            Ty::Tuple(parts) => parts.iter().all(|part| self.has_default(part)),
            Ty::Fn(..) => false,
            _ => true,
        }
    }

    fn is_parsed(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Named(Head::Item(_), _) => Owner::of(ty).is_none_or(|owner| self.types.implemented.has(owner, "FromStr")),
            Ty::Named(Head::Known(name), _) => name.starts_with("events::"),
            Ty::Tuple(_) | Ty::Unit | Ty::Fn(..) | Ty::Array(_) | Ty::Slice(_) => false,
            _ => true,
        }
    }

    /// Reports `?` of an error that is not text, in a function whose error is text.
    pub(super) fn error_is_no_text(&mut self, span: Span, found: &str) {
        let message = format!("`?` returns {found}, but the function's error is `String`");
        let error = self.error(Code::BadQuestionMark, span, message);
        error.help = Some("write it as text: `….map_err(|error| error.to_string())?`".to_owned());
    }

    /// Records the types with `#[derive(Default)]`.
    pub(super) fn derived_defaults(&mut self, nodes: &[Node<'tree>]) {
        let mut found = Set::default();
        for node in nodes {
            let Node::Statement(Statement { kind: StatementKind::Item(item), attributes, .. }) = node else { continue };
            let mut derives = attributes.iter().filter(|attribute| attribute.path.as_name().is_some_and(|name| name.text == "derive"));
            if derives.any(|attribute| attribute.arguments.contains("Default")) {
                found.insert(item.id);
            }
        }
        for (index, item) in self.names.items.iter().enumerate() {
            if found.contains(&item.node) {
                self.types.implemented.insert(Owner::Item(ItemId(u32::try_from(index).unwrap_or(u32::MAX))), "Default");
            }
        }
    }
}

fn is_added(ty: &Ty) -> bool {
    match ty {
        Ty::Bool | Ty::Char | Ty::Str | Ty::String | Ty::Unit | Ty::Tuple(_) | Ty::Fn(..) | Ty::Array(_) | Ty::Slice(_) => false,
        Ty::Named(Head::Known("Option" | "Result"), arguments) => is_added(arguments[0].behind()),
        Ty::Named(Head::Known(_), _) => false,
        _ => true,
    }
}

fn is_json(ty: &Ty) -> bool {
    match ty {
        Ty::Named(Head::Known("Option" | "Vec"), arguments) => is_json(arguments[0].behind()),
        Ty::Array(element) | Ty::Slice(element) => is_json(element.behind()),
        Ty::Tuple(_) | Ty::Unit | Ty::Fn(..) | Ty::Named(Head::Known("Result"), _) => false,
        _ => true,
    }
}

fn json_help(ty: &Ty) -> &'static str {
    match ty {
        Ty::Named(Head::Known("Result"), _) => "take the value out: `?`, `….unwrap_or(…)`, or `match`",
        Ty::Tuple(_) => "write a list: `[a, b]`",
        _ => "give text, a number, a list or an object",
    }
}
