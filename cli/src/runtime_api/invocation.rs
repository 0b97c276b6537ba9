//! One invocation as the process receives it.

use super::body::ReplyBody;
use super::piece::Piece;
use hyper::Response;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use tokio::sync::mpsc::Sender;
use uuid::Uuid;

/// An event and its metadata.
#[derive(Clone, Debug)]
pub struct Invocation {
    pub request_id: String,
    /// Since the epoch; 0 until it is known when the event is handed over.
    pub deadline_ms: u64,
    pub function_arn: String,
    pub trace_id: String,
    /// JSON.
    pub client_context: Option<HeaderValue>,
    pub event: Bytes,
    /// Receives a streamed response while it arrives, instead of the outcome.
    pub pieces: Option<Sender<Piece>>,
}

impl Invocation {
    /// An invocation with ids of its own; the ARN is the sandbox's to fill in.
    #[must_use]
    pub fn new(event: Bytes) -> Self {
        Self {
            request_id: Uuid::new_v4().to_string(),
            deadline_ms: 0,
            function_arn: String::new(),
            trace_id: trace_id(),
            client_context: None,
            event,
            pieces: None,
        }
    }

    /// The reply to `GET next`, its headers as Lambda sends them.
    #[must_use]
    pub fn response(&self) -> Response<ReplyBody> {
        let mut response = Response::new(ReplyBody::new(self.event.clone()));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(HeaderName::from_static("lambda-runtime-deadline-ms"), HeaderValue::from(self.deadline_ms));
        let values = [
            ("lambda-runtime-aws-request-id", &self.request_id),
            ("lambda-runtime-invoked-function-arn", &self.function_arn),
            ("lambda-runtime-trace-id", &self.trace_id),
        ];
        for (name, text) in values {
            // Only a handler's name on the command line can be invalid as a header's value; such a
            // header is omitted.
            if let Ok(value) = HeaderValue::from_str(text) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        if let Some(context) = &self.client_context {
            headers.insert(HeaderName::from_static("lambda-runtime-client-context"), context.clone());
        }
        response
    }
}

/// Returns a trace id in X-Ray's format, not sampled.
fn trace_id() -> String {
    let (root, parent) = (Uuid::new_v4().simple().to_string(), Uuid::new_v4().simple().to_string());
    format!("Root=1-{}-{};Parent={};Sampled=0", &root[..8], &root[8..], &parent[..16])
}

#[cfg(test)]
mod tests {
    use super::Invocation;
    use hyper::header::HeaderValue;

    #[test]
    fn invocation_headers_match_lambda() {
        let mut invocation = Invocation::new("{}".into());
        invocation.deadline_ms = 1_795_337_525_875;
        invocation.function_arn = "arn:aws:lambda:us-east-1:012345678912:function:minimal".into();
        let response = invocation.response();
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("content-type"), Some("application/json"));
        assert_eq!(header("lambda-runtime-aws-request-id"), Some(invocation.request_id.as_str()));
        assert_eq!(header("lambda-runtime-deadline-ms"), Some("1795337525875"));
        assert_eq!(header("lambda-runtime-invoked-function-arn"), Some(invocation.function_arn.as_str()));
        assert!(header("lambda-runtime-trace-id").unwrap().starts_with("Root=1-"));
        assert_eq!(header("lambda-runtime-client-context"), None);
        invocation.client_context = Some(HeaderValue::from_static("{}"));
        assert_eq!(invocation.response().headers()["lambda-runtime-client-context"], "{}");
    }
}
