//! A request.

use super::origin::Origin;
use super::parameters::Parameters;
use super::route::{Route, client_status, refusal};
use crate::json::{INVALID_EVENT, Json};
use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use core::cell::OnceCell;
use percent_encoding::percent_decode_str;
use ruchy_std::lambda::{Failure, FromEvent};

/// The error type of a request that is not what the function takes: answered with status 400 by [`Route`].
pub const BAD_REQUEST: &str = "Function.BadRequest";

/// A request, whoever sent it.
#[derive(Clone, Debug)]
pub struct Request {
    origin: Origin,
    event: Json,
    method: String,
    path: String,
    query: Parameters,
    headers: Parameters,
    body: Vec<u8>,
    /// What the path has in the places of the route's pattern.
    pub(super) places: OnceCell<Parameters>,
}

impl FromEvent for Request {
    fn from_event(event: &str) -> Result<Self, Failure> {
        Self::of(Json::parse(event)?)
    }

    /// The client's fault is answered, and is no failure of the function: [`client_status`] says which.
    fn answer_failure(&self, failure: Failure) -> Result<String, Failure> {
        match client_status(failure.error_type()) {
            Some(status) => Ok(refusal(status, failure.message()).answer_to(self)),
            None => Err(failure),
        }
    }
}

impl Request {
    /// The request that `event` is.
    ///
    /// # Errors
    /// [`INVALID_EVENT`]: it is none of the shapes that [`Origin`] lists.
    pub fn of(event: Json) -> Result<Self, Failure> {
        let origin = Origin::of(&event)?;
        let (method, path) = match origin {
            Origin::HttpApi => (event.text("/requestContext/http/method")?, event.text("/rawPath")?),
            Origin::RestApi | Origin::LoadBalancer { .. } => (event.text("/httpMethod")?, event.text("/path")?),
        };
        Ok(Self {
            origin,
            method: method.to_string(),
            path: without_stage(origin, &event, path).to_string(),
            query: query(origin, &event),
            headers: Parameters::of_members(&event["headers"], &event["multiValueHeaders"]),
            body: body(&event)?,
            places: OnceCell::new(),
            event,
        })
    }

    /// The method: `GET`.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path, without the stage of an API, as it was delivered.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The first value of `name` in the query.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name)
    }

    /// Every value of the query.
    #[must_use]
    pub fn queries(&self) -> &Parameters {
        &self.query
    }

    /// The header called `name`, in whatever case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get_without_case(name)
    }

    /// Every header.
    #[must_use]
    pub fn headers(&self) -> &Parameters {
        &self.headers
    }

    /// The cookie called `name` (RFC 6265, section 5.4).
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let listed = self.event["cookies"].as_array().unwrap_or_default().iter().filter_map(Json::as_text);
        let sent = self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case("cookie"));
        let pairs = listed.chain(sent.flat_map(|(_, value)| value.split(';')));
        pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// What the path has in the place `{name}` of the route's pattern, or of API Gateway's own.
    ///
    /// # Errors
    /// [`INVALID_EVENT`]: neither pattern has such a place.
    pub fn parameter(&self, name: &str) -> Result<&str, Failure> {
        let place = self.places.get().and_then(|places| places.get(name));
        place.or_else(|| self.event["pathParameters"][name].as_text()).ok_or_else(|| {
            let mut message = String::from("the pattern of the path has no place {");
            message.push_str(name);
            message.push('}');
            Failure::new("Function.NoParameter", &message)
        })
    }

    /// The body's bytes.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as text.
    ///
    /// # Errors
    /// [`BAD_REQUEST`]: it is not UTF-8.
    pub fn text(&self) -> Result<&str, Failure> {
        core::str::from_utf8(&self.body).map_err(|_| Failure::new(BAD_REQUEST, "expected a body of UTF-8"))
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`BAD_REQUEST`]: it is not UTF-8; [`crate::INVALID_JSON`]: it is not JSON.
    pub fn json(&self) -> Result<Json, Failure> {
        Json::parse(self.text()?)
    }

    /// The body as a form: `a=1&b=2`.
    #[must_use]
    pub fn form(&self) -> Parameters {
        Parameters::of_form(&self.body)
    }

    /// Whose request it is: the principal or the claims that an authorizer found, `/requestContext/authorizer`.
    #[must_use]
    pub fn authorizer(&self) -> &Json {
        &self.event["requestContext"]["authorizer"]
    }

    /// The client's address.
    #[must_use]
    pub fn source_address(&self) -> Option<&str> {
        match self.origin {
            Origin::HttpApi => self.event.at("/requestContext/http/sourceIp")?.as_text(),
            Origin::RestApi => self.event.at("/requestContext/identity/sourceIp")?.as_text(),
            // The load balancer adds the client behind what the client says.
            Origin::LoadBalancer { .. } => Some(self.header("x-forwarded-for")?.rsplit(',').next()?.trim()),
        }
    }

    /// Who sent it.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// All of the event.
    #[must_use]
    pub fn event(&self) -> &Json {
        &self.event
    }

    /// Begins to find the function that answers.
    #[must_use]
    pub fn route(&self) -> Route<'_> {
        Route::new(self)
    }
}

/// An HTTP API puts its stage in front of the path, unless it is `$default`.
fn without_stage<'event>(origin: Origin, event: &Json, path: &'event str) -> &'event str {
    let stage = event.at("/requestContext/stage").and_then(Json::as_text);
    let (Origin::HttpApi, Some(stage)) = (origin, stage) else { return path };
    match path.strip_prefix('/').and_then(|path| path.strip_prefix(stage)) {
        Some("") => "/",
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    }
}

fn query(origin: Origin, event: &Json) -> Parameters {
    match origin {
        Origin::HttpApi => Parameters::of_form(event["rawQueryString"].as_text().unwrap_or_default().as_bytes()),
        Origin::RestApi => Parameters::of_members(&event["queryStringParameters"], &event["multiValueQueryStringParameters"]),
        // A load balancer passes on what it was sent, escapes and all.
        Origin::LoadBalancer { .. } => {
            let sent = Parameters::of_members(&event["queryStringParameters"], &event["multiValueQueryStringParameters"]);
            let mut query = Parameters::default();
            sent.iter().for_each(|(name, value)| query.push(&decoded(name), decoded(value).into_owned()));
            query
        }
    }
}

/// `text` without its escapes: `%2F` is `/`, and `+` a blank.
fn decoded(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        return Cow::Owned(percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned());
    }
    percent_decode_str(text).decode_utf8_lossy()
}

fn body(event: &Json) -> Result<Vec<u8>, Failure> {
    let body = match event.at("body") {
        None | Some(Json::Null) => "",
        Some(_) => event.text("/body")?,
    };
    if event["isBase64Encoded"] == Json::Boolean(true) {
        return STANDARD.decode(body).map_err(|_| Failure::new(INVALID_EVENT, "/body: expected base64, as /isBase64Encoded says"));
    }
    Ok(body.as_bytes().to_vec())
}
