//! The table of what works of Ruchy, row by row: each is a function, all of them are linked into one file, and each answers and logs what its row says. And the
//! functions that the documents show are built as they stand there.

use crate::support::bootstrap::{build, root};
use crate::support::runtime_api::RuntimeApi;
use language::rows::{self, Expected};
use language::shown;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

/// What the compiler gets wrong at present: `rows/NAME: …`, line by line.
const OPEN: &str = include_str!("../../ruchy/tests/conformance/open.txt");

/// The functions of all rows, and those that documents show.
static LANGUAGE: LazyLock<PathBuf> = LazyLock::new(|| {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("shown");
    fs::create_dir(&folder).unwrap();
    for (number, function) in shown::functions(&root()).iter().enumerate() {
        fs::write(folder.join(format!("shown_{number}.{}", function.extension)), &function.source).unwrap();
    }
    let folders = std::env::join_paths([rows::folder("rows"), folder]).unwrap();
    build(&[], &[("RUCHY_LAMBDA_FUNCTIONS", folders.to_str().unwrap())])
});

#[test]
fn every_row_that_works_answers_in_one_linked_file() {
    for row in rows::read().unwrap() {
        let Expected::Answers(answer) = row.result else { continue };
        if OPEN.lines().any(|line| line.starts_with(&format!("rows/{}:", row.name))) {
            continue;
        }
        let api = RuntimeApi::listen();
        let (function, mut connection) = api.start(&LANGUAGE, &row.name);
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
    let functions = shown::functions(&root());
    assert!(["rs", "ruchy"].iter().all(|extension| functions.iter().any(|function| function.extension == *extension)));
    let api = RuntimeApi::listen();
    for number in 0..functions.len() {
        // It is in the file: it asks for an invocation.
        let (_function, mut connection) = api.start(&LANGUAGE, &format!("shown_{number}"));
        connection.next();
    }
}
