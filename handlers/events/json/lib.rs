//! JSON (RFC 8259) as a value: parsed, looked into by JSON pointers, built, written.

#![no_std]
#![deny(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod large;
mod look;
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

/// The error type of a text that is not JSON, or is nested deeper than [`DEPTH_MAX`].
pub const INVALID_JSON: &str = "Function.InvalidJson";
/// The error type of JSON that is not what was asked for.
pub const INVALID_EVENT: &str = "Function.InvalidEvent";
/// Deepest nesting of arrays and objects that is read; `serde_json`'s own limit.
pub const DEPTH_MAX: usize = 128;

/// A JSON value. Numbers keep what they are: integers of 64 bits, with or without sign, floats, or text where neither holds them.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Json {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number: an integer of 64 bits, or a float.
    Number(Number),
    /// A number that 64 bits do not hold. It is written as it was read.
    LargeNumber(LargeNumber),
    /// A string.
    Text(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Object),
}

/// An object's members, in their order. Of two by one name the last one counts, as in most readers (RFC 8259, section 4).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(Vec<(String, Json)>);

impl Object {
    /// The member called `name`.
    #[inline(never)]
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.find(|key| key == name)
    }

    /// The member called `name`, to be changed.
    #[must_use]
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        self.0.iter_mut().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The member whose name `is_it`.
    fn find(&self, is_it: impl Fn(&str) -> bool) -> Option<&Json> {
        self.0.iter().rev().find(|(key, _)| is_it(key)).map(|(_, value)| value)
    }

    /// The member called `name`, taken out, with what else had its name.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let value = self.get_mut(name).map(core::mem::take)?;
        self.0.retain(|(key, _)| key != name);
        Some(value)
    }

    /// Sets the member called `name`.
    pub fn insert(&mut self, name: &str, value: Json) {
        match self.get_mut(name) {
            Some(old) => *old = value,
            None => self.push(name, value),
        }
    }

    /// Adds a member whose name no other has; [`Object::insert`] looks.
    pub fn push(&mut self, name: &str, value: Json) {
        self.0.push((String::from(name), value));
    }

    /// The members.
    #[must_use]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Json)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A member, as [`Object::iter`] gives it.
type Member<'object> = (&'object str, &'object Json);

impl<'object> IntoIterator for &'object Object {
    type Item = Member<'object>;
    type IntoIter = core::iter::Map<core::slice::Iter<'object, (String, Json)>, fn(&'object (String, Json)) -> Member<'object>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }
}

impl Json {
    /// The value that a text, a number, a boolean, a list or an `Option` of these is: `From`, by a name that Ruchy can spell.
    #[must_use]
    pub fn of(value: impl Into<Json>) -> Self {
        value.into()
    }

    /// An object without members, to be filled by [`Json::put`].
    #[must_use]
    pub fn object() -> Self {
        Self::Object(Object::default())
    }

    /// An array without elements, to be filled by [`Json::push`].
    #[must_use]
    pub fn array() -> Self {
        Self::Array(Vec::new())
    }

    /// This object with the member `name` set to `value`. What is no object becomes one.
    #[must_use]
    pub fn put(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets the member `name` of this object to `value`. What is no object becomes one.
    pub fn set(&mut self, name: &str, value: impl Into<Json>) {
        self.set_value(name, value.into());
    }

    // Never inlined, here and elsewhere in this crate: what calls it may be compiled for speed.
    #[inline(never)]
    fn set_value(&mut self, name: &str, value: Json) {
        if !matches!(self, Self::Object(_)) {
            *self = Self::object();
        }
        if let Self::Object(object) = self {
            object.insert(name, value);
        }
    }

    /// The member `name` of this object, taken out; `null` where there is none.
    #[must_use]
    pub fn take(&mut self, name: &str) -> Self {
        if let Self::Object(object) = self { object.remove(name).unwrap_or_default() } else { Self::Null }
    }

    /// Puts `value` at the end of this array. What is no array becomes one.
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
    /// JSON has no infinities and nothing that is no number: these become `null`, as they do in JavaScript.
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
