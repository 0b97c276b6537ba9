//! What functions are invoked with, and what they answer: [`json`], requests of [`http`], and the events of the services that invoke
//! functions, a module each. A `lambda_handler` takes any of them where it would take `event: &str`; an event that is not what was asked for
//! fails the invocation by [`INVALID_EVENT`] or [`INVALID_JSON`], and the message says what was expected and where.
//!
//! A function carries what it uses of this, and nothing else.

#![no_std]
#![deny(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod batch;
pub mod dynamodb;
pub mod eventbridge;
pub mod http;
pub mod kinesis;
mod ping;
mod records;
pub mod s3;
pub mod sns;
pub mod sqs;
#[cfg(test)]
mod tests;
pub mod typed;

pub use events_json as json;
pub use json::{INVALID_EVENT, INVALID_JSON, Json};
pub use typed::Typed;

/// [`Json::parse`], compiled for speed as this crate is.
pub(crate) fn parse(text: &str) -> Result<Json, ruchy_std::lambda::Failure> {
    json::read(text, json::value_of)
}
