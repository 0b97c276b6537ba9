//! Files of cases: small programs, each with what is expected of it.
//!
//! ```text
//! //# name                     begins a case; the source is the lines up to the first expectation
//! ---                          stands for `fun main() {`, which then ends after the last line of the source
//! ‹                            marks a place; it is removed from the source
//! //= line                     a line of the log
//! //! words                    a diagnostic at the next mark; each word must be part of its text
//! //* words                    a panic at the line of the next mark; each word must be part of its message
//! ```

use std::fs;
use std::path::Path;

const MARK: char = '‹';

/// A place in a source, counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

#[derive(Clone, Debug)]
pub struct Words {
    pub place: Place,
    pub words: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Case {
    /// `FILE/NAME`, where FILE has no extension.
    pub name: String,
    pub source: String,
    pub log: Vec<String>,
    pub diagnostics: Vec<Words>,
    pub panic: Option<Words>,
}

/// Every case of every file in `folder`, in order.
pub fn read(folder: &Path) -> Vec<Case> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| cases(file)).collect()
}

fn cases(file: &Path) -> Vec<Case> {
    let text = fs::read_to_string(file).unwrap();
    let stem = file.file_stem().unwrap().to_string_lossy().into_owned();
    let chunks = text.split("//# ").filter(|chunk| !chunk.is_empty());
    chunks.map(|chunk| case(&stem, chunk)).collect()
}

fn case(stem: &str, chunk: &str) -> Case {
    let (name, text) = chunk.split_once('\n').expect("a case has lines");
    let mut case = Case { name: format!("{stem}/{name}"), ..Case::default() };
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_expectation = |line: &&str| line.starts_with("//=") || line.starts_with("//!") || line.starts_with("//*");
    let end = lines.iter().position(is_expectation).unwrap_or(lines.len());
    let mut source: String = lines[..end].concat();
    if let Some(at) = source.find("---\n") {
        source.replace_range(at..at + 3, "fun main() {");
        source.push_str("}\n");
    }
    let mut places = Vec::new();
    (case.source, places) = without_marks(&source, places);
    let mut places = places.into_iter();
    let mut words = |text: &str| Words {
        place: places.next().unwrap_or_else(|| panic!("{name}: an expectation has no mark")),
        words: text.split_whitespace().map(str::to_owned).collect(),
    };
    for line in &lines[end..] {
        let line = line.trim_end_matches('\n');
        let rest = line.get(4..).unwrap_or_default();
        match line.get(..3) {
            Some("//=") => case.log.push(rest.to_owned()),
            Some("//!") => case.diagnostics.push(words(rest)),
            Some("//*") => case.panic = Some(words(rest)),
            _ => panic!("{name}: not an expectation: {line}"),
        }
    }
    assert!(places.next().is_none(), "{name}: a mark has no expectation");
    case
}

fn without_marks(marked: &str, mut places: Vec<Place>) -> (String, Vec<Place>) {
    let mut source = String::new();
    let (mut line, mut column) = (1, 1);
    for character in marked.chars() {
        match character {
            MARK => places.push(Place { line, column }),
            '\n' => {
                source.push('\n');
                (line, column) = (line + 1, 1);
            }
            _ => {
                source.push(character);
                column += 1;
            }
        }
    }
    (source, places)
}
