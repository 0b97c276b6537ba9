//! The text of a source file, the same on every platform.

use crate::Error;
use std::fs;
use std::path::Path;

/// Reads a source without a byte order mark, and with `\n` instead of `\r\n`. Editors and Git on
/// Windows add both, and neither is part of the program.
///
/// # Errors
/// [`Error::File`].
pub fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map(normalized).map_err(|error| Error::file(path, error))
}

fn normalized(text: String) -> String {
    let unmarked = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if unmarked.len() < text.len() || text.contains("\r\n") { unmarked.replace("\r\n", "\n") } else { text }
}

#[cfg(test)]
mod tests {
    use super::normalized;

    #[test]
    fn read_removes_byte_order_mark_and_carriage_returns() {
        for text in ["a\nb\n", "\u{feff}a\nb\n", "a\r\nb\r\n", "\u{feff}a\r\nb\n"] {
            assert_eq!(normalized(text.to_owned()), "a\nb\n", "{text:?}");
        }
        assert_eq!(normalized("a\rb".to_owned()), "a\rb");
    }
}
