//! JSON pointers (RFC 6901), a step at a time.

use core::fmt;
use serde::de::{DeserializeSeed, Deserializer, Visitor};

/// A JSON pointer, or the name of a member: what begins with no `/` is one step, as it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path<'path> {
    /// What is left to go, each step with a `/` in front.
    rest: &'path str,
    /// Whether it is a bare name.
    name: bool,
}

impl<'path> Path<'path> {
    pub(super) fn new(text: &'path str) -> Self {
        Self { rest: text, name: !text.is_empty() && !text.starts_with('/') }
    }

    /// Whether it leads no further.
    pub(super) fn is_empty(self) -> bool {
        self.rest.is_empty()
    }

    /// The next step, and what follows it.
    pub(super) fn step(self) -> (Step<'path>, Self) {
        if self.name {
            return (Step { text: self.rest, escaped: false }, Self { rest: "", name: false });
        }
        let text = self.rest.get(1..).unwrap_or_default();
        // Neither `split_once`, whose search is made for long texts, nor `split_at`, whose panic would be larger than all of this.
        let length = text.bytes().position(|byte| byte == b'/').unwrap_or(text.len());
        let (step, rest) = (text.get(..length).unwrap_or_default(), text.get(length..).unwrap_or_default());
        (Step { text: step, escaped: step.bytes().any(|byte| byte == b'~') }, Self { rest, name: false })
    }
}

/// What stands before `path` in messages, so that it is a pointer: a `/` before a bare name, unless that would be another pointer.
pub(super) fn mark_of(path: &str) -> &'static str {
    let is_bare = !path.is_empty() && !path.bytes().any(|byte| matches!(byte, b'/' | b'~'));
    if is_bare { "/" } else { "" }
}

/// One step of a path: a member's name, or an element's number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step<'path> {
    text: &'path str,
    /// Whether `~1` in it stands for `/` and `~0` for `~` (RFC 6901, section 4).
    escaped: bool,
}

impl Step<'_> {
    /// Whether it is the member called `name`.
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

    /// The element it numbers: digits without a zero in front.
    pub(super) fn index(self) -> Option<usize> {
        // Not `parse`, which also takes signs and is larger.
        let number = |number: usize, byte: u8| number.checked_mul(10)?.checked_add(usize::from(byte.wrapping_sub(b'0')));
        let digits = !self.text.is_empty() && self.text.bytes().all(|byte| byte.is_ascii_digit());
        let zero_in_front = self.text.len() > 1 && self.text.starts_with('0');
        if digits && !zero_in_front { self.text.bytes().try_fold(0, number) } else { None }
    }
}

/// Whether a key is the step's name: nothing is kept of one that is not.
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
