//! HTTP responses.

use super::origin::Origin;
use super::request::Request;
use super::validation;
use crate::Typed;
use crate::json::Json;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruchy_std::lambda::{Failure, IntoAnswer, ToFailure};
use ruchy_std::log::{self, Stream};
use serde::ser::Serialize;

/// An HTTP response, in the format that the sender of the request reads.
///
/// ```
/// use events::http::{Request, Response};
/// use events::Json;
///
/// pub fn lambda_handler(request: &Request) -> Response {
///     match request.method() {
///         "GET" => Response::json(200, Json::object().put("path", request.path())),
///         _ => Response::text(405, "Method Not Allowed").header("allow", "GET"),
///     }
/// }
/// // event: {"requestContext":{"http":{"method":"GET"}},"rawPath":"/x"}
/// // response: {"statusCode":200,"headers":{"content-type":"application/json"},"body":"{\"path\":\"/x\"}","isBase64Encoded":false}
/// ```
///
/// ```
/// use events::http::{Request, Response};
///
/// pub fn lambda_handler(request: &Request) -> Response {
///     match request.path() {
///         "/" => Response::html(200, "<h1>Orders</h1>").cookie("theme=dark; Secure"),
///         "/old" => Response::redirect(308, "/"),
///         "/icon" => Response::bytes(200, "image/png", vec![137, 80, 78, 71]),
///         "/feed" => Response::new(200, "application/atom+xml", "<feed/>"),
///         _ => Response::empty(404),
///     }
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    cookies: Vec<String>,
    body: Vec<u8>,
    /// Converts a binary body to base64. A function pointer, so that functions with text responses
    /// do not contain base64.
    encode: Option<fn(&[u8]) -> String>,
    /// The reason for a missing body.
    failure: Option<Failure>,
}

/// The error type of a response that cannot be sent: a header with a newline, or an invalid status.
pub const INVALID_RESPONSE: &str = "Function.InvalidResponse";

const UNWRITABLE: &str = "cannot write the response's body as JSON: expected map keys that are strings, and a `Serialize` that succeeds";

impl Response {
    /// Creates a response without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), cookies: Vec::new(), body: Vec::new(), encode: None, failure: None }
    }

    /// Creates a response with a text body of the given content type.
    #[must_use]
    pub fn new(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        Self { body: body.into().into_bytes(), ..Self::empty(status) }.header("content-type", content_type)
    }

    /// Creates a plain text response.
    #[must_use]
    pub fn text(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", body)
    }

    /// Creates an HTML response.
    #[must_use]
    pub fn html(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, "text/html; charset=utf-8", body)
    }

    /// Creates a JSON response. `body` is a [`Json`], a string, a number, a list of these, or a
    /// struct with serde's `Serialize`. If it cannot be written, such as a map whose keys are not
    /// strings, the invocation fails with `Function.UnwritableAnswer`.
    #[must_use]
    pub fn json(status: u16, body: impl Serialize) -> Self {
        match serde_json::to_string(&body) {
            Ok(text) => Self::new(status, "application/json", text),
            // `serde_json`'s own message would link core's formatting into functions whose bodies
            // can always be written.
            Err(_) => Self { failure: Some(Failure::new("Function.UnwritableAnswer", UNWRITABLE)), ..Self::empty(status) },
        }
    }

    /// Creates a response with a binary body, such as an image.
    #[must_use]
    pub fn bytes(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), encode: Some(base64), ..Self::empty(status) }.header("content-type", content_type)
    }

    /// Creates a redirect to `location` (RFC 9110, section 15.4): 303 to continue there with GET,
    /// 308 to repeat the request there.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::empty(status).header("location", location)
    }

    /// Sets the header `name` to `value` and replaces an earlier value. A `set-cookie` header is
    /// added.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        // HTTP/2 requires lowercase names (RFC 9113, section 8.2.1).
        let (name, value) = (name.to_ascii_lowercase(), value.into());
        if name == SET_COOKIE {
            return self.cookie(value);
        }
        self.headers.retain(|(header, _)| *header != name);
        self.headers.push((name, value));
        self
    }

    /// Adds a cookie in the format of `Set-Cookie` (RFC 6265, section 4.1): `session=7; HttpOnly;
    /// Secure`.
    #[must_use]
    pub fn cookie(mut self, cookie: impl Into<String>) -> Self {
        self.cookies.push(cookie.into());
        self
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Writes the response in the format that the sender of `request` reads.
    ///
    /// # Errors
    /// [`INVALID_RESPONSE`], with the name of the invalid header or cookie.
    /// `Function.UnwritableAnswer`: see [`Response::json`].
    #[inline(never)]
    pub fn answer_to(self, request: &Request) -> Result<String, Failure> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        validation::check(self.status, &self.headers, &self.cookies)?;
        let body = match self.encode {
            Some(encode) => encode(&self.body),
            None => String::from_utf8(self.body).unwrap_or_default(),
        };
        let (mut headers, mut cookies) = (self.headers, self.cookies);
        match request.origin() {
            Origin::HttpApi => {}
            // This format has one value per name.
            Origin::LoadBalancer { multi_value: false } => {
                let last = cookies.pop();
                if !cookies.is_empty() {
                    warn_of_lost_cookies(&cookies);
                }
                headers.extend(last.map(set_cookie));
            }
            Origin::RestApi | Origin::LoadBalancer { multi_value: true } => headers.extend(cookies.drain(..).map(set_cookie)),
        }
        let mut answer = Json::object().put("statusCode", self.status);
        if let Origin::LoadBalancer { .. } = request.origin() {
            answer.set("statusDescription", description(self.status));
        }
        match request.origin() {
            Origin::HttpApi | Origin::LoadBalancer { multi_value: false } => answer.set("headers", single(headers)),
            Origin::RestApi | Origin::LoadBalancer { multi_value: true } => answer.set("multiValueHeaders", listed(headers)),
        }
        if !cookies.is_empty() {
            answer.set("cookies", cookies);
        }
        answer.set("body", body);
        answer.set("isBase64Encoded", self.encode.is_some());
        Ok(answer.to_string())
    }
}

/// Logs the names of cookies that are not sent. Their values may be secret.
#[cold]
#[inline(never)]
fn warn_of_lost_cookies(cookies: &[String]) {
    let mut line = String::from("warning: cookies not sent:");
    for cookie in cookies {
        line.push(' ');
        line.push_str(validation::name_of(cookie));
    }
    line.push_str("; the load balancer reads one set-cookie header, unless its target group has lambda.multi_value_headers.enabled\n");
    log::write(Stream::Error, &line);
}

fn set_cookie(cookie: String) -> (String, String) {
    (String::from(SET_COOKIE), cookie)
}

/// Not `Engine::encode`, which contains a panic and its message.
#[inline(never)]
fn base64(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len().div_ceil(3) * 4];
    let written = STANDARD.encode_slice(bytes, &mut text).unwrap_or_default();
    text.truncate(written);
    String::from_utf8(text).unwrap_or_default()
}

/// The only header that a response may contain several times (RFC 6265, section 3).
const SET_COOKIE: &str = "set-cookie";

/// A type that a function of a [`super::Route`] may return.
pub trait IntoResponse {
    /// Converts the value to a response.
    ///
    /// # Errors
    /// Returns the function's error.
    fn into_response(self) -> Result<Response, Failure>;
}

impl IntoResponse for Response {
    fn into_response(self) -> Result<Response, Failure> {
        Ok(self)
    }
}

/// Status 200, JSON.
impl IntoResponse for Json {
    fn into_response(self) -> Result<Response, Failure> {
        Ok(Response::json(200, self))
    }
}

/// Status 200, plain text.
impl IntoResponse for String {
    fn into_response(self) -> Result<Response, Failure> {
        Ok(Response::text(200, self))
    }
}

/// Status 200, plain text.
impl IntoResponse for &str {
    fn into_response(self) -> Result<Response, Failure> {
        Ok(Response::text(200, self))
    }
}

/// Status 200, the struct as JSON.
impl<T: Serialize> IntoResponse for Typed<T> {
    fn into_response(self) -> Result<Response, Failure> {
        Ok(Response::json(200, self.0))
    }
}

impl<T: IntoResponse, E: ToFailure> IntoResponse for Result<T, E> {
    fn into_response(self) -> Result<Response, Failure> {
        self.map_err(ToFailure::into_failure)?.into_response()
    }
}

impl IntoAnswer<Request> for Response {
    fn into_answer(self, request: &Request) -> Result<String, Failure> {
        self.answer_to(request)
    }
}

/// Status 200, the struct as JSON.
impl<T: Serialize> IntoAnswer<Request> for Typed<T> {
    fn into_answer(self, request: &Request) -> Result<String, Failure> {
        Response::json(200, self.0).answer_to(request)
    }
}

/// Returns an object of strings: the last value of each name.
fn single(headers: Vec<(String, String)>) -> Json {
    let mut object = Json::object();
    for (name, value) in headers {
        object.set(&name, value);
    }
    object
}

/// Returns an object of arrays: all values of each name.
fn listed(headers: Vec<(String, String)>) -> Json {
    let mut object = Json::object();
    for (name, value) in headers {
        let mut values = object.take(&name);
        values.push(value);
        object.set(&name, values);
    }
    object
}

/// Returns the status line of a load balancer's response, such as `200 OK`.
fn description(status: u16) -> String {
    let mut text = status.to_string();
    text.push_str(match status {
        200 => " OK",
        201 => " Created",
        202 => " Accepted",
        204 => " No Content",
        301 => " Moved Permanently",
        302 => " Found",
        303 => " See Other",
        304 => " Not Modified",
        307 => " Temporary Redirect",
        308 => " Permanent Redirect",
        400 => " Bad Request",
        401 => " Unauthorized",
        403 => " Forbidden",
        404 => " Not Found",
        405 => " Method Not Allowed",
        409 => " Conflict",
        422 => " Unprocessable Content",
        429 => " Too Many Requests",
        500 => " Internal Server Error",
        503 => " Service Unavailable",
        _ => "",
    });
    text
}
