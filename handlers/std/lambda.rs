//! What a handler can ask of Lambda beside the event: the invocation's context, a response that is sent piece by piece, and failures with a
//! name of their own. The functions named `ruchy_lambda_…` are the bootstrap's; those that no handler calls are not linked.

use alloc::string::{String, ToString};
use core::fmt;

unsafe extern "Rust" {
    /// The value of the first header called `name`, in whatever case, in the header lines `head`, when it is UTF-8.
    safe fn ruchy_lambda_header<'head>(head: &'head [u8], name: &str) -> Option<&'head str>;
    /// The time of day in milliseconds since 1970.
    safe fn ruchy_lambda_epoch_ms() -> u64;
    /// Whether the deadline of the invocation in flight had already passed when it was received.
    safe fn ruchy_lambda_deadline_had_passed() -> bool;
    /// The part `piece` of a streamed response; false when it can no longer be sent.
    safe fn ruchy_lambda_stream(piece: StreamPiece<'_>) -> bool;
}

/// One invocation: who asked for what, and until when. Whatever Lambda did not say is `None`.
#[derive(Clone, Copy, Debug)]
pub struct Context<'invocation> {
    request_id: &'invocation str,
    /// The header lines of Lambda's reply.
    head: &'invocation [u8],
}

impl<'invocation> Context<'invocation> {
    /// The context of the invocation that Lambda delivered with the header lines `head`.
    #[must_use]
    pub fn new(request_id: &'invocation str, head: &'invocation [u8]) -> Self {
        Self { request_id, head }
    }

    /// The request id.
    #[must_use]
    pub fn request_id(&self) -> &'invocation str {
        self.request_id
    }

    /// The value of one header of Lambda's reply, by its name in whatever case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'invocation str> {
        ruchy_lambda_header(self.head, name).filter(|value| !value.is_empty())
    }

    /// When the invocation must be answered, in milliseconds since 1970. `None` without a deadline, or if it had already passed when the
    /// invocation was received, as some emulators send it.
    #[must_use]
    pub fn deadline_ms(&self) -> Option<u64> {
        if ruchy_lambda_deadline_had_passed() {
            return None;
        }
        self.header("lambda-runtime-deadline-ms")?.parse().ok()
    }

    /// Milliseconds until the deadline: 0 once it has passed, and `u64::MAX` if [`Context::deadline_ms`] is `None`.
    #[must_use]
    pub fn remaining_ms(&self) -> u64 {
        self.deadline_ms().map_or(u64::MAX, |deadline| deadline.saturating_sub(ruchy_lambda_epoch_ms()))
    }

    /// The ARN that the function was invoked by.
    #[must_use]
    pub fn function_arn(&self) -> Option<&'invocation str> {
        self.header("lambda-runtime-invoked-function-arn")
    }

    /// The X-Ray trace header: `Root=…;Parent=…;Sampled=…`.
    #[must_use]
    pub fn trace_id(&self) -> Option<&'invocation str> {
        self.header("lambda-runtime-trace-id")
    }

    /// What a mobile SDK says of its application and device: JSON.
    #[must_use]
    pub fn client_context(&self) -> Option<&'invocation str> {
        self.header("lambda-runtime-client-context")
    }

    /// The Amazon Cognito identity that invoked the function: JSON.
    #[must_use]
    pub fn cognito_identity(&self) -> Option<&'invocation str> {
        self.header("lambda-runtime-cognito-identity")
    }

    /// The tenant, where the function isolates tenants.
    #[must_use]
    pub fn tenant_id(&self) -> Option<&'invocation str> {
        self.header("lambda-runtime-aws-tenant-id")
    }

    /// The content type of the event.
    #[must_use]
    pub fn content_type(&self) -> &'invocation str {
        self.header("content-type").unwrap_or("application/json")
    }

    /// `AWS_LAMBDA_LOG_GROUP_NAME`.
    #[must_use]
    pub fn log_group(&self) -> Option<&'static str> {
        crate::env::variable("AWS_LAMBDA_LOG_GROUP_NAME")
    }

    /// `AWS_LAMBDA_LOG_STREAM_NAME`, which SnapStart leaves unset.
    #[must_use]
    pub fn log_stream(&self) -> Option<&'static str> {
        crate::env::variable("AWS_LAMBDA_LOG_STREAM_NAME")
    }

    /// `AWS_LAMBDA_FUNCTION_NAME`.
    #[must_use]
    pub fn function_name(&self) -> Option<&'static str> {
        crate::env::variable("AWS_LAMBDA_FUNCTION_NAME")
    }

    /// `AWS_LAMBDA_FUNCTION_VERSION`.
    #[must_use]
    pub fn function_version(&self) -> Option<&'static str> {
        crate::env::variable("AWS_LAMBDA_FUNCTION_VERSION")
    }

    /// `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`, in MB.
    #[must_use]
    pub fn memory_mb(&self) -> Option<u32> {
        crate::env::variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")?.parse().ok()
    }
}

/// A part of a streamed response, as the bootstrap takes them.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum StreamPiece<'piece> {
    /// What the body is, to be said before the first byte of it.
    ContentType(&'piece str),
    /// Bytes of the body.
    Bytes(&'piece [u8]),
}

/// A response that is sent while the handler runs. What a reader takes slowly is waited for; nothing is kept.
///
/// Once a piece could not be sent the response is lost: Lambda or the reader has hung up. [`ResponseStream::is_open`] says so, and further
/// pieces go nowhere. A handler that fails after the first piece has its error sent behind the pieces, in trailers.
#[derive(Debug)]
pub struct ResponseStream {
    open: bool,
}

/// The content type by which a function URL knows that a response begins with status and headers.
const HTTP_INTEGRATION: &str = "application/vnd.awslambda.http-integration-response";

impl ResponseStream {
    /// A response of which nothing was sent.
    #[doc(hidden)]
    #[must_use]
    pub fn new() -> Self {
        ruchy_lambda_stream(StreamPiece::ContentType("")); // an earlier response may have said what it is, and then sent nothing
        Self { open: true }
    }

    /// Whether everything so far was sent.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Says what the body is, before the first piece of it: `text/plain`, say. Without this it is `application/octet-stream`. A type with
    /// characters that no header can have is not taken.
    pub fn content_type(&mut self, content_type: &str) {
        ruchy_lambda_stream(StreamPiece::ContentType(content_type));
    }

    /// Begins an HTTP response for a function URL, before the first piece, with a prelude in JSON:
    /// `{"statusCode":200,"headers":{"Content-Type":"text/html"},"cookies":[]}`.
    pub fn http_prelude(&mut self, prelude: &str) {
        self.content_type(HTTP_INTEGRATION);
        self.write(prelude);
        self.write([0; 8]);
    }

    /// Sends `bytes` behind what was sent before: text, or any bytes.
    pub fn write(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        // A chunk of no bytes would be the last one.
        if self.open && !bytes.is_empty() {
            self.open = ruchy_lambda_stream(StreamPiece::Bytes(bytes));
        }
    }
}

impl ResponseStream {
    /// What `write!` and `writeln!` call: a piece for each part that is formatted.
    pub fn write_fmt(&mut self, arguments: fmt::Arguments<'_>) {
        // What it has to say, `is_open` says.
        let _ = fmt::write(self, arguments);
    }
}

/// For whoever wants to know at once.
impl fmt::Write for ResponseStream {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.write(text);
        if self.open { Ok(()) } else { Err(fmt::Error) }
    }
}

/// Longest error type that Lambda is told, in bytes.
pub const ERROR_TYPE_BYTES_MAX: usize = 64;
/// The error type of an `Err` that names none.
const ERROR_TYPE: &str = "Function.Error";

/// Why an invocation failed, for `/error`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// INVARIANT: empty, or `Function.` or `Runtime.`, a capital and letters, [`ERROR_TYPE_BYTES_MAX`] bytes at most.
    error_type: String,
    message: String,
}

impl Failure {
    /// A failure that Lambda records by the name `error_type`: `Function.` and a capital and letters, as in `Function.NotFound`. Any other
    /// type Lambda would not record: it is put in front of the message instead.
    #[allow(clippy::needless_pass_by_value, reason = "`&str`, `String` and `&String` alike: Ruchy does not tell them apart")]
    pub fn new(error_type: &str, message: impl ToString) -> Self {
        Self::with_message(error_type, message.to_string())
    }

    /// Never inlined: one copy, whatever messages are made of.
    #[inline(never)]
    fn with_message(error_type: &str, message: String) -> Self {
        if is_error_type(error_type) {
            return Self { error_type: error_type.to_string(), message };
        }
        let mut text = error_type.to_string();
        text.push_str(": ");
        text.push_str(&message);
        Self { error_type: String::new(), message: text }
    }

    /// The failure that an `Err` of this text is: `Function.NotFound: no such order` names its type, any other text does not.
    #[inline(never)]
    #[must_use]
    pub fn from_text(text: String) -> Self {
        // core's own search is made for long texts, and would be the larger part of a small function.
        let colon = text.bytes().position(|byte| byte == b':').unwrap_or(0);
        if let (Some(error_type), Some(": "), Some(message)) = (text.get(..colon), text.get(colon..colon + 2), text.get(colon + 2..))
            && is_error_type(error_type)
        {
            return Self { error_type: error_type.to_string(), message: message.to_string() };
        }
        Self { error_type: String::new(), message: text }
    }

    /// `Function.` or `Runtime.` and letters.
    #[must_use]
    pub fn error_type(&self) -> &str {
        if self.error_type.is_empty() { ERROR_TYPE } else { &self.error_type }
    }

    /// What went wrong, for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Has it say `message`.
    pub fn set_message(&mut self, message: String) {
        self.message = message;
    }
}

/// A failure as the text that [`Failure::from_text`] reads: `?` takes it out of a function whose errors are texts.
impl From<Failure> for String {
    fn from(failure: Failure) -> Self {
        let Failure { mut error_type, message } = failure;
        if error_type.is_empty() {
            return message;
        }
        error_type.push_str(": ");
        error_type.push_str(&message);
        error_type
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::from_text(text)
    }
}

impl From<crate::ruchy::Thrown> for Failure {
    fn from(thrown: crate::ruchy::Thrown) -> Self {
        Self::from_text(thrown.0)
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Self::from_text(text.to_string())
    }
}

/// An error that a function may return: anything that can be displayed, and a [`Failure`] as it is.
pub trait ToFailure {
    /// The failure; a text such as `Function.NotFound: no such order` names its error type.
    fn into_failure(self) -> Failure;
}

impl<E: ToString> ToFailure for E {
    fn into_failure(self) -> Failure {
        Failure::from_text(self.to_string())
    }
}

impl ToFailure for Failure {
    fn into_failure(self) -> Failure {
        self
    }
}

/// What a `lambda_handler` may take in the place of the event's text.
#[diagnostic::on_unimplemented(
    message = "`lambda_handler` cannot take `&{Self}`",
    note = "it takes `&str`, or what the crate `events` has: `&Json`, `&Typed<YourStruct>`, `&http::Request`, `&sqs::Batch` and others"
)]
pub trait FromEvent: Sized {
    /// The event, taken apart.
    ///
    /// # Errors
    /// What was expected, and where in the event.
    fn from_event(event: &str) -> Result<Self, Failure>;

    /// The answer to an event that `from_event` refused with `failure`, which is reported to Lambda unless such events reach any function: a
    /// warm-up ping, a schedule.
    ///
    /// # Errors
    /// `failure`.
    fn answer_other(_event: &str, failure: Failure) -> Result<String, Failure> {
        Err(failure)
    }

    /// What becomes of a failure of the handler: Lambda is told, unless the one who sent the event is to be answered.
    ///
    /// # Errors
    /// The failure that Lambda is told of.
    fn answer_failure(&self, failure: Failure) -> Result<String, Failure> {
        Err(failure)
    }
}

/// What a `lambda_handler` may answer to an event `E`.
#[diagnostic::on_unimplemented(
    message = "`lambda_handler` cannot answer `{E}` with `{Self}`",
    note = "a `http::Request` is answered by a `http::Response`, a batch by nothing or a `batch::Answer`, other events by nothing, `String` or `Json`; each may be in a `Result` whose error can be displayed"
)]
pub trait IntoAnswer<E> {
    /// The response's text.
    ///
    /// # Errors
    /// The handler's own error.
    fn into_answer(self, event: &E) -> Result<String, Failure>;
}

/// An event that may be answered by anything: nobody expects a certain form.
pub trait Plain {}

impl<E: Plain> IntoAnswer<E> for String {
    fn into_answer(self, _event: &E) -> Result<String, Failure> {
        Ok(self)
    }
}

/// `null`.
impl<E: Plain> IntoAnswer<E> for () {
    fn into_answer(self, _event: &E) -> Result<String, Failure> {
        Ok("null".to_string())
    }
}

impl<E, T: IntoAnswer<E>, X: ToFailure> IntoAnswer<E> for Result<T, X> {
    fn into_answer(self, event: &E) -> Result<String, Failure> {
        self.map_err(ToFailure::into_failure)?.into_answer(event)
    }
}

/// Whether Lambda records `error_type` as it is: `(Runtime|Function)\.[A-Z][a-zA-Z]+`.
fn is_error_type(error_type: &str) -> bool {
    let ([b'F', b'u', b'n', b'c', b't', b'i', b'o', b'n', b'.', name @ ..] | [b'R', b'u', b'n', b't', b'i', b'm', b'e', b'.', name @ ..]) =
        error_type.as_bytes()
    else {
        return false;
    };
    error_type.len() <= ERROR_TYPE_BYTES_MAX
        && matches!(name, [b'A'..=b'Z', rest @ ..] if !rest.is_empty() && rest.iter().all(u8::is_ascii_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::Failure;
    use alloc::string::ToString;

    #[test]
    fn a_text_names_its_error_type_only_in_the_form_that_lambda_records() {
        for (text, error_type, message) in [
            ("Function.NotFound: no such order", "Function.NotFound", "no such order"),
            ("Runtime.Busy: a: b", "Runtime.Busy", "a: b"),
            ("no such order", "Function.Error", "no such order"),
            ("Function.notFound: x", "Function.Error", "Function.notFound: x"),
            ("Function.N: x", "Function.Error", "Function.N: x"),
            ("Function.Not Found: x", "Function.Error", "Function.Not Found: x"),
            ("Function.No\r\nInjected: x", "Function.Error", "Function.No\r\nInjected: x"),
            ("Other.NotFound: x", "Function.Error", "Other.NotFound: x"),
            ("", "Function.Error", ""),
        ] {
            let failure = Failure::from_text(text.to_string());
            assert_eq!((failure.error_type(), failure.message()), (error_type, message), "{text:?}");
        }
    }

    #[test]
    fn a_type_that_lambda_would_not_record_is_part_of_the_message() {
        let failure = Failure::new("Function.NotFound", "x");
        assert_eq!((failure.error_type(), failure.message()), ("Function.NotFound", "x"));
        let failure = Failure::new("Oops\r\nInjected: yes", 7);
        assert_eq!((failure.error_type(), failure.message()), ("Function.Error", "Oops\r\nInjected: yes: 7"));
        let failure = Failure::new(&("Function.N".to_string() + &"o".repeat(60)), "x");
        assert_eq!(failure.error_type(), "Function.Error");
    }
}
