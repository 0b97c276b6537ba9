//! Paths that leave the program: imports, the crate `events`, other crates.

use super::Resolver;
use crate::diagnostic::Code;
use crate::names::libraries::{CRATES, missing_in_libraries, misspelled_in_std, paths_in_events};
use crate::names::prelude::TYPES;
use crate::names::{ItemOf, Meaning, suggest};
use crate::span::Span;
use crate::tree::{Name, Path, UseKind, UseTree};

impl<'tree> Resolver<'tree, '_> {
    /// Checks that what a `use` names exists, as far as it is of the program or of `events`.
    pub(super) fn import(&mut self, before: &[&'tree Name], tree: &'tree UseTree) {
        let mut whole = before.to_vec();
        whole.extend(tree.path.segments.iter().map(|segment| &segment.name));
        match &tree.kind {
            UseKind::Group(trees) => trees.iter().for_each(|tree| self.import(&whole, tree)),
            UseKind::Name(_) | UseKind::All => {
                if whole.len() > 1 && whole.last().is_some_and(|last| last.text == "self") {
                    whole.pop();
                }
                self.imported(&whole);
            }
        }
    }

    fn imported(&mut self, names: &[&'tree Name]) {
        let path: Vec<String> = names.iter().map(|name| name.text.clone()).collect();
        let Some((first, rest)) = path.split_first() else { return };
        let own = matches!(first.as_str(), "crate" | "self" | "super")
            || !rest.is_empty() && matches!(self.names.look_up(self.scope, first).first(), Some(Meaning::Item(_)));
        if !own {
            self.missing(&path, |index| names[index].span);
            return;
        }
        // Each name must exist in the module before it.
        for index in 1..path.len() {
            if matches!(path[index].as_str(), "crate" | "self" | "super") || self.names.exists(self.scope, &path[..=index]) {
                continue;
            }
            let parent = path[..index].join("::");
            let known = self.names.names_in(self.scope, &path[..index]);
            self.nothing_named(&parent, &path[index], names[index].span, &known);
            return;
        }
    }

    /// Reports a path below `events` or `std` that does not exist. Returns whether it did.
    pub(super) fn missing(&mut self, path: &[String], span_of: impl Fn(usize) -> Span) -> bool {
        let misspelled = || misspelled_in_std(path).map(|(index, known)| (index, known.to_vec()));
        let Some((index, known)) = missing_in_libraries(path).or_else(misspelled) else { return false };
        let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
        self.nothing_named(&path[..index].join("::"), &path[index], span_of(index), &known);
        true
    }

    pub(super) fn nothing_named(&mut self, parent: &str, name: &str, span: Span, known: &[String]) {
        let mut known: Vec<&str> = known.iter().map(String::as_str).collect();
        known.sort_unstable();
        let near = suggest(name, known.iter().copied());
        let help = if known.is_empty() { None } else { Some(format!("it has {}", known.join(", "))) };
        let error = self.error(Code::UnknownName, span, format!("`{parent}` has nothing named `{name}`"));
        error.suggest_or(near.as_deref(), || help);
    }

    /// Whether the first name of a path may be that of a crate.
    pub(super) fn is_crate(&self, first: &str) -> bool {
        CRATES.contains(&first) || TYPES.contains(&first) || self.names.imported.contains(first)
    }

    /// Reports a path whose first name is neither a module of the program nor an imported crate.
    pub(super) fn unknown_module(&mut self, first: &str, span: Span) {
        let mut modules: Vec<&str> = CRATES.to_vec();
        let mut scope = Some(self.scope);
        while let Some(id) = scope {
            let of_scope = self.names.scope(id).names.iter().filter(|(_, meanings)| {
                meanings
                    .iter()
                    .any(|meaning| matches!(meaning, Meaning::Item(id) if matches!(self.names.item(*id).kind, ItemOf::Module(_))))
            });
            modules.extend(of_scope.map(|(name, _)| name.as_str()));
            scope = self.names.scope(id).around;
        }
        modules.sort_unstable();
        let near = suggest(first, modules);
        let error = self.error(Code::UnknownName, span, format!("there is no module named `{first}`"));
        error.label = "this name is unknown".to_owned();
        error.suggest_or(near.as_deref(), || {
            Some(format!("declare it: `mod {first};` reads the file `{first}.ruchy`; a crate is imported first: `use {first}::…`"))
        });
    }

    /// Checks a path of several names that stands for a type.
    pub(super) fn type_of_several(&mut self, path: &'tree Path, segments: &[String]) {
        let (first, span_of) = (&segments[0], |index: usize| path.segments[index].name.span);
        if path.qualifier.is_some() || path.global || first == "Self" || self.generics.iter().any(|generics| generics.contains(first)) {
            return;
        }
        match self.names.type_path(self.scope, segments) {
            Some(Meaning::External(full)) => {
                let offset = full.len() - segments.len();
                self.missing(&full, |index| span_of(index.saturating_sub(offset)));
            }
            Some(Meaning::Associated(..)) | None if self.names.in_program(self.scope, first) => {
                let parents = &segments[..segments.len() - 1];
                let known = self.names.names_in(self.scope, parents);
                self.nothing_named(&parents.join("::"), &segments[segments.len() - 1], span_of(segments.len() - 1), &known);
            }
            Some(_) => {}
            None if self.is_crate(first) || !self.names.scope(self.names.module_of(self.scope)).globs.is_empty() => {
                self.missing(segments, span_of);
            }
            None if first.starts_with(char::is_uppercase) => self.unknown_type(first, span_of(0)),
            None => self.unknown_module(first, span_of(0)),
        }
    }
}

/// How to import a type that is not in scope, if it is one of `events`.
pub(super) fn import_help(name: &str) -> Option<String> {
    let paths = paths_in_events(name);
    let (last, others) = paths.split_last()?;
    let others: Vec<String> = others.iter().map(|path| format!("`use {path}`")).collect();
    Some(if others.is_empty() { format!("import it: `use {last}`") } else { format!("import it: {} or `use {last}`", others.join(", ")) })
}
