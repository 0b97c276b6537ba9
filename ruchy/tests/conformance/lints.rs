//! Emitted Rust has no lint of clippy's group `correctness`, except those that point to what the author has written.
//!
//! The other tests of corpora check that rustc warns of nothing.

use crate::batch::{self, Program};
use crate::{case, compiler, facade, functions};
use std::fs;
use std::path::Path;

/// Lints of what a source says itself: `1 == 1`, `loop { break 5 }`, `3..0`. The emitter copies it.
const OF_AUTHORS: [&str; 5] = [
    "clippy::approx_constant",
    "clippy::eq_op",
    "clippy::never_loop",
    "clippy::reversed_empty_ranges",
    "clippy::while_immutable_condition",
];

#[test]
#[ignore = "half a minute, and needs clippy"]
fn emitted_rust_has_no_correctness_lint() {
    let Some(clippy) = facade::clippy("std") else {
        println!("NOT CHECKED: clippy's lints of emitted Rust; `rustup component add clippy` installs it");
        return;
    };
    let programs = programs();
    assert!(programs.len() > 500, "the corpora have programs: {}", programs.len());
    let mut lints = batch::lints("lints", &programs, clippy);
    lints.retain(|(_, lint, _)| !OF_AUTHORS.contains(&lint.as_str()));
    let texts: Vec<String> = lints.iter().map(|(program, lint, text)| format!("{program}, {lint}: {text}")).collect();
    assert!(lints.is_empty(), "{} lints:\n{}", lints.len(), texts.join("\n"));
}

/// The programs of the corpora that compile.
fn programs() -> Vec<Program> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let folders = ["ruchy/tests/lambda", "handlers/language/rows", "handlers/functions", "handlers/templates/functions"];
    let files = folders.iter().flat_map(|folder| functions::sources(&facade::root().join(folder)));
    let sources = files.map(|file| (functions::name(&file), fs::read_to_string(file).unwrap()));
    let cases = case::read(&tests.join("semantics")).into_iter().map(|case| (case.name.replace('/', "_"), case.source));
    let compiled = sources.chain(cases).filter_map(|(name, source)| Some((name, compiler::compile(source.as_bytes()).ok()?)));
    compiled.enumerate().map(|(index, (name, rust))| Program { name: format!("program_{index}_{name}"), rust }).collect()
}
