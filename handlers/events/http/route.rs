//! Which function answers a request.

use super::parameters::Parameters;
use super::request::Request;
use super::response::{IntoResponse, Response};
use crate::json::Json;
use alloc::string::String;
use alloc::vec::Vec;
use percent_encoding::percent_decode_str;
use ruchy_std::lambda::Failure;

/// Tries one pattern after another, in the order they are written; the first that fits has its function called.
///
/// A pattern is a path of which `{name}` stands for one segment, and `{name+}` at the end for all that are left, as in API Gateway's own
/// routes. Segments are compared without their escapes. A slash at the end of the path or the pattern makes no difference. `GET` also answers
/// `HEAD`.
#[must_use = "a route answers when `answer` is called"]
#[derive(Debug)]
pub struct Route<'request> {
    request: &'request Request,
    outcome: Option<Result<Response, Failure>>,
    /// The methods of the patterns that fit the path.
    allowed: Vec<&'static str>,
}

macro_rules! methods {
    ($($name:ident $method:literal),*) => {
        $(#[doc = concat!("`", $method, "` of paths like `pattern` is answered by `function`.")]
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

    fn on<R: IntoResponse>(mut self, method: &'static str, pattern: &str, function: impl FnOnce(&Request) -> R) -> Self {
        if let Some(request) = self.fits(method, pattern) {
            self.outcome = Some(function(&request).into_response());
        }
        self
    }

    /// The request for the function of this pattern, if it is the one that answers.
    fn fits(&mut self, method: &'static str, pattern: &str) -> Option<Request> {
        if self.outcome.is_some() {
            return None;
        }
        let places = places(pattern, self.request.path(), self.request.is_path_decoded())?;
        let asked = self.request.method();
        if asked != method && !(asked == "HEAD" && method == "GET") {
            for method in [method].into_iter().chain((method == "GET").then_some("HEAD")) {
                if !self.allowed.contains(&method) {
                    self.allowed.push(method);
                }
            }
            return None;
        }
        Some(self.request.at(places))
    }

    /// The response of the function that was called; status 405 where only other methods have a pattern for the path, and 404 where none has.
    ///
    /// # Errors
    /// The function's own failure. Of a type that is the client's fault it is answered all the same: see [`client_status`].
    pub fn answer(self) -> Result<Response, Failure> {
        match self.outcome {
            Some(outcome) => outcome,
            None if self.allowed.is_empty() => Ok(refusal(404, "Not Found")),
            None => Ok(refusal(405, "Method Not Allowed").header("allow", self.allowed.join(", "))),
        }
    }
}

/// A response that says no, in the form of API Gateway's own.
pub(super) fn refusal(status: u16, message: &str) -> Response {
    Response::json(status, Json::object().put("message", message))
}

/// The status by which a failure of this type is answered, when it is the client's fault: `Function.NotFound` is 404. Any other is the
/// function's own, and Lambda is told.
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

/// What `path` has in the places of `pattern`, if it is like it.
fn places(pattern: &str, path: &str, is_decoded: bool) -> Option<Parameters> {
    let decoded = |segment: &str| if is_decoded { String::from(segment) } else { decoded(segment) };
    let mut places = Parameters::default();
    let is_greedy = pattern.ends_with("+}");
    let mut segments = if is_greedy { path } else { without_last_slash(path) }.split('/');
    let mut patterns = without_last_slash(pattern).split('/');
    loop {
        let (pattern, segment) = match (patterns.next(), segments.next()) {
            (Some(pattern), Some(segment)) => (pattern, segment),
            (None, None) => return Some(places),
            _ => return None,
        };
        match place(pattern) {
            Some((name, true)) => {
                let mut rest = String::from(segment);
                for segment in segments.by_ref() {
                    rest.push('/');
                    rest.push_str(segment);
                }
                if rest.is_empty() {
                    return None;
                }
                places.push(String::from(name), decoded(&rest));
                return Some(places);
            }
            Some((name, false)) if !segment.is_empty() => places.push(String::from(name), decoded(segment)),
            None if decoded(segment) == pattern => {}
            _ => return None,
        }
    }
}

fn without_last_slash(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

/// The name of a place, `{name}`, and whether it takes all that is left, `{name+}`.
fn place(pattern: &str) -> Option<(&str, bool)> {
    let name = pattern.strip_prefix('{')?.strip_suffix('}')?;
    Some(name.strip_suffix('+').map_or((name, false), |name| (name, true)))
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
