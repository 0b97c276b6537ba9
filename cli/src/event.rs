//! The event named on the command line: text, `@file` or `-`; and whether it is JSON.

use crate::{Error, encoding};
use serde_json::value::RawValue;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// The bytes that `argument` names: the contents of `@file`, standard input for `-`, otherwise its
/// own. They are sent unchanged if `raw`. Otherwise they must be JSON, and are returned as UTF-8.
///
/// # Errors
/// [`Error::Refused`] when it cannot be read, [`Error::Encoding`], [`Error::NotJson`].
pub fn read(argument: &str, raw: bool) -> Result<Vec<u8>, Error> {
    let (place, bytes) = if argument == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(Error::system("standard input"))?;
        ("standard input".to_owned(), bytes)
    } else if let Some(path) = argument.strip_prefix('@') {
        (path.to_owned(), fs::read(path).map_err(|error| unreadable(argument, path, &error))?)
    } else {
        (format!("the event `{}`", shortened(argument)), argument.as_bytes().to_vec())
    };
    if raw { Ok(bytes) } else { json(bytes, &place) }
}

fn unreadable(argument: &str, path: &str, error: &io::Error) -> Error {
    let expected = "expected @FILE with a file of the event, JSON text, or - for standard input";
    Error::Refused(format!("{argument}: the event's file `{path}` cannot be read: {error}; {expected}"))
}

/// The JSON in the file at `path`.
///
/// # Errors
/// As [`read`].
pub fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    let bytes = fs::read(path).map_err(|error| Error::file(path, error))?;
    json(bytes, &path.display().to_string())
}

/// `bytes` as JSON in UTF-8; `place` says where they are from.
fn json(bytes: Vec<u8>, place: &str) -> Result<Vec<u8>, Error> {
    let bytes = encoding::to_utf8(bytes).map_err(|reason| Error::Encoding { place: place.to_owned(), reason })?;
    check_json(&bytes).map_err(|error| Error::NotJson { place: place.to_owned(), error })?;
    Ok(bytes)
}

/// Checks that `bytes` are one JSON text in UTF-8 of any depth, without building a value.
///
/// # Errors
/// serde's, which says line and column.
pub fn check_json(bytes: &[u8]) -> Result<(), serde_json::Error> {
    serde_json::from_slice::<&RawValue>(bytes).map(drop)
}

const SHOWN_CHARACTERS_MAX: usize = 60;

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{check_json, read};

    #[test]
    fn any_json_is_an_event() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        for text in ["{}", "[]", "\"text\"", "1", "-1.5e300", "true", "null", " {\"a\":\n[1, \"\\u00e9\"]} ", &deep] {
            assert_eq!(read(text, false).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn json_check_reports_line_and_column() {
        let cases = [
            ("", "line 1 column 0"),
            ("{name: Ada}", "line 1 column 2"),
            ("{\"a\": 1,\n \"b\": }", "line 2 column 7"),
            ("{} {}", "line 1 column 4"),
            ("nul", "line 1 column 3"),
        ];
        for (text, place) in cases {
            let message = read(text, false).unwrap_err().to_string();
            assert!(message.contains(place) && message.contains("Any JSON is accepted"), "{text}: {message}");
            assert_eq!(read(text, true).unwrap(), text.as_bytes());
        }
        assert!(check_json(b"\"\xff\"").is_err());
    }

    #[test]
    fn files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("event.json");
        std::fs::write(&path, "{\"a\":1}\n").unwrap();
        let argument = format!("@{}", path.display());
        assert_eq!(read(&argument, false).unwrap(), b"{\"a\":1}\n");
        std::fs::write(&path, "{\"a\":1\n").unwrap();
        let message = read(&argument, false).unwrap_err().to_string();
        assert!(message.contains("event.json is not JSON"), "{message}");
        std::fs::write(&path, b"\xff\xfe1\0\n\0").unwrap();
        assert_eq!(read(&argument, false).unwrap(), b"1\n");
        assert_eq!(super::read_file(&path).unwrap(), b"1\n");
        assert_eq!(read(&argument, true).unwrap(), b"\xff\xfe1\0\n\0");
        std::fs::write(&path, b"\"\xe9\"").unwrap();
        let message = read(&argument, false).unwrap_err().to_string();
        assert!(message.contains("event.json: the byte at offset 1 is not UTF-8"), "{message}");
        let missing = read("@no/such/file", false).unwrap_err().to_string();
        assert!(
            missing.starts_with("@no/such/file: the event's file `no/such/file` cannot be read: No such file")
                && missing.contains("JSON text"),
            "{missing}"
        );
    }
}
