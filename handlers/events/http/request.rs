//! HTTP requests.

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

/// The error type of a request that the function does not accept. It is answered with status 400:
/// see [`client_status`].
pub const BAD_REQUEST: &str = "Function.BadRequest";

/// The error type for a path parameter that the route's pattern does not have.
pub const NO_PARAMETER: &str = "Function.NoParameter";

/// An HTTP request, with the same methods for all senders.
///
/// ```
/// use events::Json;
/// use events::http::{Request, Response};
///
/// pub fn lambda_handler(request: &Request) -> Result<Response, Failure> {
///     let user = request.authorizer().at("/jwt/claims/sub").and_then(Json::as_text);
///     let session = request.cookie("session").or(request.header("authorization"));
///     println!("{} from {:?}, {} headers", request.path(), request.source_address(), request.headers().count());
///     let name = match request.form().get("name") {
///         Some(name) => name.to_string(),
///         None if request.body().is_empty() => request.query("name").unwrap_or("a guest").to_string(),
///         None => request.json()?.text("/name")?.to_string(),
///     };
///     let answer = Json::object().put("name", name).put("user", user).put("session", session.is_some());
///     Ok(Response::json(200, answer.put("bytes", request.text()?.len())))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Request {
    origin: Origin,
    /// Shared, because each function of a route has a request of its own.
    ///
    /// INVARIANT: has the method and path of `origin`'s format.
    event: Rc<Json>,
    /// The decoded body, if the event has it as base64.
    bytes: Option<Rc<[u8]>>,
    query: OnceCell<Parameters>,
    /// The parameters of the patterns that matched, those of the last pattern first.
    path_parameters: Parameters,
}

impl FromEvent for Request {
    // Not inlined: one copy for all functions of a file that take requests.
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
        Ok(Self { origin, event: Rc::new(event), bytes, query: OnceCell::new(), path_parameters: Parameters::default() })
    }

    answered_as_ping!();

    /// Answers failures that are the client's fault: see [`client_status`].
    #[inline(never)]
    fn answer_failure(&self, failure: Failure) -> Result<String, Failure> {
        match client_status(failure.error_type()) {
            Some(status) => {
                log_if_possibly_internal(&failure);
                refusal(status, failure.message()).answer_to(self)
            }
            None => Err(failure),
        }
    }
}

impl Request {
    /// Returns the method, such as `GET`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.event.at(method_pointer(self.origin)).and_then(Json::as_text).unwrap_or_default()
    }

    /// Returns the path as it was delivered, without the stage of an HTTP API and without the base
    /// path of a custom domain's mapping. For the route `$default` of an HTTP API the base path is
    /// unknown and remains.
    #[must_use]
    pub fn path(&self) -> &str {
        let path = self.event.at(path_pointer(self.origin)).and_then(Json::as_text).unwrap_or_default();
        path::without_prefix(self.origin, &self.event, path)
    }

    /// Returns the first value of `name` in the query string.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.queries().get(name)
    }

    /// Returns all parameters of the query string.
    #[must_use]
    pub fn queries(&self) -> &Parameters {
        self.query.get_or_init(|| query(self.origin, &self.event))
    }

    /// Returns the first header `name`, compared without case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Returns an iterator over all headers with their values.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        values(&self.event["headers"], &self.event["multiValueHeaders"])
    }

    /// Returns the cookie `name` (RFC 6265, section 5.4).
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let listed = self.event["cookies"].as_array().unwrap_or_default().iter().filter_map(Json::as_text);
        let sent = self.headers().filter(|(header, _)| header.eq_ignore_ascii_case("cookie"));
        let pairs = listed.chain(sent.flat_map(|(_, value)| value.split(';')));
        pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Returns the part of the path that matched `{name}` in the route's pattern, or in API
    /// Gateway's own route.
    ///
    /// # Errors
    /// [`NO_PARAMETER`] if neither pattern has `{name}`.
    pub fn parameter(&self, name: &str) -> Result<&str, Failure> {
        let parameter = self.path_parameters.get(name);
        parameter
            .or_else(|| self.event["pathParameters"][name].as_text())
            .ok_or_else(|| Failure::new(NO_PARAMETER, String::from("expected {") + name + "} in the pattern of the route"))
    }

    /// Returns the body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or_else(|| self.event["body"].as_text().unwrap_or_default().as_bytes())
    }

    /// Returns the body as text.
    ///
    /// # Errors
    /// [`BAD_REQUEST`] if it is not valid UTF-8.
    pub fn text(&self) -> Result<&str, Failure> {
        core::str::from_utf8(self.body()).map_err(|_| Failure::new(BAD_REQUEST, "body: expected UTF-8 text"))
    }

    /// Parses the body as JSON.
    ///
    /// # Errors
    /// [`BAD_REQUEST`] if the body is empty or is not valid UTF-8; [`crate::INVALID_JSON`] if it is
    /// not JSON.
    pub fn json(&self) -> Result<Json, Failure> {
        if self.body().is_empty() {
            return Err(Failure::new(BAD_REQUEST, "body: expected JSON, found nothing"));
        }
        crate::parse(self.text()?)
    }

    /// Parses the body as a form: `a=1&b=2`.
    #[must_use]
    pub fn form(&self) -> Parameters {
        Parameters::of_form(self.body())
    }

    /// Returns the principal or the claims that an authorizer determined:
    /// `/requestContext/authorizer`.
    #[must_use]
    pub fn authorizer(&self) -> &Json {
        &self.event["requestContext"]["authorizer"]
    }

    /// Returns the address of the client, without a port. For a load balancer it is the last
    /// address in `x-forwarded-for`, which the load balancer appends; a client can forge the
    /// others.
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

    /// Returns the sender of the request.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Returns the whole event.
    #[must_use]
    pub fn event(&self) -> &Json {
        &self.event
    }

    /// Returns this request with the parameters of a pattern that matched.
    pub(super) fn with_parameters(&self, mut path_parameters: Parameters) -> Self {
        self.path_parameters.iter().for_each(|(name, value)| path_parameters.push(String::from(name), String::from(value)));
        Self { path_parameters, ..self.clone() }
    }

    /// Returns `true` if the path is already percent-decoded, as API Gateway's HTTP APIs deliver it
    /// in both formats.
    pub(super) fn is_path_decoded(&self) -> bool {
        let domain = self.event.at("/requestContext/domainName").and_then(Json::as_text).unwrap_or_default();
        match self.origin {
            Origin::HttpApi => !domain.contains(".lambda-url."),
            Origin::RestApi => path::is_payload_1_0(&self.event),
            Origin::LoadBalancer { .. } => false,
        }
    }

    /// Starts routing the request to a function.
    pub fn route(&self) -> Route<'_> {
        Route::new(self)
    }
}

/// Logs a failure that may be caused by a value that the function read itself. It is answered with
/// status 400, because it may also be caused by the client's body.
fn log_if_possibly_internal(failure: &Failure) {
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
            // A load balancer passes the query string on without decoding it.
            Origin::LoadBalancer { .. } => query.push(decoded(name), decoded(value)),
            _ => query.push(name.to_string(), value.to_string()),
        }
    }
    query
}

/// Returns each name with its values: of `multiple`, an object of arrays, if the event has it, and
/// otherwise of `single`, an object of strings.
fn values<'event>(single: &'event Json, multiple: &'event Json) -> impl Iterator<Item = (&'event str, &'event str)> {
    let members = multiple.as_object().or_else(|| single.as_object()).into_iter().flat_map(Object::iter);
    members.flat_map(|(name, value)| {
        let values = value.as_array().unwrap_or(core::slice::from_ref(value));
        values.iter().filter_map(move |value| Some((name, value.as_text()?)))
    })
}

/// Decodes `text`: `%2F` is `/`, and `+` a space.
fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn bytes(body: &str) -> Result<Vec<u8>, Failure> {
    STANDARD.decode(body).map_err(|_| Failure::new(INVALID_EVENT, "/body: expected base64, because /isBase64Encoded is true"))
}
