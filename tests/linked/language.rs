//! The table of what works of Ruchy, row by row: each is a function, all of them are linked into one file, and each answers what its row says.

use crate::support::bootstrap::try_build;
use crate::support::runtime_api::RuntimeApi;
use language::rows::{self, Expected};

#[test]
#[ignore = "needs ruchy: `just ci` runs it"]
fn every_row_that_works_answers_in_one_linked_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("bootstrap");
    let functions = rows::folder("rows");
    let built = try_build(&out, &[], &[("RUCHY_LAMBDA_FUNCTIONS", functions.to_str().unwrap())]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    for row in rows::read().unwrap() {
        let Expected::Answers(answer) = row.result else { continue };
        let api = RuntimeApi::listen();
        let (_function, mut connection) = api.start(&out, &row.name);
        assert_eq!(connection.invoke("id", b"{}").text(), answer, "{}", row.name);
    }
}
