//! Access to Lambda beyond the event: the invocation's [`Context`], [`ResponseStream`] for streamed
//! responses, and [`Failure`] for errors with a type.
//!
//! The bootstrap defines the functions named `ruchy_lambda_…`. A file contains those that its
//! handlers call.

use alloc::string::{String, ToString};
use core::fmt;

unsafe extern "Rust" {
    /// Returns the value of the first header `name` (compared without case) in the header lines
    /// `head`, if it is valid UTF-8.
    safe fn ruchy_lambda_header<'head>(head: &'head [u8], name: &str) -> Option<&'head str>;
    /// Returns the time of day in milliseconds since 1970.
    safe fn ruchy_lambda_epoch_ms() -> u64;
    /// Returns `true` if the deadline of the invocation in flight had passed when it was received.
    safe fn ruchy_lambda_deadline_had_passed() -> bool;
    /// Sends one part of a streamed response. Returns `false` if it can no longer be sent.
    safe fn ruchy_lambda_stream(piece: StreamPiece<'_>) -> bool;
}

/// The context of one invocation: request id, deadline, and other headers of Lambda's reply. Values
/// that Lambda did not send are `None`.
///
/// Source: the headers of the [next
/// invocation](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-next).
///
/// ```
/// use lambda::Context;
///
/// pub fn lambda_handler(context: &Context, _event: &str) -> String {
///     format!("{} has {} ms left", context.request_id(), context.remaining_ms())
/// }
/// ```
///
/// ```
/// pub fn lambda_handler(context: &Context, _event: &str) -> String {
///     println!("{:?} {:?}, {:?} MB", context.function_name(), context.function_version(), context.memory_mb());
///     println!("{:?} {:?} {:?}", context.log_group(), context.log_stream(), context.function_arn());
///     println!("{:?} {:?} {:?}", context.trace_id(), context.client_context(), context.cognito_identity());
///     println!("{:?} until {:?}", context.header("lambda-runtime-aws-request-id"), context.deadline_ms());
///     context.tenant_id().unwrap_or("no tenant").to_string()
/// }
/// // event: {}
/// // response: no tenant
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Context<'invocation> {
    request_id: &'invocation str,
    /// The header lines of Lambda's reply.
    head: &'invocation [u8],
}

impl<'invocation> Context<'invocation> {
    /// Creates the context of the invocation that Lambda delivered with the header lines `head`.
    #[must_use]
    pub fn new(request_id: &'invocation str, head: &'invocation [u8]) -> Self {
        Self { request_id, head }
    }

    /// Returns the request id.
    #[must_use]
    pub fn request_id(&self) -> &'invocation str {
        self.request_id
    }

    /// Returns the value of one header of Lambda's reply. The name is compared without case; an
    /// empty value is `None`.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'invocation str> {
        ruchy_lambda_header(self.head, name).filter(|value| !value.is_empty())
    }

    /// Returns the deadline of the invocation, in milliseconds since 1970. Returns `None` if Lambda
    /// sent no deadline, or one that had passed when the invocation was received, as some emulators
    /// do.
    #[must_use]
    pub fn deadline_ms(&self) -> Option<u64> {
        if ruchy_lambda_deadline_had_passed() {
            return None;
        }
        self.header("lambda-runtime-deadline-ms")?.parse().ok()
    }

    /// Returns the milliseconds until the deadline: 0 if it has passed, `u64::MAX` if
    /// [`Context::deadline_ms`] is `None`.
    #[must_use]
    pub fn remaining_ms(&self) -> u64 {
        self.deadline_ms().map_or(u64::MAX, |deadline| deadline.saturating_sub(ruchy_lambda_epoch_ms()))
    }

    /// Returns the ARN that the function was invoked with; it may contain a version or an alias.
    #[must_use]
    pub fn function_arn(&self) -> Option<&'invocation str> {
        self.header("lambda-runtime-invoked-function-arn")
    }

    /// Returns the X-Ray trace header: `Root=…;Parent=…;Sampled=…`.
    #[must_use]
    pub fn trace_id(&self) -> Option<&'invocation str> {
        self.header("lambda-runtime-trace-id")
    }

    /// Returns the client context that an AWS Mobile SDK sent about its application and device, as
    /// JSON.
    #[must_use]
    pub fn client_context(&self) -> Option<&'invocation str> {
        self.header("lambda-runtime-client-context")
    }

    /// Returns the Amazon Cognito identity that invoked the function, as JSON.
    #[must_use]
    pub fn cognito_identity(&self) -> Option<&'invocation str> {
        self.header("lambda-runtime-cognito-identity")
    }

    /// Returns the tenant id, for functions with tenant isolation.
    #[must_use]
    pub fn tenant_id(&self) -> Option<&'invocation str> {
        self.header("lambda-runtime-aws-tenant-id")
    }

    /// Returns the content type of the event; `application/json` if Lambda sent none.
    #[must_use]
    pub fn content_type(&self) -> &'invocation str {
        self.header("content-type").unwrap_or("application/json")
    }

    /// Returns `AWS_LAMBDA_LOG_GROUP_NAME`.
    #[must_use]
    pub fn log_group(&self) -> Option<&'static str> {
        crate::env::variable("AWS_LAMBDA_LOG_GROUP_NAME")
    }

    /// Returns `AWS_LAMBDA_LOG_STREAM_NAME`. SnapStart leaves it unset.
    #[must_use]
    pub fn log_stream(&self) -> Option<&'static str> {
        crate::env::variable("AWS_LAMBDA_LOG_STREAM_NAME")
    }

    /// Returns `AWS_LAMBDA_FUNCTION_NAME`.
    #[must_use]
    pub fn function_name(&self) -> Option<&'static str> {
        crate::env::variable("AWS_LAMBDA_FUNCTION_NAME")
    }

    /// Returns `AWS_LAMBDA_FUNCTION_VERSION`.
    #[must_use]
    pub fn function_version(&self) -> Option<&'static str> {
        crate::env::variable("AWS_LAMBDA_FUNCTION_VERSION")
    }

    /// Returns `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`, in MB.
    #[must_use]
    pub fn memory_mb(&self) -> Option<u32> {
        crate::env::variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")?.parse().ok()
    }
}

/// One part of a streamed response, as the bootstrap receives it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum StreamPiece<'piece> {
    /// The content type of the body, sent before the body's first byte.
    ContentType(&'piece str),
    /// Bytes of the body.
    Bytes(&'piece [u8]),
}

/// A response that is sent while the handler runs. A write waits until the connection accepts the
/// bytes; nothing is buffered.
///
/// After a failed write the response is lost, because Lambda or the client closed the connection:
/// [`ResponseStream::is_open`] returns `false`, and further writes are ignored. If the handler
/// fails after the first write, its error is sent in the trailers of the response.
///
/// Source: [response
/// streaming](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming).
///
/// ```
/// use lambda::ResponseStream;
///
/// pub fn lambda_handler(_event: &str, response: &mut ResponseStream) {
///     response.content_type("text/plain");
///     for number in 1..=3 {
///         writeln!(response, "line {number}");
///     }
/// }
/// ```
///
/// ```
/// pub fn lambda_handler(event: &str, response: &mut ResponseStream) {
///     response.http_prelude(r#"{"statusCode":200,"headers":{"content-type":"text/csv"}}"#);
///     for (number, line) in event.lines().enumerate() {
///         if !response.is_open() {
///             return; // the reader has disconnected
///         }
///         write!(response, "{number},{line}\n");
///     }
/// }
/// ```
#[derive(Debug)]
pub struct ResponseStream {
    open: bool,
}

/// The content type by which a function URL knows that the response begins with a status and
/// headers.
const HTTP_INTEGRATION: &str = "application/vnd.awslambda.http-integration-response";

impl ResponseStream {
    /// Creates a response of which nothing has been sent.
    #[doc(hidden)]
    #[must_use]
    pub fn new() -> Self {
        ruchy_lambda_stream(StreamPiece::ContentType("")); // discards the content type of an earlier response that sent no bytes
        Self { open: true }
    }

    /// Returns `true` until a write fails.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Sets the content type of the body, such as `text/plain`. Call it before the first write. The
    /// default is `application/octet-stream`. A type with characters that a header cannot contain
    /// is ignored.
    pub fn content_type(&mut self, content_type: &str) {
        ruchy_lambda_stream(StreamPiece::ContentType(content_type));
    }

    /// Sends the prelude of an HTTP response for a function URL. Call it before the first write.
    /// The prelude is JSON:
    /// `{"statusCode":200,"headers":{"Content-Type":"text/html"},"cookies":[]}`.
    pub fn http_prelude(&mut self, prelude: &str) {
        self.content_type(HTTP_INTEGRATION);
        self.write(prelude);
        self.write([0; 8]);
    }

    /// Sends `bytes`, which may be text.
    pub fn write(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        // An empty chunk would end the response.
        if self.open && !bytes.is_empty() {
            self.open = ruchy_lambda_stream(StreamPiece::Bytes(bytes));
        }
    }
}

impl ResponseStream {
    /// Sends formatted text: `write!` and `writeln!` call this method. Each formatted part is one
    /// write.
    pub fn write_fmt(&mut self, arguments: fmt::Arguments<'_>) {
        // `is_open` reports a failure.
        let _ = fmt::write(self, arguments);
    }
}

/// For code that needs the result of each write.
impl fmt::Write for ResponseStream {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.write(text);
        if self.open { Ok(()) } else { Err(fmt::Error) }
    }
}

/// Maximum length of an error type that Lambda records, in bytes.
pub const ERROR_TYPE_BYTES_MAX: usize = 64;
/// The error type of a [`Failure`] without one.
const ERROR_TYPE: &str = "Function.Error";

/// The failure of an invocation: an error type and a message. The runtime posts it to the
/// [invocation
/// error](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-invokeerror)
/// path.
///
/// ```
/// use lambda::Failure;
///
/// pub fn lambda_handler(event: &str) -> Result<String, Failure> {
///     if event.is_empty() {
///         return Err(Failure::new("Function.EmptyEvent", "the event is empty: expected a JSON object"));
///     }
///     Ok(event.to_string())
/// }
/// ```
///
/// ```
/// pub fn lambda_handler(event: &str) -> Result<String, Failure> {
///     let mut failure = Failure::new("Function.Invalid", event);
///     failure.set_message(format!("{}: not an order", failure.message()));
///     assert_eq!(failure.error_type(), "Function.Invalid");
///     Err(failure)
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// INVARIANT: empty, or `Function.` or `Runtime.`, a capital and letters; at most
    /// [`ERROR_TYPE_BYTES_MAX`] bytes.
    error_type: String,
    message: String,
}

impl Failure {
    /// Creates a failure of the type `error_type`: `Function.`, a capital and letters, such as
    /// `Function.NotFound`, in at most [`ERROR_TYPE_BYTES_MAX`] bytes. Lambda does not record other
    /// types: they become a prefix of the message, and the type is `Function.Error`.
    #[allow(clippy::needless_pass_by_value, reason = "`&str`, `String` and `&String` alike: Ruchy does not distinguish them")]
    pub fn new(error_type: &str, message: impl ToString) -> Self {
        Self::with_message(error_type, message.to_string())
    }

    /// Not inlined, so that the file contains one copy for all types of messages.
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

    /// Creates a failure from an error's text. `Function.NotFound: no such order` has a type and a
    /// message; any other text is the message of a `Function.Error`.
    #[inline(never)]
    #[must_use]
    pub fn from_text(text: String) -> Self {
        // core's search is optimised for long strings, and would be most of a small function's
        // code.
        let colon = text.bytes().position(|byte| byte == b':').unwrap_or(0);
        if let (Some(error_type), Some(": "), Some(message)) = (text.get(..colon), text.get(colon..colon + 2), text.get(colon + 2..))
            && is_error_type(error_type)
        {
            return Self { error_type: error_type.to_string(), message: message.to_string() };
        }
        Self { error_type: String::new(), message: text }
    }

    /// Returns the error type: `Function.` or `Runtime.` and letters.
    #[must_use]
    pub fn error_type(&self) -> &str {
        if self.error_type.is_empty() { ERROR_TYPE } else { &self.error_type }
    }

    /// Returns the message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Replaces the message.
    pub fn set_message(&mut self, message: String) {
        self.message = message;
    }
}

/// The text that [`Failure::from_text`] reads, so that `?` works in functions whose errors are
/// strings.
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

/// An error that a function may return: any type with `Display`, or a [`Failure`].
pub trait ToFailure {
    /// Converts the error. A text such as `Function.NotFound: no such order` sets the error type.
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

/// A type that a `lambda_handler` may take as its event instead of `&str`.
#[diagnostic::on_unimplemented(
    message = "`lambda_handler` cannot take `&{Self}`",
    note = "it takes `&str`, or what the crate `events` has: `&Json`, `&Typed<YourStruct>`, `&http::Request`, `&sqs::Batch` and others"
)]
pub trait FromEvent: Sized {
    /// Parses the event.
    ///
    /// # Errors
    /// Returns a failure that names the expected value and its place in the event.
    fn from_event(event: &str) -> Result<Self, Failure>;

    /// Answers an event that `from_event` rejected with `failure`. The default returns the failure.
    /// Types override it for events that any function may receive, such as a warm-up ping.
    ///
    /// # Errors
    /// Returns `failure` if the event is not answered.
    fn answer_other(_event: &str, failure: Failure) -> Result<String, Failure> {
        Err(failure)
    }

    /// Answers an event whose handler failed with `failure`. The default returns the failure. Types
    /// override it to answer the client, for example with an HTTP status.
    ///
    /// # Errors
    /// Returns the failure that is reported to Lambda.
    fn answer_failure(&self, failure: Failure) -> Result<String, Failure> {
        Err(failure)
    }
}

/// A type that a `lambda_handler` may return for an event of type `E`.
#[diagnostic::on_unimplemented(
    message = "`lambda_handler` cannot answer `{E}` with `{Self}`",
    note = "a `http::Request` is answered by a `http::Response`, a batch by nothing or a `batch::Answer`, other events by nothing, `String` or `Json`; each may be in a `Result` whose error can be displayed"
)]
pub trait IntoAnswer<E> {
    /// Returns the text of the response.
    ///
    /// # Errors
    /// Returns the error of the handler.
    fn into_answer(self, event: &E) -> Result<String, Failure>;
}

/// An event whose response may be any text: its sender expects no particular format.
pub trait Plain {}

impl<E: Plain> IntoAnswer<E> for String {
    fn into_answer(self, _event: &E) -> Result<String, Failure> {
        Ok(self)
    }
}

/// The response is `null`.
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

/// Returns `true` if Lambda records `error_type`: `(Runtime|Function)\.[A-Z][a-zA-Z]+`.
fn is_error_type(error_type: &str) -> bool {
    let ([b'F', b'u', b'n', b'c', b't', b'i', b'o', b'n', b'.', name @ ..] | [b'R', b'u', b'n', b't', b'i', b'm', b'e', b'.', name @ ..]) =
        error_type.as_bytes()
    else {
        return false;
    };
    error_type.len() <= ERROR_TYPE_BYTES_MAX
        && matches!(name, [b'A'..=b'Z', letters @ ..] if !letters.is_empty() && letters.iter().all(u8::is_ascii_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::Failure;
    use alloc::string::ToString;

    #[test]
    fn failure_from_text_reads_only_types_that_lambda_records() {
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
    fn failure_new_puts_an_unrecordable_type_into_the_message() {
        let failure = Failure::new("Function.NotFound", "x");
        assert_eq!((failure.error_type(), failure.message()), ("Function.NotFound", "x"));
        let failure = Failure::new("Oops\r\nInjected: yes", 7);
        assert_eq!((failure.error_type(), failure.message()), ("Function.Error", "Oops\r\nInjected: yes: 7"));
        let failure = Failure::new(&("Function.N".to_string() + &"o".repeat(60)), "x");
        assert_eq!(failure.error_type(), "Function.Error");
    }
}
