//! Checks that bytes are UTF-8 (RFC 3629, section 4). Pure.
//!
//! core's check and its table are more than twice the size of this one. The tests compare the
//! results of both.
#![allow(unsafe_code)]

use crate::arch::is_ascii;

/// The highest bit of eight bytes: no ASCII byte has it.
const NOT_ASCII: u64 = 0x8080_8080_8080_8080;

/// Returns `bytes` as text, if they are UTF-8.
#[inline(never)]
#[must_use]
pub fn from_bytes(bytes: &[u8]) -> Option<&str> {
    let mut rest = bytes;
    loop {
        rest = after_ascii(rest);
        let &[first, ref tail @ ..] = rest else {
            // SAFETY: every byte was passed as ASCII or as part of a well-formed sequence.
            return Some(unsafe { core::str::from_utf8_unchecked(bytes) });
        };
        rest = after_sequence(first, tail)?;
    }
}

fn after_ascii(mut rest: &[u8]) -> &[u8] {
    while let Some((line, tail)) = rest.split_first_chunk()
        && is_ascii(line)
    {
        rest = tail;
    }
    while let Some((word, tail)) = rest.split_first_chunk() {
        if u64::from_ne_bytes(*word) & NOT_ASCII != 0 {
            break;
        }
        rest = tail;
    }
    while let [0..0x80, tail @ ..] = rest {
        rest = tail;
    }
    rest
}

/// Returns the bytes after the sequence of two to four bytes that begins with `first`, if it is
/// well-formed; `tail` follows `first`.
fn after_sequence(first: u8, tail: &[u8]) -> Option<&[u8]> {
    let (more, smallest) = match first {
        0xc0..=0xdf => (1, 0x80),
        0xe0..=0xef => (2, 0x800),
        0xf0..=0xf7 => (3, 0x1_0000),
        _ => return None,
    };
    let mut scalar = u32::from(first) & (0x3f >> more);
    let mut rest = tail;
    for _ in 0..more {
        let [byte @ 0x80..=0xbf, further @ ..] = rest else { return None };
        scalar = scalar << 6 | u32::from(byte & 0x3f);
        rest = further;
    }
    // An overlong encoding, a surrogate, or a number above U+10FFFF.
    if scalar < smallest || matches!(scalar, 0xd800..=0xdfff | 0x11_0000..) { None } else { Some(rest) }
}

#[cfg(test)]
mod tests {
    use super::from_bytes;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn same_as_core(bytes: &[u8]) {
        assert_eq!(from_bytes(bytes), core::str::from_utf8(bytes).ok(), "{bytes:02x?}");
    }

    #[test]
    fn from_bytes_agrees_with_core_on_short_sequences() {
        let step = if cfg!(miri) { 51 } else { 1 };
        for first in (0..=255).step_by(step) {
            same_as_core(&[first]);
            for second in (0..=255).step_by(step) {
                same_as_core(&[first, second]);
                for third in [0, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff] {
                    same_as_core(&[first, second, third]);
                    same_as_core(&[first, second, third, 0x80]);
                    same_as_core(&[first, second, third, 0xbf, b'a']);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn from_bytes_agrees_with_core_on_any_bytes(text: std::string::String, at in 0usize..100, byte: u8, before in 0usize..70) {
            let mut bytes: Vec<u8> = core::iter::repeat_n(b'a', before).chain(text.bytes()).collect();
            same_as_core(&bytes);
            let length = bytes.len();
            if let Some(place) = bytes.get_mut(at % length.max(1)) {
                *place = byte;
            }
            same_as_core(&bytes);
        }
    }
}
