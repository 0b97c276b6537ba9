//! A signed call: builds the request, sends it, and parses the reply or error of AWS.

use crate::credentials::{self, Credentials};
use crate::error::{Error, is_clock_skew, is_throttling};
use crate::service::{Endpoint, Protocol, Service, endpoint};
use crate::sign::{Scope, Signed, UNSIGNED_PAYLOAD, authorization, hash, presigned_query, push_encoded, push_number};
use crate::{date, xml};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use events_json::Json;
use outbound::{Request, Response};
use ruchy_std::sync::Mutex;
use ruchy_std::{env, time};

/// Maximum number of attempts, unless `AWS_MAX_ATTEMPTS` sets another: that of the [standard retry
/// mode](https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html) of AWS's
/// SDKs.
pub const ATTEMPTS_MAX: u32 = 3;
/// Minimum clock difference for which a rejected signature is retried with AWS's time, in seconds:
/// that of AWS's SDKs.
const SKEW_S: u64 = 4 * 60;

/// Seconds by which AWS's clock is ahead of this machine's, learned from a rejected call.
static AHEAD_S: Mutex<i64> = Mutex::new(0);

pub(crate) fn ahead_s() -> i64 {
    let Ok(ahead) = AHEAD_S.lock();
    *ahead
}

/// A call of an AWS service.
///
/// ```
/// use aws::Call;
/// use aws::service::SQS;
/// use events::Json;
///
/// pub fn lambda_handler(event: &Json) -> Result<Json, aws::Error> {
///     let input = Json::object().put("QueueUrl", event.text("/queue")?).put("MessageBody", "hello");
///     Call::new(&SQS, "SendMessage", &input).json()
/// }
/// ```
///
/// ```
/// use aws::Call;
/// use events::Json;
///
/// pub fn lambda_handler(event: &Json) -> Result<Json, aws::Error> {
///     let service = aws::service::named("bedrock-runtime")?;
///     let call = Call::rest(service, "POST", "/model/my-model/invoke").body(event.to_string().as_bytes());
///     let call = call.header("accept", "application/json").label("InvokeModel").repeatable(true).reply_bytes_max(1 << 20);
///     Json::parse(&call.send()?.text()).map_err(|error| aws::Error::new(error.error_type(), error.message()))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Call {
    service: &'static Service,
    /// The service and the operation, for messages.
    label: String,
    method: &'static str,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    is_repeatable: bool,
    is_payload_signed: bool,
    reply_bytes_max: Option<usize>,
    /// The bucket of a call of S3. It is part of the host name if possible.
    bucket: String,
    error: Option<Error>,
}

impl Call {
    /// Creates a call of `operation` with the parameters `input`, for services with the JSON or
    /// query protocol.
    #[inline(never)]
    #[must_use]
    pub fn new(service: &'static Service, operation: &str, input: &Json) -> Self {
        let mut call = Self::rest(service, "POST", "/");
        call.label = [service.name, " ", operation].concat();
        call.is_repeatable = is_repeatable(operation);
        match service.protocol {
            Protocol::Json(version, target) => {
                call.body = if input.is_null() { b"{}".to_vec() } else { input.to_string().into_bytes() };
                call = call.header("content-type", &["application/x-amz-json-", version].concat());
                call = call.header("x-amz-target", &[target, ".", operation].concat());
            }
            Protocol::Query(version) => {
                let mut form = String::from("Action=");
                push_encoded(&mut form, operation.as_bytes(), false);
                form.push_str("&Version=");
                form.push_str(version);
                push_form(&mut form, "", input);
                call.body = form.into_bytes();
                call = call.header("content-type", "application/x-www-form-urlencoded; charset=utf-8");
            }
            Protocol::RestJson | Protocol::RestXml => {
                let message = [service.name, ": expected a method and a path; use aws::rest"].concat();
                call.error = Some(Error::new("Function.InvalidRequest", message));
            }
        }
        call
    }

    /// Creates a call by method and `path`, whose segments are already percent-encoded.
    #[inline(never)]
    #[must_use]
    pub fn rest(service: &'static Service, method: &'static str, path: &str) -> Self {
        Self {
            service,
            label: [service.name, " ", method].concat(),
            method,
            path: String::from(path),
            query: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
            is_repeatable: method != "POST",
            is_payload_signed: true,
            reply_bytes_max: None,
            bucket: String::new(),
            error: None,
        }
    }

    /// Adds a header. It is signed.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((String::from(name), String::from(value)));
        self
    }

    /// Adds a parameter to the query string.
    #[must_use]
    pub fn parameter(mut self, name: &str, value: &str) -> Self {
        if !self.query.is_empty() {
            self.query.push('&');
        }
        push_encoded(&mut self.query, name.as_bytes(), false);
        self.query.push('=');
        push_encoded(&mut self.query, value.as_bytes(), false);
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }

    /// Sets the name of the operation in messages.
    #[must_use]
    pub fn label(mut self, operation: &str) -> Self {
        self.label = [self.service.name, " ", operation].concat();
        self
    }

    /// Declares that sending the call twice has the same effect as sending it once. It is then
    /// retried even if its reply was lost.
    #[must_use]
    pub fn repeatable(mut self, is_repeatable: bool) -> Self {
        self.is_repeatable = is_repeatable;
        self
    }

    /// Omits the body from the signature, so that only TLS protects its integrity.
    #[must_use]
    pub fn unsigned_payload(mut self) -> Self {
        self.is_payload_signed = false;
        self
    }

    /// Sets the maximum size of the reply's body in bytes. A larger one is the error
    /// `Function.ReplyTooLarge`.
    #[must_use]
    pub fn reply_bytes_max(mut self, bytes: usize) -> Self {
        self.reply_bytes_max = Some(bytes);
        self
    }

    /// Sets the bucket of a call of S3.
    #[must_use]
    pub(crate) fn bucket(mut self, bucket: &str) -> Self {
        self.bucket = String::from(bucket);
        self
    }

    /// Sends the call and returns AWS's successful reply.
    ///
    /// # Errors
    /// Returns AWS's error, or the error of the connection.
    #[inline(never)]
    pub fn send(&self) -> Result<Response, Error> {
        let ahead = ahead_s();
        match self.check(self.request(ahead)?.send(), ahead) {
            Err(error) if error.learned_time => {
                let ahead = ahead_s();
                self.check(self.request(ahead)?.send(), ahead)
            }
            result => result,
        }
    }

    /// Sends the call and returns AWS's reply as JSON. XML replies are converted.
    ///
    /// # Errors
    /// As [`Call::send`], or `Function.MalformedReply`.
    pub fn json(&self) -> Result<Json, Error> {
        self.read(&self.send()?)
    }

    /// Parses a reply.
    fn read(&self, response: &Response) -> Result<Json, Error> {
        let text = response.text();
        if text.is_empty() {
            return Ok(Json::object());
        }
        let unreadable =
            || Error::new("Function.MalformedReply", [self.label.as_str(), ": AWS's reply is neither valid JSON nor valid XML"].concat());
        if !matches!(self.service.protocol, Protocol::Query(_) | Protocol::RestXml) {
            return Json::parse(&text).map_err(|_| unreadable());
        }
        let mut reply = xml::parse(&text).ok_or_else(unreadable)?;
        // The result of `<OperationResponse><OperationResult>…`, without the response metadata.
        let result = reply
            .as_object()
            .and_then(|members| members.iter().find(|(name, _)| name.ends_with("Result")).map(|(name, _)| name.to_string()));
        Ok(match result {
            Some(name) => reply.take(&name),
            None => reply,
        })
    }

    /// Creates the signed request, with a clock that is `ahead` seconds ahead of this machine's.
    pub(crate) fn request(&self, ahead: i64) -> Result<Request, Error> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let credentials = credentials::current()?;
        let endpoint = endpoint(self.service)?;
        let (url, path, host) = self.location(&endpoint)?;
        let target = if self.query.is_empty() { String::new() } else { ["?", self.query.as_str()].concat() };
        let mut request = Request::with_opener(self.method, &[&url, &path, target.as_str()].concat(), Some(outbound::tls::amazon));
        let now_s = (time::epoch_ms() / 1000).saturating_add_signed(ahead);
        let time = date::basic(now_s);
        let payload_hash = if self.is_payload_signed { hash(&self.body) } else { UNSIGNED_PAYLOAD.to_string() };
        let mut headers: Vec<(&str, &str)> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        headers.push(("x-amz-date", &time));
        if let Some(token) = &credentials.session_token {
            headers.push(("x-amz-security-token", token));
        }
        if self.service.name == "s3" {
            headers.push(("x-amz-content-sha256", &payload_hash));
        }
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        headers.push(("host", &host));
        let signed = Signed { method: self.method, path: &path, query: &self.query, headers: &headers, payload_hash: &payload_hash };
        request = request.header("authorization", &authorization(&signed, &self.scope(&time, &endpoint), &credentials));
        if !self.body.is_empty() {
            request = request.body(&self.body);
        }
        if let Some(bytes) = self.reply_bytes_max {
            request = request.reply_bytes_max(bytes);
        }
        let attempts = env::variable("AWS_MAX_ATTEMPTS").and_then(|number| number.parse().ok()).unwrap_or(ATTEMPTS_MAX);
        request = request.redirects_max(0).attempts_max(attempts);
        Ok(if self.is_repeatable {
            request.repeatable().retry_if(is_temporary)
        } else {
            request.not_repeatable().retry_if(is_not_accepted)
        })
    }

    fn scope<'text>(&self, time: &'text str, endpoint: &'text Endpoint) -> Scope<'text> {
        let is_s3 = self.service.name == "s3";
        Scope { time, region: &endpoint.region, service: self.service.signing, resolves_path: !is_s3, encodes_path: !is_s3 }
    }

    /// Returns the URL without a path, the path, and the value of the header `Host`.
    fn location(&self, endpoint: &Endpoint) -> Result<(String, String, String), Error> {
        let parsed = outbound::url::Url::parse(&endpoint.url)?;
        let prefix = parsed.target.strip_suffix('/').unwrap_or(&parsed.target);
        let (mut url, mut path, mut host) = (endpoint.url.clone(), [prefix, &self.path].concat(), parsed.host_header());
        url.truncate(url.len() - prefix.len());
        // A name with dots does not match the certificate, and a custom endpoint may have no host
        // names for buckets.
        if !self.bucket.is_empty() && (endpoint.is_custom || self.bucket.contains('.')) {
            path = [prefix, "/", &self.bucket, &self.path].concat();
        } else if !self.bucket.is_empty() {
            host = [&self.bucket, ".", host.as_str()].concat();
            url = ["https://", host.as_str()].concat();
        }
        Ok((url, path, host))
    }

    /// Creates a URL that permits this call without credentials for `seconds`.
    pub(crate) fn presigned(&self, seconds: u32) -> Result<String, Error> {
        let credentials: Credentials = credentials::current()?;
        let endpoint = endpoint(self.service)?;
        let (url, path, host) = self.location(&endpoint)?;
        let time = date::basic((time::epoch_ms() / 1000).saturating_add_signed(ahead_s()));
        let headers = [("host", host.as_str())];
        let signed = Signed { method: self.method, path: &path, query: &self.query, headers: &headers, payload_hash: UNSIGNED_PAYLOAD };
        let query = presigned_query(&signed, &self.scope(&time, &endpoint), &credentials, seconds);
        Ok([&url, &path, "?", query.as_str()].concat())
    }

    /// Returns the reply if it is a success. The request was signed with a clock that was
    /// `signed_ahead` seconds ahead.
    pub(crate) fn check(&self, result: Result<Response, outbound::Error>, signed_ahead: i64) -> Result<Response, Error> {
        let response = result.map_err(|error| {
            let is_unknown_host = error.kind() == outbound::Kind::Dns;
            let named = Error::from(error);
            let remedy = if is_unknown_host { "; check AWS_REGION, and AWS_ENDPOINT_URL if it is set" } else { "" };
            Error::new(named.error_type(), [self.label.as_str(), ": ", named.message(), remedy].concat())
        })?;
        if response.is_success() {
            return Ok(response);
        }
        let (code, message, request_id) = error_of(&response);
        if is_clock_skew(&code)
            && let Some(theirs) = response.header("date").and_then(date::from_http)
        {
            let ours = time::epoch_ms() / 1000;
            let Ok(mut ahead) = AHEAD_S.lock();
            if theirs.abs_diff(ours.saturating_add_signed(signed_ahead)) > SKEW_S {
                *ahead = theirs.cast_signed() - ours.cast_signed();
                let mut seconds = String::new();
                push_number(&mut seconds, u32::try_from(ahead.unsigned_abs()).unwrap_or(u32::MAX));
                let message = [message.as_str(), " (this machine's clock differs from AWS's by ", &seconds, " s)"].concat();
                let mut error = Error::of_aws(&self.label, response.status(), &code, &message, &request_id);
                error.learned_time = true;
                return Err(error);
            }
        }
        Err(Error::of_aws(&self.label, response.status(), &code, &message, &request_id))
    }
}

/// Sends `calls` concurrently and returns their replies as JSON, in the same order.
#[inline(never)]
#[must_use]
pub fn join(calls: &[Call]) -> Vec<Result<Json, Error>> {
    let ahead = ahead_s();
    let requests: Vec<Result<Request, Error>> = calls.iter().map(|call| call.request(ahead)).collect();
    let mut replies = outbound::join(requests.iter().filter_map(|request| request.as_ref().ok().cloned()).collect()).into_iter();
    let results = calls.iter().zip(requests).map(|(call, request)| {
        request?;
        let Some(reply) = replies.next() else { return Err(Error::new("Function.MalformedReply", call.label.as_str())) };
        match call.check(reply, ahead) {
            Ok(response) => call.read(&response),
            Err(error) if error.learned_time => call.json(),
            Err(error) => Err(error),
        }
    });
    results.collect()
}

/// Operations that read, and operations that set a value: sending them twice has the same effect as
/// sending them once.
fn is_repeatable(operation: &str) -> bool {
    ["Get", "List", "Describe", "Head", "BatchGet", "Query", "Scan", "Select", "Search", "Lookup", "Delete", "Tag", "Untag", "Decrypt"]
        .iter()
        .any(|start| operation.starts_with(start))
}

/// Returns AWS's error code, message and request id.
fn error_of(response: &Response) -> (String, String, String) {
    let text = response.text();
    let header = |name| response.header(name).map(ToString::to_string);
    let mut request_id = header("x-amzn-requestid").or(header("x-amz-request-id"));
    let (code, message) = if text.trim_start().starts_with('<') {
        let json = xml::parse(&text).unwrap_or_default();
        let error = json.at("/Error").or(json.at("/Errors/Error")).unwrap_or(&json);
        let field = |json: &Json, name| json.text(name).ok().map(ToString::to_string);
        request_id = request_id.or(field(&json, "/RequestId"));
        (field(error, "/Code"), field(error, "/Message"))
    } else {
        let json = Json::parse(&text).unwrap_or_default();
        let field = |name| json.text(name).ok().map(ToString::to_string);
        let code = header("x-amzn-errortype").or(field("/__type")).or(field("/code")).or(field("/Code"));
        (code, field("/message").or(field("/Message")).or(field("/errorMessage")))
    };
    // `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException:http://…`
    let code = code.unwrap_or_default();
    let code = code.split(':').next().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default();
    (code.to_string(), message.unwrap_or_default(), request_id.unwrap_or_default())
}

/// Returns `true` if a repeatable call is retried: it was throttled, or AWS failed.
fn is_temporary(response: &Response) -> bool {
    matches!(response.status(), 500 | 502 | 504) || is_not_accepted(response)
}

/// Returns `true` if AWS has not acted on the call: it was throttled, or the service is
/// unavailable.
fn is_not_accepted(response: &Response) -> bool {
    match response.status() {
        429 | 503 => true,
        400..=499 => {
            let (code, ..) = error_of(response);
            is_throttling(&code) && code != "LimitExceededException"
        }
        _ => false,
    }
}

/// Appends the members of `value` to a form: `A.member.1=…` for arrays, `A.B=…` for objects.
fn push_form(form: &mut String, prefix: &str, value: &Json) {
    match value {
        Json::Object(members) => {
            for (name, value) in members {
                let name = if prefix.is_empty() { name.to_string() } else { [prefix, ".", name].concat() };
                push_form(form, &name, value);
            }
        }
        Json::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                let mut name = [prefix, ".member."].concat();
                push_number(&mut name, u32::try_from(index + 1).unwrap_or(u32::MAX));
                push_form(form, &name, value);
            }
        }
        Json::Null => {}
        _ => {
            form.push('&');
            push_encoded(form, prefix.as_bytes(), false);
            form.push('=');
            let text = value.as_text().map_or_else(|| value.to_string(), ToString::to_string);
            push_encoded(form, text.as_bytes(), false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, String, push_form};

    #[test]
    fn push_form_encodes_lists_and_structures() {
        let input = Json::parse(r#"{"A":"x y","L":[1,{"B":true}],"N":null}"#).unwrap();
        let mut form = String::from("Action=Do");
        push_form(&mut form, "", &input);
        assert_eq!(form, "Action=Do&A=x%20y&L.member.1=1&L.member.2.B=true");
    }
}
