//! The crates that sources mention: those that their build needs.
//!
//! A crate is mentioned by the first part of a path (`uuid::Uuid`), by `use uuid;`, or by
//! `extern crate uuid`. A name that only looks like one, such as a module or a type of the same
//! name, costs nothing: only crates of the project count, and the linker drops what is not used.

use handlers_build::function::{Function, Origin};
use handlers_build::{compile, modules};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// The names in `rust` that may be crates, macros and their arguments included. Text that is not
/// Rust mentions none.
#[must_use]
pub fn mentioned(rust: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    if let Ok(tokens) = rust.parse::<TokenStream>() {
        scan(tokens, &mut names);
    }
    names
}

/// The names in `functions` and in the modules that they share.
#[must_use]
pub fn of_functions(functions: &[Function]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for function in functions {
        match compile::compile(function) {
            Ok(compile::Compiled { rust: Some(rust), .. }) => names.append(&mut mentioned(&rust.text)),
            _ => continue,
        }
        // The Rust of a function in Ruchy has its modules.
        if function.origin == Origin::Rust {
            names.append(&mut of_files(&modules::of(&function.source)));
        }
    }
    names
}

/// The names in the files of Rust `paths`. A file that cannot be read mentions none.
#[must_use]
pub fn of_files(paths: &[PathBuf]) -> BTreeSet<String> {
    paths.iter().filter_map(|path| fs::read_to_string(path).ok()).flat_map(|text| mentioned(&text)).collect()
}

fn scan(tokens: TokenStream, names: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                if group.delimiter() == Delimiter::Brace && is_use_list(&tokens[..index]) {
                    add_list(group.stream(), names);
                }
                scan(group.stream(), names);
            }
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let name = name.strip_prefix("r#").unwrap_or(&name);
                let before = without_leading_separator(&tokens[..index]);
                let begins_a_path = is_path_separator(&tokens[index + 1..]) && !ends_a_path(&tokens[..index]);
                let follows = before.last().is_some_and(|token| is_word(token, "use") || is_word(token, "crate"));
                if (begins_a_path || follows) && name != "use" {
                    names.insert(name.to_owned());
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// The first names in `{a, b::c, d as e}` after `use`.
fn add_list(list: TokenStream, names: &mut BTreeSet<String>) {
    let mut is_first = true;
    for token in list {
        match token {
            TokenTree::Ident(ident) if is_first => {
                names.insert(ident.to_string());
                is_first = false;
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' => is_first = true,
            TokenTree::Punct(punct) if punct.as_char() == ':' && is_first => {}
            _ => is_first = false,
        }
    }
}

/// Returns true if a list after `before` is that of `use {…}` or `use ::{…}`.
fn is_use_list(before: &[TokenTree]) -> bool {
    without_leading_separator(before).last().is_some_and(|token| is_word(token, "use"))
}

/// `before` without the `::` that a path from the root of all crates begins with.
fn without_leading_separator(before: &[TokenTree]) -> &[TokenTree] {
    match before {
        [rest @ .., first, second] if is_colon(Some(first)) && is_colon(Some(second)) && !ends_a_path(before) => rest,
        _ => before,
    }
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
}

fn is_path_separator(after: &[TokenTree]) -> bool {
    is_colon(after.first()) && is_colon(after.get(1))
}

/// Returns true if `before` ends with `name::`. A leading `::` starts a new path.
fn ends_a_path(before: &[TokenTree]) -> bool {
    let [rest @ .., first, second] = before else { return false };
    let is_after_name = match rest.last() {
        Some(TokenTree::Ident(ident)) => ident != "use" && ident != "as",
        Some(TokenTree::Punct(punct)) => punct.as_char() == '>',
        _ => false,
    };
    is_colon(Some(first)) && is_colon(Some(second)) && is_after_name
}

#[cfg(test)]
mod tests {
    use super::mentioned;

    #[test]
    fn crates_are_mentioned_by_paths_imports_and_macros() {
        let rust = "use uuid::Uuid;\nuse {chrono, serde::Serialize as _};\nuse ::{itoa};\nuse ::regex;\nextern crate rand;\n#[derive(thiserror::Error)] struct E;\n\
                    fn f() { println!(\"{}\", hex::encode(x)); let time = a.url; ::log::info!(\"\"); <base64::A as b64::T>::f(); std::mem::take(y) }";
        let names = mentioned(rust);
        for name in ["uuid", "chrono", "serde", "regex", "rand", "thiserror", "hex", "log", "base64", "b64", "std", "itoa"] {
            assert!(names.contains(name), "{name}: {names:?}");
        }
        for name in ["Uuid", "time", "url", "mem", "Serialize", "encode", "info"] {
            assert!(!names.contains(name), "{name}: {names:?}");
        }
        assert!(mentioned("not { Rust").is_empty());
    }
}
