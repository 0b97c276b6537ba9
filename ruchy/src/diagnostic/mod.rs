//! What the compiler tells an author: errors and warnings, each with a place, a code, and what to write instead.
//!
//! A message says what is wrong in terms of the source, never of the generated Rust. `message` names the construct and the offending text,
//! `label` stands next to the caret and says what was expected, notes show other places that are involved, and `help` says what to write.

mod code;
mod json;
mod render;
mod similar;

pub use code::Code;
pub use json::json_line;
pub use render::render;
pub use similar::most_similar;

use crate::span::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The program is compiled all the same.
    Warning,
    Error,
}

/// A remark on another place that is involved, or on none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub span: Option<Span>,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    pub code: Code,
    /// One line without a full stop.
    pub message: String,
    pub span: Span,
    /// Printed next to the caret; may be empty.
    pub label: String,
    pub notes: Vec<Note>,
    /// What to write instead.
    pub help: Option<String>,
    /// The text that would stand at `span` instead, if it is certain which part of the source the help replaces.
    pub replacement: Option<String>,
}

impl Diagnostic {
    #[must_use]
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: one_line(message),
            span,
            label: String::new(),
            notes: Vec::new(),
            help: None,
            replacement: None,
        }
    }

    #[must_use]
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = one_line(label);
        self
    }

    /// Adds a note at another place.
    #[must_use]
    pub fn note_at(mut self, span: Span, message: impl Into<String>) -> Self {
        self.notes.push(Note { span: Some(span), message: one_line(message) });
        self
    }

    /// Adds a note without a place.
    #[must_use]
    pub fn note(mut self, message: impl Into<String>) -> Self {
        self.notes.push(Note { span: None, message: one_line(message) });
        self
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(one_line(help));
        self
    }

    /// Suggests a name for the one at `span`.
    pub fn suggest(&mut self, near: &str) {
        self.help = Some(format!("did you mean `{near}`?"));
        self.replacement = Some(near.to_owned());
    }

    /// The same, if there is a suggestion; else `help`.
    pub fn suggest_or(&mut self, near: Option<&str>, help: impl FnOnce() -> Option<String>) {
        match near {
            Some(near) => self.suggest(near),
            None => self.help = help(),
        }
    }

    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// A message with the newlines of the source text that it quotes as `\n`.
fn one_line(message: impl Into<String>) -> String {
    let message = message.into();
    if message.contains(['\n', '\r']) { message.replace('\r', "\\r").replace('\n', "\\n") } else { message }
}

/// The most diagnostics that are kept of one file: what follows is mostly a consequence.
pub const DIAGNOSTICS_MAX: usize = 50;

/// Diagnostics in the order in which they were found, [`DIAGNOSTICS_MAX`] at most.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    /// How many there were beyond the limit.
    pub omitted: usize,
}

impl Diagnostics {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.is_full() { self.omitted += 1 } else { self.list.push(diagnostic) }
    }

    #[must_use]
    pub fn is_full(&self) -> bool {
        self.list.len() >= DIAGNOSTICS_MAX
    }

    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(Diagnostic::is_error)
    }

    pub fn append(&mut self, other: Self) {
        self.omitted += other.omitted;
        for diagnostic in other.list {
            self.push(diagnostic);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// All of them, in the order of the source.
    #[must_use]
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut sorted: Vec<&Diagnostic> = self.list.iter().collect();
        sorted.sort_by_key(|diagnostic| diagnostic.span);
        sorted
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: T) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }
}
