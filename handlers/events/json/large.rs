//! Numbers that 64 bits do not hold. `serde_json` reads a long integer as the nearest float, and refuses `1e400`. So a text that may have
//! such numbers is read a second time, from a copy in which each is replaced by `0` and blanks.

use super::Json;
use super::parse::Reader;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;
use serde::ser::{Serialize, Serializer};
use serde_json::Number;
use serde_json::value::RawValue;

/// A number beyond 64 bits: an integer that neither `i64` nor `u64` holds, or one that no finite float is near.
#[derive(Clone, Debug)]
pub struct LargeNumber(Box<RawValue>);

impl LargeNumber {
    /// The number as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The number that `token` is, if it is one by JSON's grammar and is large: `reader` refuses a float that is.
    #[allow(unsafe_code)]
    fn of(token: &str, reader: Reader) -> Option<Self> {
        let is_large = match form(token.as_bytes())? {
            Form::Integer => !fits_into_64_bits(token),
            Form::Float => reader(token, &Numbers::default()).is_err(),
        };
        // SAFETY: the token is JSON and has no blanks around it. `RawValue::from_string` would bring core's formatting for its errors.
        is_large.then(|| Self(unsafe { RawValue::from_string_unchecked(String::from(token)) }))
    }
}

impl PartialEq for LargeNumber {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Serialize for LargeNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// The large numbers of a text, and the count of numbers read so far.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Numbers {
    /// Each with its place among the numbers of the text, in ascending order.
    large: Vec<(usize, LargeNumber)>,
    read: Cell<usize>,
    doubtful: Cell<bool>,
}

impl Numbers {
    /// Takes the large numbers out of `text`: `0` and blanks are in their place.
    #[cold]
    #[inline(never)]
    pub(super) fn taken_from(text: &str, reader: Reader) -> (String, Self) {
        let (mut copy, mut numbers) = (String::new(), Self::default());
        let (mut at, mut copied, mut count) = (0, 0, 0);
        while let Some(byte) = text.as_bytes().get(at) {
            at = match byte {
                b'"' => end_of_string(text.as_bytes(), at + 1),
                b'-' | b'0'..=b'9' => {
                    let end = end_of_number(text.as_bytes(), at);
                    if let Some(number) = text.get(at..end).and_then(|token| LargeNumber::of(token, reader)) {
                        copy.push_str(text.get(copied..at).unwrap_or_default());
                        copy.push('0');
                        (at + 1..end).for_each(|_| copy.push(' '));
                        copied = end;
                        numbers.large.push((count, number));
                    }
                    count += 1;
                    end
                }
                _ => at + 1,
            };
        }
        copy.push_str(text.get(copied..).unwrap_or_default());
        (copy, numbers)
    }

    /// The value of the next number of the text, which `serde_json` reads as `number`.
    pub(super) fn next(&self, number: Number) -> Json {
        if is_doubtful(&number) {
            self.doubtful.set(true);
        }
        if self.large.is_empty() { Json::Number(number) } else { self.taken(number) }
    }

    #[cold]
    #[inline(never)]
    fn taken(&self, number: Number) -> Json {
        let place = self.read.get();
        self.read.set(place + 1);
        let taken = self.large.binary_search_by_key(&place, |(place, _)| *place).ok().and_then(|index| self.large.get(index));
        taken.map_or(Json::Number(number), |(_, large)| Json::LargeNumber(large.clone()))
    }

    /// Whether a number read may have been an integer beyond 64 bits.
    pub(super) fn has_doubtful(&self) -> bool {
        self.doubtful.get()
    }
}

/// Whether `number` is a float as large as the integers that `serde_json` reads as floats.
pub(super) fn is_doubtful(number: &Number) -> bool {
    /// 2⁶³
    const INTEGERS_END: f64 = 9_223_372_036_854_775_808.0;
    number.is_f64() && number.as_f64().is_some_and(|float| float.abs() >= INTEGERS_END)
}

/// The forms of a number (RFC 8259, section 6).
enum Form {
    Integer,
    Float,
}

/// The form of `token`, if it is a number.
fn form(token: &[u8]) -> Option<Form> {
    let token = token.strip_prefix(b"-").unwrap_or(token);
    let rest = if let Some(rest) = token.strip_prefix(b"0") { rest } else { after_digits(token)? };
    if rest.is_empty() {
        return Some(Form::Integer);
    }
    let rest = if let Some(fraction) = rest.strip_prefix(b".") { after_digits(fraction)? } else { rest };
    let rest = match rest {
        [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => after_digits(exponent)?,
        _ => rest,
    };
    rest.is_empty().then_some(Form::Float)
}

/// What follows the digits that `text` begins with, of which there is at least one.
fn after_digits(text: &[u8]) -> Option<&[u8]> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 { None } else { text.get(digits..) }
}

/// Whether the integer `token` is an `i64` or a `u64`.
fn fits_into_64_bits(token: &str) -> bool {
    let (digits, largest) = match token.strip_prefix('-') {
        Some(digits) => (digits, "9223372036854775808"),
        None => (token, "18446744073709551615"),
    };
    digits.len() < largest.len() || digits.len() == largest.len() && digits <= largest
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
