//! The Runtime API's replies and error bodies: what `next` delivered, what a status means, how a failure is written. Pure.
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use crate::buffer::Buffer;
use crate::bytes::same_without_case;
use crate::http::Reply;
use crate::json;
use core::fmt;

/// Largest event taken, in bytes. Lambda's limit is 6 MiB, and its own clients allow a little more.
pub const EVENT_BYTES_MAX: usize = (6 << 20) + (64 << 10);
/// Longest request id taken, in bytes; Lambda's have 36.
pub const REQUEST_ID_BYTES_MAX: usize = 256;
/// Longest error type sent, in bytes.
pub const ERROR_TYPE_BYTES_MAX: usize = 64;
/// Size of an error body at most, in bytes. A message that does not fit is cut, and marked as cut.
pub const ERROR_BODY_BYTES_MAX: usize = 16 << 10;

/// The error types this runtime reports by itself. Lambda records a type only if it is `Runtime.` or `Function.`, a capital and letters.
pub mod error_type {
    /// A handler panicked.
    pub const PANIC: &str = "Runtime.Panic";
    /// The event is not UTF-8, which JSON must be (RFC 8259, section 8.1).
    pub const INVALID_EVENT: &str = "Runtime.InvalidEvent";
    /// The event is longer than [`super::EVENT_BYTES_MAX`].
    pub const EVENT_TOO_LARGE: &str = "Runtime.EventTooLarge";
    /// `_HANDLER` names no handler of this file.
    pub const HANDLER_NOT_FOUND: &str = "Runtime.HandlerNotFound";
    /// The heap is full.
    pub const OUT_OF_MEMORY: &str = "Runtime.OutOfMemory";
}

/// What `next` delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivered<'buffer> {
    /// The request id: letters, digits and `-_.:~`, so that it can stand in a path.
    pub request_id: &'buffer str,
    /// The event, or why the handler cannot have it.
    pub event: Result<&'buffer str, EventError>,
}

/// Why an event cannot be given to a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventError {
    /// It is not UTF-8.
    NotUtf8,
    /// It is longer than [`EVENT_BYTES_MAX`].
    TooLarge,
}

impl EventError {
    /// The error's type and message.
    #[must_use]
    pub fn report(self) -> (&'static str, &'static str) {
        match self {
            Self::NotUtf8 => (error_type::INVALID_EVENT, "the event is not UTF-8, which JSON must be"),
            Self::TooLarge => (error_type::EVENT_TOO_LARGE, "the event is larger than 6 MiB, the most that Lambda delivers"),
        }
    }
}

/// Reads a 200 of `next`; `None` when it has no usable `Lambda-Runtime-Aws-Request-Id`, without which nothing can be answered.
#[must_use]
pub fn delivered<'buffer>(reply: &Reply<'buffer>) -> Option<Delivered<'buffer>> {
    let (_, request_id) = reply.headers().find(|(name, _)| same_without_case(name, b"lambda-runtime-aws-request-id"))?;
    let can_stand_in_a_path = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':' | b'~');
    if request_id.is_empty() || request_id.len() > REQUEST_ID_BYTES_MAX || !request_id.iter().all(can_stand_in_a_path) {
        return None;
    }
    let event = if reply.oversized { Err(EventError::TooLarge) } else { core::str::from_utf8(reply.body).map_err(|_| EventError::NotUtf8) };
    Some(Delivered { request_id: core::str::from_utf8(request_id).ok()?, event })
}

/// What became of a POST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Lambda has it.
    Accepted,
    /// Lambda refused it and goes on; so does the runtime.
    Refused,
    /// Lambda cannot go on with this process.
    Fatal,
}

/// What a status in reply to a POST means. `repeated`: the POST was sent before, and its reply was lost; a refusal then
/// says that the first one had arrived.
#[must_use]
pub fn verdict(status: u16, repeated: bool) -> Verdict {
    match status {
        200..=299 => Verdict::Accepted,
        400 | 403 if repeated => Verdict::Accepted,
        500.. => Verdict::Fatal,
        _ => Verdict::Refused,
    }
}

/// A place in a source file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'text> {
    /// The file, as the compiler was given it.
    pub file: &'text str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// `{"errorMessage":"…","errorType":"…","stackTrace":[]}` in the making: begun, the message in as many pieces as it comes in, ended.
pub struct ErrorBody<'memory> {
    body: Buffer<'memory>,
    whole: bool,
}

/// What the end of an error body needs at most: the mark of a cut, the type, a place whose file's name is cut beyond 512 bytes.
const ERROR_BODY_END_BYTES: usize = 1024;
const _: () = assert!(ERROR_BODY_END_BYTES < ERROR_BODY_BYTES_MAX);
const CUT: &str = "… (cut)";

impl<'memory> ErrorBody<'memory> {
    /// Begins a body.
    pub fn new(memory: &'memory mut [u8; ERROR_BODY_BYTES_MAX]) -> Self {
        let mut body = Buffer::new(memory);
        body.push(b"{\"errorMessage\":\"");
        Self { body, whole: true }
    }

    /// Appends `text` to the message.
    pub fn message(&mut self, text: &str) {
        self.whole = self.whole && json::push_escaped(&mut self.body, text, ERROR_BODY_END_BYTES);
    }

    /// Ends the body with the error's type, and the place where it happened if there is one.
    #[must_use]
    pub fn end(mut self, error_type: &str, place: Option<Place<'_>>) -> &'memory [u8] {
        if !self.whole {
            self.body.push(CUT.as_bytes());
        }
        self.body.push(b"\",\"errorType\":\"");
        self.body.push(error_type.as_bytes());
        self.body.push(b"\",\"stackTrace\":[");
        if let Some(place) = place {
            self.body.push(b"\"");
            json::push_escaped(&mut self.body, place.file, 128);
            self.body.push(b":");
            self.body.push_integer(place.line);
            self.body.push(b":");
            self.body.push_integer(place.column);
            self.body.push(b"\"");
        }
        self.body.push(b"]}");
        self.body.into_bytes()
    }
}

impl fmt::Write for ErrorBody<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.message(text);
        Ok(())
    }
}
