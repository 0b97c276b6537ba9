//! Structs as events and responses, for functions in Rust.

use crate::json::{self, INVALID_EVENT, INVALID_JSON, Json};
use alloc::string::String;
use core::ops::{Deref, DerefMut};
use ruchy_std::lambda::{Failure, FromEvent, IntoAnswer, Plain};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A `T` that serde reads from an event, or writes as a response.
///
/// ```
/// use events::Typed;
///
/// #[derive(serde::Deserialize)]
/// pub struct Order {
///     price: u32,
///     count: u32,
/// }
///
/// #[derive(serde::Serialize)]
/// pub struct Receipt {
///     total: u32,
/// }
///
/// pub fn lambda_handler(order: &Typed<Order>) -> Typed<Receipt> {
///     Typed(Receipt { total: order.price * order.count })
/// }
/// // event: {"price":3,"count":4}
/// // response: {"total":12}
/// ```
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

/// Reads a `T` from `text`. It may borrow from the text.
///
/// # Errors
/// [`INVALID_JSON`] if the text is not JSON; [`INVALID_EVENT`] if a field is missing or has another
/// type than in `T`. An unpaired surrogate escape is an error here, because its replacement could
/// not be borrowed: [`Typed`] replaces it.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Order {
///     id: i64,
/// }
/// let order: Order = events::typed::from_text(r#"{"id": 7}"#).unwrap();
/// assert_eq!(order.id, 7);
/// ```
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

/// Reads a `T` from `value`.
///
/// # Errors
/// As [`from_text`].
///
/// ```
/// use events::Json;
///
/// #[derive(serde::Deserialize)]
/// struct Order {
///     id: i64,
/// }
/// let order: Order = events::typed::from_json(&Json::object().put("id", 7)).unwrap();
/// assert_eq!(order.id, 7);
/// ```
pub fn from_json<T: DeserializeOwned>(value: &Json) -> Result<T, Failure> {
    from_text(&value.to_string())
}
