//! Converts HTTP requests to the events that AWS sends, and functions' responses to HTTP. Pure.
//!
//! - [`request`]: the parts of a request that events have. `format_1`, `format_2` and
//!   `load_balancer`: the events.
//! - [`response`]: the answer of a function, and the prelude of a streamed one.
//!
//! Sources: Amazon API Gateway, "Create AWS Lambda proxy integrations for HTTP APIs" (formats 1.0
//! and 2.0) and "Lambda proxy integrations in API Gateway" (REST); AWS Lambda, "Invoking Lambda
//! function URLs"; Elastic Load Balancing, "Lambda functions as targets".

mod format_1;
mod format_2;
mod load_balancer;
pub mod request;
pub mod response;

use crate::project::settings::http::HttpKind;
use request::Request;
use serde_json::Value;

/// The event that `request` becomes.
#[must_use]
pub fn event(kind: HttpKind, request: &Request<'_>) -> Value {
    match kind {
        HttpKind::Url => format_2::event(request, false),
        HttpKind::HttpApi => format_2::event(request, true),
        HttpKind::Rest => format_1::event(request),
        HttpKind::Alb => load_balancer::event(request, false),
        HttpKind::AlbMultiValue => load_balancer::event(request, true),
    }
}

#[cfg(test)]
mod tests;
