//! Looking into a value, and what is said where something else is found.

use super::pointer::{self, Path};
use super::write::push;
use super::{INVALID_EVENT, Json, Object};
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Index;
use ruchy_std::lambda::Failure;
use serde_json::Number;

impl Json {
    /// What `path` leads to: a JSON pointer (RFC 6901) such as `/order/items/0`, or the name of a member of this object.
    #[must_use]
    #[inline(never)]
    pub fn at(&self, path: &str) -> Option<&Self> {
        let mut path = Path::new(path);
        let mut value = self;
        while !path.is_empty() {
            let (step, rest) = path.step();
            value = match value {
                Self::Object(object) => object.find(|name| step.is_name(name))?,
                Self::Array(array) => array.get(step.index()?)?,
                _ => return None,
            };
            path = rest;
        }
        Some(value)
    }

    /// The member called `name`, whatever is in the name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// Whether `path` leads to something that is not `null`.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.at(path).is_some_and(|value| !value.is_null())
    }

    /// The text at `path`.
    ///
    /// # Errors
    /// [`INVALID_EVENT`]: there is nothing, or something else.
    #[inline(never)]
    pub fn text(&self, path: &str) -> Result<&str, Failure> {
        self.at(path).and_then(Self::as_text).ok_or_else(|| self.unexpected(path, "text"))
    }

    /// The integer at `path`. A float without a fraction, such as `7.0`, is one too.
    ///
    /// # Errors
    /// [`INVALID_EVENT`]: there is nothing, or something else, or an integer that 64 bits do not hold.
    #[inline(never)]
    pub fn integer(&self, path: &str) -> Result<i64, Failure> {
        self.at(path).and_then(Self::as_integer).ok_or_else(|| self.unexpected(path, "an integer of 64 bits"))
    }

    /// The number at `path`, as the float nearest to it.
    ///
    /// # Errors
    /// [`INVALID_EVENT`]: there is nothing, or something else, or a number beyond 64 bits, whose digits `at(path)` still has.
    #[inline(never)]
    pub fn number(&self, path: &str) -> Result<f64, Failure> {
        self.at(path).and_then(Self::as_number).ok_or_else(|| self.unexpected(path, "a number"))
    }

    /// The `true` or `false` at `path`.
    ///
    /// # Errors
    /// [`INVALID_EVENT`]: there is nothing, or something else.
    #[inline(never)]
    pub fn boolean(&self, path: &str) -> Result<bool, Failure> {
        self.at(path).and_then(Self::as_boolean).ok_or_else(|| self.unexpected(path, "true or false"))
    }

    /// The elements of the array at `path`.
    ///
    /// # Errors
    /// [`INVALID_EVENT`]: there is nothing, or something else.
    #[inline(never)]
    pub fn elements(&self, path: &str) -> Result<&[Self], Failure> {
        self.at(path).and_then(Self::as_array).ok_or_else(|| self.unexpected(path, "an array"))
    }

    /// What `function` makes of each element of the array at `path`, in their order. Where it fails because an element is not what it asks
    /// for, the place that is told is the whole one, `/items/3/price`: an element itself does not know where it is.
    ///
    /// # Errors
    /// As [`Json::elements`]; the first failure of `function`.
    pub fn each<T>(&self, path: &str, mut function: impl FnMut(&Self) -> Result<T, Failure>) -> Result<Vec<T>, Failure> {
        let mut made = Vec::new();
        for (index, element) in self.elements(path)?.iter().enumerate() {
            match function(element) {
                Ok(value) => made.push(value),
                Err(mut failure) => {
                    within(path, index, &mut failure);
                    return Err(failure);
                }
            }
        }
        Ok(made)
    }

    /// The members of the object at `path`.
    ///
    /// # Errors
    /// [`INVALID_EVENT`]: there is nothing, or something else.
    #[inline(never)]
    pub fn members(&self, path: &str) -> Result<&Object, Failure> {
        self.at(path).and_then(Self::as_object).ok_or_else(|| self.unexpected(path, "an object"))
    }

    /// How many elements or members it has, or bytes of text; other values have none.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Array(array) => array.len(),
            Self::Object(object) => object.len(),
            Self::Text(text) => text.len(),
            _ => 0,
        }
    }

    /// Whether [`Json::len`] is 0.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The integer, if it is one: of 64 bits, with or without `.0`.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        let Self::Number(number) = self else { return None };
        number.as_i64().or_else(|| whole(number))
    }

    /// The number, if it is one, as the float nearest to it.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        if let Self::Number(number) = self { number.as_f64() } else { None }
    }

    /// The boolean, if it is one.
    #[must_use]
    pub fn as_boolean(&self) -> Option<bool> {
        if let Self::Boolean(value) = self { Some(*value) } else { None }
    }

    /// The elements, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(array) = self { Some(array) } else { None }
    }

    /// The members, if it is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// What is said where `path` should lead to `expected` and does not.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn unexpected(&self, path: &str, expected: &str) -> Failure {
        let found = self.at(path).map_or("nothing", Self::kind);
        let colon = if path.is_empty() { "" } else { ": " };
        let message = joined(&[pointer::mark_of(path), path, colon, "expected ", expected, ", found ", found]);
        Failure::new(INVALID_EVENT, message)
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::LargeNumber(_) => "a number beyond 64 bits",
            Self::Text(_) => "text",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// Has `failure`, of an element, tell where this is. Failures that a function means by itself are left as they are.
#[cold]
#[inline(never)]
fn within(path: &str, index: usize, failure: &mut Failure) {
    if failure.error_type() == INVALID_EVENT {
        let colon = if failure.message().as_bytes().first() == Some(&b'/') { "" } else { ": " };
        failure.set_message(joined(&[pointer::mark_of(path), path, "/", &Json::from(index).to_string(), colon, failure.message()]));
    }
}

/// A text of `parts`.
#[inline(never)]
pub(super) fn joined(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        push(&mut text, part);
    }
    text
}

/// The integer that a float without a fraction is.
fn whole(number: &Number) -> Option<i64> {
    /// Integers up to here are floats as they are.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    let float = number.as_f64().filter(|float| (-EXACT_MAX..=EXACT_MAX).contains(float))?;
    #[allow(clippy::cast_possible_truncation, reason = "within the range")]
    let integer = float as i64;
    #[allow(clippy::cast_precision_loss, clippy::float_cmp, reason = "exact within the range")]
    (integer as f64 == float).then_some(integer)
}

/// `value["name"]`: `null` where there is no such member.
impl Index<&str> for Json {
    type Output = Self;

    fn index(&self, name: &str) -> &Self {
        self.get(name).unwrap_or(&Self::Null)
    }
}

/// `value[0]`: `null` where there is no such element.
impl Index<usize> for Json {
    type Output = Self;

    fn index(&self, index: usize) -> &Self {
        self.as_array().and_then(|array| array.get(index)).unwrap_or(&Self::Null)
    }
}
