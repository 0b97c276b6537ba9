//! The messages of the crates for functions, of the compiler and of the tool, collected from their
//! sources in `messages/`: lists to review, in which every change is visible.
//! `tests/linked/messages.rs` has those of the runtime.
//!
//! `MESSAGES=accept cargo test -p handlers-build --test messages` writes the lists.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The lists, and the folders whose messages they have, relative to the repository.
const LISTS: [(&str, &[&str]); 3] = [
    ("functions.txt", &["handlers/aws", "handlers/build/src", "handlers/events", "handlers/outbound", "handlers/registry", "handlers/std"]),
    ("compiler.txt", &["ruchy/src", "ruchy/support/src"]),
    ("tool.txt", &["cli/src"]),
];
/// Minimum number of words of a message. Shorter strings are names, keys and headers.
const WORDS_MIN: usize = 3;
/// Stands for a value in a message.
const VALUE: &str = "…";

#[test]
fn messages_are_listed() {
    let accepts = std::env::var("MESSAGES").is_ok_and(|value| value == "accept");
    let lists = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages");
    let mut is_current = true;
    for (name, folders) in LISTS {
        let (path, list) = (lists.join(name), list(folders));
        if accepts {
            fs::write(&path, &list).unwrap();
        }
        let listed = fs::read_to_string(&path).unwrap_or_default();
        print_missing(&list, '-', &listed);
        print_missing(&listed, '+', &list);
        is_current &= list == listed;
    }
    assert!(is_current, "the lists are out of date: MESSAGES=accept cargo test -p handlers-build --test messages; then review the change");
}

/// Returns the messages of the sources in `folders`, below the name of each source.
fn list(folders: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut list = String::new();
    for source in folders.iter().flat_map(|folder| sources(&root.join(folder))) {
        let text = fs::read_to_string(&source).unwrap();
        let mut messages = Vec::new();
        collect(text.parse().unwrap(), &mut messages);
        messages.retain(|message| is_message(message));
        if !messages.is_empty() {
            writeln!(list, "{}", source.strip_prefix(&root).unwrap().display()).unwrap();
            for message in messages {
                writeln!(list, "    {}", message.replace('\n', "\\n")).unwrap();
            }
        }
    }
    list
}

/// Prints the lines of `lines` that `text` lacks.
fn print_missing(text: &str, sign: char, lines: &str) {
    for line in lines.lines().filter(|line| !text.lines().any(|other| other == *line)) {
        println!("{sign} {line}");
    }
}

/// Returns `true` if the brackets at `index` are those of `#[…]` or `#![…]`.
fn is_attribute(tokens: &[TokenTree], index: usize) -> bool {
    let is = |index: usize, letter| matches!(tokens.get(index), Some(TokenTree::Punct(punct)) if punct.as_char() == letter);
    index > 0 && is(index - 1, '#') || index > 1 && is(index - 1, '!') && is(index - 2, '#')
}

fn is_message(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    // Not Rust code, headers or URLs.
    words >= WORDS_MIN && !text.contains("::") && !text.contains("\r\n") && !text.contains("://{")
}

/// Returns the sources in `folder`, without tests, sorted.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_code = |path: &PathBuf| !["tests", "examples", "tests.rs"].iter().any(|name| path.ends_with(name));
    let mut found: Vec<PathBuf> = entries
        .filter(is_code)
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    found.sort();
    found
}

/// Adds the strings in `tokens`, except those of attributes and of modules for tests.
fn collect(tokens: TokenStream, messages: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut is_test = false;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            // An attribute, `#[…]`: a diagnostic for users has messages, a documentation comment
            // has none.
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket && is_attribute(&tokens, index) => {
                is_test |= group.to_string() == "[cfg (test)]" || group.to_string() == "[cfg(test)]";
                if group.to_string().starts_with("[diagnostic") {
                    collect(group.stream(), messages);
                }
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && std::mem::take(&mut is_test) => {}
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => collect(group.stream(), messages),
            TokenTree::Group(group) => match joined(group) {
                Some(message) => messages.push(message),
                None => collect(group.stream(), messages),
            },
            TokenTree::Literal(literal) => messages.extend(string(&literal.to_string())),
            TokenTree::Punct(punct) if punct.as_char() == ';' => is_test = false,
            _ => {}
        }
    }
}

/// Returns the text of a list of parts, `["header ", name, ": invalid"]`.
fn joined(group: &Group) -> Option<String> {
    if group.delimiter() != Delimiter::Bracket {
        return None;
    }
    let (mut text, mut has_string, mut is_value) = (String::new(), false, false);
    for token in group.stream() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => is_value = false,
            TokenTree::Group(_) if !is_value => return None,
            TokenTree::Literal(literal) if !is_value => {
                text += &string(&literal.to_string())?;
                has_string = true;
            }
            _ if !is_value => {
                text += VALUE;
                is_value = true;
            }
            _ => {}
        }
    }
    has_string.then_some(text)
}

/// Returns the value of a string literal.
fn string(literal: &str) -> Option<String> {
    syn::parse_str::<syn::LitStr>(literal).ok().map(|text| text.value())
}
