//! Parses text with `serde_json`.

use super::access::joined;
use super::large::{self, Numbers};
use super::pointer::Path;
use super::{DEPTH_MAX, INVALID_JSON, Json, Object, surrogates};
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use ruchy_std::lambda::Failure;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

impl Json {
    /// Parses `text`. An unpaired surrogate escape (`\ud83d`), which a `str` cannot hold, becomes
    /// U+FFFD. A number that does not fit into 64 bits becomes a [`Json::LargeNumber`].
    ///
    /// # Errors
    /// [`INVALID_JSON`] with line and column if the text is not JSON, continues after the value, or
    /// is nested [`super::DEPTH_MAX`] levels deep.
    #[inline(never)]
    pub fn parse(text: &str) -> Result<Self, Failure> {
        read(text, value_of)
    }

    /// Parses `text` and returns the part at `pointer`; `null` if there is none. Only that part is
    /// kept in memory. The remainder is checked for its syntax, without a limit on nesting.
    ///
    /// # Errors
    /// As [`Json::parse`].
    ///
    /// ```
    /// use events::Json;
    ///
    /// let id = Json::pick(r#"{"detail":{"id":7},"large":[1,2,3]}"#, "/detail/id").unwrap();
    /// assert_eq!(id, Json::of(7));
    /// ```
    pub fn pick(text: &str, pointer: &str) -> Result<Self, Failure> {
        let numbers = Numbers::none(value_of);
        match part_of(text, pointer, &numbers) {
            Ok(part) if !numbers.has_large() => Ok(part),
            // The cause is in the part or in a name. The whole text is read, because large numbers
            // are counted from its start.
            _ => read_copy(text, value_of).map(|value| value.at(pointer).cloned().unwrap_or_default()),
        }
    }
}

/// Reads a value from a text whose large [`Numbers`] are replaced: [`value_of`], compiled for speed
/// or for size.
pub(super) type Reader = fn(&str, &Numbers<'_>) -> Result<Json, serde_json::Error>;

/// Reads `text`, which succeeds for nearly every text. Otherwise reads a copy of the same length
/// that `reader` accepts.
#[doc(hidden)]
pub fn read(text: &str, reader: Reader) -> Result<Json, Failure> {
    let numbers = Numbers::none(reader);
    match reader(text, &numbers) {
        Ok(value) if !numbers.has_large() => Ok(value),
        _ => read_copy(text, reader),
    }
}

#[cold]
#[inline(never)]
fn read_copy(text: &str, reader: Reader) -> Result<Json, Failure> {
    let mut copy = surrogates::replaced(text);
    let numbers = Numbers::of(text, reader);
    numbers.replace_in(&mut copy);
    reader(&copy, &numbers).map_err(|error| not_json(text, &error))
}

/// Reads a value with `serde_json`. Inlined, so that it is compiled with the optimisation level of
/// each calling crate.
///
/// # Errors
/// Returns `serde_json`'s error.
#[doc(hidden)]
#[inline]
pub fn value_of(text: &str, numbers: &Numbers<'_>) -> Result<Json, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Whole(numbers).deserialize(&mut reader)?;
    reader.end().map(|()| value)
}

fn part_of(text: &str, pointer: &str, numbers: &Numbers<'_>) -> Result<Json, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let part = Picked(Path::new(pointer), numbers).deserialize(&mut reader)?;
    reader.end().map(|()| part)
}

/// Creates the failure for a text that is not JSON: the position, and the text before it.
/// `serde_json`'s own message would link core's formatting, which is a tenth of a small function.
#[cold]
#[inline(never)]
fn not_json(text: &str, error: &serde_json::Error) -> Failure {
    let (line, column) = (error.line(), error.column());
    let found = found_until(text, line, column);
    let advice = match found.bytes().last() {
        _ if error.is_eof() => "",
        Some(b'[' | b'{') if opening_brackets(text) >= DEPTH_MAX => TOO_DEEP,
        Some(b'0'..=b'9') => "; a number must not begin with 0",
        Some(b'\'') => "; strings need double quotes",
        _ => "",
    };
    let (line, column) = (Json::from(line).to_string(), Json::from(column).to_string());
    let position = if error.is_eof() { ": unexpected end after `" } else { ", near `" };
    let message = joined(&["invalid JSON at line ", &line, ", column ", &column, position, found, "`", advice]);
    Failure::new(INVALID_JSON, message)
}

/// The advice for a text that is nested [`DEPTH_MAX`] levels deep.
const TOO_DEEP: &str = "; expected fewer than 128 nested arrays and objects";
const _: () = assert!(DEPTH_MAX == 128, "TOO_DEEP names another limit");

/// Returns the number of opening brackets, which is at least the depth of `text`.
fn opening_brackets(text: &str) -> usize {
    text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count()
}

/// Maximum length of the shown text, in bytes.
const EXCERPT_BYTES: usize = 24;

/// Returns the end of `text` up to this line and column, both counted from 1, the column in bytes.
fn found_until(text: &str, line: usize, column: usize) -> &str {
    let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    let start = line.checked_sub(2).and_then(|lines| ends.map(|(end, _)| end + 1).nth(lines)).unwrap_or(0);
    let end = start.saturating_add(column).min(text.len());
    let from = end.saturating_sub(EXCERPT_BYTES).max(start);
    // The excerpt must begin at a character boundary.
    (from..=end).find_map(|from| text.get(from..end)).unwrap_or_default()
}

/// Reads a `Json` within another value, such as a field of a struct. The original text is not
/// available there, so a number that does not fit into 64 bits is rejected.
impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Whole(Within64Bits))
    }
}

/// Reads any value.
#[derive(Clone, Copy)]
struct Whole<N>(N);

/// Converts the floats that are read.
trait ReadFloat: Copy {
    /// Returns the value of the next float, which `serde_json` reads as `float`.
    fn read<E: Error>(self, float: f64) -> Result<Json, E>;
}

impl ReadFloat for &Numbers<'_> {
    fn read<E: Error>(self, float: f64) -> Result<Json, E> {
        Ok(self.next(float))
    }
}

#[derive(Clone, Copy)]
struct Within64Bits;

impl ReadFloat for Within64Bits {
    fn read<E: Error>(self, float: f64) -> Result<Json, E> {
        if large::is_large(float) {
            return Err(E::custom("expected a number that fits into 64 bits; take the whole event as `&Json` to keep its digits"));
        }
        Ok(Json::from(float))
    }
}

impl<'de, N: ReadFloat> DeserializeSeed<'de> for Whole<N> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, N: ReadFloat> Visitor<'de> for Whole<N> {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        self.0.read(value)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            array.push(element);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry_seed(PhantomData, self)? {
            object.push(member);
        }
        Ok(Json::Object(Object(object)))
    }
}

/// Reads the value at a path, and skips all others.
struct Picked<'path>(Path<'path>, &'path Numbers<'path>);

impl<'de> DeserializeSeed<'de> for Picked<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        if self.0.is_empty() { Whole(self.1).deserialize(deserializer) } else { deserializer.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for Picked<'_> {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    // Only arrays and objects have parts.

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_str<E>(self, _: &str) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json, A::Error> {
        let (step, tail) = self.0.step();
        let mut picked = Json::Null;
        for index in 0_usize.. {
            let element = if step.index() == Some(index) {
                elements.next_element_seed(Picked(tail, self.1))?.map(|value| picked = value)
            } else {
                elements.next_element::<IgnoredAny>()?.map(drop)
            };
            if element.is_none() {
                break;
            }
        }
        Ok(picked)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let (step, tail) = self.0.step();
        let mut picked = Json::Null;
        while let Some(is_it) = members.next_key_seed(step)? {
            if is_it {
                picked = members.next_value_seed(Picked(tail, self.1))?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(picked)
    }
}
