//! Emitted Rust stands on the lines of its source: a panic, a debugger and an error of rustc name lines of the source.

use crate::corpus::{self, Outcome};
use crate::{compiler, functions};
use std::fs;
use std::path::Path;

#[test]
fn emitted_functions_stand_on_their_own_lines() {
    let sources = functions::sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lambda"));
    let outcome = |source: &std::path::PathBuf| {
        let text = fs::read_to_string(source).unwrap();
        let fault = compiler::compile(text.as_bytes()).ok().and_then(|rust| moved(&text, &rust));
        Outcome { case: functions::name(source), fault, warning: None }
    };
    corpus::conclude("lines", &sources.iter().map(outcome).collect::<Vec<_>>());
}

/// The first function that is declared on another line of the Rust than of the source.
fn moved(source: &str, rust: &str) -> Option<String> {
    let (source, rust) = (declared(source, "fun "), declared(rust.trim_start_matches(ruchy::HEADER), "fn "));
    source.iter().find(|function| !rust.contains(function)).map(|(line, name)| format!("`{name}` of line {line} is on another line"))
}

/// The functions that lines begin with, by line.
fn declared<'text>(text: &'text str, keyword: &str) -> Vec<(usize, &'text str)> {
    let name = |line: &'text str| {
        let line = line.trim_start();
        let rest = line.strip_prefix("pub ").unwrap_or(line).strip_prefix(keyword)?;
        rest.split(|character: char| !character.is_alphanumeric() && character != '_').next().filter(|name| !name.is_empty())
    };
    text.lines().enumerate().filter_map(|(index, line)| Some((index + 1, name(line)?))).collect()
}
