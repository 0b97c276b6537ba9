//! HTTP/1.1 requests of functions: `http` and `https`, several at once, within the time that the invocation has.
//!
//! Pure parts (`url`, `reply`, `dns::message`, `dns::config`, `retry`, `gzip`) know no sockets. `exchange` is the state machine of one request, which
//! never waits; `drive` is the loop that does. TLS is in `tls`, and only what names it links it.

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
pub mod url;

pub use error::{Error, Kind};
pub use request::{ATTEMPTS_MAX, REDIRECTS_MAX, REPLY_BYTES_MAX, Repeat, Request, join};
pub use response::Response;
