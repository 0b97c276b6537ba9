//! Paths as values.

use super::Resolver;
use super::expression::LAMBDAS;
use crate::diagnostic::{Code, DIAGNOSTICS_MAX};
use crate::names::prelude::{FUNCTIONS, TYPES};
use crate::names::{ItemOf, LocalId, Meaning, ScopeId, suggest};
use crate::span::Span;
use crate::tree::{ItemKind, NodeId, Path};

impl<'tree> Resolver<'tree, '_> {
    pub(super) fn find_local(&mut self, name: &str) -> Option<LocalId> {
        let (depth, id) = self.blocks.iter().enumerate().rev().find_map(|(depth, block)| block.get(name).map(|id| (depth, *id)))?;
        for (outside, node) in &self.boundaries {
            if depth < *outside {
                let captured = self.names.capturing.entry(*node).or_default();
                if !captured.contains(&id) {
                    captured.push(id);
                }
            }
        }
        let owner = self.names.locals[id.0 as usize].owner;
        if owner != *self.owners.last().unwrap_or(&0) {
            self.names.locals[id.0 as usize].captured = true;
            let first = self.owners.iter().position(|other| *other == owner).map_or(0, |position| position + 1);
            for lambda in self.owners.iter().skip(first).copied().filter(|owner| *owner >= LAMBDAS) {
                let captures = self.names.captures.entry(NodeId(u32::try_from(lambda).unwrap_or(0))).or_default();
                if !captures.contains(&id) {
                    captures.push(id);
                }
            }
        }
        self.names.locals[id.0 as usize].uses += 1;
        Some(id)
    }

    /// The meaning of a path in an expression or pattern.
    pub(super) fn value_path(&mut self, path: &'tree Path) -> Meaning {
        for segment in &path.segments {
            for argument in segment.generics.iter().flatten() {
                self.generic_argument(argument);
            }
        }
        if let Some(qualifier) = &path.qualifier {
            let _ = qualifier;
            return Meaning::External(path.segments.iter().map(|segment| segment.name.text.clone()).collect());
        }
        if let [only] = path.segments.as_slice() {
            return self.single(&only.name.text, path.span);
        }
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.name.text.clone()).collect();
        match segments.as_slice() {
            [] => Meaning::Unknown,
            [first, rest @ ..] => {
                let meaning = self.several(first, rest, &segments, path);
                if let Meaning::External(full) = &meaning {
                    let before = full.len() - segments.len();
                    let span_of = |index: usize| path.segments[index.saturating_sub(before)].name.span;
                    if self.missing(full, span_of) {
                        return Meaning::Unknown;
                    }
                }
                meaning
            }
        }
    }

    fn single(&mut self, name: &str, span: Span) -> Meaning {
        if let Some(local) = self.find_local(name) {
            return Meaning::Local(local);
        }
        let is_value = |meaning: &&Meaning| match meaning {
            Meaning::Item(id) => !matches!(self.names.item(*id).kind, ItemOf::Trait(_) | ItemOf::Module(_) | ItemOf::Enum(_)),
            _ => true,
        };
        let found = self.names.look_up(self.scope, name);
        if let Some(meaning) = found.iter().find(is_value).or(found.first()).cloned() {
            if let Meaning::Item(id) = meaning
                && matches!(self.names.item(id).kind, ItemOf::Global(_))
                && self.owners.len() > 1
            {
                self.used_globals.insert(id);
            }
            return meaning;
        }
        if name == "Self" {
            return Meaning::OfSelf(String::new());
        }
        if self.generics.iter().any(|all| all.contains(name)) {
            return Meaning::Parameter(name.to_owned());
        }
        if FUNCTIONS.contains(&name) || TYPES.contains(&name) || !self.names.scope(self.names.module_of(self.scope)).globs.is_empty() {
            return Meaning::External(vec![name.to_owned()]);
        }
        self.unknown(name, span)
    }

    /// Whether nothing has a name here.
    pub(super) fn is_free(&self, name: &str) -> bool {
        !self.blocks.iter().any(|block| block.contains_key(name))
            && self.names.look_up(self.scope, name).is_empty()
            && !self.generics.iter().any(|all| all.contains(name))
            && !FUNCTIONS.contains(&name)
            && !TYPES.contains(&name)
            && self.names.scope(self.names.module_of(self.scope)).globs.is_empty()
    }

    pub(super) fn unknown(&mut self, name: &str, span: Span) -> Meaning {
        let mut known: Vec<&str> = Vec::new();
        if self.errors.len() <= DIAGNOSTICS_MAX {
            known.extend(self.blocks.iter().flat_map(|block| block.keys().map(String::as_str)));
            let mut scope = Some(self.scope);
            while let Some(id) = scope {
                known.extend(self.names.scope(id).names.keys().map(String::as_str));
                scope = self.names.scope(id).around;
            }
            known.extend(FUNCTIONS);
        }
        let near = suggest(name, known);
        let instead = of_other_languages(name);
        let error = self.error(Code::UnknownName, span, format!("nothing named `{name}` is in scope"));
        error.label = "this name is unknown".to_owned();
        match instead {
            Some(instead) => error.help = Some(instead.to_owned()),
            None => error.suggest_or(near.as_deref(), || Some(format!("declare it first: `let {name} = …`"))),
        }
        Meaning::Unknown
    }

    fn several(&mut self, first: &str, rest: &[String], all: &[String], path: &'tree Path) -> Meaning {
        let span = path.span;
        match first {
            "Self" => return Meaning::OfSelf(rest.join("::")),
            "crate" | "super" | "self" => {
                if let Some(found) = self.names.type_path(self.scope, all) {
                    return found;
                }
            }
            _ => {}
        }
        if self.generics.iter().any(|generics| generics.contains(first)) {
            return Meaning::Parameter(first.to_owned());
        }
        let candidates = self.names.look_up(self.scope, first).to_vec();
        for candidate in candidates {
            if let Some(found) = self.names.below(candidate, rest) {
                if let Meaning::Item(id) = &found
                    && self.names.module_of(self.names.item(*id).scope) != self.names.module_of(self.scope)
                    && self.names.item(*id).visibility == crate::tree::Visibility::Private
                    && !self.is_inside(self.names.item(*id).scope)
                {
                    let (name, place) = (self.names.item(*id).name.clone(), self.names.item(*id).span);
                    let error = self.error(Code::PrivateItem, span, format!("`{}` is private to its module", all.join("::")));
                    error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("`{name}` is declared here") });
                    error.help = Some("write `pub` in front of its declaration".to_owned());
                }
                if let Meaning::Associated(id, name) = &found
                    && let ItemOf::Enum(of) = self.names.item(*id).kind
                    && name.starts_with(|letter: char| letter.is_uppercase())
                    && !self.has_associated(name)
                {
                    let near = suggest(name, of.variants.iter().map(|variant| variant.name.text.as_str()));
                    let place = self.names.item(*id).span;
                    let variants: Vec<&str> = of.variants.iter().map(|variant| variant.name.text.as_str()).collect();
                    let help = format!("its variants are {}", variants.join(", "));
                    let near = near.map(|near| format!("{first}::{near}"));
                    let error = self.error(Code::UnknownName, span, format!("the enum `{first}` has no variant `{name}`"));
                    error.notes.push(crate::diagnostic::Note { span: Some(place), message: format!("`{first}` is declared here") });
                    error.suggest_or(near.as_deref(), || Some(help));
                    return Meaning::Unknown;
                }
                return found;
            }
        }
        if self.names.type_path(self.scope, &[first]).is_none()
            && let Some(standard) = self.standard_type(&path.segments[0].name)
        {
            return Meaning::External(std::iter::once(standard.to_owned()).chain(rest.iter().cloned()).collect());
        }
        if !self.names.look_up(self.scope, first).is_empty() {
            let modules: Vec<String> = match self.names.look_up(self.scope, first).first() {
                Some(Meaning::Item(id)) => match self.names.item(*id).kind {
                    ItemOf::Module(module) => self.names.scope(module).names.keys().cloned().collect(),
                    _ => Vec::new(),
                },
                _ => Vec::new(),
            };
            let near = rest.first().and_then(|name| suggest(name, modules.iter().map(String::as_str)));
            let error = self.error(Code::UnknownName, span, format!("`{first}` has nothing named `{}`", rest.join("::")));
            error.suggest_or(near.map(|near| format!("{first}::{near}")).as_deref(), || None);
            return Meaning::Unknown;
        }
        if self.is_crate(first) || !self.names.scope(self.names.module_of(self.scope)).globs.is_empty() {
            return Meaning::External(all.to_vec());
        }
        if first.starts_with(char::is_lowercase) {
            self.unknown_module(first, path.segments[0].name.span);
        } else {
            self.unknown_type(first, path.segments[0].name.span);
        }
        Meaning::Unknown
    }

    fn has_associated(&self, name: &str) -> bool {
        self.names.implementations.iter().any(|implementation| {
            implementation.members.iter().any(|member| match &member.item.kind {
                ItemKind::Function(function) => function.name.text == name,
                ItemKind::Constant(constant) => constant.name.text == name,
                _ => false,
            })
        })
    }

    /// Whether the scope of the walk is in `module`, or in a module in it.
    fn is_inside(&self, scope: ScopeId) -> bool {
        let module = self.names.module_of(scope);
        let mut here = Some(self.names.module_of(self.scope));
        while let Some(id) = here {
            if id == module {
                return true;
            }
            here = self.names.scope(id).parent;
        }
        false
    }
}

/// What to write for names that other languages have.
fn of_other_languages(name: &str) -> Option<&'static str> {
    Some(match name {
        "nil" | "undefined" | "NULL" | "nullptr" | "Null" | "Nothing" => {
            "a value that may be missing is an `Option`: write `None`, or `Some(value)`"
        }
        "True" | "TRUE" => "write `true`",
        "False" | "FALSE" => "write `false`",
        "printf" | "console" | "System" | "fmt" | "puts" | "echo" => "write `println(f\"{value}\")`",
        "self" | "this" => "a method takes it as its first parameter: `fun name(&self)`",
        "JSON" => "import the type: `use events::Json`; an object is written `{ \"key\": value }`",
        "process" | "os" => "a variable of the environment is read by `std::env::var(\"NAME\")`",
        "Math" | "math" => "write the function or the method alone: `sqrt(x)`, `x.abs()`",
        _ => return None,
    })
}
