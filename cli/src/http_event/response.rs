//! A function's answer as an HTTP response.

use crate::project::settings::http::HttpKind;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE, TRANSFER_ENCODING};
use serde_json::{Map, Value};

/// The content type of a streamed response that begins with a prelude.
pub const PRELUDE_TYPE: &[u8] = b"application/vnd.awslambda.http-integration-response";
/// The end of the prelude.
const PRELUDE_END: [u8; 8] = [0; 8];
/// The longest prelude that is waited for, in bytes.
const PRELUDE_BYTES_MAX: usize = 1024 * 1024;

/// Status, headers and body.
#[derive(Debug, PartialEq, Eq)]
pub struct HttpResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl HttpResponse {
    /// A response with a JSON body.
    #[must_use]
    pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        Self { status, headers, body: body.into() }
    }

    /// The response of an invocation that failed, or whose answer cannot be one: what AWS sends.
    #[must_use]
    pub fn failed(kind: HttpKind) -> Self {
        match kind {
            HttpKind::Url => Self::json(StatusCode::BAD_GATEWAY, "Internal Server Error"),
            HttpKind::HttpApi => Self::json(StatusCode::INTERNAL_SERVER_ERROR, "{\"message\":\"Internal Server Error\"}"),
            HttpKind::Rest => Self::json(StatusCode::BAD_GATEWAY, "{\"message\": \"Internal server error\"}"),
            HttpKind::Alb | HttpKind::AlbMultiValue => {
                let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
                let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("text/html"))]);
                Self { status: StatusCode::BAD_GATEWAY, headers, body: page.into() }
            }
        }
    }
}

/// The response that `answer` describes, as `kind` reads it.
///
/// # Errors
/// The problem with `answer`.
pub fn response(kind: HttpKind, answer: &Bytes) -> Result<HttpResponse, String> {
    let infers = matches!(kind, HttpKind::Url | HttpKind::HttpApi);
    let value: Value = match serde_json::from_slice(answer) {
        Ok(value) => value,
        // Format 2.0 uses a response that is not JSON as the body.
        Err(_) if infers => return Ok(HttpResponse::json(StatusCode::OK, answer.clone())),
        Err(error) => return Err(format!("the response is not JSON: {error}")),
    };
    let Some(members) = value.as_object().filter(|members| members.contains_key("statusCode") || !infers) else {
        return if infers {
            Ok(HttpResponse::json(StatusCode::OK, answer.clone()))
        } else {
            Err("the response is not an object of statusCode, headers and body".to_owned())
        };
    };
    let (status, mut headers) = head(members, kind)?;
    let text = match members.get("body") {
        None | Some(Value::Null) => "",
        Some(Value::String(text)) => text,
        Some(_) => return Err("body: expected a string".to_owned()),
    };
    let body = if members.get("isBase64Encoded") == Some(&Value::Bool(true)) {
        STANDARD.decode(text).map_err(|error| format!("body: isBase64Encoded is true, and it is not base64: {error}"))?.into()
    } else {
        Bytes::copy_from_slice(text.as_bytes())
    };
    if infers || kind == HttpKind::Rest {
        let default = if kind == HttpKind::HttpApi { "text/plain; charset=utf-8" } else { "application/json" };
        headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(default));
    }
    Ok(HttpResponse { status, headers, body })
}

/// Status and headers.
fn head(members: &Map<String, Value>, kind: HttpKind) -> Result<(StatusCode, HeaderMap), String> {
    let code = match members.get("statusCode") {
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_u64().and_then(|code| u16::try_from(code).ok()),
        None => return Err("statusCode is missing".to_owned()),
    };
    let status = code.filter(|code| (100..=599).contains(code)).and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.ok_or_else(|| format!("statusCode = {}: expected 100 to 599", members["statusCode"]))?;
    let mut headers = HeaderMap::new();
    let reads_single = kind != HttpKind::AlbMultiValue;
    let reads_lists = !matches!(kind, HttpKind::Alb | HttpKind::Url | HttpKind::HttpApi);
    for (name, value) in object(members, "headers")?.filter(|_| reads_single) {
        if let Some((name, value)) = header("headers", name, value)? {
            headers.insert(name, value);
        }
    }
    for (name, values) in object(members, "multiValueHeaders")?.filter(|_| reads_lists) {
        let values = values.as_array().ok_or_else(|| format!("multiValueHeaders.{name}: expected a list"))?;
        for (index, value) in values.iter().enumerate() {
            match header("multiValueHeaders", name, value)? {
                Some((name, value)) if index == 0 => drop(headers.insert(name, value)),
                Some((name, value)) => {
                    headers.append(name, value);
                }
                None => {}
            }
        }
    }
    if matches!(kind, HttpKind::Url | HttpKind::HttpApi) {
        for cookie in members.get("cookies").and_then(Value::as_array).into_iter().flatten() {
            let text = cookie.as_str().ok_or("cookies: expected a list of strings")?;
            headers.append(SET_COOKIE, HeaderValue::from_str(text).map_err(|_| format!("cookies: {text:?} cannot be a header"))?);
        }
    }
    Ok((status, headers))
}

fn object<'a>(members: &'a Map<String, Value>, name: &str) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, String> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None.into_iter().flatten()),
        Some(Value::Object(object)) => Ok(Some(object).into_iter().flatten()),
        Some(_) => Err(format!("{name}: expected an object")),
    }
}

/// One header; none of those that this server writes itself.
fn header(place: &str, name: &str, value: &Value) -> Result<Option<(HeaderName, HeaderValue)>, String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return Err(format!("{place}.{name}: expected a string")),
    };
    let invalid = |_| format!("{place}.{name}: {text:?} cannot be a header");
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("{place}: {name:?} cannot be the name of a header"))?;
    let value = HeaderValue::from_str(&text).map_err(invalid)?;
    let is_own = [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING].contains(&name);
    Ok((!is_own).then_some((name, value)))
}

/// Status and headers of a streamed response, read from the bytes that begin it.
#[derive(Debug, Default)]
pub struct Prelude(Vec<u8>);

impl Prelude {
    /// Adds bytes. Once the prelude is whole: its status and headers, and the bytes after it, which
    /// are the first of the body.
    ///
    /// # Errors
    /// The problem with the prelude.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Option<HttpResponse>, String> {
        let searched = self.0.len().saturating_sub(PRELUDE_END.len() - 1);
        self.0.extend_from_slice(bytes);
        let Some(end) = memchr::memmem::find(&self.0[searched..], &PRELUDE_END).map(|end| searched + end) else {
            if self.0.len() > PRELUDE_BYTES_MAX {
                return Err(format!("the prelude has no end within {PRELUDE_BYTES_MAX} bytes"));
            }
            return Ok(None);
        };
        let mut members: Map<String, Value> =
            serde_json::from_slice(&self.0[..end]).map_err(|error| format!("the prelude is not JSON: {error}"))?;
        members.entry("statusCode").or_insert(200.into());
        let (status, mut headers) = head(&members, HttpKind::Url)?;
        headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/octet-stream"));
        Ok(Some(HttpResponse { status, headers, body: Bytes::copy_from_slice(&self.0[end + PRELUDE_END.len()..]) }))
    }
}
