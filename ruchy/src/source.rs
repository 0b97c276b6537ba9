//! Source files: their text and their lines, and the set of the files of one compilation.

use crate::span::{FileId, Span};

/// The largest file that is read, so that every offset fits a span.
pub const FILE_BYTES_MAX: usize = 1 << 30;

/// One file: its name for messages, its text, and where its lines start.
///
/// The text is what spans index: a byte order mark is removed from it, line endings stay as they are.
#[derive(Clone, Debug)]
pub struct Source {
    pub id: FileId,
    pub name: String,
    pub text: String,
    line_starts: Vec<u32>,
}

/// A line and a column, both from 1. The column counts characters, as editors do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

impl Source {
    #[must_use]
    pub fn new(id: FileId, name: impl Into<String>, text: impl Into<String>) -> Self {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        let newlines = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        let line_starts = std::iter::once(0).chain(newlines.map(|(index, _)| offset(index + 1))).collect();
        Self { id, name: name.into(), text, line_starts }
    }

    /// The text of a span of this file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        debug_assert_eq!(span.file, self.id);
        &self.text[span.range()]
    }

    /// The whole text.
    #[must_use]
    pub fn span(&self) -> Span {
        Span::new(self.id, 0, offset(self.text.len()))
    }

    /// The empty span at the end of the text.
    #[must_use]
    pub fn end(&self) -> Span {
        self.span().after()
    }

    /// The number of lines; a newline at the end of the text starts another, empty one.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.line_starts.len()
    }

    /// The line, from 1, of a byte of the text.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> usize {
        self.line_starts.partition_point(|&start| start <= offset)
    }

    /// Whether a byte of the text is in a line, or in one before it.
    #[must_use]
    pub fn is_within_lines(&self, offset: u32, line: usize) -> bool {
        self.line_starts.get(line).is_none_or(|&next| offset < next)
    }

    /// The line and the column of a byte of the text.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_of(offset);
        let start = self.line_starts[line - 1] as usize;
        Position { line, column: self.text[start..offset as usize].chars().count() + 1 }
    }

    /// The offset of the first byte of a line, which counts from 1.
    #[must_use]
    pub fn line_start(&self, line: usize) -> u32 {
        self.line_starts[line - 1]
    }

    /// A line's text without its newline; lines count from 1.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let start = self.line_starts[line - 1] as usize;
        let end = self.line_starts.get(line).map_or(self.text.len(), |&next| next as usize - 1);
        self.text[start..end].trim_end_matches('\r')
    }
}

/// The files of one compilation, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The id that the next file gets.
    #[must_use]
    pub fn next_id(&self) -> FileId {
        FileId(offset(self.files.len()))
    }

    /// Adds a file whose id is [`Self::next_id`].
    pub fn add(&mut self, source: Source) -> FileId {
        debug_assert_eq!(source.id, self.next_id());
        let id = source.id;
        self.files.push(source);
        id
    }

    #[must_use]
    pub fn get(&self, id: FileId) -> &Source {
        &self.files[id.0 as usize]
    }

    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).slice(span)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files.iter()
    }
}

/// An offset or a count of what a text has, which [`FILE_BYTES_MAX`] keeps below the limit.
fn offset(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
