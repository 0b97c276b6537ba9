//! HTTP requests and responses, for API Gateway's HTTP APIs (payload formats 2.0 and 1.0), its REST
//! APIs, function URLs and Application Load Balancers. A [`Request`] is the same for all of them,
//! and a [`Response`] is written in the format that the sender reads.
//!
//! ```
//! use events::{Json, http};
//!
//! pub fn lambda_handler(request: &http::Request) -> Result<http::Response, Failure> {
//!     request.route().get("/orders/{id}", order).answer()
//! }
//!
//! fn order(request: &http::Request) -> Result<Json, Failure> {
//!     Ok(Json::object().put("id", request.parameter("id")?))
//! }
//! ```
//!
//! Failures that are the client's fault are answered instead of reported to Lambda: see
//! [`client_status`].

mod origin;
mod parameters;
mod path;
mod request;
mod response;
mod route;
mod source_address;
#[cfg(test)]
mod tests;
mod validation;

pub use origin::Origin;
pub use parameters::Parameters;
pub use request::{BAD_REQUEST, NO_PARAMETER, Request};
pub use response::{INVALID_RESPONSE, IntoResponse, Response};
pub use route::{Route, client_status};
