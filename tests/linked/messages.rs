//! The error messages and log lines of the runtime, collected from its sources and compared with
//! `messages.txt`, which is the list to review as a user reads it.
//!
//! `cargo test --test linked messages -- --nocapture` prints them.

use crate::support::bootstrap::root;
use std::fs;
use std::path::Path;

/// The beginnings of expressions that contain a message or a part of one.
const STARTS: [&str; 8] = [
    "log_error(",
    "log_error_parts(&[",
    "log_number(",
    "message.push(",
    "message: b\"",
    "(error_type::",
    "const TOO_LARGE: &[u8] = ",
    "const REASONS: &[u8] = ",
];
/// Functions whose results are messages.
const FUNCTIONS: [&str; 1] = ["pub fn name(self) -> &'static [u8] {\n        if self.is("];

#[test]
fn messages_match_the_reviewed_list() {
    let mut found = Vec::new();
    read(&root().join("bootstrap"), &mut found);
    found.sort();
    found.dedup();
    let found = found.join("\n") + "\n";
    println!("{found}");
    let path = root().join("tests/linked/messages.txt");
    let reviewed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == reviewed,
        "the messages of bootstrap/ differ from tests/linked/messages.txt: review the new wording \
         (what failed, the value, what was expected, what to do), then write this list there:\n{found}"
    );
}

/// Appends the messages of each source below `folder`: its path, and the literals of one
/// expression, with `…` between them.
fn read(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            let name = path.strip_prefix(root()).unwrap().display();
            found.extend(messages(code).into_iter().map(|message| format!("{name}: {message}")));
        }
    }
}

fn messages(code: &str) -> Vec<String> {
    let expressions = STARTS.iter().flat_map(|start| code.match_indices(start).map(|(at, _)| until(&code[at..], &[";", ")\n", "),\n"])));
    let functions = FUNCTIONS.iter().flat_map(|start| code.match_indices(start).map(|(at, _)| until(&code[at..], &["\n    }\n"])));
    expressions
        .chain(functions)
        .map(|expression| literals(expression).join("…"))
        .filter(|message| message.contains(char::is_alphabetic))
        .collect()
}

/// Returns `code` up to the first of `ends`.
fn until<'code>(code: &'code str, ends: &[&str]) -> &'code str {
    let end = ends.iter().filter_map(|end| outside_literals(code, end)).min().unwrap_or(code.len());
    &code[..end]
}

/// Returns the position of the first `end` in `code` that is in no string literal.
fn outside_literals(code: &str, end: &str) -> Option<usize> {
    code.match_indices(end).map(|(at, _)| at).find(|at| code[..*at].matches('"').count().is_multiple_of(2))
}

/// Returns the string literals of `code`, with blanks collapsed. Continued lines are separate
/// pieces. No message contains a quote.
fn literals(code: &str) -> Vec<String> {
    let pieces = code.split('"').skip(1).step_by(2).flat_map(|literal| literal.split("\\\n"));
    pieces.map(|piece| piece.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|piece| !piece.is_empty()).collect()
}
