//! An HTTP/1.1 client for functions: `http` and `https`, concurrent requests, and a time limit
//! derived from the invocation's deadline.
//!
//! ```
//! use lambda::Failure;
//! use outbound::Request;
//!
//! pub fn lambda_handler(event: &str) -> Result<String, Failure> {
//!     let response = Request::post("https://example.com/orders").json(event).send()?;
//!     if !response.is_success() {
//!         return Err(Failure::new("Function.OrderFailed", response.text()));
//!     }
//!     Ok(response.text())
//! }
//! ```
//!
//! The modules `url`, `reply`, `dns::message`, `dns::config`, `retry` and `gzip` are pure: they use
//! no sockets. `exchange` is the state machine of one request, which never blocks; `drive` is the
//! event loop. TLS is in `tls`, and is linked if a function uses it.
//!
//! [docs/outbound.md](https://github.com/paiml/ruchy-lambda/blob/main/docs/outbound.md) is the
//! guide.

#![no_std]
#![deny(unsafe_code)]
#![warn(missing_docs)]

extern crate alloc;
#[cfg(test)]
extern crate ruchy_lambda as _;
#[cfg(test)]
extern crate std;

mod connection;
pub mod dns;
mod drive;
mod error;
mod exchange;
mod gzip;
pub mod pool;
mod proxy;
pub mod reply;
mod request;
mod response;
pub mod retry;
pub mod secure;
pub mod tls;
mod upload;
pub mod url;

pub use error::{Error, Kind};
pub use request::{ATTEMPTS_MAX, REDIRECTS_MAX, REPLY_BYTES_MAX, Repeat, Request, RetryIf, join};
pub use response::Response;
