//! Structs of functions written in Rust, instead of JSON.

use crate::json::{self, INVALID_EVENT, INVALID_JSON, Json};
use alloc::string::String;
use core::ops::{Deref, DerefMut};
use ruchy_std::lambda::{Failure, FromEvent, IntoAnswer, Plain};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A `T` that an event is read as, or an answer is written from, by serde: `fn lambda_handler(order: &Typed<Order>) -> Typed<Receipt>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Typed<T>(pub T);

impl<T> Deref for Typed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Typed<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: DeserializeOwned> FromEvent for Typed<T> {
    /// An unpaired surrogate escape becomes U+FFFD, as in [`Json`].
    fn from_event(event: &str) -> Result<Self, Failure> {
        owned_from_text(event).map(Self)
    }
}

impl<T> Plain for Typed<T> {}

impl<E: Plain, T: Serialize> IntoAnswer<E> for Typed<T> {
    fn into_answer(self, _event: &E) -> Result<String, Failure> {
        serde_json::to_string(&self.0).map_err(|error| Failure::new("Function.UnwritableAnswer", error))
    }
}

/// A `T` out of `text`, which it may borrow from.
///
/// # Errors
/// [`INVALID_JSON`]; [`INVALID_EVENT`]: a field is missing, or is something else than `T` has. An unpaired surrogate escape is not JSON here,
/// since it could not be borrowed: [`Typed`] replaces it.
pub fn from_text<'text, T: serde::Deserialize<'text>>(text: &'text str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| failure(&error))
}

/// [`from_text`] for a `T` that borrows nothing, with U+FFFD for each unpaired surrogate escape.
fn owned_from_text<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).or_else(|_| from_text(&json::with_surrogates_replaced(text)))
}

fn failure(error: &serde_json::Error) -> Failure {
    let error_type = if error.is_data() { INVALID_EVENT } else { INVALID_JSON };
    Failure::new(error_type, error)
}

/// A `T` out of `value`.
///
/// # Errors
/// As [`from_text`].
pub fn from_json<T: DeserializeOwned>(value: &Json) -> Result<T, Failure> {
    from_text(&value.to_string())
}
