//! The rows of the table of supported features. Each is a function in its own file, whose first
//! lines contain the feature and the expected result.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The path of the table, relative to this crate.
pub const TABLE: &str = "../language.md";
/// The lines before and after the table in its file.
const MARKS: (&str, &str) = ("<!-- rows: written by `just language --accept` -->\n", "<!-- end of rows -->\n");
/// Prefixes of the first lines of a row.
const FEATURE: &str = "// ";
const ANSWER: &str = "// = ";
const LOGGED: &str = "// log ";
const MESSAGE: &str = "// ! ";
const INSTEAD: &str = "// instead, ";

/// One feature of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The name of the file, without `.ruchy`.
    pub name: String,
    /// The feature.
    pub feature: String,
    /// The file.
    pub source: PathBuf,
    /// The expected result.
    pub result: Expected,
    /// The expected log: lines of standard output, then of standard error.
    pub log: Vec<String>,
}

/// The expected result of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The feature is supported: the response of the function.
    Answers(String),
    /// The feature is not supported.
    Refused {
        /// The error of the compiler.
        message: String,
        /// The row with an alternative.
        instead: String,
        /// The description of the alternative.
        words: String,
    },
}

/// Returns a folder of rows: `rows` are supported, `refused` are not.
#[must_use]
pub fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(kind)
}

/// Reads all rows: first the supported ones, each group in the order of names.
///
/// # Errors
/// Returns an error if a folder or file cannot be read, or if the first lines of a file have
/// another format.
pub fn read() -> io::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for kind in ["rows", "refused"] {
        let entries: io::Result<Vec<_>> = fs::read_dir(folder(kind))?.map(|entry| Ok(entry?.path())).collect();
        let mut sources = entries?;
        sources.sort();
        for source in sources {
            rows.push(row(source)?);
        }
    }
    Ok(rows)
}

fn row(source: PathBuf) -> io::Result<Row> {
    let text = fs::read_to_string(&source)?;
    let missing = || {
        io::Error::other(format!(
            "{}: expected the first lines `// FEATURE` and `// = ANSWER`, then `// log LINE` for each logged line; or `// FEATURE`, `// ! MESSAGE` and `// instead, ROW: WORDS`",
            source.display()
        ))
    };
    let mut lines = text.lines();
    let mut after = |beginning: &str| lines.next().and_then(|line| line.strip_prefix(beginning)).map(str::to_owned);
    let feature = after(FEATURE).ok_or_else(missing)?;
    let second = after("// ").ok_or_else(missing)?;
    let result = if let Some(answer) = second.strip_prefix(&ANSWER[3..]) {
        Expected::Answers(answer.to_owned())
    } else {
        let message = second.strip_prefix(&MESSAGE[3..]).ok_or_else(missing)?.to_owned();
        let (instead, words) = after(INSTEAD)
            .and_then(|line| line.split_once(": ").map(|(row, words)| (row.to_owned(), words.to_owned())))
            .ok_or_else(missing)?;
        Expected::Refused { message, instead, words }
    };
    let name = source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let log = lines.map_while(|line| line.strip_prefix(LOGGED)).map(str::to_owned).collect();
    Ok(Row { name, feature, source, result, log })
}

/// Returns `document` with the table of `rows` between its marks; `None` if it has no marks.
#[must_use]
pub fn in_document(document: &str, rows: &[Row]) -> Option<String> {
    let (before, tail) = document.split_once(MARKS.0)?;
    let (_, after) = tail.split_once(MARKS.1)?;
    Some([before, MARKS.0, &table(rows), MARKS.1, after].concat())
}

fn table(rows: &[Row]) -> String {
    let mut table = String::from("| feature | | program |\n|---|---|---|\n");
    for Row { name, feature, result, .. } in rows {
        let feature = feature.replace('|', "\\|");
        let line = match result {
            Expected::Answers(_) => writeln!(table, "| {feature} | works | [{name}](language/rows/{name}.ruchy) |"),
            Expected::Refused { message, instead, words } => writeln!(
                table,
                "| {feature} | **no**: `` {} ``. Instead: {words} ([{instead}](language/rows/{instead}.ruchy)) | [{name}](language/refused/{name}.ruchy) |",
                message.replace('|', "\\|")
            ),
        };
        line.expect("writing to a String cannot fail");
    }
    table
}
