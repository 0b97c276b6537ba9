//! Routing of requests to functions.

use super::parameters::Parameters;
use super::request::Request;
use super::response::{IntoResponse, Response};
use crate::json::Json;
use alloc::string::String;
use alloc::vec::Vec;
use percent_encoding::percent_decode_str;
use ruchy_std::lambda::Failure;

/// A router. Patterns are tried in the order of the calls, and the function of the first match is
/// called.
///
/// A pattern is a path in which `{name}` matches one segment, and `{name+}` at the end matches all
/// remaining segments, as in API Gateway's routes. Segments are compared after percent-decoding. A
/// slash at the end of the path or pattern is ignored. `GET` also answers `HEAD`.
///
/// ```
/// use events::http::{Request, Response};
///
/// pub fn lambda_handler(request: &Request) -> Result<Response, Failure> {
///     request
///         .route()
///         .get("/files/{path+}", |request| request.parameter("path").map(String::from))
///         .delete("/files/{path+}", |_| Response::empty(204))
///         .answer()
/// }
/// // event: {"requestContext":{"http":{"method":"GET"}},"rawPath":"/files/a/b.txt"}
/// // response: {"statusCode":200,"headers":{"content-type":"text/plain; charset=utf-8"},"body":"a/b.txt","isBase64Encoded":false}
/// ```
#[must_use = "a route answers when `answer` is called"]
#[derive(Debug)]
pub struct Route<'request> {
    request: &'request Request,
    outcome: Option<Result<Response, Failure>>,
    /// The methods of the patterns that match the path.
    allowed: Vec<&'static str>,
}

macro_rules! methods {
    ($($name:ident $method:literal),*) => {
        $(#[doc = concat!("Answers `", $method, "` requests whose path matches `pattern` with `function`.")]
        pub fn $name<R: IntoResponse>(self, pattern: &str, function: impl FnOnce(&Request) -> R) -> Self {
            self.on($method, pattern, function)
        })*
    };
}

impl<'request> Route<'request> {
    pub(super) fn new(request: &'request Request) -> Self {
        Self { request, outcome: None, allowed: Vec::new() }
    }

    methods!(get "GET", post "POST", put "PUT", patch "PATCH", delete "DELETE", options "OPTIONS");

    /// Answers requests of any method whose path matches `pattern` with `function`.
    ///
    /// ```
    /// use events::http::{Request, Response};
    ///
    /// pub fn lambda_handler(request: &Request) -> Result<Response, Failure> {
    ///     request.route().any("/hooks/{name}", |request| String::from(request.method())).answer()
    /// }
    /// // event: {"requestContext":{"http":{"method":"PUT"}},"rawPath":"/hooks/git"}
    /// // response: {"statusCode":200,"headers":{"content-type":"text/plain; charset=utf-8"},"body":"PUT","isBase64Encoded":false}
    /// ```
    pub fn any<R: IntoResponse>(mut self, pattern: &str, function: impl FnOnce(&Request) -> R) -> Self {
        if self.outcome.is_none()
            && let Some(parameters) = match_path(pattern, self.request.path(), self.request.is_path_decoded())
        {
            self.outcome = Some(function(&self.request.with_parameters(parameters)).into_response());
        }
        self
    }

    fn on<R: IntoResponse>(mut self, method: &'static str, pattern: &str, function: impl FnOnce(&Request) -> R) -> Self {
        if let Some(request) = self.match_request(method, pattern) {
            self.outcome = Some(function(&request).into_response());
        }
        self
    }

    /// Returns the request for the function of this pattern, if it is the first match.
    fn match_request(&mut self, method: &'static str, pattern: &str) -> Option<Request> {
        if self.outcome.is_some() {
            return None;
        }
        let parameters = match_path(pattern, self.request.path(), self.request.is_path_decoded())?;
        let requested = self.request.method();
        if requested != method && !(requested == "HEAD" && method == "GET") {
            for method in [method].into_iter().chain((method == "GET").then_some("HEAD")) {
                if !self.allowed.contains(&method) {
                    self.allowed.push(method);
                }
            }
            return None;
        }
        Some(self.request.with_parameters(parameters))
    }

    /// Returns the response of the function that was called. The status is 405 if patterns match
    /// the path but not the method, and 404 if no pattern matches the path.
    ///
    /// # Errors
    /// Returns the function's failure. If it is the client's fault, it is answered later: see
    /// [`client_status`].
    pub fn answer(self) -> Result<Response, Failure> {
        match self.outcome {
            Some(outcome) => outcome,
            None if self.allowed.is_empty() => Ok(refusal(404, "Not Found")),
            None => Ok(refusal(405, "Method Not Allowed").header("allow", self.allowed.join(", "))),
        }
    }
}

/// Creates a response with an error message, in API Gateway's format.
pub(super) fn refusal(status: u16, message: &str) -> Response {
    Response::json(status, Json::object().put("message", message))
}

/// Returns the HTTP status for failures that are the client's fault, such as 404 for
/// `Function.NotFound`. `None` means that the failure is reported to Lambda.
///
/// | error type | status |
/// |---|---|
/// | `Function.BadRequest`, `Function.InvalidJson`, `Function.InvalidEvent` | 400 |
/// | `Function.Unauthorized` | 401 |
/// | `Function.Forbidden` | 403 |
/// | `Function.NotFound` | 404 |
/// | `Function.Conflict` | 409 |
/// | `Function.UnprocessableContent` | 422 |
/// | `Function.TooManyRequests` | 429 |
///
/// ```
/// assert_eq!(events::http::client_status("Function.NotFound"), Some(404));
/// assert_eq!(events::http::client_status("Function.Error"), None);
/// ```
#[must_use]
pub fn client_status(error_type: &str) -> Option<u16> {
    Some(match error_type.strip_prefix("Function.")? {
        "BadRequest" | "InvalidJson" | "InvalidEvent" => 400,
        "Unauthorized" => 401,
        "Forbidden" => 403,
        "NotFound" => 404,
        "Conflict" => 409,
        "UnprocessableContent" => 422,
        "TooManyRequests" => 429,
        _ => return None,
    })
}

/// Matches `path` with `pattern`, and returns the parameters.
fn match_path(pattern: &str, path: &str, is_decoded: bool) -> Option<Parameters> {
    let decoded = |segment: &str| if is_decoded { String::from(segment) } else { decoded(segment) };
    let mut parameters = Parameters::default();
    let is_greedy = pattern.ends_with("+}");
    let mut segments = if is_greedy { path } else { without_last_slash(path) }.split('/');
    let mut patterns = without_last_slash(pattern).split('/');
    loop {
        let (pattern, segment) = match (patterns.next(), segments.next()) {
            (Some(pattern), Some(segment)) => (pattern, segment),
            (None, None) => return Some(parameters),
            _ => return None,
        };
        match parameter_of(pattern) {
            Some((name, true)) => {
                let mut tail = String::from(segment);
                for segment in segments.by_ref() {
                    tail.push('/');
                    tail.push_str(segment);
                }
                if tail.is_empty() {
                    return None;
                }
                parameters.push(String::from(name), decoded(&tail));
                return Some(parameters);
            }
            Some((name, false)) if !segment.is_empty() => parameters.push(String::from(name), decoded(segment)),
            None if decoded(segment) == pattern => {}
            _ => return None,
        }
    }
}

fn without_last_slash(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

/// Returns the name of a parameter, `{name}`, and `true` if it is greedy, `{name+}`.
fn parameter_of(pattern: &str) -> Option<(&str, bool)> {
    let name = pattern.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.strip_suffix('+').map_or((name, false), |name| (name, true)))
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
