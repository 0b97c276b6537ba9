//! What a generic type must be able to do, `fun loudest<T: Speaks>(of: &T)`, which ruchy forgets. The source has it still.

use super::source::{Token, closing, tokens};
use std::collections::HashMap;
use syn::visit_mut::{self, VisitMut};
use syn::{File, Generics, ItemStruct, Signature};

pub fn mend(file: &mut File, source: &str) {
    let bounds = bounds(source);
    if !bounds.is_empty() {
        Bounds(bounds).visit_file_mut(file);
    }
}

/// What is generic in functions and structs, by their names; nothing for a name that several of them have with different generics.
fn bounds(source: &str) -> HashMap<String, Option<Generics>> {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token: &Token| &source[token.place.clone()]);
    let mut bounds = HashMap::new();
    for index in 0..tokens.len() {
        if !matches!(text(index), "fun" | "fn" | "struct") || text(index + 2) != "<" {
            continue;
        }
        let Some(end) = closing(&tokens, source, index + 2) else { continue };
        let written = &source[tokens[index + 2].place.start..tokens[end].place.end];
        let generics = syn::parse_str::<Generics>(written).ok().filter(|generics| {
            generics.type_params().any(|parameter| !parameter.bounds.is_empty()) && generics.lifetimes().next().is_none()
        });
        let known = bounds.entry(text(index + 1).to_owned()).or_insert_with(|| generics.clone());
        if *known != generics {
            *known = None;
        }
    }
    bounds.retain(|_, generics| generics.is_some());
    bounds
}

struct Bounds(HashMap<String, Option<Generics>>);

impl Bounds {
    /// Where it is of the same types, and none of them has a bound.
    fn give(&self, name: &syn::Ident, generics: &mut Generics) {
        let names = |generics: &Generics| generics.type_params().map(|parameter| parameter.ident.clone()).collect::<Vec<_>>();
        if let Some(Some(written)) = self.0.get(&name.to_string())
            && names(written) == names(generics)
            && generics.type_params().all(|parameter| parameter.bounds.is_empty())
        {
            generics.params.clone_from(&written.params);
        }
    }
}

impl VisitMut for Bounds {
    fn visit_signature_mut(&mut self, signature: &mut Signature) {
        self.give(&signature.ident.clone(), &mut signature.generics);
        visit_mut::visit_signature_mut(self, signature);
    }

    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        self.give(&item.ident.clone(), &mut item.generics);
        visit_mut::visit_item_struct_mut(self, item);
    }
}
