//! A response.

use super::origin::Origin;
use super::request::Request;
use crate::json::{Json, Object};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruchy_std::lambda::{Failure, IntoAnswer, ToFailure};

/// A response, to whoever asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    cookies: Vec<String>,
    body: Vec<u8>,
    /// Whether the body is bytes, to be sent as base64.
    bytes: bool,
}

impl Response {
    /// A response without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), cookies: Vec::new(), body: Vec::new(), bytes: false }
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

    /// JSON.
    #[must_use]
    pub fn json(status: u16, body: impl Into<Json>) -> Self {
        Self::new(status, "application/json", body.into().to_string())
    }

    /// Bytes of any content type: an image.
    #[must_use]
    pub fn bytes(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), bytes: true, ..Self::empty(status) }.header("content-type", content_type)
    }

    /// Leads to `location` (RFC 9110, section 15.4): 303 to look there, 308 to ask there again.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::empty(status).header("location", location)
    }

    /// This response with one header more.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_string(), value.into()));
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

    /// The response as the one who sent `request` reads it.
    #[must_use]
    pub fn answer_to(self, request: &Request) -> String {
        let origin = request.origin();
        let mut answer = Json::object().put("statusCode", self.status);
        if let Origin::LoadBalancer { .. } = origin {
            answer.set("statusDescription", description(self.status));
        }
        match origin {
            Origin::HttpApi => {
                answer.set("headers", joined(self.headers.into_iter()));
                if !self.cookies.is_empty() {
                    answer.set("cookies", self.cookies);
                }
            }
            Origin::LoadBalancer { multi_value: false } => {
                // It takes one value for each name: of several cookies the last.
                let cookie = self.cookies.into_iter().next_back().map(|cookie| ("set-cookie".to_string(), cookie));
                answer.set("headers", joined(self.headers.into_iter().chain(cookie)));
            }
            Origin::RestApi | Origin::LoadBalancer { multi_value: true } => {
                answer.set("multiValueHeaders", listed(self.headers, self.cookies));
            }
        }
        let body = if self.bytes { STANDARD.encode(&self.body) } else { String::from_utf8(self.body).unwrap_or_default() };
        answer.put("body", body).put("isBase64Encoded", self.bytes).to_string()
    }
}

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

impl<T: IntoResponse, E: ToFailure> IntoResponse for Result<T, E> {
    fn into_response(self) -> Result<Response, Failure> {
        self.map_err(ToFailure::into_failure)?.into_response()
    }
}

impl IntoAnswer<Request> for Response {
    fn into_answer(self, request: &Request) -> Result<String, Failure> {
        Ok(self.answer_to(request))
    }
}

/// Each name once, its values behind each other (RFC 9110, section 5.3).
fn joined(headers: impl Iterator<Item = (String, String)>) -> Json {
    let mut object = Object::default();
    for (name, value) in headers {
        match object.get_mut(&name) {
            Some(Json::Text(values)) => {
                values.push_str(", ");
                values.push_str(&value);
            }
            _ => object.insert(&name, Json::Text(value)),
        }
    }
    Json::Object(object)
}

/// Each name once, with the array of its values.
fn listed(headers: Vec<(String, String)>, cookies: Vec<String>) -> Json {
    let mut object = Object::default();
    let cookies = cookies.into_iter().map(|cookie| ("set-cookie".to_string(), cookie));
    for (name, value) in headers.into_iter().chain(cookies) {
        match object.get_mut(&name) {
            Some(values) => values.push(value),
            None => object.insert(&name, Json::Array([Json::Text(value)].into())),
        }
    }
    Json::Object(object)
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
