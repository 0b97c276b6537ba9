//! Access to parts of a value, and the failures for unexpected values.

use super::pointer::{self, Path};
use super::write::push;
use super::{INVALID_EVENT, Json, Object};
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::{Index, IndexMut};
use ruchy_std::lambda::Failure;
use serde_json::Number;

impl Json {
    /// Returns the value at `path`: a JSON pointer (RFC 6901) such as `/order/items/0`, or the name
    /// of a member of this object.
    ///
    /// ```
    /// use events::Json;
    ///
    /// let event = Json::parse(r#"{"order":{"items":["tea"]}}"#).unwrap();
    /// assert_eq!(event.at("/order/items/0"), Some(&Json::of("tea")));
    /// assert_eq!(event.at("/order/items/1"), None);
    /// ```
    #[must_use]
    #[inline(never)]
    pub fn at(&self, path: &str) -> Option<&Self> {
        let mut path = Path::new(path);
        let mut value = self;
        while !path.is_empty() {
            let (step, tail) = path.step();
            value = match value {
                Self::Object(object) => object.find(|name| step.is_name(name))?,
                Self::Array(array) => array.get(step.index()?)?,
                _ => return None,
            };
            path = tail;
        }
        Some(value)
    }

    /// Returns the member `name`. The name is not interpreted as a pointer.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// Returns `true` if a value exists at `path` and is not `null`.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.at(path).is_some_and(|value| !value.is_null())
    }

    /// Returns the string at `path`.
    ///
    /// # Errors
    /// [`INVALID_EVENT`] if there is no string.
    ///
    /// ```
    /// use events::Json;
    ///
    /// let event = Json::parse(r#"{"name":7}"#).unwrap();
    /// let failure = event.text("/name").unwrap_err();
    /// assert_eq!(failure.message(), "/name: expected text, found a number");
    /// ```
    #[inline(never)]
    pub fn text(&self, path: &str) -> Result<&str, Failure> {
        self.at(path).and_then(Self::as_text).ok_or_else(|| self.unexpected(path, "text"))
    }

    /// Returns the integer at `path`. A float without a fraction, such as `7.0`, is an integer as
    /// well.
    ///
    /// # Errors
    /// [`INVALID_EVENT`] if there is no integer, or one that does not fit into an `i64`.
    #[inline(never)]
    pub fn integer(&self, path: &str) -> Result<i64, Failure> {
        self.at(path).and_then(Self::as_integer).ok_or_else(|| self.unexpected(path, "a 64-bit integer"))
    }

    /// Returns the number at `path`, as the nearest float.
    ///
    /// # Errors
    /// [`INVALID_EVENT`] if there is no number, or one that does not fit into 64 bits; `at(path)`
    /// returns its digits.
    #[inline(never)]
    pub fn number(&self, path: &str) -> Result<f64, Failure> {
        self.at(path).and_then(Self::as_number).ok_or_else(|| self.unexpected(path, "a number"))
    }

    /// Returns the boolean at `path`.
    ///
    /// # Errors
    /// [`INVALID_EVENT`] if there is no boolean.
    ///
    /// ```
    /// use events::Json;
    ///
    /// let value = Json::parse(r#"{"name":"tea","price":4.5,"sold":null,"new":true,"sizes":[1,2]}"#).unwrap();
    /// assert!(value.boolean("new").unwrap() && value["new"].as_boolean() == Some(true));
    /// assert_eq!((value["name"].as_text(), value["price"].as_number(), value["sizes"][0].as_integer()), (Some("tea"), Some(4.5), Some(1)));
    /// assert!(value["sold"].is_null() && value["sizes"].as_array().is_some() && value.as_object().is_some());
    /// assert_eq!((value.elements("sizes").unwrap().len(), value.members("").unwrap().len()), (2, 5));
    /// ```
    #[inline(never)]
    pub fn boolean(&self, path: &str) -> Result<bool, Failure> {
        self.at(path).and_then(Self::as_boolean).ok_or_else(|| self.unexpected(path, "true or false"))
    }

    /// Returns the elements of the array at `path`.
    ///
    /// # Errors
    /// [`INVALID_EVENT`] if there is no array.
    #[inline(never)]
    pub fn elements(&self, path: &str) -> Result<&[Self], Failure> {
        self.at(path).and_then(Self::as_array).ok_or_else(|| self.unexpected(path, "an array"))
    }

    /// Calls `function` with each element of the array at `path`, in order, and collects the
    /// results. If `function` fails because of an unexpected value, the message contains the whole
    /// path, such as `/items/3/price`: an element itself does not know its position.
    ///
    /// # Errors
    /// As [`Json::elements`], or the first failure of `function`.
    pub fn each<T>(&self, path: &str, mut function: impl FnMut(&Self) -> Result<T, Failure>) -> Result<Vec<T>, Failure> {
        let mut results = Vec::new();
        for (index, element) in self.elements(path)?.iter().enumerate() {
            match function(element) {
                Ok(value) => results.push(value),
                Err(mut failure) => {
                    within(path, index, &mut failure);
                    return Err(failure);
                }
            }
        }
        Ok(results)
    }

    /// Returns the members of the object at `path`.
    ///
    /// # Errors
    /// [`INVALID_EVENT`] if there is no object.
    #[inline(never)]
    pub fn members(&self, path: &str) -> Result<&Object, Failure> {
        self.at(path).and_then(Self::as_object).ok_or_else(|| self.unexpected(path, "an object"))
    }

    /// Returns the number of elements or members, or the length of a string in bytes; 0 for other
    /// values.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Array(array) => array.len(),
            Self::Object(object) => object.len(),
            Self::Text(text) => text.len(),
            _ => 0,
        }
    }

    /// Returns `true` if [`Json::len`] is 0.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if the value is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the string, if the value is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Returns the integer, if the value is one that fits into an `i64`: with or without `.0`.
    #[must_use]
    pub fn as_integer(&self) -> Option<i64> {
        let Self::Number(number) = self else { return None };
        number.as_i64().or_else(|| integral(number))
    }

    /// Returns the number as the nearest float, if the value is one.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        if let Self::Number(number) = self { number.as_f64() } else { None }
    }

    /// Returns the boolean, if the value is one.
    #[must_use]
    pub fn as_boolean(&self) -> Option<bool> {
        if let Self::Boolean(value) = self { Some(*value) } else { None }
    }

    /// Returns the elements, if the value is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(array) = self { Some(array) } else { None }
    }

    /// Returns the members, if the value is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// Creates the failure for a value at `path` that is not `expected`.
    ///
    /// ```
    /// use events::Json;
    ///
    /// pub fn lambda_handler(event: &Json) -> Result<String, Failure> {
    ///     match event.at("/size").and_then(Json::as_text) {
    ///         Some(size @ ("S" | "M" | "L")) => Ok(size.to_string()),
    ///         _ => Err(event.unexpected("/size", "S, M or L")),
    ///     }
    /// }
    /// ```
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn unexpected(&self, path: &str, expected: &str) -> Failure {
        let found = self.at(path).map_or("nothing", Self::kind);
        let colon = if path.is_empty() { "" } else { ": " };
        let message = joined(&[pointer::mark_of(path), path, colon, "expected ", expected, ", found ", found]);
        Failure::new(INVALID_EVENT, message)
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::LargeNumber(_) => "a number that does not fit into 64 bits",
            Self::Text(_) => "text",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

/// Prepends the position of the element to the message of `failure`. Failures of other types are
/// unchanged.
#[cold]
#[inline(never)]
fn within(path: &str, index: usize, failure: &mut Failure) {
    if failure.error_type() == INVALID_EVENT {
        let colon = if failure.message().as_bytes().first() == Some(&b'/') { "" } else { ": " };
        failure.set_message(joined(&[pointer::mark_of(path), path, "/", &Json::from(index).to_string(), colon, failure.message()]));
    }
}

/// Concatenates `parts`.
#[inline(never)]
pub(super) fn joined(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        push(&mut text, part);
    }
    text
}

/// Converts a float without a fraction to an integer.
fn integral(number: &Number) -> Option<i64> {
    /// Every integer up to this one is a float exactly.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    let float = number.as_f64().filter(|float| (-EXACT_MAX..=EXACT_MAX).contains(float))?;
    #[allow(clippy::cast_possible_truncation, reason = "within the range")]
    let integer = float as i64;
    #[allow(clippy::cast_precision_loss, clippy::float_cmp, reason = "exact within the range")]
    (integer as f64 == float).then_some(integer)
}

/// `value["name"]`: the member, or `null` if it does not exist.
impl Index<&str> for Json {
    type Output = Self;

    fn index(&self, name: &str) -> &Self {
        self.get(name).unwrap_or(&Self::Null)
    }
}

/// `value[0]`: the element, or `null` if it does not exist.
impl Index<usize> for Json {
    type Output = Self;

    fn index(&self, index: usize) -> &Self {
        self.as_array().and_then(|array| array.get(index)).unwrap_or(&Self::Null)
    }
}

/// `value["name"] = …`: the member, which is added if it does not exist. A value that is not an
/// object is replaced by one.
impl IndexMut<&str> for Json {
    fn index_mut(&mut self, name: &str) -> &mut Self {
        if !matches!(self, Self::Object(_)) {
            *self = Self::object();
        }
        let Self::Object(object) = self else { unreachable!("made above") };
        object.entry(name)
    }
}

/// `value[0] = …`: the element.
///
/// # Panics
/// Panics if the value is not an array, or the array has no such element.
impl IndexMut<usize> for Json {
    #[track_caller]
    fn index_mut(&mut self, index: usize) -> &mut Self {
        match self {
            Self::Array(array) => &mut array[index],
            other => panic!("{}", joined(&["an element can be set in an array, found ", other.kind()])),
        }
    }
}
