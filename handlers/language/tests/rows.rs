//! The table of what works says what its rows do. Those that work are linked and invoked by `tests/linked/language.rs`.

use language::Facade;
use language::rows::{self, Expected, TABLE};
use std::fs;
use std::path::Path;
use transpile::compiler::Compiler;

#[test]
fn the_table_is_what_the_rows_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(TABLE);
    let document = fs::read_to_string(path).unwrap();
    let wanted = rows::in_document(&document, &rows::read().unwrap()).expect("the marks of the table");
    assert!(document == wanted, "handlers/language.md is not what the rows say. Run `just language --accept` and commit it.");
}

#[test]
#[ignore = "needs ruchy: `just ci` runs it"]
fn what_does_not_work_is_refused_in_the_words_of_the_table() {
    let compiler = Compiler::find().unwrap();
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/language");
    fs::create_dir_all(&target).unwrap();
    let facade = Facade::build(&target.canonicalize().unwrap()).unwrap();
    let rows = rows::read().unwrap();
    let mut refused = 0;
    for row in &rows {
        let Expected::Refused { message, instead, .. } = &row.result else { continue };
        refused += 1;
        let said = match compiler.transpile(&row.source) {
            Err(transpile::Error::Refused { message, .. }) => message,
            Err(other) => panic!("{}: {other}", row.name),
            Ok(rust) => {
                let file = facade.folder.join(format!("refused_{}.rs", row.name));
                fs::write(&file, rust).unwrap();
                let said = facade.compile(&format!("refused_{}", row.name), &file).unwrap();
                assert!(!said.succeeded(), "{} compiles: it belongs to the rows that work", row.name);
                said.errors.lines().find(|line| line.starts_with("error")).unwrap_or_default().to_owned()
            }
        };
        assert_eq!(said.lines().next().unwrap_or_default().trim_end(), message, "{}", row.name);
        assert!(rows.iter().any(|row| row.name == *instead && matches!(row.result, Expected::Answers(_))), "{}: {instead}", row.name);
    }
    assert!(refused > 0, "there are rows that do not work");
}
