//! Bytes to text: whether they are UTF-8 (RFC 3629, section 4). Pure.
//!
//! core's own check and its table are more than twice this one's size. The tests compare what the two say.
#![allow(unsafe_code)]

/// The bit that no byte of ASCII has, in eight bytes.
const NOT_ASCII: u64 = 0x8080_8080_8080_8080;

/// How many bytes are looked at together where an event is large: a cache line.
const LINE_BYTES: usize = 64;

/// `bytes` as text, if they are UTF-8.
#[inline(never)]
#[must_use]
pub fn from_bytes(bytes: &[u8]) -> Option<&str> {
    let mut rest = bytes;
    loop {
        rest = behind_ascii(rest);
        let &[first, ref behind @ ..] = rest else {
            // SAFETY: every byte was passed as ASCII or as part of a well-formed sequence.
            return Some(unsafe { core::str::from_utf8_unchecked(bytes) });
        };
        rest = behind_sequence(first, behind)?;
    }
}

fn behind_ascii(mut rest: &[u8]) -> &[u8] {
    while let Some((line, behind)) = rest.split_first_chunk()
        && is_ascii(line)
    {
        rest = behind;
    }
    while let Some((word, behind)) = rest.split_first_chunk() {
        if u64::from_ne_bytes(*word) & NOT_ASCII != 0 {
            break;
        }
        rest = behind;
    }
    while let [0..0x80, behind @ ..] = rest {
        rest = behind;
    }
    rest
}

/// By instructions that every processor of this kind has.
#[cfg(target_arch = "x86_64")]
fn is_ascii(line: &[u8; LINE_BYTES]) -> bool {
    use core::arch::x86_64::{__m128i, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128};
    let line: *const __m128i = line.as_ptr().cast();
    // SAFETY: four times sixteen bytes are a line's, and need not be aligned for these loads.
    unsafe {
        let one = _mm_or_si128(_mm_loadu_si128(line), _mm_loadu_si128(line.add(1)));
        let other = _mm_or_si128(_mm_loadu_si128(line.add(2)), _mm_loadu_si128(line.add(3)));
        _mm_movemask_epi8(_mm_or_si128(one, other)) == 0
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn is_ascii(line: &[u8; LINE_BYTES]) -> bool {
    line.is_ascii()
}

/// What stands behind the sequence of two to four bytes that begins with `first`.
fn behind_sequence(first: u8, behind: &[u8]) -> Option<&[u8]> {
    let (more, smallest) = match first {
        0xc0..=0xdf => (1, 0x80),
        0xe0..=0xef => (2, 0x800),
        0xf0..=0xf7 => (3, 0x1_0000),
        _ => return None,
    };
    let mut scalar = u32::from(first) & (0x3f >> more);
    let mut rest = behind;
    for _ in 0..more {
        let [byte @ 0x80..=0xbf, further @ ..] = rest else { return None };
        scalar = scalar << 6 | u32::from(byte & 0x3f);
        rest = further;
    }
    // A longer form than it needs, or a surrogate or a number beyond U+10FFFF.
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
    fn every_sequence_of_up_to_three_bytes_is_judged_as_core_does() {
        for first in 0..=255 {
            same_as_core(&[first]);
            for second in 0..=255 {
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
        fn any_bytes_are_judged_as_core_does(text: std::string::String, at in 0usize..100, byte: u8, before in 0usize..70) {
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
