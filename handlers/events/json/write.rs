//! Writes a value as text: byte for byte what `serde_json` writes, with a fraction of its code.

use super::{Json, Number};
use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;
use ruchy_std::output::Text;
use ruchy_std::ruchy::show::{Place, Show};
use serde::ser::{Serialize, Serializer};
use serde_json::value::RawValue;

impl Json {
    /// Returns the value as text, without whitespace.
    #[inline(never)]
    #[must_use]
    #[allow(clippy::inherent_to_string_shadow_display, reason = "the same text, without core's formatting")]
    pub fn to_string(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        match self {
            Self::Null => push(text, "null"),
            Self::Boolean(value) => push(text, if *value { "true" } else { "false" }),
            Self::Number(number) => write_number(number, text),
            Self::LargeNumber(number) => push(text, number.as_str()),
            Self::Text(value) => write_text(value, text),
            Self::Array(array) => {
                let mut mark = "[";
                for value in array {
                    push(text, mark);
                    value.write(text);
                    mark = ",";
                }
                push(text, if array.is_empty() { "[]" } else { "]" });
            }
            Self::Object(object) => {
                let mut mark = "{";
                for (name, value) in object {
                    push(text, mark);
                    write_text(name, text);
                    push(text, ":");
                    value.write(text);
                    mark = ",";
                }
                push(text, if object.is_empty() { "{}" } else { "}" });
            }
        }
    }
}

/// One copy of the code that grows a string.
#[inline(never)]
pub(super) fn push(text: &mut String, part: &str) {
    text.push_str(part);
}

fn write_number(number: &Number, text: &mut String) {
    let integer = number.as_i64();
    if integer.is_some_and(i64::is_negative) {
        push(text, "-");
    }
    match integer.map(i64::unsigned_abs).or(number.as_u64()) {
        Some(integer) => push(text, integer.text(&mut <u64 as Text>::Buffer::default())),
        // A float. It is finite.
        None => push(text, zmij::Buffer::new().format_finite(number.as_f64().unwrap_or_default())),
    }
}

#[inline(never)]
fn write_text(value: &str, text: &mut String) {
    push(text, "\"");
    let mut start = 0;
    for (index, byte) in value.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        push(text, value.get(start..index).unwrap_or_default());
        start = index + 1;
        let letter = match byte {
            0x08..=0x0d => byte_at("btnufr", byte - 0x08),
            b' '.. => value.get(index..start).unwrap_or_default(),
            _ => "u",
        };
        push(text, "\\");
        push(text, letter);
        if letter == "u" {
            push(text, if byte < 0x10 { "000" } else { "001" });
            push(text, byte_at("0123456789abcdef", byte % 16));
        }
    }
    push(text, value.get(start..).unwrap_or_default());
    push(text, "\"");
}

#[inline(never)]
fn byte_at(text: &'static str, index: u8) -> &'static str {
    let index = usize::from(index);
    text.get(index..=index).unwrap_or_default()
}

impl fmt::Display for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_string())
    }
}

/// Formats a value in f-strings and `println`, without core's formatting.
impl Text for Json {
    type Buffer = String;

    fn text<'value>(&'value self, buffer: &'value mut String) -> &'value str {
        *buffer = self.to_string();
        buffer
    }
}

impl Json {
    /// Returns the value in the form that `println` and f-strings show: a string without quotes,
    /// any other value as JSON.
    #[must_use]
    pub const fn shown(&self) -> Shown<'_> {
        Shown(self)
    }
}

/// The form of a value within a list that is printed: a string is in quotes there.
impl Show for Json {
    fn show(&self, formatter: &mut fmt::Formatter<'_>, place: Place) -> fmt::Result {
        match self {
            Self::Text(text) => text.show(formatter, place),
            value => formatter.write_str(&value.to_string()),
        }
    }
}

/// A value in the form that Ruchy shows.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'value>(&'value Json);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(Text::text(self, &mut String::new()))
    }
}

impl Text for Shown<'_> {
    type Buffer = String;

    fn text<'value>(&'value self, buffer: &'value mut String) -> &'value str {
        match self.0 {
            Json::Text(text) => text,
            value => Text::text(value, buffer),
        }
    }
}

/// Writes the value within another value with [`Json::to_string`], so that the writer is compiled
/// once, for size.
impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        raw(self.to_string()).serialize(serializer)
    }
}

/// Wraps `json` as a part of `serde_json`'s output.
#[inline(never)]
#[allow(unsafe_code)]
fn raw(json: String) -> Box<RawValue> {
    // SAFETY: the text is JSON without surrounding whitespace. `RawValue::from_string` would link
    // core's formatting for its errors.
    unsafe { RawValue::from_string_unchecked(json) }
}
