//! JSON pointers (RFC 6901), one step at a time.

use core::fmt;
use serde::de::{DeserializeSeed, Deserializer, Visitor};

/// A JSON pointer, or the name of a member. A path that does not begin with `/` is a name, without
/// escapes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'path> {
    /// The remaining steps, each with a leading `/`.
    remainder: &'path str,
    /// `true` for a name.
    is_name: bool,
}

impl<'path> Path<'path> {
    pub(super) fn new(text: &'path str) -> Self {
        Self { remainder: text, is_name: !text.is_empty() && !text.starts_with('/') }
    }

    /// Returns `true` after the last step.
    pub(super) fn is_empty(self) -> bool {
        self.remainder.is_empty()
    }

    /// Returns the next step, and the path after it.
    pub(super) fn step(self) -> (Step<'path>, Self) {
        if self.is_name {
            return (Step { text: self.remainder, escaped: false }, Self { remainder: "", is_name: false });
        }
        let text = self.remainder.get(1..).unwrap_or_default();
        // Neither `split_once`, whose search is optimised for long strings, nor `split_at`, whose
        // panic would be larger than this function.
        let length = text.bytes().position(|byte| byte == b'/').unwrap_or(text.len());
        let (step, remainder) = (text.get(..length).unwrap_or_default(), text.get(length..).unwrap_or_default());
        (Step { text: step, escaped: step.bytes().any(|byte| byte == b'~') }, Self { remainder, is_name: false })
    }
}

/// Returns the prefix that turns `path` into a pointer in messages: `/` for a name, unless the
/// result would be another pointer.
pub(super) fn mark_of(path: &str) -> &'static str {
    let is_bare = !path.is_empty() && !path.bytes().any(|byte| matches!(byte, b'/' | b'~'));
    if is_bare { "/" } else { "" }
}

/// One step of a path: the name of a member, or the index of an element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'path> {
    text: &'path str,
    /// `true` if `~1` in it means `/` and `~0` means `~` (RFC 6901, section 4).
    escaped: bool,
}

impl Step<'_> {
    /// Returns `true` if the step is the member `name`.
    pub(super) fn is_name(self, name: &str) -> bool {
        if !self.escaped {
            return self.text == name;
        }
        let mut text = self.text.bytes();
        let mut unescaped = || match text.next()? {
            b'~' => text.next().map(|digit| if digit == b'1' { b'/' } else { b'~' }),
            byte => Some(byte),
        };
        name.bytes().all(|byte| unescaped() == Some(byte)) && unescaped().is_none()
    }

    /// Returns the index of an element: digits without a leading zero.
    pub(super) fn index(self) -> Option<usize> {
        // Not `parse`, which also accepts signs and is larger.
        let number = |number: usize, byte: u8| number.checked_mul(10)?.checked_add(usize::from(byte.wrapping_sub(b'0')));
        let digits = !self.text.is_empty() && self.text.bytes().all(|byte| byte.is_ascii_digit());
        let leading_zero = self.text.len() > 1 && self.text.starts_with('0');
        if digits && !leading_zero { self.text.bytes().try_fold(0, number) } else { None }
    }
}

/// Compares a key with the step's name, without copying the key.
impl<'de> DeserializeSeed<'de> for Step<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Step<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E>(self, key: &str) -> Result<bool, E> {
        Ok(self.is_name(key))
    }
}
