//! Diagnostics as lines of JSON with the fields of rustc's `--error-format json`, for editors and build servers.

use std::fmt::Write;

use super::{Diagnostic, Severity, render};
use crate::source::Sources;
use crate::span::Span;

/// The longest source line that is repeated; of longer ones `text` is empty.
const TEXT_BYTES_MAX: usize = 10_000;

/// One line, with a newline at its end.
#[must_use]
pub fn json_line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut line = String::from("{\"$message_type\":\"diagnostic\",\"message\":");
    string(&mut line, &diagnostic.message);
    let _ = write!(line, ",\"code\":{{\"code\":\"{}\",\"explanation\":", diagnostic.code);
    string(&mut line, diagnostic.code.explanation());
    let _ = write!(line, "}},\"level\":\"{level}\",\"spans\":[");
    span(&mut line, sources, diagnostic.span, true, Some(&diagnostic.label).filter(|label| !label.is_empty()), None);
    line.push_str("],\"children\":[");
    let mut is_first = true;
    let notes = diagnostic.notes.iter().map(|note| ("note", &note.message, note.span, None));
    let replacement = diagnostic.replacement.as_ref();
    let help = diagnostic.help.iter().map(|help| ("help", help, replacement.map(|_| diagnostic.span), replacement));
    for (level, message, place, replacement) in notes.chain(help) {
        if !std::mem::take(&mut is_first) {
            line.push(',');
        }
        line.push_str("{\"message\":");
        string(&mut line, message);
        let _ = write!(line, ",\"code\":null,\"level\":\"{level}\",\"spans\":[");
        if let Some(place) = place {
            span(&mut line, sources, place, true, None, replacement);
        }
        line.push_str("],\"children\":[],\"rendered\":null}");
    }
    line.push_str("],\"rendered\":");
    string(&mut line, &render(diagnostic, sources));
    line.push_str("}\n");
    line
}

fn span(line: &mut String, sources: &Sources, span: Span, is_primary: bool, label: Option<&String>, replacement: Option<&String>) {
    let source = sources.get(span.file);
    let (start, end) = (source.position(span.start), source.position(span.end));
    line.push_str("{\"file_name\":");
    string(line, &source.name);
    let _ = write!(
        line,
        ",\"byte_start\":{},\"byte_end\":{},\"line_start\":{},\"line_end\":{},\"column_start\":{},\"column_end\":{},\"is_primary\":{is_primary},\"text\":[",
        span.start, span.end, start.line, end.line, start.column, end.column
    );
    let text = source.line(start.line);
    if text.len() <= TEXT_BYTES_MAX {
        line.push_str("{\"text\":");
        string(line, text);
        let highlight_end = if start.line == end.line { end.column } else { text.chars().count() + 1 };
        let _ = write!(line, ",\"highlight_start\":{},\"highlight_end\":{highlight_end}}}", start.column);
    }
    line.push_str("],\"label\":");
    match label {
        Some(label) => string(line, label),
        None => line.push_str("null"),
    }
    line.push_str(",\"suggested_replacement\":");
    match replacement {
        Some(text) => {
            string(line, text);
            line.push_str(",\"suggestion_applicability\":\"MaybeIncorrect\"");
        }
        None => line.push_str("null,\"suggestion_applicability\":null"),
    }
    line.push_str(",\"expansion\":null}");
}

/// Adds text as a JSON string.
fn string(line: &mut String, text: &str) {
    line.push('"');
    for character in text.chars() {
        match character {
            '"' => line.push_str("\\\""),
            '\\' => line.push_str("\\\\"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            control if control < ' ' => {
                let _ = write!(line, "\\u{:04x}", u32::from(control));
            }
            other => line.push(other),
        }
    }
    line.push('"');
}
