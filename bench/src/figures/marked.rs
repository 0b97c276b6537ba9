//! Blocks of documents that are written from summaries, each between two marks; pure.

use super::summaries::Summaries;
use super::{comparison, table};
use crate::Error;
use std::path::Path;

/// A block and the lines around it.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    pub begin: &'static str,
    pub end: &'static str,
    text: fn(&Summaries) -> String,
}

/// The comparison with other clients, in README.md.
pub const COMPARISON: Block = Block {
    begin: "<!-- comparison: `just figures` writes this block, do not edit it -->",
    end: "<!-- end of the comparison -->",
    text: comparison::text,
};
/// Every figure, on the page of the book.
pub const FIGURES: Block = Block {
    begin: "<!-- figures: `just figures` writes this block, do not edit it -->",
    end: "<!-- end of the figures -->",
    text: table::text,
};

impl Block {
    /// Returns `text`, the content of the file `path`, with this block rebuilt from `summaries`.
    ///
    /// # Errors
    /// [`Error::NoMarks`]; [`Error::Results`] if the summaries are of several commits.
    pub fn rebuilt(&self, path: &Path, text: &str, summaries: &Summaries) -> Result<String, Error> {
        summaries.check_one_commit()?;
        let (begin, end) = (self.begin, self.end);
        let no_marks = || Error::NoMarks { path: path.to_owned(), begin, end };
        let (before, rest) = text.split_once(&format!("{begin}\n")).ok_or_else(no_marks)?;
        let (_, after) = rest.split_once(&format!("{end}\n")).ok_or_else(no_marks)?;
        Ok(format!("{before}{begin}\n{}{end}\n{after}", (self.text)(summaries)))
    }
}
