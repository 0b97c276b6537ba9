//! Maps a request to a call, and refusals to replies; pure.

use super::body::ReplyBody;
use super::state::State;
use hyper::body::Bytes;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use hyper::{Method, Response, StatusCode};
use serde_json::json;

const PREFIX: &str = "/2018-06-01/runtime/";

/// A call of the Runtime API, with its request id where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    Next,
    Response(String),
    Error(String),
    InitError,
}

/// A call that is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    MissingHost,
    NotFound,
    /// The one that is allowed.
    MethodNotAllowed(&'static str),
    InvalidRequestId,
    InvalidResponseMode,
    Truncated,
    TooLarge {
        bytes_max: u64,
    },
    InvalidState {
        state: State,
        next: &'static str,
    },
}

/// The call that method, path and headers make.
///
/// # Errors
/// [`Refusal::MissingHost`], [`Refusal::NotFound`], [`Refusal::MethodNotAllowed`].
pub fn route(method: &Method, path: &str, headers: &HeaderMap) -> Result<Call, Refusal> {
    if !headers.contains_key(HOST) {
        return Err(Refusal::MissingHost);
    }
    let mut parts = path.strip_prefix(PREFIX).ok_or(Refusal::NotFound)?.split('/');
    let (allowed, call) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("invocation"), Some("next"), None, None) => (Method::GET, Call::Next),
        (Some("invocation"), Some(id), Some("response"), None) => (Method::POST, Call::Response(id.to_owned())),
        (Some("invocation"), Some(id), Some("error"), None) => (Method::POST, Call::Error(id.to_owned())),
        (Some("init"), Some("error"), None, None) => (Method::POST, Call::InitError),
        _ => return Err(Refusal::NotFound),
    };
    if *method == allowed {
        return Ok(call);
    }
    Err(Refusal::MethodNotAllowed(if allowed == Method::GET { "GET" } else { "POST" }))
}

/// A reply whose body is JSON.
#[must_use]
pub fn json(status: StatusCode, body: Bytes) -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::new(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

impl Refusal {
    /// The reply that refuses.
    #[must_use]
    pub fn response(self) -> Response<ReplyBody> {
        let error = |status, error_type: &str, message: String| {
            json(status, (json!({ "errorMessage": message, "errorType": error_type }).to_string() + "\n").into())
        };
        match self {
            Self::MissingHost => {
                let mut response = text(StatusCode::BAD_REQUEST, "400 Bad Request: missing required Host header");
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                response
            }
            Self::NotFound => text(StatusCode::NOT_FOUND, "404 page not found\n"),
            Self::MethodNotAllowed(allowed) => {
                let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "");
                response.headers_mut().insert(hyper::header::ALLOW, HeaderValue::from_static(allowed));
                response
            }
            Self::InvalidRequestId => error(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID".to_owned()),
            Self::InvalidResponseMode => {
                error(StatusCode::BAD_REQUEST, "InvalidFunctionResponseMode", "Invalid function response mode".to_owned())
            }
            Self::Truncated => error(StatusCode::BAD_REQUEST, "TruncatedHTTPRequest", "HTTP request detected as truncated".to_owned()),
            Self::TooLarge { bytes_max } => error(
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestEntityTooLarge",
                format!("Exceeded maximum allowed payload size ({bytes_max} bytes)."),
            ),
            Self::InvalidState { state, next } => error(
                StatusCode::FORBIDDEN,
                "InvalidStateTransition",
                format!("State transition from {state:?} to {next} failed for runtime. Error: State transition is not allowed"),
            ),
        }
    }
}

fn text(status: StatusCode, body: &'static str) -> Response<ReplyBody> {
    let mut response = Response::new(ReplyBody::new(Bytes::from_static(body.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use super::{Call, Refusal, route};
    use hyper::header::{HOST, HeaderMap, HeaderValue};
    use hyper::{Method, StatusCode};

    fn routed(method: &Method, path: &str) -> Result<Call, Refusal> {
        route(method, path, &HeaderMap::from_iter([(HOST, HeaderValue::from_static("localhost"))]))
    }

    #[test]
    fn calls() {
        let cases = [
            (Method::GET, "/2018-06-01/runtime/invocation/next", Ok(Call::Next)),
            (Method::POST, "/2018-06-01/runtime/invocation/an-id/response", Ok(Call::Response("an-id".into()))),
            (Method::POST, "/2018-06-01/runtime/invocation/an-id/error", Ok(Call::Error("an-id".into()))),
            (Method::POST, "/2018-06-01/runtime/init/error", Ok(Call::InitError)),
            (Method::POST, "/2018-06-01/runtime/invocation/next", Err(Refusal::MethodNotAllowed("GET"))),
            (Method::GET, "/2018-06-01/runtime/init/error", Err(Refusal::MethodNotAllowed("POST"))),
            (Method::PUT, "/2018-06-01/runtime/invocation/an-id/response", Err(Refusal::MethodNotAllowed("POST"))),
            (Method::GET, "/2018-06-01/runtime/restore/next", Err(Refusal::NotFound)),
            (Method::GET, "/2018-06-01/runtime/invocation/next/", Err(Refusal::NotFound)),
            (Method::GET, "/2018-06-01/runtime/invocation/", Err(Refusal::NotFound)),
            (Method::POST, "/2018-06-01/runtime/invocation/an-id/response/more", Err(Refusal::NotFound)),
            (Method::GET, "/", Err(Refusal::NotFound)),
        ];
        for (method, path, call) in cases {
            assert_eq!(routed(&method, path), call, "{method} {path}");
        }
        let no_host = route(&Method::GET, "/2018-06-01/runtime/invocation/next", &HeaderMap::new());
        assert_eq!(no_host, Err(Refusal::MissingHost));
    }

    #[test]
    fn refusals_have_lambdas_statuses() {
        let cases = [
            (Refusal::MissingHost, StatusCode::BAD_REQUEST),
            (Refusal::NotFound, StatusCode::NOT_FOUND),
            (Refusal::MethodNotAllowed("GET"), StatusCode::METHOD_NOT_ALLOWED),
            (Refusal::InvalidRequestId, StatusCode::BAD_REQUEST),
            (Refusal::InvalidResponseMode, StatusCode::BAD_REQUEST),
            (Refusal::Truncated, StatusCode::BAD_REQUEST),
            (Refusal::TooLarge { bytes_max: 1 }, StatusCode::PAYLOAD_TOO_LARGE),
            (Refusal::InvalidState { state: super::State::Ready, next: "InitError" }, StatusCode::FORBIDDEN),
        ];
        for (refusal, status) in cases {
            assert_eq!(refusal.response().status(), status, "{refusal:?}");
        }
    }
}
