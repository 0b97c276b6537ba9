//! Diagnostics as text for a terminal: the place, the source line, a caret.

use std::fmt::Write;

use super::{Diagnostic, Severity};
use crate::source::Sources;
use crate::span::Span;

/// The longest part of a source line that is shown, in characters.
const LINE_CHARACTERS_MAX: usize = 160;
const TAB: &str = "    ";

/// The text of a diagnostic, with a newline at its end.
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut text = format!("{level}[{}]: {}\n", diagnostic.code, diagnostic.message);
    let places = std::iter::once(diagnostic.span).chain(diagnostic.notes.iter().filter_map(|note| note.span));
    let width = places.map(|span| sources.get(span.file).line_of(span.start).to_string().len()).max().unwrap_or(1);
    let margin = " ".repeat(width);
    excerpt(&mut text, sources, diagnostic.span, '^', &diagnostic.label, width);
    for note in &diagnostic.notes {
        match note.span {
            Some(span) => {
                let _ = writeln!(text, "{margin} |");
                let _ = writeln!(text, "note: {}", note.message);
                excerpt(&mut text, sources, span, '-', "", width);
            }
            None => {
                let _ = writeln!(text, "{margin} = note: {}", note.message);
            }
        }
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(text, "{margin} = help: {help}");
    }
    text
}

/// The place, the source line, and the line of marks under it.
fn excerpt(text: &mut String, sources: &Sources, span: Span, mark: char, label: &str, width: usize) {
    let source = sources.get(span.file);
    let position = source.position(span.start);
    let margin = " ".repeat(width);
    let line = source.line(position.line);
    let start = (span.start - source.line_start(position.line)) as usize;
    let start = start.min(line.len());
    let end = (start + (span.end - span.start) as usize).min(line.len()).max(start);
    let (before, marked, after) = window(line, start, end);
    let marks: String = std::iter::repeat_n(mark, shown(marked).chars().count().max(1)).collect();
    let _ = writeln!(text, "{margin}--> {}:{}:{}", source.name, position.line, position.column);
    let _ = writeln!(text, "{margin} |");
    let _ = writeln!(text, "{:width$} | {}", position.line, format!("{}{}{}", shown(&before), shown(marked), shown(&after)).trim_end());
    let indent = " ".repeat(shown(&before).chars().count());
    let _ = writeln!(text, "{}", format!("{margin} | {indent}{marks} {label}").trim_end());
}

/// The parts of a line before, in and after a range of it, shortened if the line is long.
fn window(line: &str, start: usize, end: usize) -> (String, &str, String) {
    let side = LINE_CHARACTERS_MAX / 2;
    let (before, marked, after) = (&line[..start], &line[start..end], &line[end..]);
    let marked_end = marked.char_indices().nth(side).map_or(marked.len(), |(index, _)| index);
    let is_cut = marked_end < marked.len();
    let before = match before.char_indices().rev().nth(side) {
        Some((index, _)) => format!("…{}", &before[index..]),
        None => before.to_owned(),
    };
    let after = match after.char_indices().nth(side) {
        _ if is_cut => "…".to_owned(),
        Some((index, _)) => format!("{}…", &after[..index]),
        None => after.to_owned(),
    };
    (before, &marked[..marked_end], after)
}

/// Text without tabs and control characters.
fn shown(text: &str) -> String {
    text.replace('\t', TAB).chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}
