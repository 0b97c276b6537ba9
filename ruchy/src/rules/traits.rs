//! An implementation of a trait has the trait's methods: all of those without a body, and no others.

use crate::diagnostic::{Code, Diagnostic, most_similar};
use crate::span::Span;
use crate::tree::{Function, Impl, ItemKind, Member, Node, Path, Trait, UseKind, UseTree};
use std::collections::BTreeMap;

/// Types that are taken for traits by mistake.
const TYPES: &[&str] = &[
    "Arc", "BTreeMap", "BTreeSet", "Box", "Cell", "HashMap", "HashSet", "Option", "Rc", "RefCell", "Result", "String", "Vec", "VecDeque",
    "bool", "char", "f32", "f64", "i128", "i16", "i32", "i64", "i8", "isize", "str", "u128", "u16", "u32", "u64", "u8", "usize",
];

/// Traits that are known without `use`.
const PRELUDE: &[&str] = &[
    "AsMut",
    "AsRef",
    "Clone",
    "Copy",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Into",
    "IntoIterator",
    "Iterator",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Send",
    "Sized",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Debug",
    "Display",
    "Hash",
];

pub fn check(nodes: &[Node<'_>], errors: &mut Vec<Diagnostic>) {
    let mut known = Known::default();
    let mut implementations = Vec::new();
    for node in nodes {
        let Node::Item(item) = node else { continue };
        match &item.kind {
            ItemKind::Trait(of) => known.traits.entry(&of.name.text).or_default().push(of),
            ItemKind::Use(trees) => trees.iter().for_each(|tree| known.imported(tree)),
            ItemKind::TypeAlias(alias) => known.imports.push(&alias.name.text),
            ItemKind::Impl(of) => implementations.push(of),
            _ => {}
        }
    }
    for implementation in implementations {
        if let Some(path) = &implementation.of_trait {
            known.check(path, implementation, errors);
        }
    }
}

#[derive(Default)]
struct Known<'tree> {
    traits: BTreeMap<&'tree str, Vec<&'tree Trait>>,
    imports: Vec<&'tree str>,
    /// Whether some `use` brings names that it does not list.
    imports_all: bool,
}

impl<'tree> Known<'tree> {
    fn imported(&mut self, tree: &'tree UseTree) {
        match &tree.kind {
            UseKind::Name(alias) => self.imports.extend(alias.as_ref().or(tree.path.last()).map(|name| name.text.as_str())),
            UseKind::All => self.imports_all = true,
            UseKind::Group(trees) => trees.iter().for_each(|tree| self.imported(tree)),
        }
    }

    fn check(&self, path: &Path, implementation: &Impl, errors: &mut Vec<Diagnostic>) {
        let Some(name) = path.last() else { return };
        if TYPES.contains(&name.text.as_str()) && !self.traits.contains_key(name.text.as_str()) {
            let error = Diagnostic::error(Code::UnknownTrait, path.span, format!("`{}` is a type, not a trait", name.text));
            errors.push(error.help("methods of the type alone are in `impl Type { … }`"));
            return;
        }
        match self.traits.get(name.text.as_str()).map(Vec::as_slice) {
            Some([only]) => members(only, path.span, implementation, errors),
            // Two traits of one name in different modules.
            Some(_) => {}
            None if PRELUDE.contains(&name.text.as_str()) || path.segments.len() > 1 || self.imports.contains(&name.text.as_str()) => {
                super::standard_traits::check(implementation, errors);
            }
            None if self.imports_all => {}
            None => {
                let error = Diagnostic::error(Code::UnknownTrait, path.span, format!("no trait is named `{}`", name.text));
                let known = self.traits.keys().copied().chain(PRELUDE.iter().copied());
                errors.push(match most_similar(&name.text, known) {
                    Some(similar) => error.help(format!("did you mean `{similar}`?")),
                    None => error.help(format!("declare it, `trait {} {{ … }}`, or import it by `use`", name.text)),
                });
            }
        }
    }
}

fn members(of: &Trait, span: Span, implementation: &Impl, errors: &mut Vec<Diagnostic>) {
    let names: Vec<&str> = of.members.iter().filter_map(function).map(|function| function.name.text.as_str()).collect();
    let written: Vec<&Function> = implementation.members.iter().filter_map(function).collect();
    for wanted in of.members.iter().filter_map(function).filter(|function| function.body.is_none()) {
        if !written.iter().any(|function| function.name.text == wanted.name.text) {
            let message = format!("the implementation of `{}` lacks the method `{}`", of.name.text, wanted.name.text);
            let error = Diagnostic::error(Code::TraitMembers, span, message).note_at(wanted.name.span, "the trait declares it here");
            errors.push(error.help(format!("add `fun {}(…) {{ … }}`, or give the trait's method a body", wanted.name.text)));
        }
    }
    for other in written.iter().filter(|function| !names.contains(&function.name.text.as_str())) {
        let message = format!("the trait `{}` has no method `{}`", of.name.text, other.name.text);
        let error = Diagnostic::error(Code::TraitMembers, other.name.span, message).note_at(of.name.span, "the trait is declared here");
        errors.push(match most_similar(&other.name.text, names.iter().copied()) {
            Some(similar) => error.help(format!("did you mean `{similar}`?")),
            None => error.help("put it into an `impl` block of the type alone"),
        });
    }
}

fn function(member: &Member) -> Option<&Function> {
    match &member.item.kind {
        ItemKind::Function(function) => Some(function),
        _ => None,
    }
}
