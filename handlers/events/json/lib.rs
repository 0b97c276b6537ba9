//! JSON ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)) as a value: [`Json`] is parsed, read
//! by JSON pointers, built and written.
//!
//! ```
//! use events::Json;
//!
//! pub fn lambda_handler(event: &Json) -> Result<Json, Failure> {
//!     let total = event.each("/items", |item| item.integer("price"))?.iter().sum::<i64>();
//!     Ok(Json::object().put("total", total))
//! }
//! // event: {"items":[{"price":3},{"price":4}]}
//! // response: {"total":7}
//! ```

#![no_std]
#![deny(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod access;
mod arithmetic;
mod large;
mod parse;
mod pointer;
mod surrogates;
#[cfg(test)]
mod tests;
mod write;

use alloc::string::String;
use alloc::vec::Vec;
pub use large::LargeNumber;
#[doc(hidden)]
pub use large::Numbers;
#[doc(hidden)]
pub use parse::{read, value_of};
use ruchy_std::lambda::{Failure, FromEvent, IntoAnswer, Plain};
pub use serde_json::Number;
#[doc(hidden)]
pub use surrogates::replaced as with_surrogates_replaced;

/// The error type of a text that is not JSON, or is nested [`DEPTH_MAX`] levels deep.
pub const INVALID_JSON: &str = "Function.InvalidJson";
/// The error type of JSON that is not as expected.
pub const INVALID_EVENT: &str = "Function.InvalidEvent";
/// The depth of nested arrays and objects at which parsing fails: `serde_json`'s limit.
pub const DEPTH_MAX: usize = 128;

/// A JSON value. A number is a 64-bit integer (signed or unsigned), a float, or text if neither can
/// hold it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number: a 64-bit integer, or a float.
    Number(Number),
    /// A number that does not fit into 64 bits. It is written as it was read.
    LargeNumber(LargeNumber),
    /// A string.
    Text(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Object),
}

/// The members of an object, in their order. The last of several members with the same name counts,
/// as in most parsers (RFC 8259, section 4).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(Vec<(String, Json)>);

impl Object {
    /// Returns the member `name`.
    #[inline(never)]
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.find(|key| key == name)
    }

    /// Returns the member `name` for modification.
    #[must_use]
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        self.0.iter_mut().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Returns the member whose name satisfies `is_it`.
    fn find(&self, is_it: impl Fn(&str) -> bool) -> Option<&Json> {
        self.0.iter().rev().find(|(key, _)| is_it(key)).map(|(_, value)| value)
    }

    /// Returns the member `name`, which is added as `null` if it does not exist.
    pub(crate) fn entry(&mut self, name: &str) -> &mut Json {
        let place = self.0.iter().rposition(|(key, _)| key == name).unwrap_or_else(|| {
            self.push(name, Json::Null);
            self.0.len() - 1
        });
        &mut self.0[place].1
    }

    /// Removes and returns the member `name`, and removes all others of that name.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let value = self.get_mut(name).map(core::mem::take)?;
        self.0.retain(|(key, _)| key != name);
        Some(value)
    }

    /// Sets the member `name` to `value`.
    pub fn insert(&mut self, name: &str, value: Json) {
        match self.get_mut(name) {
            Some(old) => *old = value,
            None => self.push(name, value),
        }
    }

    /// Appends a member without looking for another of the same name, which [`Object::insert`]
    /// does.
    pub fn push(&mut self, name: &str, value: Json) {
        self.0.push((String::from(name), value));
    }

    /// Returns an iterator over the members.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Json)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Returns the number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if there are no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// An item of [`Object::iter`].
type Member<'object> = (&'object str, &'object Json);

impl<'object> IntoIterator for &'object Object {
    type Item = Member<'object>;
    type IntoIter = core::iter::Map<core::slice::Iter<'object, (String, Json)>, fn(&'object (String, Json)) -> Member<'object>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }
}

impl Json {
    /// Converts a string, number, boolean, list or an `Option` of these. `Json::of(value)` is
    /// `Json::from(value)`, in a form that Ruchy can write.
    #[must_use]
    pub fn of(value: impl Into<Json>) -> Self {
        value.into()
    }

    /// Creates an object without members. [`Json::put`] adds some.
    #[must_use]
    pub fn object() -> Self {
        Self::Object(Object::default())
    }

    /// Creates an array without elements. [`Json::push`] adds some.
    #[must_use]
    pub fn array() -> Self {
        Self::Array(Vec::new())
    }

    /// Returns this object with the member `name` set to `value`. A value that is not an object is
    /// replaced by one.
    ///
    /// ```
    /// use events::Json;
    ///
    /// let order = Json::object().put("id", 7).put("items", vec!["tea", "cups"]);
    /// assert_eq!(order.to_string(), r#"{"id":7,"items":["tea","cups"]}"#);
    /// ```
    #[must_use]
    pub fn put(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets the member `name` of this object to `value`. A value that is not an object is replaced
    /// by one.
    pub fn set(&mut self, name: &str, value: impl Into<Json>) {
        self.set_value(name, value.into());
    }

    // Not inlined, here and elsewhere in this crate: callers may be compiled for speed, this crate
    // for size.
    #[inline(never)]
    fn set_value(&mut self, name: &str, value: Json) {
        if !matches!(self, Self::Object(_)) {
            *self = Self::object();
        }
        if let Self::Object(object) = self {
            object.insert(name, value);
        }
    }

    /// Removes and returns the member `name` of this object; `null` if it does not exist.
    #[must_use]
    pub fn take(&mut self, name: &str) -> Self {
        if let Self::Object(object) = self { object.remove(name).unwrap_or_default() } else { Self::Null }
    }

    /// Appends `value` to this array. A value that is not an array is replaced by one.
    pub fn push(&mut self, value: impl Into<Json>) {
        self.push_value(value.into());
    }

    #[inline(never)]
    fn push_value(&mut self, value: Json) {
        if !matches!(self, Self::Array(_)) {
            *self = Self::array();
        }
        if let Self::Array(array) = self {
            array.push(value);
        }
    }
}

impl FromEvent for Json {
    fn from_event(event: &str) -> Result<Self, Failure> {
        Self::parse(event)
    }
}

impl Plain for Json {}

impl<E: Plain> IntoAnswer<E> for Json {
    fn into_answer(self, _event: &E) -> Result<String, Failure> {
        Ok(self.to_string())
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {
        $(impl From<$integer> for Json {
            fn from(value: $integer) -> Self {
                Self::Number(value.into())
            }
        }

        impl From<&$integer> for Json {
            fn from(value: &$integer) -> Self {
                Self::Number((*value).into())
            }
        })*
    };
}
from_integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl From<f64> for Json {
    /// JSON has no infinities and no NaN: they become `null`, as in JavaScript.
    fn from(value: f64) -> Self {
        Number::from_f64(value).map_or(Self::Null, Self::Number)
    }
}

impl From<&f64> for Json {
    fn from(value: &f64) -> Self {
        Self::from(*value)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Self {
        Self::Text(String::from(value))
    }
}

impl From<&String> for Json {
    fn from(value: &String) -> Self {
        Self::Text(value.clone())
    }
}

impl From<String> for Json {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<&Json> for Json {
    fn from(value: &Json) -> Self {
        value.clone()
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(values: Vec<T>) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Json>, const LENGTH: usize> From<[T; LENGTH]> for Json {
    fn from(values: [T; LENGTH]) -> Self {
        Self::Array(values.into_iter().map(Into::into).collect())
    }
}
