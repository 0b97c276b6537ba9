//! The rows of the table of what works: each is a function in a file of its own, with what it is about, and what comes of it, in its first lines.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where the table stands, below this crate.
pub const TABLE: &str = "../language.md";
/// What stands in front of the table in its file, and behind it.
const MARKS: (&str, &str) = ("<!-- rows: written by `just language --accept` -->\n", "<!-- end of rows -->\n");
/// What the first lines of a row begin with.
const FEATURE: &str = "// ";
const ANSWER: &str = "// = ";
const LOGGED: &str = "// log ";
const MESSAGE: &str = "// ! ";
const INSTEAD: &str = "// instead, ";

/// One feature of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The file's name, without `.ruchy`.
    pub name: String,
    /// What it is about.
    pub feature: String,
    /// The file.
    pub source: PathBuf,
    /// What comes of it.
    pub result: Expected,
    /// What it logs: lines of the output, then of the errors.
    pub log: Vec<String>,
}

/// What comes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It works: the function answers so.
    Answers(String),
    /// It does not.
    Refused {
        /// What the build says.
        message: String,
        /// The row that shows what to write instead.
        instead: String,
        /// What that is, in words.
        words: String,
    },
}

/// The folder of the rows of that sort: `rows` work, `refused` do not.
#[must_use]
pub fn folder(sort: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(sort)
}

/// Every row, those that work first, in the order of their names.
///
/// # Errors
/// That a folder or a file cannot be read, or that a file's first lines do not say what it is about and what comes of it.
pub fn read() -> io::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for sort in ["rows", "refused"] {
        let entries: io::Result<Vec<_>> = fs::read_dir(folder(sort))?.map(|entry| Ok(entry?.path())).collect();
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
            "{}: its first lines are to be `// FEATURE`, and `// = ANSWER`, with `// log LINE` for each line that is logged, or `// ! MESSAGE` and `// instead, ROW: WORDS`",
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

/// `document` with the table of `rows` where its marks are; nothing when it has none.
#[must_use]
pub fn in_document(document: &str, rows: &[Row]) -> Option<String> {
    let (before, rest) = document.split_once(MARKS.0)?;
    let (_, behind) = rest.split_once(MARKS.1)?;
    Some([before, MARKS.0, &table(rows), MARKS.1, behind].concat())
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
        line.expect("a String takes all that is written");
    }
    table
}
