//! Collects the items of each scope before any body is resolved, so that items are visible before their declaration.

use super::{Implementation, Item, ItemId, ItemOf, Meaning, Names, Scope, ScopeId};
use crate::diagnostic::{Code, Diagnostic};
use crate::tree::{ItemKind, ModuleContent, PatternKind, Statement, StatementKind, UseKind, UseTree};

/// Opens a scope.
pub(super) fn open(names: &mut Names<'_>, around: Option<ScopeId>, parent: Option<ScopeId>) -> ScopeId {
    names.scopes.push(Scope { around, parent, ..Scope::default() });
    ScopeId(u32::try_from(names.scopes.len() - 1).unwrap_or(u32::MAX))
}

/// Declares the items among `statements` in `scope`. Global `let`s are items where `globals`.
pub(super) fn collect<'tree>(
    names: &mut Names<'tree>,
    scope: ScopeId,
    statements: &'tree [Statement],
    globals: bool,
    errors: &mut Vec<Diagnostic>,
) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Item(item) => {
                let (name, kind) = match &item.kind {
                    ItemKind::Function(of) => (&of.name, ItemOf::Function(of)),
                    ItemKind::Struct(of) => (&of.name, ItemOf::Struct(of)),
                    ItemKind::Enum(of) => (&of.name, ItemOf::Enum(of)),
                    ItemKind::Trait(of) => (&of.name, ItemOf::Trait(of)),
                    ItemKind::Constant(of) => (&of.name, ItemOf::Constant(of)),
                    ItemKind::TypeAlias(of) => (&of.name, ItemOf::Alias(of)),
                    ItemKind::Module(of) => {
                        let module = open(names, None, Some(names.module_of(scope)));
                        names.scope_of.insert(item.id, module);
                        let inside: &[Statement] = match &of.content {
                            ModuleContent::Inline(statements) => statements,
                            ModuleContent::File(body) => body.as_ref().map_or(&[], |body| &body.statements),
                        };
                        collect(names, module, inside, true, errors);
                        (&of.name, ItemOf::Module(module))
                    }
                    ItemKind::Impl(of) => {
                        let block = Implementation { scope, block: Some(of), owner: None, generics: &of.generics, members: &of.members };
                        names.implementations.push(block);
                        continue;
                    }
                    ItemKind::Use(trees) => {
                        trees.iter().for_each(|tree| import(names, scope, &[], tree));
                        continue;
                    }
                };
                let declared = Item { name: name.text.clone(), span: name.span, node: item.id, scope, kind, visibility: item.visibility };
                let id = declare(names, scope, declared, errors);
                match &item.kind {
                    ItemKind::Struct(of) => names.implementations.push(Implementation {
                        scope,
                        block: None,
                        owner: Some(id),
                        generics: &of.generics,
                        members: &of.methods,
                    }),
                    ItemKind::Enum(of) => names.implementations.push(Implementation {
                        scope,
                        block: None,
                        owner: Some(id),
                        generics: &of.generics,
                        members: &of.methods,
                    }),
                    _ => {}
                }
            }
            StatementKind::Let(of) if globals => {
                if let PatternKind::Binding { name, .. } = &of.pattern.kind {
                    let kind = ItemOf::Global(of);
                    let declared =
                        Item { name: name.text.clone(), span: name.span, node: of.pattern.id, scope, kind, visibility: of.visibility };
                    declare(names, scope, declared, errors);
                }
            }
            _ => {}
        }
    }
}

fn is_type(kind: ItemOf<'_>) -> bool {
    matches!(kind, ItemOf::Struct(_) | ItemOf::Enum(_) | ItemOf::Trait(_) | ItemOf::Alias(_) | ItemOf::Module(_))
}

fn declare<'tree>(names: &mut Names<'tree>, scope: ScopeId, item: Item<'tree>, errors: &mut Vec<Diagnostic>) -> ItemId {
    let id = ItemId(u32::try_from(names.items.len()).unwrap_or(u32::MAX));
    let earlier = names.scope(scope).names.get(&item.name).and_then(|meanings| {
        meanings.iter().find_map(|meaning| match meaning {
            Meaning::Item(other) if is_type(names.item(*other).kind) == is_type(item.kind) => Some(*other),
            _ => None,
        })
    });
    let global = matches!(item.kind, ItemOf::Global(_));
    if let Some(other) = earlier.filter(|other| !(global && matches!(names.item(*other).kind, ItemOf::Global(_)))) {
        errors.push(
            Diagnostic::error(Code::DuplicateName, item.span, format!("the name `{}` is declared twice", item.name))
                .note_at(names.item(other).span, "the first declaration is here")
                .help("give one of them another name"),
        );
    }
    names.scopes[scope.0 as usize].names.entry(item.name.clone()).or_default().insert(0, Meaning::Item(id));
    names.item_of.insert(item.node, id);
    names.items.push(item);
    id
}

/// Declares the names that a `use` brings in.
fn import<'tree>(names: &mut Names<'tree>, scope: ScopeId, prefix: &[String], tree: &'tree UseTree) {
    let mut path = prefix.to_vec();
    path.extend(tree.path.segments.iter().map(|segment| segment.name.text.clone()));
    match &tree.kind {
        UseKind::Group(trees) => trees.iter().for_each(|tree| import(names, scope, &path, tree)),
        UseKind::All => {
            names.imported.extend(path.first().cloned());
            names.scopes[scope.0 as usize].globs.push(path);
        }
        UseKind::Name(alias) => {
            if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
                path.pop();
            }
            let Some(last) = path.last() else { return };
            names.imported.insert(path[0].clone());
            let name = alias.as_ref().map_or_else(|| last.clone(), |alias| alias.text.clone());
            names.scopes[scope.0 as usize].names.entry(name).or_default().push(Meaning::External(path));
        }
    }
}

/// Replaces imports of the program's own items by these items.
pub(super) fn link_imports(names: &mut Names<'_>) {
    for _ in 0..3 {
        for index in 0..names.scopes.len() {
            let scope = ScopeId(u32::try_from(index).unwrap_or(u32::MAX));
            let globs = names.scopes[index].globs.clone();
            let mut found = Vec::new();
            for glob in &globs {
                if let Some(Meaning::Item(id)) = names.type_path(scope, glob) {
                    match names.item(id).kind {
                        ItemOf::Module(module) => {
                            found.extend(names.scope(module).names.iter().map(|(name, meanings)| (name.clone(), meanings.clone())));
                        }
                        ItemOf::Enum(of) => found.extend(
                            of.variants.iter().enumerate().map(|(at, variant)| (variant.name.text.clone(), vec![Meaning::Variant(id, at)])),
                        ),
                        _ => {}
                    }
                }
            }
            for (name, meanings) in found {
                names.scopes[index].names.entry(name).or_insert(meanings);
            }
            let imports: Vec<(String, Vec<String>)> = names.scopes[index]
                .names
                .iter()
                .flat_map(|(name, meanings)| {
                    meanings.iter().filter_map(|meaning| match meaning {
                        Meaning::External(path) => Some((name.clone(), path.clone())),
                        _ => None,
                    })
                })
                .collect();
            for (name, path) in imports {
                if path.len() < 2 {
                    continue;
                }
                if let Some(all) = own(names, scope, &path) {
                    names.scopes[index].names.insert(name, all);
                }
            }
        }
    }
}

/// The program's own items at `path`.
fn own(names: &Names<'_>, scope: ScopeId, path: &[String]) -> Option<Vec<Meaning>> {
    let (last, parents) = path.split_last()?;
    let module = match parents {
        [only] if only == "crate" => ScopeId(0),
        [only] if only == "self" => names.module_of(scope),
        [only] if only == "super" => names.scope(names.module_of(scope)).parent?,
        _ => match names.type_path(scope, parents)? {
            Meaning::Item(id) => match names.item(id).kind {
                ItemOf::Module(module) => module,
                ItemOf::Enum(of) => {
                    let index = of.variants.iter().position(|variant| variant.name.text == *last)?;
                    return Some(vec![Meaning::Variant(id, index)]);
                }
                _ => return None,
            },
            _ => return None,
        },
    };
    names.scope(module).names.get(last).cloned()
}
