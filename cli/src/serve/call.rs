//! Lambda's calls `Invoke` and `InvokeWithResponseStream`: their parameters and refusals; pure.

use crate::event::check_json;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{HeaderMap, HeaderValue};
use hyper::{Method, StatusCode};
use percent_encoding::percent_decode_str;

/// The most bytes of an event, and of one that is queued.
pub const EVENT_BYTES_MAX: u64 = 6 * 1024 * 1024;
const QUEUED_EVENT_BYTES_MAX: u64 = 1024 * 1024;

/// The invocation type, which says if the caller waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    RequestResponse,
    Event,
    DryRun,
}

/// The invocation that the headers ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub kind: Kind,
    pub wants_log: bool,
    /// JSON, decoded.
    pub client_context: Option<HeaderValue>,
    pub trace_id: Option<String>,
}

/// A call that is refused: status, Lambda's name for it, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub status: StatusCode,
    pub error_type: &'static str,
    pub message: String,
}

impl Rejection {
    fn new(status: StatusCode, error_type: &'static str, message: impl Into<String>) -> Self {
        Self { status, error_type, message: message.into() }
    }

    /// The body, or what stands for a part of it, is not what it should be.
    pub fn content(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequestContentException", message)
    }

    /// The event is too large.
    #[must_use]
    pub fn too_large(bytes_max: u64) -> Self {
        let message = format!("Request must be smaller than {bytes_max} bytes for the InvokeFunction operation");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", message)
    }

    /// The line is full.
    #[must_use]
    pub fn too_many() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", "Rate Exceeded.")
    }
}

/// The path at which a function is invoked.
#[must_use]
pub fn path(name: &str) -> String {
    format!("/2015-03-31/functions/{name}/invocations")
}

/// The way an invocation is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `Invoke`: when the response is whole.
    Buffered,
    /// `InvokeWithResponseStream`: piece by piece.
    Streamed,
}

/// The name of the function that `target` invokes, and the form of the reply; `None` if it is not a
/// path of Lambda's API.
///
/// # Errors
/// [`Rejection`] of a path of the API that invokes nothing, and of another method than POST.
#[must_use]
pub fn target(method: &Method, target: &str) -> Option<Result<(String, Mode), Rejection>> {
    let (name, end, mode) = match (target.strip_prefix("/2015-03-31/functions/"), target.strip_prefix("/2021-11-15/functions/")) {
        (Some(name), _) => (name, "/invocations", Mode::Buffered),
        (_, Some(name)) => (name, "/response-streaming-invocations", Mode::Streamed),
        _ => return None,
    };
    let Some(name) = name.strip_suffix(end).filter(|name| !name.is_empty() && !name.contains('/')) else {
        return Some(Err(not_found(format!("no such path: expected POST {}", path("NAME")))));
    };
    if method != Method::POST {
        let message = "A function is invoked with POST";
        return Some(Err(Rejection::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowedException", message)));
    }
    // SDKs escape the colons of an ARN.
    let name = String::from_utf8_lossy(&percent_decode_str(name).collect::<Vec<u8>>()).into_owned();
    Some(Ok((function_of(&name).to_owned(), mode)))
}

/// The rejection of a function or a path that does not exist.
#[must_use]
pub fn not_found(message: String) -> Rejection {
    Rejection::new(StatusCode::NOT_FOUND, "ResourceNotFoundException", message)
}

/// The function's name in `NAME`, `ACCOUNT:function:NAME` or
/// `arn:aws:lambda:REGION:ACCOUNT:function:NAME`, each with or without `:QUALIFIER`. Any qualifier
/// is accepted: there is one version here.
fn function_of(name: &str) -> &str {
    let name = name.split_once(":function:").map_or(name, |(_, name)| name);
    name.split_once(':').map_or(name, |(name, _)| name)
}

impl Call {
    /// Parses the headers.
    ///
    /// # Errors
    /// [`Rejection`].
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, Rejection> {
        let kind = match headers.get("x-amz-invocation-type").map(HeaderValue::as_bytes) {
            None | Some(b"RequestResponse") => Kind::RequestResponse,
            Some(b"Event") => Kind::Event,
            Some(b"DryRun") => Kind::DryRun,
            Some(_) => {
                let message = "X-Amz-Invocation-Type is one of RequestResponse, Event, DryRun";
                return Err(Rejection::new(StatusCode::BAD_REQUEST, "InvalidParameterValueException", message));
            }
        };
        let wants_log = headers.get("x-amz-log-type").is_some_and(|value| value == "Tail");
        let client_context = headers.get("x-amz-client-context").map(client_context).transpose()?;
        let trace_id = headers.get("x-amzn-trace-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Self { kind, wants_log, client_context, trace_id })
    }

    /// Checks that an event of `bytes_sent` is within the limit.
    ///
    /// # Errors
    /// [`Rejection`].
    pub fn check_size(&self, bytes_sent: u64) -> Result<(), Rejection> {
        let bytes_max = if self.kind == Kind::Event { QUEUED_EVENT_BYTES_MAX } else { EVENT_BYTES_MAX };
        if bytes_sent > bytes_max { Err(Rejection::too_large(bytes_max)) } else { Ok(()) }
    }
}

/// The event: any JSON, or an empty object if the body is empty.
///
/// # Errors
/// [`Rejection`].
pub fn event(body: &[u8]) -> Result<&[u8], Rejection> {
    if body.is_empty() {
        return Ok(b"{}");
    }
    check_json(body).map_err(|error| Rejection::content(format!("Could not parse request body into json: {error}")))?;
    Ok(body)
}

fn client_context(header: &HeaderValue) -> Result<HeaderValue, Rejection> {
    let refused = || Rejection::content("Client context must be a valid Base64-encoded JSON object.");
    let mut json = STANDARD.decode(header.as_bytes()).map_err(|_| refused())?;
    check_json(&json).map_err(|_| refused())?;
    // In JSON the end of a line is only ever a space between tokens; in a header it would be the
    // end of the header.
    for byte in &mut json {
        if matches!(byte, b'\r' | b'\n') {
            *byte = b' ';
        }
    }
    HeaderValue::from_bytes(&json).map_err(|_| refused())
}

#[cfg(test)]
mod tests {
    use super::{Call, EVENT_BYTES_MAX, Kind, Mode, event, path, target};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use hyper::Method;
    use hyper::header::{HeaderMap, HeaderName, HeaderValue};

    fn call(headers: &[(&'static str, &str)]) -> Result<Call, u16> {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())).collect();
        Call::from_headers(&headers).map_err(|rejection| rejection.status.as_u16())
    }

    #[test]
    fn target_is_a_path_of_the_api_with_post() {
        let found = |method: &Method, path: &str| target(method, path).map(|found| found.map_err(|rejection| rejection.status.as_u16()));
        assert_eq!(found(&Method::POST, &path("a")), Some(Ok(("a".to_owned(), Mode::Buffered))));
        let streamed = "/2021-11-15/functions/a/response-streaming-invocations";
        assert_eq!(found(&Method::POST, streamed), Some(Ok(("a".to_owned(), Mode::Streamed))));
        assert_eq!(found(&Method::GET, &path("a")), Some(Err(405)));
        for path in ["/2015-03-31/functions//invocations", "/2015-03-31/functions/a/b/invocations", "/2015-03-31/functions/a"] {
            assert_eq!(found(&Method::POST, path), Some(Err(404)), "{path}");
        }
        assert_eq!(found(&Method::POST, "/todos"), None);
    }

    #[test]
    fn target_reads_every_form_of_a_name() {
        for (name, expected) in [
            ("a:$LATEST", "a"),
            ("a%3Aprod", "a"),
            ("012345678912:function:a", "a"),
            ("arn:aws:lambda:us-east-1:012345678912:function:a", "a"),
            ("arn%3Aaws%3Alambda%3Aeu-central-1%3A012345678912%3Afunction%3Aa%3Aprod", "a"),
            ("function", "function"),
            ("b:a", "b"),
        ] {
            let (found, _) = target(&Method::POST, &path(name)).unwrap().unwrap();
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn headers() {
        let plain = call(&[]).unwrap();
        assert_eq!(plain, Call { kind: Kind::RequestResponse, wants_log: false, client_context: None, trace_id: None });
        assert_eq!(call(&[("x-amz-invocation-type", "Event")]).unwrap().kind, Kind::Event);
        assert_eq!(call(&[("x-amz-invocation-type", "DryRun")]).unwrap().kind, Kind::DryRun);
        assert_eq!(call(&[("x-amz-invocation-type", "Later")]), Err(400));
        assert!(call(&[("x-amz-log-type", "Tail")]).unwrap().wants_log);
        assert!(!call(&[("x-amz-log-type", "None")]).unwrap().wants_log);
        assert_eq!(call(&[("x-amzn-trace-id", "Root=1-2-3")]).unwrap().trace_id.unwrap(), "Root=1-2-3");
    }

    #[test]
    fn client_context_is_decoded_without_header_injection() {
        let context = |json: &str| call(&[("x-amz-client-context", &STANDARD.encode(json))]).map(|call| call.client_context.unwrap());
        assert_eq!(context("{\"a\":\"é\"}").unwrap().as_bytes(), "{\"a\":\"é\"}".as_bytes());
        assert_eq!(context("{\r\n\"a\":1\n}").unwrap(), "{  \"a\":1 }");
        assert_eq!(context("no json"), Err(400));
        assert_eq!(call(&[("x-amz-client-context", "no base64")]), Err(400));
    }

    #[test]
    fn events_are_json_and_of_a_size() {
        assert_eq!(event(b"").unwrap(), b"{}");
        assert_eq!(event(b" [1] ").unwrap(), b" [1] ");
        let rejection = event(b"{,}").unwrap_err();
        assert_eq!((rejection.status.as_u16(), rejection.error_type), (400, "InvalidRequestContentException"));
        assert!(rejection.message.contains("line 1 column 2"), "{}", rejection.message);
        let size = |headers: &[(&'static str, &str)], bytes| call(headers).unwrap().check_size(bytes).map_err(|r| r.status.as_u16());
        assert_eq!(size(&[], EVENT_BYTES_MAX), Ok(()));
        assert_eq!(size(&[], EVENT_BYTES_MAX + 1), Err(413));
        assert_eq!(size(&[("x-amz-invocation-type", "Event")], 1024 * 1024), Ok(()));
        assert_eq!(size(&[("x-amz-invocation-type", "Event")], 1024 * 1024 + 1), Err(413));
    }
}
