//! Parses an invocation, the reply to `GET next`. Pure.
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use crate::http::headers::headers;
use crate::http::parser::Reply;
use crate::runtime_api::report::{Report, error_type};
use crate::text::bytes::{eq_ignore_ascii_case, find, number};
use crate::text::utf8;

/// Largest event accepted, in bytes. Lambda's limit is 6 MiB, and its own clients allow a little
/// more.
pub const EVENT_BYTES_MAX: usize = (6 << 20) + (64 << 10);
/// Longest request id accepted, in bytes; Lambda's have 36.
pub const REQUEST_ID_BYTES_MAX: usize = 256;
/// Longest `Lambda-Runtime-Invocation-Id` echoed, in bytes.
pub const INVOCATION_ID_BYTES_MAX: usize = 256;
/// The identifiers of an invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvocationName<'text> {
    /// The request id: letters, digits and `-_.:~`, which are valid in a path.
    pub request_id: &'text str,
    /// `Lambda-Runtime-Invocation-Id`, which the response repeats; empty if absent.
    pub invocation_id: &'text [u8],
}

impl InvocationName<'_> {
    /// No invocation.
    pub const NONE: InvocationName<'static> = InvocationName { request_id: "", invocation_id: b"" };
}

/// An invocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invocation<'buffer> {
    /// Its identifiers.
    pub name: InvocationName<'buffer>,
    /// The deadline in milliseconds since 1970; 0 if absent.
    pub deadline_ms: usize,
    /// The header lines as received.
    pub head: &'buffer [u8],
    /// The event, or the reason why the handler is not called.
    pub event: Result<&'buffer str, EventError>,
}

/// The reason why a handler is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventError {
    /// It is not UTF-8.
    NotUtf8,
    /// It is longer than [`EVENT_BYTES_MAX`].
    TooLarge,
}

impl EventError {
    /// Returns the report that is posted to Lambda.
    #[must_use]
    pub fn report(self) -> Report<'static> {
        let (error_type, message): (_, &[u8]) = match self {
            Self::NotUtf8 => (error_type::INVALID_EVENT, b"the event is not UTF-8"),
            Self::TooLarge => (error_type::EVENT_TOO_LARGE, b"the event exceeds 6 MiB"),
        };
        Report { error_type, message, place: None }
    }
}

/// Parses a 200 reply to `GET next`. Returns `None` without a valid
/// `Lambda-Runtime-Aws-Request-Id`: a reply would have no path.
#[must_use]
#[inline(never)] // the calling loop keeps its registers
pub fn parse<'buffer>(reply: &Reply<'buffer>) -> Option<Invocation<'buffer>> {
    let [mut request_id, mut deadline_ms, mut invocation_id] = [None; 3];
    for (name, value) in headers(reply.head) {
        // The first header of a name counts.
        if eq_ignore_ascii_case(name, b"Lambda-Runtime-Aws-Request-Id") {
            request_id.get_or_insert(value);
        } else if eq_ignore_ascii_case(name, b"Lambda-Runtime-Deadline-Ms") {
            deadline_ms.get_or_insert(value);
        } else if eq_ignore_ascii_case(name, b"Lambda-Runtime-Invocation-Id") {
            invocation_id.get_or_insert(value);
        }
    }
    let request_id = request_id.unwrap_or_default();
    let is_valid_in_path = |byte: &u8| byte.is_ascii_alphanumeric() || find(b"-_.:~", *byte).is_some();
    // An empty segment, `.` or `..` would change the path.
    let is_dots = request_id.iter().all(|byte| *byte == b'.');
    if is_dots || request_id.len() > REQUEST_ID_BYTES_MAX || !request_id.iter().all(is_valid_in_path) {
        return None;
    }
    // Header values have no control characters, so it can be sent as a header.
    let invocation_id = invocation_id.filter(|id: &&[u8]| id.len() <= INVOCATION_ID_BYTES_MAX).unwrap_or_default();
    let deadline_ms = number(deadline_ms.unwrap_or_default(), 10, DEADLINE_DIGITS_MAX);
    let event = if reply.oversized { Err(EventError::TooLarge) } else { utf8::from_bytes(reply.body).ok_or(EventError::NotUtf8) };
    Some(Invocation {
        name: InvocationName { request_id: utf8::from_bytes(request_id)?, invocation_id },
        deadline_ms: deadline_ms.unwrap_or(0),
        head: reply.head,
        event,
    })
}

/// Digits of milliseconds until the year 5138; in microseconds they fit in 64 bits.
const DEADLINE_DIGITS_MAX: usize = 14;
