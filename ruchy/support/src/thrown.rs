//! What `throw` passes to `catch`.

use alloc::string::{String, ToString};
use core::fmt::Display;

/// A value that was thrown, as text. It displays nothing itself, so that `?` turns every error that does into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thrown(pub String);

impl<E: Display> From<E> for Thrown {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl From<Thrown> for String {
    fn from(thrown: Thrown) -> Self {
        thrown.0
    }
}
