//! JSON strings (RFC 8259, section 7) into a buffer of fixed size. Pure.

use crate::buffer::Buffer;

/// Appends `text` escaped, without quotes around it, for as long as whole characters fit and leave `reserve` bytes of room.
/// Returns whether all of it went in.
pub fn push_escaped(buffer: &mut Buffer<'_>, text: &str, reserve: usize) -> bool {
    let mut utf8 = [0; 4];
    text.chars().all(|character| {
        let mut unicode = *b"\\u0000";
        let escaped: &[u8] = match character {
            '"' => b"\\\"",
            '\\' => b"\\\\",
            '\n' => b"\\n",
            '\r' => b"\\r",
            '\t' => b"\\t",
            '\0'..='\x1f' => {
                unicode[4] = hexadecimal(character as u8 >> 4);
                unicode[5] = hexadecimal(character as u8 & 15);
                &unicode
            }
            _ => character.encode_utf8(&mut utf8).as_bytes(),
        };
        buffer.room() >= escaped.len() + reserve && buffer.push(escaped)
    })
}

/// The digit for `nibble`, which is below 16.
fn hexadecimal(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}

#[cfg(test)]
mod tests {
    use super::push_escaped;
    use crate::buffer::Buffer;
    use proptest::prelude::*;
    use std::string::String;
    use std::vec;

    fn escaped(text: &str, room: usize, reserve: usize) -> (String, bool) {
        let mut memory = vec![0; room];
        let mut buffer = Buffer::new(&mut memory);
        let whole = push_escaped(&mut buffer, text, reserve);
        assert!(!buffer.overflowed());
        (String::from_utf8(buffer.bytes().into()).unwrap(), whole)
    }

    #[test]
    fn what_must_be_escaped_is() {
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("\"\\/", "\\\"\\\\/"),
            ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\0\x01\x1f\x7f", "\\u0000\\u0001\\u001f\x7f"),
            ("é €𝄞", "é €𝄞"),
        ] {
            assert_eq!(escaped(text, 64, 0), (expected.into(), true), "{text:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_cut_between_characters() {
        assert_eq!(escaped("ab€d", 6, 2), ("ab".into(), false));
        assert_eq!(escaped("ab\n", 3, 0), ("ab".into(), false));
        assert_eq!(escaped("ab\n", 4, 0), ("ab\\n".into(), true));
    }

    proptest! {
        #[test]
        fn any_text_comes_back_through_another_reader(text in any::<String>()) {
            let (body, whole) = escaped(&text, text.len() * 6, 0);
            prop_assert!(whole);
            let read: String = serde_json::from_str(&std::format!("\"{body}\"")).unwrap();
            prop_assert_eq!(read, text);
        }
    }
}
