//! From a value to text, by `serde_json`.

use super::{Json, Object};
use alloc::string::String;
use core::fmt;
use ruchy_std::output::Text;
use serde::ser::{Serialize, SerializeMap, Serializer};

impl Json {
    /// The value as text, without blanks.
    #[must_use]
    #[allow(clippy::inherent_to_string_shadow_display, reason = "the same text, without core's formatting")]
    pub fn to_string(&self) -> String {
        // Nothing in a value cannot be written: keys are texts, and floats are finite.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl fmt::Display for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_string())
    }
}

/// What f-strings and `println` put together, without core's formatting.
impl Text for Json {
    type Room = String;

    fn text<'value>(&'value self, room: &'value mut String) -> &'value str {
        *room = self.to_string();
        room
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::LargeNumber(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Array(array) => serializer.collect_seq(array),
            Self::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in self.iter() {
            members.serialize_entry(name, value)?;
        }
        members.end()
    }
}
