//! JSON strings (RFC 8259, section 7) into a buffer of fixed size. Pure.

use crate::text::buffer::Buffer;

/// Appends `text`, which is UTF-8, escaped and without quotes, as long as whole characters fit and
/// leave `reserve` bytes of room. Returns whether all of it was appended.
pub fn push_escaped(buffer: &mut Buffer<'_>, text: &[u8], reserve: usize) -> bool {
    text.iter().all(|&byte| {
        let code = b"0123456789abcdef";
        let escaped: &[u8] = match byte {
            b'"' | b'\\' => &[b'\\', byte],
            b'\n' => b"\\n",
            // DEL is valid in JSON, but not in the value of a header.
            0..=0x1f | 0x7f => &[b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), code[usize::from(byte & 15)]],
            _ => &[byte],
        };
        // A character of several bytes is begun only if all of them fit.
        let needed = if matches!(byte, 0x80..=0xbf) { 1 } else { escaped.len().max(CHARACTER_BYTES_MAX) };
        buffer.room() >= needed + reserve && buffer.push(escaped)
    })
}

/// Bytes of the longest character in UTF-8.
const CHARACTER_BYTES_MAX: usize = 4;

#[cfg(test)]
mod tests {
    use super::push_escaped;
    use crate::text::buffer::Buffer;
    use proptest::prelude::*;
    use std::string::String;
    use std::vec;

    fn escaped(text: &str, room: usize, reserve: usize) -> (String, bool) {
        let mut memory = vec![0; room];
        let mut buffer = Buffer::new(&mut memory);
        let whole = push_escaped(&mut buffer, text.as_bytes(), reserve);
        assert!(!buffer.overflowed());
        (String::from_utf8(buffer.bytes().into()).unwrap(), whole)
    }

    #[test]
    fn push_escaped_escapes_what_json_requires() {
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("\"\\/", "\\\"\\\\/"),
            ("a\nb\r\tc", "a\\nb\\u000d\\u0009c"),
            ("\0\x01\x1f\x7f", "\\u0000\\u0001\\u001f\\u007f"),
            ("é €𝄞", "é €𝄞"),
        ] {
            assert_eq!(escaped(text, 64, 0), (expected.into(), true), "{text:?}");
        }
    }

    #[test]
    fn push_escaped_cuts_between_characters() {
        assert_eq!(escaped("ab€d", 7, 2), ("ab".into(), false));
        assert_eq!(escaped("ab€d", 8, 2), ("ab€".into(), false));
        assert_eq!(escaped("ab\0", 7, 0), ("ab".into(), false));
        assert_eq!(escaped("ab\0", 8, 0), ("ab\\u0000".into(), true));
    }

    proptest! {
        #[test]
        fn push_escaped_round_trips_through_serde_json(text in any::<String>()) {
            let (body, whole) = escaped(&text, text.len() * 6 + 4, 0);
            prop_assert!(whole);
            let read: String = serde_json::from_str(&std::format!("\"{body}\"")).unwrap();
            prop_assert_eq!(read, text);
        }
    }
}
