//! Numbers that do not fit into 64 bits. `serde_json` reads a long integer as the nearest float,
//! and rejects `1e400`. A text that may contain such numbers is therefore read a second time, from
//! a copy in which each of them is replaced by a large float and spaces.

use super::Json;
use super::parse::Reader;
use alloc::boxed::Box;
use core::cell::Cell;

/// A number that does not fit into 64 bits: an integer outside of `i64` and `u64`, or a number that
/// exceeds `f64::MAX`.
#[derive(Clone, Debug, PartialEq)]
pub struct LargeNumber(Box<str>);

impl LargeNumber {
    /// Returns the number as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Wraps `token`, which is a number by JSON's grammar.
    fn new(token: &str) -> Self {
        Self(Box::from(token))
    }
}

/// An iterator over the numbers of a text that may not fit into 64 bits, see [`is_large`].
#[doc(hidden)]
pub struct Numbers<'text> {
    text: &'text str,
    at: Cell<usize>,
    reader: Reader,
    read_any: Cell<bool>,
}

impl<'text> Numbers<'text> {
    /// Creates an iterator for a text whose numbers are all used as `serde_json` reads them.
    pub(super) fn none(reader: Reader) -> Self {
        Self::of("", reader)
    }

    /// Creates an iterator over the large numbers of `text`.
    pub(super) fn of(text: &'text str, reader: Reader) -> Self {
        Self { text, at: Cell::new(0), reader, read_any: Cell::new(false) }
    }

    /// Replaces the large numbers in `copy`, a copy of the text, by [`REPLACEMENT`] and spaces, and
    /// resets the iterator.
    #[allow(unsafe_code)]
    pub(super) fn replace_in(&self, copy: &mut str) {
        while let Some((start, _)) = self.find() {
            // SAFETY: a number is ASCII, and so is its replacement.
            let bytes = unsafe { copy.as_bytes_mut() };
            overwrite(bytes.get_mut(start..self.at.get()).unwrap_or_default(), REPLACEMENT);
        }
        self.at.set(0);
    }

    /// Returns the start of the next large number, and its value.
    #[inline(never)]
    fn find(&self) -> Option<(usize, Json)> {
        let mut at = self.at.get();
        while let Some(byte) = self.text.as_bytes().get(at) {
            let start = at;
            at = match byte {
                b'"' => end_of_string(self.text.as_bytes(), at + 1),
                b'-' | b'0'..=b'9' => end_of_number(self.text.as_bytes(), at),
                _ => at + 1,
            };
            if let Some(value) = self.text.get(start..at).and_then(|token| large_value(token, self.reader)) {
                self.at.set(at);
                return Some((start, value));
            }
        }
        None
    }

    /// Returns the value of the next float of the text, which `serde_json` reads as `float`.
    pub(super) fn next(&self, float: f64) -> Json {
        if is_large(float) { self.next_large(float) } else { Json::from(float) }
    }

    #[cold]
    #[inline(never)]
    fn next_large(&self, float: f64) -> Json {
        self.read_any.set(true);
        self.find().map_or_else(|| Json::from(float), |(_, value)| value)
    }

    /// Returns `true` if a number was read that may not fit into 64 bits.
    pub(super) fn has_large(&self) -> bool {
        self.read_any.get()
    }
}

/// The replacement of a large number: large itself, and no longer than the shortest large number.
const REPLACEMENT: &[u8] = b"1e19";

/// Returns `true` if `float` is as large as the integers that `serde_json` reads as floats.
pub(super) fn is_large(float: f64) -> bool {
    /// 2⁶³
    const INTEGERS_END: f64 = 9_223_372_036_854_775_808.0;
    float.abs() >= INTEGERS_END
}

/// Writes `new` to the start of `old`, and spaces to the remainder.
#[inline(never)]
pub(super) fn overwrite(old: &mut [u8], new: &[u8]) {
    let mut new = new.iter();
    for byte in old {
        *byte = new.next().copied().unwrap_or(b' ');
    }
}

/// Returns the value of `token`, if it is a number that `reader` reads as a large float or rejects
/// as too large.
fn large_value(token: &str, reader: Reader) -> Option<Json> {
    let is_integer = is_integer(token.as_bytes())?;
    let numbers = Numbers::none(reader);
    match reader(token, &numbers) {
        Ok(_) if !numbers.has_large() => None,
        Ok(float) if !is_integer => Some(float),
        _ => Some(Json::LargeNumber(LargeNumber::new(token))),
    }
}

/// Returns `true` for a number without fraction and exponent, and `None` if `token` is not a number
/// (RFC 8259, section 6).
fn is_integer(token: &[u8]) -> Option<bool> {
    let start = usize::from(token.first() == Some(&b'-'));
    let end = end_of_digits(token, start)?;
    if token.get(start) == Some(&b'0') && end > start + 1 {
        return None;
    }
    let mut at = end;
    if token.get(at) == Some(&b'.') {
        at = end_of_digits(token, at + 1)?;
    }
    if let Some(b'e' | b'E') = token.get(at) {
        let is_signed = matches!(token.get(at + 1), Some(b'-' | b'+'));
        at = end_of_digits(token, at + 1 + usize::from(is_signed))?;
    }
    (at == token.len()).then_some(at == end)
}

/// Returns the index after the digits that begin at `start`; `None` if there are none.
#[inline(never)]
fn end_of_digits(token: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while token.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    (at > start).then_some(at)
}

/// Returns the index after the characters of numbers that begin at `at`.
fn end_of_number(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9') = bytes.get(at) {
        at += 1;
    }
    at
}

/// Returns the index after the string whose opening quote is before `at`.
fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    at
}
