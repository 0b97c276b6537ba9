//! A response.

use super::origin::Origin;
use super::request::Request;
use super::valid;
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

/// A response, to whoever asked.
#[derive(Clone, Debug)]
pub struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    cookies: Vec<String>,
    body: Vec<u8>,
    /// How the body becomes text, where it is bytes: a function that answers with text alone does not carry it.
    encode: Option<fn(&[u8]) -> String>,
    /// Why there is no body, where it could not be written.
    failure: Option<Failure>,
}

/// The error type of a response that cannot be sent: a header with a newline, or a status that HTTP does not have.
pub const INVALID_RESPONSE: &str = "Function.InvalidResponse";

const UNWRITABLE: &str = "the response's body cannot be written as JSON: keys of maps must be text, and its `Serialize` must not fail";

impl Response {
    /// A response without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), cookies: Vec::new(), body: Vec::new(), encode: None, failure: None }
    }

    /// A response with a body of that content type.
    #[must_use]
    pub fn new(status: u16, content_type: &str, body: impl Into<String>) -> Self {
        Self { body: body.into().into_bytes(), ..Self::empty(status) }.header("content-type", content_type)
    }

    /// Plain text.
    #[must_use]
    pub fn text(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", body)
    }

    /// A page.
    #[must_use]
    pub fn html(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, "text/html; charset=utf-8", body)
    }

    /// JSON: a [`Json`], a text, a number, a list of these, or a struct with serde's `Serialize`. Where `body` cannot be written, such as a map
    /// whose keys are not text, the invocation fails with `Function.UnwritableAnswer`.
    #[must_use]
    pub fn json(status: u16, body: impl Serialize) -> Self {
        match serde_json::to_string(&body) {
            Ok(text) => Self::new(status, "application/json", text),
            // `serde_json`'s own message would bring core's formatting into functions whose bodies can always be written.
            Err(_) => Self { failure: Some(Failure::new("Function.UnwritableAnswer", UNWRITABLE)), ..Self::empty(status) },
        }
    }

    /// Bytes of any content type: an image.
    #[must_use]
    pub fn bytes(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), encode: Some(base64), ..Self::empty(status) }.header("content-type", content_type)
    }

    /// Leads to `location` (RFC 9110, section 15.4): 303 to look there, 308 to ask there again.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::empty(status).header("location", location)
    }

    /// This response with the header `name` set to `value`, whatever it was before. A cookie is one more.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        // HTTP/2 has names in small letters only (RFC 9113, section 8.2.1).
        let (name, value) = (name.to_ascii_lowercase(), value.into());
        if name == SET_COOKIE {
            return self.cookie(value);
        }
        self.headers.retain(|(header, _)| *header != name);
        self.headers.push((name, value));
        self
    }

    /// This response with one cookie more, as `Set-Cookie` has it (RFC 6265, section 4.1): `session=7; HttpOnly; Secure`.
    #[must_use]
    pub fn cookie(mut self, cookie: impl Into<String>) -> Self {
        self.cookies.push(cookie.into());
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The response in the form that the origin of `request` reads.
    ///
    /// # Errors
    /// [`INVALID_RESPONSE`], by the name of the header or cookie that HTTP does not allow. `Function.UnwritableAnswer`: see [`Response::json`].
    #[inline(never)]
    pub fn answer_to(self, request: &Request) -> Result<String, Failure> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        valid::check(self.status, &self.headers, &self.cookies)?;
        let body = match self.encode {
            Some(encode) => encode(&self.body),
            None => String::from_utf8(self.body).unwrap_or_default(),
        };
        let (mut headers, mut cookies) = (self.headers, self.cookies);
        match request.origin() {
            Origin::HttpApi => {}
            // It reads one value for each name.
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

/// Logs the cookies that are not sent, by their names: their values may be secret.
#[cold]
#[inline(never)]
fn warn_of_lost_cookies(cookies: &[String]) {
    let mut line = String::from("warning: cookies not sent:");
    for cookie in cookies {
        line.push(' ');
        line.push_str(valid::name_of(cookie));
    }
    line.push_str("; the load balancer reads one set-cookie header, unless its target group has lambda.multi_value_headers.enabled\n");
    log::write(Stream::Error, &line);
}

fn set_cookie(cookie: String) -> (String, String) {
    (String::from(SET_COOKIE), cookie)
}

/// Not `Engine::encode`, which carries what it would say if base64 were no text.
#[inline(never)]
fn base64(bytes: &[u8]) -> String {
    let mut text = vec![0; bytes.len().div_ceil(3) * 4];
    let written = STANDARD.encode_slice(bytes, &mut text).unwrap_or_default();
    text.truncate(written);
    String::from_utf8(text).unwrap_or_default()
}

/// The one header that there may be several of in a response (RFC 6265, section 3).
const SET_COOKIE: &str = "set-cookie";

/// What a function of a [`super::Route`] may return.
pub trait IntoResponse {
    /// The response.
    ///
    /// # Errors
    /// The function's own error.
    fn into_response(self) -> Result<Response, Failure>;
}

impl IntoResponse for Response {
    fn into_response(self) -> Result<Response, Failure> {
        Ok(self)
    }
}

/// Status 200.
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

/// Each name with its value.
fn single(headers: Vec<(String, String)>) -> Json {
    let mut object = Json::object();
    for (name, value) in headers {
        object.set(&name, value);
    }
    object
}

/// Each name once, with the array of its values.
fn listed(headers: Vec<(String, String)>) -> Json {
    let mut object = Json::object();
    for (name, value) in headers {
        let mut values = object.take(&name);
        values.push(value);
        object.set(&name, values);
    }
    object
}

/// `200 OK`: what a load balancer puts into the first line of its response.
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
