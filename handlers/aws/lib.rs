//! AWS's services for functions: [`call`] and [`rest`] for any of them, and modules for the few that most functions need.
//!
//! Pure parts (`sign`, `date`, `xml`, `service`'s endpoints) know no sockets. Calls go out through the crate `outbound`, by TLS under Amazon's roots.

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
pub mod xml;

pub use call::{ATTEMPTS_MAX, Call, join};
pub use error::Error;
use events_json::Json;
use service::Service;

/// Calls `operation` of `service` (by its name in the AWS CLI) with the parameters `input`: `call("kms", "Decrypt", &input)`.
///
/// # Errors
/// [`Error`], with AWS's code.
pub fn call(service: &str, operation: &str, input: &Json) -> Result<Json, Error> {
    Call::new(service::named(service)?, operation, input).json()
}

/// [`call`] of a service that is not in the table.
///
/// # Errors
/// [`Error`], with AWS's code.
pub fn call_service(service: &'static Service, operation: &str, input: &Json) -> Result<Json, Error> {
    Call::new(service, operation, input).json()
}

/// Calls a service whose API is methods and paths: `rest("scheduler", "GET", "/schedules", &Json::Null)`. The segments of `path` are encoded already.
///
/// # Errors
/// [`Error`], with AWS's code.
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
