//! The lines of an HTTP/1.1 reply, one at a time and without their CRLF: status, header, chunk size
//! (RFC 9112, sections 4, 5 and 7.1). Pure.

use crate::http::malformed::Malformed;
use crate::text::bytes::{after_printable, number, split_once, trim, without_prefix};

/// Parses `HTTP/1.x NNN[ reason]`. Returns whether the version is 1.1, and the status.
#[must_use]
pub fn status_line(line: &[u8]) -> Option<(bool, u16)> {
    let &[minor @ (b'0' | b'1'), b' ', ref rest @ ..] = without_prefix(line, b"HTTP/1.")? else {
        return None;
    };
    let (digits, b"" | [b' ', ..]) = rest.split_at_checked(3)? else { return None };
    #[expect(clippy::cast_possible_truncation, reason = "three digits")]
    let status = number(digits, 10, 3)? as u16;
    if status < 100 { None } else { Some((minor == b'1', status)) }
}

/// Splits a header line into name and value, without the blanks around the value; `None` without a
/// colon.
#[must_use]
pub fn split_header(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, value) = split_once(line, b':');
    Some((name, trim(value?)))
}

/// [`split_header`] that rejects names and values that RFC 9110, section 5, does not allow. Folded
/// lines, and blanks before the colon, are rejected as names with blanks.
///
/// # Errors
/// [`Malformed::Header`].
pub fn checked_header(line: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    match split_header(line) {
        Some((name, value))
            if !name.is_empty()
                && after_printable(name, b'!').iter().all(u8::is_ascii_graphic)
                && !after_printable(value, b' ').iter().any(|byte| is_forbidden_in_value(*byte)) =>
        {
            Ok((name, value))
        }
        _ => Err(Malformed::Header),
    }
}

fn is_forbidden_in_value(byte: u8) -> bool {
    byte.is_ascii_control() && byte != b'\t'
}

/// Parses a chunk header, `SIZE[;extensions]` in hexadecimal: the size in bytes.
#[must_use]
pub fn chunk_line(line: &[u8]) -> Option<usize> {
    let (digits, _) = split_once(line, b';');
    number(trim(digits), 16, 15)
}
