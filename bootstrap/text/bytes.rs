//! Operations on byte slices whose versions in core can panic or are optimised for speed. Pure.
//!
//! Built for size, core's `strip_prefix`, `trim_ascii` and `eq_ignore_ascii_case` bring `split_at`,
//! its panic and, with that, all of `core::fmt`.

use crate::arch::Finder;

/// Returns the index of the first `byte` in `text`.
///
/// Uses memchr's version for the instructions that every processor of this architecture has. The
/// version that detects instructions at run time would write to memory that nothing else writes to
/// before the first request.
#[inline(never)]
#[must_use]
pub fn find(text: &[u8], byte: u8) -> Option<usize> {
    Finder::new(byte)?.find(text)
}

/// Skips groups of eight bytes while all are between `least`, which is ASCII, and `~`. Returns the
/// remainder, mostly short, which the caller checks byte by byte.
#[inline(never)]
#[must_use]
pub fn after_printable(mut text: &[u8], least: u8) -> &[u8] {
    const HIGHEST_BITS: u64 = 0x80 * ONES;
    const ONES: u64 = 0x0101_0101_0101_0101;
    while let Some((eight, rest)) = text.split_first_chunk() {
        let eight = u64::from_ne_bytes(*eight);
        // The highest bit is set in bytes that already have it, in bytes below `least` (a borrow
        // comes only from one of those), and in DEL.
        let below = eight.wrapping_sub(ONES * u64::from(least));
        let above = (eight & !HIGHEST_BITS) + ONES;
        if (eight | below | above) & HIGHEST_BITS != 0 {
            break;
        }
        text = rest;
    }
    text
}

/// Compares without the case of ASCII letters.
#[inline(never)]
#[must_use]
#[allow(unsafe_code, reason = "a section name")]
#[unsafe(link_section = ".text..start")]
pub fn eq_ignore_ascii_case(one: &[u8], other: &[u8]) -> bool {
    // Most are identical or differ in an early byte.
    let same = |one: u8, other: u8| one == other || one ^ other == 0x20 && (one | 0x20).is_ascii_lowercase();
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(*one, *other))
}

/// Parses `digits`: 1 to `digits_max` digits and nothing else. `radix` is 10 or 16; the caller
/// chooses `digits_max` so that the number fits.
#[inline(never)]
#[must_use]
pub fn number(digits: &[u8], radix: usize, digits_max: usize) -> Option<usize> {
    if digits.is_empty() || digits.len() > digits_max {
        return None;
    }
    let mut number = 0;
    for byte in digits {
        // Letters of either case are greater than digits; other bytes give a value that is too
        // large.
        let digit = if *byte > b'9' {
            usize::from(*byte | 0x20).wrapping_sub(usize::from(b'a') - 10)
        } else {
            usize::from(*byte).wrapping_sub(usize::from(b'0'))
        };
        if digit >= radix || *byte > b'9' && digit < 10 {
            return None;
        }
        number = number * radix + digit;
    }
    Some(number)
}

/// Returns `text[start..end]`, or an empty slice if that is out of range.
#[inline(never)]
#[must_use]
pub fn slice(text: &[u8], start: usize, end: usize) -> &[u8] {
    text.get(start..end).unwrap_or_default()
}

/// Returns `text` without `prefix`, if it begins with it.
#[inline(never)]
#[must_use]
pub fn without_prefix<'text>(text: &'text [u8], prefix: &[u8]) -> Option<&'text [u8]> {
    if text.get(..prefix.len())? == prefix { text.get(prefix.len()..) } else { None }
}

/// Returns `text` without its last byte, if that is `last`.
#[must_use]
pub fn without_last(text: &[u8], last: u8) -> Option<&[u8]> {
    match text {
        [rest @ .., byte] if *byte == last => Some(rest),
        _ => None,
    }
}

/// Returns `text` without surrounding blanks and tabs.
#[inline(never)]
#[must_use]
pub fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// Splits `text` at the first `separator`, which is in neither part. Without one, the second part
/// is `None`.
#[inline(never)]
#[must_use]
pub fn split_once(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let at = find(text, separator).unwrap_or(text.len());
    (text.get(..at).unwrap_or_default(), text.get(at + 1..))
}

/// Removes the first `count` bytes of `parts`: those that were sent.
#[inline(never)]
pub fn drop_front(parts: &mut [&[u8]], mut count: usize) {
    for part in parts {
        let taken = count.min(part.len());
        *part = part.get(taken..).unwrap_or_default();
        count -= taken;
    }
}

#[cfg(test)]
mod tests {
    use super::{after_printable, drop_front, eq_ignore_ascii_case, number, split_once, trim, without_last, without_prefix};
    use proptest::prelude::*;
    use std::vec::Vec;

    #[test]
    fn drop_front_crosses_parts() {
        let mut parts = [&b"abc"[..], b"", b"defg", b"h", b""];
        drop_front(&mut parts, 2);
        assert_eq!(parts, [&b"c"[..], b"", b"defg", b"h", b""]);
        drop_front(&mut parts, 3);
        assert_eq!(parts, [&b""[..], b"", b"fg", b"h", b""]);
        drop_front(&mut parts, 3);
        assert_eq!(parts, [&b""[..]; 5]);
    }

    proptest! {
        #[test]
        fn byte_functions_agree_with_core(text in proptest::collection::vec(prop_oneof![Just(b' '), Just(b'A'), Just(b'a'), any::<u8>()], 0..12), cut in 0usize..12, byte: u8) {
            let prefix = &text[..cut.min(text.len())];
            prop_assert_eq!(without_prefix(&text, prefix), text.strip_prefix(prefix));
            prop_assert_eq!(without_prefix(prefix, &text), prefix.strip_prefix(&text[..]));
            prop_assert_eq!(without_last(&text, byte), text.strip_suffix(&[byte]));
            let other: Vec<u8> = text.iter().map(u8::to_ascii_uppercase).collect();
            prop_assert!(eq_ignore_ascii_case(&text, &other));
            prop_assert_eq!(eq_ignore_ascii_case(&text, prefix), text.eq_ignore_ascii_case(prefix));
            if !text.iter().any(|byte| b"\n\r\x0c".contains(byte)) {
                prop_assert_eq!(trim(&text), text.trim_ascii());
            }
            prop_assert_eq!(number(&[byte], 16, 1), char::from(byte).to_digit(16).map(|digit| digit as usize));
            prop_assert_eq!(number(&[byte], 10, 1), char::from(byte).to_digit(10).map(|digit| digit as usize));
            let mut parts = text.splitn(2, |at| *at == byte);
            prop_assert_eq!(split_once(&text, byte), (parts.next().unwrap(), parts.next()));
        }

        #[test]
        fn after_printable_skips_whole_printable_groups(text in proptest::collection::vec(prop_oneof![8 => b' '..=b'~', 1 => any::<u8>()], 0..40), least in prop_oneof![Just(b' '), Just(b'!')]) {
            let rest = after_printable(&text, least);
            let is_expected = |byte: &u8| (least..=b'~').contains(byte);
            let passed = text.len() - rest.len();
            prop_assert!(text.ends_with(rest) && passed.is_multiple_of(8) && text[..passed].iter().all(is_expected));
            prop_assert!(rest.len() < 8 || !rest[..8].iter().all(is_expected));
        }

        #[test]
        fn number_agrees_with_core(value: usize) {
            prop_assert_eq!(number(std::format!("{value}").as_bytes(), 10, 20), Some(value));
            prop_assert_eq!(number(std::format!("{value:x}").as_bytes(), 16, 16), Some(value));
            prop_assert_eq!(number(std::format!("{value:X}").as_bytes(), 16, 16), Some(value));
            prop_assert_eq!(number(std::format!("-{value}").as_bytes(), 10, 21), None);
            prop_assert_eq!(number(std::format!("{value}").as_bytes(), 10, 0), None);
        }
    }
}
