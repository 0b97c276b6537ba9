//! The parser accepts every program that has no mistake.

use crate::corpus::{self, Outcome};
use crate::facade::root;
use crate::{case, compiler, functions, generated};
use std::fs;
use std::path::Path;

#[test]
fn programs_without_mistakes_are_parsed() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut programs: Vec<(String, Vec<u8>)> = Vec::new();
    for case in case::read(&tests.join("semantics")).into_iter().filter(|case| case.diagnostics.is_empty()) {
        programs.push((format!("semantics/{}", case.name), case.source.into_bytes()));
    }
    for folder in ["ruchy/tests/lambda", "handlers/language/rows", "handlers/functions", "handlers/templates/functions"] {
        for source in functions::sources(&root().join(folder)) {
            programs.push((format!("{folder}/{}", functions::name(&source)), fs::read(source).unwrap()));
        }
    }
    for (seed, source) in generated::sources(1, 300) {
        programs.push((format!("generated/{seed}"), source.into_bytes()));
    }
    let outcome = |(case, source): (String, Vec<u8>)| {
        let reports = compiler::syntax(&source);
        Outcome { case, fault: (!reports.is_empty()).then(|| compiler::shown(&reports)), warning: None }
    };
    corpus::conclude("syntax", &programs.into_iter().map(outcome).collect::<Vec<_>>());
}
