//! The sender of a request, which determines the format of the event and of its response.

use crate::json::{INVALID_EVENT, Json};
use ruchy_std::lambda::Failure;

/// The formats of HTTP events.
///
/// ```
/// use events::http::{Origin, Request, Response};
///
/// pub fn lambda_handler(request: &Request) -> Response {
///     let is_load_balancer = matches!(request.origin(), Origin::LoadBalancer { .. });
///     Response::text(200, is_load_balancer.to_string())
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An HTTP API with [payload format
    /// 2.0](https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html),
    /// or a [function URL](https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html),
    /// which has the same format.
    HttpApi,
    /// A [REST
    /// API](https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html),
    /// or an HTTP API with payload format 1.0.
    RestApi,
    /// An [Application Load
    /// Balancer](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html).
    LoadBalancer {
        /// `true` if multi-value headers are enabled for the target group, which then reads no
        /// others.
        multi_value: bool,
    },
}

impl Origin {
    /// Returns the sender of `event`.
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
            "expected a request of API Gateway, a function URL or a load balancer; found neither /requestContext/http/method nor /httpMethod",
        ))
    }
}
