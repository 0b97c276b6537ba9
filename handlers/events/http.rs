//! HTTP, however it reaches a function: API Gateway's HTTP APIs (payload format 2.0, and 1.0), its REST APIs, function URLs, and
//! Application Load Balancers. A [`Request`] is the same for all of them, and a [`Response`] is written as the one that asked reads it.
//!
//! A failure that is the client's fault is answered rather than reported: see [`client_status`].

mod origin;
mod parameters;
mod path;
mod request;
mod response;
mod route;
mod source_address;
#[cfg(test)]
mod tests;
mod valid;

pub use origin::Origin;
pub use parameters::Parameters;
pub use request::{BAD_REQUEST, NO_PARAMETER, Request};
pub use response::{INVALID_RESPONSE, IntoResponse, Response};
pub use route::{Route, client_status};
