//! A request, and the parts of it that several kinds of events have.

use crate::environment::date;
use crate::project::settings::http::{Parameters, Route};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, USER_AGENT};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};
use std::net::IpAddr;

/// An HTTP request to a function.
#[derive(Debug)]
pub struct Request<'a> {
    pub method: &'a Method,
    /// As it was sent, with its percent escapes.
    pub path: &'a str,
    /// As it was sent, without `?`.
    pub query: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
    pub source_ip: IpAddr,
    /// The port of this server.
    pub port: u16,
    /// The route that led here, and what the path has in the places of its pattern.
    pub route: Option<(&'a Route, &'a Parameters)>,
    pub function: &'a str,
    pub request_id: &'a str,
    pub trace_id: &'a str,
    pub region: &'a str,
    /// Milliseconds since 1970.
    pub now_ms: u64,
}

/// The account in events, as in ARNs.
pub const ACCOUNT: &str = "012345678912";

impl Request<'_> {
    /// Each header with its values, and those that AWS adds.
    #[must_use]
    pub fn headers(&self) -> Vec<(String, Vec<String>)> {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let mut headers: Vec<(String, Vec<String>)> = Vec::new();
        for name in self.headers.keys() {
            headers.push((name.as_str().to_owned(), self.headers.get_all(name).iter().map(text).collect()));
        }
        let mut add = |name: &str, value: String| {
            if !self.headers.contains_key(name) {
                headers.push((name.to_owned(), vec![value]));
            }
        };
        add("x-amzn-trace-id", self.trace_id.to_owned());
        add("x-forwarded-for", self.source_ip.to_string());
        add("x-forwarded-port", self.port.to_string());
        add("x-forwarded-proto", if self.port == 443 { "https" } else { "http" }.to_owned());
        headers
    }

    /// One header's value; empty if it is missing.
    #[must_use]
    pub fn header(&self, name: &hyper::header::HeaderName) -> String {
        self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
    }

    /// The host of the request, without its port.
    #[must_use]
    pub fn domain(&self) -> String {
        let host = self.header(&HOST);
        host.rsplit_once(':').map_or(host.as_str(), |(host, _)| host).to_owned()
    }

    #[must_use]
    pub fn user_agent(&self) -> String {
        self.header(&USER_AGENT)
    }

    /// The names and values of the query, decoded.
    #[must_use]
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        self.raw_query_pairs().map(|(name, value)| (form_decoded(name), form_decoded(value))).collect()
    }

    /// The names and values of the query, as they were sent.
    pub fn raw_query_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }

    /// The parameters of the path, decoded; `null` without any.
    #[must_use]
    pub fn path_parameters(&self) -> Value {
        let parameters = self.route.map(|(_, parameters)| parameters.as_slice()).unwrap_or_default();
        let members: Map<String, Value> = parameters.iter().map(|(name, value)| (name.clone(), decoded(value).into())).collect();
        if members.is_empty() { Value::Null } else { members.into() }
    }

    /// The body, and whether it is base64. As load balancers are documented to decide: text is what
    /// has no content encoding and is `text/*`, JSON, JavaScript or XML. A form is base64 where
    /// `forms_are_text` is false.
    #[must_use]
    pub fn body(&self, forms_are_text: bool) -> (String, bool) {
        let content_type = self.header(&CONTENT_TYPE).to_ascii_lowercase();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let is_text = !self.headers.contains_key(CONTENT_ENCODING) && is_text(essence, forms_are_text);
        match std::str::from_utf8(self.body) {
            Ok(text) if is_text || text.is_empty() => (text.to_owned(), false),
            _ => (STANDARD.encode(self.body), true),
        }
    }

    /// The time of the request, as API Gateway writes it: `12/Mar/2020:19:03:58 +0000`.
    #[must_use]
    pub fn time(&self) -> String {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let seconds = self.now_ms / 1_000;
        let (year, month, day) = date(seconds / 86_400);
        let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
        let month = MONTHS[usize::try_from(month - 1).unwrap_or_default() % 12];
        format!("{day:02}/{month}/{year}:{hour:02}:{minute:02}:{second:02} +0000")
    }
}

fn is_text(essence: &str, forms_are_text: bool) -> bool {
    essence.starts_with("text/")
        || matches!(essence, "application/json" | "application/javascript" | "application/xml")
        || essence.ends_with("+json")
        || essence.ends_with("+xml")
        || essence == "application/x-www-form-urlencoded" && forms_are_text
}

/// A part of a query, in which `+` stands for a blank.
fn form_decoded(text: &str) -> String {
    decoded(&text.replace('+', " "))
}

fn decoded(text: &str) -> String {
    String::from_utf8_lossy(&percent_decode_str(text).collect::<Vec<u8>>()).into_owned()
}

/// An object of the pairs, in which a later value of a name is joined to the earlier by a comma;
/// `null` of none.
pub fn joined(pairs: impl IntoIterator<Item = (String, String)>) -> Value {
    let mut members = Map::new();
    for (name, value) in pairs {
        match members.get_mut(&name) {
            Some(Value::String(earlier)) => {
                earlier.push(',');
                earlier.push_str(&value);
            }
            _ => drop(members.insert(name, value.into())),
        }
    }
    if members.is_empty() { Value::Null } else { members.into() }
}

/// An object of the pairs with a list of values for each name; `null` of none.
pub fn listed(pairs: impl IntoIterator<Item = (String, String)>) -> Value {
    let mut members = Map::new();
    for (name, value) in pairs {
        match members.entry(name).or_insert_with(|| json!([])) {
            Value::Array(values) => values.push(value.into()),
            _ => unreachable!("only arrays are inserted"),
        }
    }
    if members.is_empty() { Value::Null } else { members.into() }
}

/// An object of the last value of each name; `null` of none.
pub fn last(pairs: impl IntoIterator<Item = (String, String)>) -> Value {
    let members: Map<String, Value> = pairs.into_iter().map(|(name, value)| (name, value.into())).collect();
    if members.is_empty() { Value::Null } else { members.into() }
}
