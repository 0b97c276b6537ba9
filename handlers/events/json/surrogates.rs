//! Unpaired surrogate escapes: `\ud83d` without a second half. RFC 8259 allows them and JavaScript
//! writes them, but a `str` cannot hold them.

use super::large::overwrite;
use alloc::string::String;

/// Length of an escape such as `\ud83d`, in bytes.
const ESCAPE_BYTES: usize = 6;

/// Returns a copy of the JSON `text` in which each unpaired surrogate escape is `\ufffd`, which has
/// the same length.
#[cold]
#[inline(never)]
#[must_use]
#[allow(unsafe_code)]
pub fn replaced(text: &str) -> String {
    let mut copy = String::from(text);
    // SAFETY: an escape is ASCII, and so is its replacement.
    let bytes = unsafe { copy.as_bytes_mut() };
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += match half(bytes, at) {
            Some(Half::High) if half(bytes, at + ESCAPE_BYTES) == Some(Half::Low) => 2 * ESCAPE_BYTES,
            Some(_) => {
                overwrite(bytes.get_mut(at..at + ESCAPE_BYTES).unwrap_or_default(), br"\ufffd");
                ESCAPE_BYTES
            }
            // A backslash and the character that it escapes, which may be a backslash.
            None if *byte == b'\\' => 2,
            None => 1,
        };
    }
    copy
}

/// The halves of a surrogate pair.
#[derive(PartialEq, Eq)]
enum Half {
    High,
    Low,
}

/// Returns the half that the escape at `at` encodes.
fn half(bytes: &[u8], at: usize) -> Option<Half> {
    let [b'\\', b'u', b'd' | b'D', kind, third, fourth] = bytes.get(at..at + ESCAPE_BYTES)? else { return None };
    if !third.is_ascii_hexdigit() || !fourth.is_ascii_hexdigit() {
        return None;
    }
    match kind.to_ascii_lowercase() {
        b'8' | b'9' | b'a' | b'b' => Some(Half::High),
        b'c'..=b'f' => Some(Half::Low),
        _ => None,
    }
}
