//! The table matches its rows, and unsupported rows fail with the messages in the table.
//! `ruchy/tests/conformance` runs the supported rows; `tests/linked/language.rs` links and invokes
//! them.

use language::rows::{self, Expected, TABLE};
use ruchy::modules::Files;
use std::fs;
use std::path::Path;

#[test]
fn table_matches_the_rows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    let document = fs::read_to_string(path).unwrap();
    let expected = rows::in_document(&document, &rows::read().unwrap()).expect("the marks of the table");
    assert!(document == expected, "handlers/language.md differs from the rows. Run `just language --accept` and commit it.");
}

#[test]
fn refused_rows_fail_with_the_messages_of_the_table() {
    let rows = rows::read().unwrap();
    for row in &rows {
        let Expected::Refused { message, instead, .. } = &row.result else { continue };
        let compiled = ruchy::compile(&row.source, &mut Files);
        assert!(compiled.rust.is_none(), "{} compiles: move it to the rows that work", row.name);
        let diagnostics = compiled.diagnostics.sorted();
        let first = diagnostics.iter().find(|diagnostic| diagnostic.is_error()).expect("an error");
        assert_eq!(format!("error[{}]: {}", first.code, first.message), *message, "{}", row.name);
        assert!(rows.iter().any(|row| row.name == *instead && matches!(row.result, Expected::Answers(_))), "{}: {instead}", row.name);
    }
}
