//! From text to a value, by `serde_json`.

use super::look::joined;
use super::pointer::Path;
use super::{INVALID_JSON, Json, Object};
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;
use ruchy_std::lambda::Failure;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

impl Json {
    /// The value that `text` is.
    ///
    /// # Errors
    /// [`INVALID_JSON`], with line and column: the text is no JSON, is followed by more, is nested deeper than [`super::DEPTH_MAX`], has half of a
    /// surrogate pair, or a number beyond floats of 64 bits.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        serde_json::from_str(text).map_err(|error| not_json(text, &error))
    }

    /// The part of the JSON in `text` to which `pointer` leads, or `null` where there is nothing. Only that part is kept. The
    /// rest is read for its form alone: whether numbers fit, surrogates come in pairs and how deep it is nested is not looked at there.
    ///
    /// # Errors
    /// As [`Json::parse`].
    pub fn pick(text: &str, pointer: &str) -> Result<Self, Failure> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let picked = Picked(Path::new(pointer)).deserialize(&mut reader);
        picked.and_then(|value| reader.end().map(|()| value)).map_err(|error| not_json(text, &error))
    }
}

/// What is said of a text that is no JSON: where it ceases to be, and what stands there. `serde_json`'s own words would bring core's formatting,
/// a tenth of a small function.
#[cold]
#[inline(never)]
#[doc(hidden)]
#[must_use]
pub fn not_json(text: &str, error: &serde_json::Error) -> Failure {
    let (line, column) = (error.line(), error.column());
    let found = found_until(text, line, column);
    let advice = match found.bytes().last() {
        Some(b'[' | b'{') => "; values may be nested 128 deep",
        Some(b'0'..=b'9') => "; numbers have no zero in front, and fit into 64 bits",
        Some(b'\'') => "; strings stand in double quotes",
        _ => "",
    };
    let (line, column) = (line.to_string(), column.to_string());
    let there = if error.is_eof() { ": the text ends behind `" } else { ": `" };
    let message = joined(&["expected JSON, found none at line ", &line, ", column ", &column, there, found, "`", advice]);
    Failure::new(INVALID_JSON, message)
}

/// How much of the text in front of a mistake is shown, in bytes.
const EXCERPT_BYTES: usize = 24;

/// The last of `text` up to this line and column, both counted from one, the column in bytes.
fn found_until(text: &str, line: usize, column: usize) -> &str {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let end = start.saturating_add(column).min(text.len());
    let from = end.saturating_sub(EXCERPT_BYTES).max(start);
    // A character may begin before the excerpt does.
    (from..=end).find_map(|from| text.get(from..end)).unwrap_or_default()
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Whole)
    }
}

/// Takes any value as it is.
struct Whole;

impl<'de> Visitor<'de> for Whole {
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
        Ok(Json::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = elements.next_element()? {
            array.push(element);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Json::Object(Object(object)))
    }
}

/// Takes what a path leads to, and skips all else.
struct Picked<'path>(Path<'path>);

impl<'de> DeserializeSeed<'de> for Picked<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        if self.0.is_empty() { Json::deserialize(deserializer) } else { deserializer.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for Picked<'_> {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    // What is neither an array nor an object has no parts.

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
        let (step, rest) = self.0.step();
        let mut picked = Json::Null;
        for index in 0_usize.. {
            let element = if step.index() == Some(index) {
                elements.next_element_seed(Picked(rest))?.map(|value| picked = value)
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
        let (step, rest) = self.0.step();
        let mut picked = Json::Null;
        while let Some(is_it) = members.next_key_seed(step)? {
            if is_it {
                picked = members.next_value_seed(Picked(rest))?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(picked)
    }
}
