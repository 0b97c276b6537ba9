//! Who sent a request, which decides how it is read and how its answer is written.

use crate::json::{INVALID_EVENT, Json};
use ruchy_std::lambda::Failure;

/// The shapes of event that HTTP comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An HTTP API with payload format 2.0 (Amazon API Gateway, "Working with AWS Lambda proxy integrations for HTTP APIs"), or a function URL,
    /// which has the same one (AWS Lambda, "Invoking Lambda function URLs").
    HttpApi,
    /// A REST API, or an HTTP API with payload format 1.0 (Amazon API Gateway, "Lambda proxy integrations in API Gateway").
    RestApi,
    /// An Application Load Balancer ("Lambda functions as targets").
    LoadBalancer {
        /// Whether the target group has multi-value headers: then it reads no others.
        multi_value: bool,
    },
}

impl Origin {
    /// Who sent `event`.
    pub(super) fn of(event: &Json) -> Result<Self, Failure> {
        if event.at("/requestContext/elb").is_some() {
            return Ok(Self::LoadBalancer { multi_value: event.get("multiValueHeaders").is_some() });
        }
        if event.at("/requestContext/http/method").is_some() {
            return Ok(Self::HttpApi);
        }
        if event.get("httpMethod").is_some() {
            return Ok(Self::RestApi);
        }
        Err(Failure::new(
            INVALID_EVENT,
            "expected a request of API Gateway, a function URL or a load balancer: there is neither /requestContext/http/method nor /httpMethod",
        ))
    }
}
