//! Constants and names of types outside of functions are there for all of them: ruchy puts them into `main`. And `pub const`
//! it refuses: those of a module are all public.

use super::source::tokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, File, Item, Local, Pat, Stmt, parse_quote};

/// `source` without the `pub` of constants.
pub fn spell(source: &str) -> String {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let is_public = |index: &usize| text(*index) == "pub" && text(index + 1) == "const" && !matches!(text(index + 2), "fun" | "fn");
    let mut result = source.to_owned();
    for index in (0..tokens.len()).rev().filter(is_public) {
        result.replace_range(tokens[index].place.start..tokens[index + 1].place.start, "");
    }
    result
}

pub fn mend(file: &mut File, source: &str) {
    Modules.visit_file_mut(file);
    let mut constants = Vec::new();
    for item in &mut file.items {
        if let Item::Fn(function) = item
            && function.sig.ident == "main"
        {
            Constants { source, found: &mut constants }.visit_block_mut(&mut function.block);
        }
    }
    // Behind what is used, where most sources have them: so they keep their lines.
    let place = file.items.iter().take_while(|item| matches!(item, Item::Use(_))).count();
    file.items.splice(place..place, constants);
}

struct Modules;

impl VisitMut for Modules {
    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        visit_mut::visit_item_mod_mut(self, module);
        for item in module.content.iter_mut().flat_map(|(_, items)| items) {
            if let Item::Const(constant) = item {
                constant.vis = parse_quote!(pub);
            }
        }
    }
}

struct Constants<'file> {
    source: &'file str,
    found: &'file mut Vec<Item>,
}

impl VisitMut for Constants<'_> {
    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        visit_mut::visit_block_mut(self, block);
        block.stmts.retain(|statement| {
            if let Stmt::Item(Item::Type(name)) = statement {
                self.found.push(Item::Type(name.clone()));
                return false;
            }
            let Stmt::Local(local) = statement else { return true };
            let constant = self.constant(local);
            let is_local = constant.is_none();
            self.found.extend(constant);
            is_local
        });
    }
}

impl Constants<'_> {
    /// A constant, for what the source has as one: of the type it says, or its value shows.
    fn constant(&self, local: &Local) -> Option<Item> {
        let value = &local.init.as_ref()?.expr;
        let (name, kind) = match &local.pat {
            Pat::Type(typed) => (&*typed.pat, Some((*typed.ty).clone())),
            other => (other, None),
        };
        let Pat::Ident(name) = name else { return None };
        let name = &name.ident;
        if !self.source.contains(&format!("const {name}")) {
            return None;
        }
        let kind: syn::Type = match (kind, &**value) {
            (Some(kind), _) if kind == parse_quote!(String) => parse_quote!(&str),
            (Some(kind), _) => kind,
            (None, Expr::Lit(literal)) => match &literal.lit {
                syn::Lit::Int(number) if number.suffix().is_empty() => parse_quote!(i32),
                syn::Lit::Int(_) | syn::Lit::Float(_) => parse_quote!(f64),
                syn::Lit::Str(_) => parse_quote!(&str),
                syn::Lit::Bool(_) => parse_quote!(bool),
                syn::Lit::Char(_) => parse_quote!(char),
                _ => return None,
            },
            (None, _) => return None,
        };
        Some(parse_quote!(const #name: #kind = #value;))
    }
}
