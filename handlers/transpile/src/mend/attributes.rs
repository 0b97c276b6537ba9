//! Attributes of Rust, which ruchy refuses. Those that say nothing of what a program does are left out; what is derived comes back in the Rust, but for
//! `Debug`, `Clone` and `PartialEq`, which ruchy and other mends see to.

use super::source::{Token, closing, tokens};
use std::collections::HashMap;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, File, ItemEnum, ItemStruct, Path, Token, parse_quote, punctuated::Punctuated};

/// The attributes that may go. Not `cfg`, `no_mangle` and the like, which mean something.
const IDLE: [&str; 10] = ["allow", "bench", "deprecated", "derive", "doc", "inline", "must_use", "property", "test", "warn"];

/// `source` without them. Lines stay.
pub fn spell(source: &str) -> String {
    let tokens = tokens(source);
    let mut result = String::new();
    let mut reached = 0;
    for (start, end) in idle(&tokens, source) {
        let (start, end) = (tokens[start].place.start, tokens[end].place.end);
        result += &source[reached..start];
        result.extend(source[start..end].chars().filter(|letter| *letter == '\n'));
        reached = end;
    }
    result + &source[reached..]
}

/// The first and the last token of each.
fn idle(tokens: &[Token], source: &str) -> Vec<(usize, usize)> {
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    // What begins with `# ` is a comment.
    let begins = |index: &usize| {
        text(*index) == "#"
            && text(index + 1) == "["
            && tokens[*index].place.end == tokens[index + 1].place.start
            && IDLE.contains(&text(index + 2))
    };
    (0..tokens.len()).filter(begins).filter_map(|index| Some((index, closing(tokens, source, index + 1)?))).collect()
}

/// What the source derives for each struct and enum.
fn derived(source: &str) -> HashMap<String, Vec<Path>> {
    let tokens = tokens(source);
    let text = |index: usize| tokens.get(index).map_or("", |token| &source[token.place.clone()]);
    let mut derived: HashMap<String, Vec<Path>> = HashMap::new();
    for (start, end) in idle(&tokens, source) {
        let attribute: Result<Attribute, _> = syn::parse::Parser::parse_str(
            |input: syn::parse::ParseStream<'_>| input.call(Attribute::parse_outer),
            &source[tokens[start].place.start..tokens[end].place.end],
        )
        .map(|mut attributes| attributes.remove(0));
        let Ok(attribute) = attribute else { continue };
        let Ok(paths) = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated) else { continue };
        let item = (end + 1..end + 40).find(|index| matches!(text(*index), "struct" | "enum"));
        if attribute.path().is_ident("derive")
            && let Some(item) = item
        {
            derived.entry(text(item + 1).to_owned()).or_default().extend(paths);
        }
    }
    derived
}

pub fn mend(file: &mut File, source: &str) {
    let derived = derived(source);
    if !derived.is_empty() {
        Derives(derived).visit_file_mut(file);
    }
}

struct Derives(HashMap<String, Vec<Path>>);

impl Derives {
    fn add(&self, name: &syn::Ident, attributes: &mut [Attribute]) {
        let Some(paths) = self.0.get(&name.to_string()) else { return };
        let Some(derive) = attributes.iter_mut().find(|attribute| attribute.path().is_ident("derive")) else { return };
        let Ok(known) = derive.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated) else { return };
        let seen_to = |path: &Path| path.is_ident("Debug") || known.iter().any(|known| known == path);
        let more: Vec<&Path> = paths.iter().filter(|path| !seen_to(path)).collect();
        if !more.is_empty() {
            let known = known.iter();
            *derive = parse_quote!(#[derive(Debug, #(#known,)* #(#more),*)]);
        }
    }
}

impl VisitMut for Derives {
    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        self.add(&item.ident.clone(), &mut item.attrs);
        visit_mut::visit_item_struct_mut(self, item);
    }

    fn visit_item_enum_mut(&mut self, item: &mut ItemEnum) {
        self.add(&item.ident.clone(), &mut item.attrs);
        visit_mut::visit_item_enum_mut(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::spell;

    #[test]
    fn what_is_idle_goes_and_what_means_something_stays() {
        assert_eq!(spell("#[derive(Debug,\n  Clone)]\nstruct A { b: i32 }"), "\n\nstruct A { b: i32 }");
        for source in ["#[cfg(debug)]\nfun f() {}", "let a = \"#[test]\"", "# [test] is a comment", "let s = xs[0]"] {
            assert_eq!(spell(source), source);
        }
    }
}
