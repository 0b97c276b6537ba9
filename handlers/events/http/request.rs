//! A request.

use super::origin::Origin;
use super::parameters::Parameters;
use super::path;
use super::route::{Route, client_status, refusal};
use super::source_address::without_port;
use crate::json::{INVALID_EVENT, INVALID_JSON, Json, Object};
use crate::ping::answered_as_ping;
use alloc::rc::Rc;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use core::cell::OnceCell;
use percent_encoding::percent_decode_str;
use ruchy_std::lambda::{Failure, FromEvent};
use ruchy_std::log::{self, Stream};

/// The error type of a request that is not what the function takes: answered with status 400 by [`Route`].
pub const BAD_REQUEST: &str = "Function.BadRequest";

/// The error type of a function that asks for a part of the path that its pattern does not name.
pub const NO_PARAMETER: &str = "Function.NoParameter";

/// A request, whoever sent it.
#[derive(Clone, Debug)]
pub struct Request {
    origin: Origin,
    /// Shared, since each function of a route has a request of its own.
    /// INVARIANT: it has a method and a path, where `origin` has them.
    event: Rc<Json>,
    /// The body, where the event has it as base64.
    bytes: Option<Rc<[u8]>>,
    query: OnceCell<Parameters>,
    /// What the path has in the places of the patterns that led here, those of the last pattern first.
    places: Parameters,
}

impl FromEvent for Request {
    // Never inlined: one copy, however many functions of a file take requests.
    #[inline(never)]
    fn from_event(event: &str) -> Result<Self, Failure> {
        let event = crate::parse(event)?;
        let origin = Origin::of(&event)?;
        event.text(method_pointer(origin))?;
        event.text(path_pointer(origin))?;
        let body = match event.get("body") {
            None | Some(Json::Null) => "",
            Some(_) => event.text("/body")?,
        };
        let bytes = if event["isBase64Encoded"] == Json::Boolean(true) { Some(bytes(body)?.into()) } else { None };
        Ok(Self { origin, event: Rc::new(event), bytes, query: OnceCell::new(), places: Parameters::default() })
    }

    answered_as_ping!();

    /// The client's fault is answered, and is no failure of the function: [`client_status`] says which.
    #[inline(never)]
    fn answer_failure(&self, failure: Failure) -> Result<String, Failure> {
        match client_status(failure.error_type()) {
            Some(status) => {
                say_what_may_be_ones_own(&failure);
                refusal(status, failure.message()).answer_to(self)
            }
            None => Err(failure),
        }
    }
}

impl Request {
    /// The method: `GET`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.event.at(method_pointer(self.origin)).and_then(Json::as_text).unwrap_or_default()
    }

    /// The path as it was delivered, without the stage of an HTTP API and without the base path of a custom domain's mapping. (An HTTP API's
    /// route `$default` does not tell its base path: there it stays.)
    #[must_use]
    pub fn path(&self) -> &str {
        let path = self.event.at(path_pointer(self.origin)).and_then(Json::as_text).unwrap_or_default();
        path::own_part(self.origin, &self.event, path)
    }

    /// The first value of `name` in the query.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.queries().get(name)
    }

    /// Every value of the query.
    #[must_use]
    pub fn queries(&self) -> &Parameters {
        self.query.get_or_init(|| query(self.origin, &self.event))
    }

    /// The first header called `name`, in whatever case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every header with its value.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        values(&self.event["headers"], &self.event["multiValueHeaders"])
    }

    /// The cookie called `name` (RFC 6265, section 5.4).
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let listed = self.event["cookies"].as_array().unwrap_or_default().iter().filter_map(Json::as_text);
        let sent = self.headers().filter(|(header, _)| header.eq_ignore_ascii_case("cookie"));
        let pairs = listed.chain(sent.flat_map(|(_, value)| value.split(';')));
        pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// What the path has in the place `{name}` of the route's pattern, or of API Gateway's own.
    ///
    /// # Errors
    /// [`NO_PARAMETER`]: neither pattern has such a place.
    pub fn parameter(&self, name: &str) -> Result<&str, Failure> {
        let place = self.places.get(name);
        place
            .or_else(|| self.event["pathParameters"][name].as_text())
            .ok_or_else(|| Failure::new(NO_PARAMETER, String::from("the pattern of the path has no place {") + name + "}"))
    }

    /// The body's bytes.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or_else(|| self.event["body"].as_text().unwrap_or_default().as_bytes())
    }

    /// The body as text.
    ///
    /// # Errors
    /// [`BAD_REQUEST`]: it is not UTF-8.
    pub fn text(&self) -> Result<&str, Failure> {
        core::str::from_utf8(self.body()).map_err(|_| Failure::new(BAD_REQUEST, "expected a body of UTF-8"))
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`BAD_REQUEST`]: there is none, or it is not UTF-8; [`crate::INVALID_JSON`]: it is not JSON.
    pub fn json(&self) -> Result<Json, Failure> {
        if self.body().is_empty() {
            return Err(Failure::new(BAD_REQUEST, "expected a body of JSON, and there is none"));
        }
        crate::parse(self.text()?)
    }

    /// The body as a form: `a=1&b=2`.
    #[must_use]
    pub fn form(&self) -> Parameters {
        Parameters::of_form(self.body())
    }

    /// Whose request it is: the principal or the claims that an authorizer found, `/requestContext/authorizer`.
    #[must_use]
    pub fn authorizer(&self) -> &Json {
        &self.event["requestContext"]["authorizer"]
    }

    /// The client's address, without a port. Behind a load balancer it is the last one in `x-forwarded-for`, which the load balancer appends:
    /// a client can write those before it.
    #[must_use]
    pub fn source_address(&self) -> Option<&str> {
        let text = match self.origin {
            Origin::HttpApi => self.event.at("/requestContext/http/sourceIp")?.as_text()?,
            Origin::RestApi => self.event.at("/requestContext/identity/sourceIp")?.as_text()?,
            Origin::LoadBalancer { .. } => {
                let values = self.headers().filter(|(name, _)| name.eq_ignore_ascii_case("x-forwarded-for"));
                values.last()?.1.rsplit(',').next()?
            }
        };
        Some(without_port(text)).filter(|address| !address.is_empty())
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

    /// The same request for the function of a pattern in whose places there is this.
    pub(super) fn at(&self, mut places: Parameters) -> Self {
        self.places.iter().for_each(|(name, value)| places.push(String::from(name), String::from(value)));
        Self { places, ..self.clone() }
    }

    /// Whether the path is without its escapes already, as API Gateway's HTTP APIs deliver it, in either format.
    pub(super) fn is_path_decoded(&self) -> bool {
        let domain = self.event.at("/requestContext/domainName").and_then(Json::as_text).unwrap_or_default();
        match self.origin {
            Origin::HttpApi => !domain.contains(".lambda-url."),
            Origin::RestApi => path::is_payload_1_0(&self.event),
            Origin::LoadBalancer { .. } => false,
        }
    }

    /// Begins to find the function that answers.
    pub fn route(&self) -> Route<'_> {
        Route::new(self)
    }
}

/// A value that is not what was expected may be of the client's body, and is answered as such; or of something that the function read itself: so it is logged.
fn say_what_may_be_ones_own(failure: &Failure) {
    if [INVALID_EVENT, INVALID_JSON].contains(&failure.error_type()) {
        log::write(Stream::Error, &(String::from(failure.error_type()) + ": " + failure.message() + "\n"));
    }
}

fn method_pointer(origin: Origin) -> &'static str {
    if origin == Origin::HttpApi { "/requestContext/http/method" } else { "/httpMethod" }
}

fn path_pointer(origin: Origin) -> &'static str {
    if origin == Origin::HttpApi { "/rawPath" } else { "/path" }
}

fn query(origin: Origin, event: &Json) -> Parameters {
    if origin == Origin::HttpApi {
        return Parameters::of_form(event["rawQueryString"].as_text().unwrap_or_default().as_bytes());
    }
    let mut query = Parameters::default();
    for (name, value) in values(&event["queryStringParameters"], &event["multiValueQueryStringParameters"]) {
        match origin {
            // A load balancer passes on what it was sent, escapes and all.
            Origin::LoadBalancer { .. } => query.push(decoded(name), decoded(value)),
            _ => query.push(name.to_string(), value.to_string()),
        }
    }
    query
}

/// Each name with its value, of an object with a text for each name; of `multiple`, where that is, with an array of texts.
fn values<'event>(single: &'event Json, multiple: &'event Json) -> impl Iterator<Item = (&'event str, &'event str)> {
    let members = multiple.as_object().or_else(|| single.as_object()).into_iter().flat_map(Object::iter);
    members.flat_map(|(name, value)| {
        let values = value.as_array().unwrap_or(core::slice::from_ref(value));
        values.iter().filter_map(move |value| Some((name, value.as_text()?)))
    })
}

/// `text` without its escapes: `%2F` is `/`, and `+` a blank.
fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn bytes(body: &str) -> Result<Vec<u8>, Failure> {
    STANDARD.decode(body).map_err(|_| Failure::new(INVALID_EVENT, "/body: expected base64, as /isBase64Encoded says"))
}
