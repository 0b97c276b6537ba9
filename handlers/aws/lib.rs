//! AWS services for functions: [`call`] and [`rest`] for any service, and modules for those that
//! most functions need.
//!
//! ```
//! use events::Json;
//!
//! pub fn lambda_handler(event: &Json) -> Result<Json, aws::Error> {
//!     let input = Json::object().put("CiphertextBlob", event.text("/secret")?);
//!     aws::call("kms", "Decrypt", &input)
//! }
//! ```
//!
//! The modules `sign`, `date` and `xml`, and the endpoints in `service`, are pure: they use no
//! sockets. Calls are sent by the crate `outbound`, with TLS under Amazon's roots.

#![no_std]
#![deny(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;
#[cfg(test)]
extern crate ruchy_lambda as _;
#[cfg(test)]
extern crate std;

mod call;
pub mod credentials;
pub mod date;
pub mod dynamodb;
mod error;
pub mod local;
pub mod messages;
pub mod s3;
pub mod secrets;
pub mod service;
pub mod sign;
mod upload;
pub mod xml;

pub use call::{ATTEMPTS_MAX, Call, join};
pub use error::Error;
use events_json::Json;
use service::Service;

/// Calls `operation` of `service`, by its name in the AWS CLI, with the parameters `input`:
/// `call("kms", "Decrypt", &input)`.
///
/// # Errors
/// Returns AWS's error, or `Function.UnknownService`.
pub fn call(service: &str, operation: &str, input: &Json) -> Result<Json, Error> {
    Call::new(service::named(service)?, operation, input).json()
}

/// Calls `operation` of a service that is not in the table.
///
/// # Errors
/// Returns AWS's error.
pub fn call_service(service: &'static Service, operation: &str, input: &Json) -> Result<Json, Error> {
    Call::new(service, operation, input).json()
}

/// Calls a service with a REST protocol: `rest("scheduler", "GET", "/schedules", &Json::Null)`. The
/// segments of `path` must be percent-encoded.
///
/// # Errors
/// As [`call`].
pub fn rest(service: &str, method: &'static str, path: &str, input: &Json) -> Result<Json, Error> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut call = Call::rest(service::named(service)?, method, path);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        call = call.parameter(name, value);
    }
    if !input.is_null() {
        call = call.header("content-type", "application/json").body(input.to_string().as_bytes());
    }
    call.json()
}
