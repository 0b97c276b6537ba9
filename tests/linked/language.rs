//! The table of what works of Ruchy, row by row: each is a function, all of them are linked into one file, and each answers and logs what its row says. And the
//! functions that the documents show are built as they stand there.

use crate::support::bootstrap::try_build;
use crate::support::runtime_api::RuntimeApi;
use language::rows::{self, Expected};
use std::fs;
use std::path::Path;

/// Documents with functions in them.
const DOCUMENTS: [&str; 2] = ["README.md", "handlers/README.md"];
/// What stands in front of a piece of Ruchy in a document, and behind it.
const FENCES: (&str, &str) = ("```ruchy\n", "```");

/// What the compiler gets wrong at present: `rows/NAME: …`, line by line.
const OPEN: &str = include_str!("../../ruchy/tests/conformance/open.txt");

#[test]
fn every_row_that_works_answers_in_one_linked_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("bootstrap");
    let functions = rows::folder("rows");
    let built = try_build(&out, &[], &[("RUCHY_LAMBDA_FUNCTIONS", functions.to_str().unwrap())]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    for row in rows::read().unwrap() {
        let Expected::Answers(answer) = row.result else { continue };
        if OPEN.lines().any(|line| line.starts_with(&format!("rows/{}:", row.name))) {
            continue;
        }
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start(&out, &row.name);
        assert_eq!(connection.invoke("id", b"{}").text(), answer, "{}", row.name);
        connection.next();
        function.terminate();
        let ended = function.end();
        let logged: Vec<&str> = ended.output.lines().chain(ended.error.lines()).collect();
        assert_eq!(logged, row.log, "{} logs", row.name);
    }
}

#[test]
fn every_function_that_a_document_shows_is_built() {
    let folder = tempfile::tempdir().unwrap();
    let mut count = 0;
    for document in DOCUMENTS {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(document)).unwrap();
        for piece in text.split(FENCES.0).skip(1) {
            let function = piece.split(FENCES.1).next().unwrap();
            if function.contains("fun lambda_handler") {
                count += 1;
                fs::write(folder.path().join(format!("shown_{count}.ruchy")), function).unwrap();
            }
        }
    }
    assert!(count > 2, "the documents show functions");
    let built = try_build(&folder.path().join("bootstrap"), &[], &[("RUCHY_LAMBDA_FUNCTIONS", folder.path().to_str().unwrap())]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}
