//! The table of working Ruchy features, row by row: all rows are functions linked into one file,
//! and each must answer and log as its row states. Functions shown in the documents are built too.

use crate::support::bootstrap::{build, root};
use crate::support::runtime_api::RuntimeApi;
use language::rows::{self, Expected};
use language::shown;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

/// Known faults of the compiler: `rows/NAME: …`, line by line.
const OPEN: &str = include_str!("../../ruchy/tests/conformance/open.txt");

/// The functions of all rows, and those that documents show.
static LANGUAGE: LazyLock<PathBuf> = LazyLock::new(|| {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("shown");
    fs::create_dir(&folder).unwrap();
    for (number, function) in shown::functions(root()).iter().enumerate() {
        fs::write(folder.join(format!("shown_{number}.{}", function.extension)), &function.source).unwrap();
    }
    let folders = std::env::join_paths([rows::folder("rows"), folder]).unwrap();
    build(&[], &[("RUCHY_LAMBDA_FUNCTIONS", folders.to_str().unwrap())])
});

#[test]
fn language_rows_answer_in_one_linked_file() {
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
fn language_examples_in_documents_build() {
    let functions = shown::functions(root());
    assert!(["rs", "ruchy"].iter().all(|extension| functions.iter().any(|function| function.extension == *extension)));
    let api = RuntimeApi::listen();
    for number in 0..functions.len() {
        // A linked function requests an invocation.
        let (_function, mut connection) = api.start(&LANGUAGE, &format!("shown_{number}"));
        connection.next();
    }
}
