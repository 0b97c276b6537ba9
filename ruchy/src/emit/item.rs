//! Items.

use super::type_text::Elided;
use super::{Emitter, identifier};
use crate::diagnostic::{Code as ErrorCode, Diagnostic};
use crate::names::ItemId;
use crate::tree::{Attribute, Item, ItemKind, Member, ModuleContent, NodeId, TypeKind, UseKind, UseTree, Visibility};
use crate::types::Ty;

impl<'tree> Emitter<'tree> {
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
                let is_str = matches!(&of.ty.kind, TypeKind::Path(path) if path.as_name().is_some_and(|name| name.text == "str"));
                let ty = if is_str { "str".to_owned() } else { self.written(&of.ty, Elided::Allowed) };
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
                let outer = std::mem::replace(&mut self.in_trait, true);
                text += &self.members(&of.members, Some(""));
                self.in_trait = outer;
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
                // In the line of its `mod`: lines of other files are not those of the Rust.
                ModuleContent::File(body) => {
                    text += &format!("{visible}mod {} {{", identifier(&of.name.text));
                    for statement in body.iter().flat_map(|body| &body.statements) {
                        text += " ";
                        text += &self.outside(statement);
                    }
                    text += " }";
                }
            },
            ItemKind::Use(trees) => {
                let visible = if visible.is_empty() { "" } else { "pub " };
                for tree in trees {
                    let inside = self.use_tree(tree);
                    text += &format!("{visible}use {inside};");
                }
            }
            ItemKind::Constant(of) => {
                let id = self.names.item_at(item.id);
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
                    (None, ty) => {
                        if let Some(ty) = self.rust_type_in(ty, Elided::Static) {
                            ty
                        } else {
                            let error = Diagnostic::error(
                                ErrorCode::TypeNeeded,
                                of.name.span,
                                format!("the type of `{}` cannot be inferred", of.name.text),
                            );
                            self.errors.push(error.help("write it: `const NAME: TYPE = …`"));
                            String::new()
                        }
                    }
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

    pub(super) fn attributes(&mut self, attributes: &'tree [Attribute], without_derive: bool) -> String {
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
        let prefix: Vec<_> = tree.path.segments.iter().map(|segment| identifier(&segment.name.text)).collect();
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

    pub(super) fn members(&mut self, members: &'tree [Member], visibility_of: Option<&str>) -> String {
        let mut text = String::new();
        let outer = std::mem::replace(&mut self.of_trait, visibility_of.is_some());
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
        self.of_trait = outer;
        text
    }

    pub(super) fn item_id(&self, node: NodeId) -> ItemId {
        self.names.item_at(node).unwrap_or(ItemId(0))
    }
}

/// The visibility of a type: rustc wants types to be seen wherever their values go, which names have checked.
fn open(visible: &str) -> &str {
    if visible.is_empty() { "pub " } else { visible }
}

pub(super) fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Private => "",
        Visibility::Public => "pub ",
        Visibility::Crate => "pub(crate) ",
        Visibility::Super => "pub(super) ",
    }
}
