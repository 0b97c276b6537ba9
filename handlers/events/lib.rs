//! Events and responses of functions: JSON ([`json`]), HTTP ([`http`]), and the events of services
//! that invoke functions, one module each. A `lambda_handler` may take any of these types instead
//! of `event: &str`. An event of another format fails the invocation with [`INVALID_EVENT`] or
//! [`INVALID_JSON`], and the message names the path, the expected and the found value.
//!
//! A file contains the parts of this crate that its functions use.

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
mod table;
#[cfg(test)]
mod tests;
pub mod typed;

pub use events_json as json;
pub use json::{INVALID_EVENT, INVALID_JSON, Json};
pub use table::DataFrame;
pub use typed::Typed;

/// [`Json::parse`], compiled for speed, as this crate is.
pub(crate) fn parse(text: &str) -> Result<Json, ruchy_std::lambda::Failure> {
    json::read(text, json::value_of)
}
