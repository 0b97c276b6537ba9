//! Numbers that 64 bits do not hold. `serde_json` reads a long integer as the nearest float, and refuses `1e400`. So a text that may have
//! such numbers is read a second time, from a copy in which each is replaced by a large float and blanks.

use super::Json;
use super::parse::Reader;
use alloc::boxed::Box;
use core::cell::Cell;

/// A number beyond 64 bits: an integer that neither `i64` nor `u64` holds, or one that no finite float is near.
#[derive(Clone, Debug, PartialEq)]
pub struct LargeNumber(Box<str>);

impl LargeNumber {
    /// The number as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `token` as a number, which it is by JSON's grammar.
    fn new(token: &str) -> Self {
        Self(Box::from(token))
    }
}

/// The doubtful numbers of a text, see [`is_doubtful`], one after the other.
#[doc(hidden)]
pub struct Numbers<'text> {
    text: &'text str,
    at: Cell<usize>,
    reader: Reader,
    read_any: Cell<bool>,
}

impl<'text> Numbers<'text> {
    /// Of a text whose numbers are all taken as `serde_json` reads them.
    pub(super) fn none(reader: Reader) -> Self {
        Self::of("", reader)
    }

    /// Of `text`.
    pub(super) fn of(text: &'text str, reader: Reader) -> Self {
        Self { text, at: Cell::new(0), reader, read_any: Cell::new(false) }
    }

    /// Replaces them in `copy`, which has the bytes of the text, by [`REPLACEMENT`] and blanks; begins anew.
    #[allow(unsafe_code)]
    pub(super) fn take_out_of(&self, copy: &mut str) {
        while let Some((start, _)) = self.find() {
            // SAFETY: a number is ASCII, and so is what replaces it.
            let bytes = unsafe { copy.as_bytes_mut() };
            overwrite(bytes.get_mut(start..self.at.get()).unwrap_or_default(), REPLACEMENT);
        }
        self.at.set(0);
    }

    /// The start of the next one, and its value.
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
            if let Some(value) = self.text.get(start..at).and_then(|token| doubtful_value(token, self.reader)) {
                self.at.set(at);
                return Some((start, value));
            }
        }
        None
    }

    /// The value of the next float of the text, which `serde_json` reads as `float`.
    pub(super) fn next(&self, float: f64) -> Json {
        if is_doubtful(float) { self.next_doubtful(float) } else { Json::from(float) }
    }

    #[cold]
    #[inline(never)]
    fn next_doubtful(&self, float: f64) -> Json {
        self.read_any.set(true);
        self.find().map_or_else(|| Json::from(float), |(_, value)| value)
    }

    /// Whether a number read may have been an integer beyond 64 bits.
    pub(super) fn has_doubtful(&self) -> bool {
        self.read_any.get()
    }
}

/// A doubtful number, as short as the shortest.
const REPLACEMENT: &[u8] = b"1e19";

/// Whether `float` is as large as the integers that `serde_json` reads as floats.
pub(super) fn is_doubtful(float: f64) -> bool {
    /// 2⁶³
    const INTEGERS_END: f64 = 9_223_372_036_854_775_808.0;
    float.abs() >= INTEGERS_END
}

/// Writes `new` over the beginning of `old`, and blanks over the remainder.
#[inline(never)]
pub(super) fn overwrite(old: &mut [u8], new: &[u8]) {
    let mut new = new.iter();
    for byte in old {
        *byte = new.next().copied().unwrap_or(b' ');
    }
}

/// The value of `token`, if it is a number that `reader` reads as a doubtful one, or refuses as too large.
fn doubtful_value(token: &str, reader: Reader) -> Option<Json> {
    let is_integer = is_integer(token.as_bytes())?;
    let numbers = Numbers::none(reader);
    match reader(token, &numbers) {
        Ok(_) if !numbers.has_doubtful() => None,
        Ok(float) if !is_integer => Some(float),
        _ => Some(Json::LargeNumber(LargeNumber::new(token))),
    }
}

/// Whether `token` is a number without fraction and exponent; `None` if it is no number (RFC 8259, section 6).
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

/// The index after the digits that begin at `start`, of which there is at least one.
#[inline(never)]
fn end_of_digits(token: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while token.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    (at > start).then_some(at)
}

/// The index after the number that begins at `at`, whether it is one or not.
fn end_of_number(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9') = bytes.get(at) {
        at += 1;
    }
    at
}

/// The index after the string that begins before `at`.
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
