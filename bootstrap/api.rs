//! The Runtime API's replies and error bodies: what `next` delivered, what a status means, how a failure is written. Pure.
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use crate::buffer::Buffer;
use crate::bytes::same_without_case;
use crate::http::Reply;
use crate::{json, text};

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
            Self::NotUtf8 => (error_type::INVALID_EVENT, "the event is not UTF-8"),
            Self::TooLarge => (error_type::EVENT_TOO_LARGE, "the event exceeds 6 MiB"),
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
    let event = if reply.oversized { Err(EventError::TooLarge) } else { text::from_bytes(reply.body).ok_or(EventError::NotUtf8) };
    Some(Delivered { request_id: text::from_bytes(request_id)?, event })
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

/// What an error body needs besides the message at most, in bytes: its names, the type, and a place whose file's name is cut where it is
/// longer.
const ERROR_BODY_FRAME_BYTES: usize = 1024;
const _: () = assert!(ERROR_BODY_FRAME_BYTES + ERROR_TYPE_BYTES_MAX < ERROR_BODY_BYTES_MAX);
/// What stands at the end of a message that was cut.
const CUT: &str = "… (cut)";

/// Writes `{"errorMessage":"…","errorType":"…","stackTrace":[]}` to `memory`, with the place as the one entry of the trace.
#[must_use]
pub fn error_body<'memory>(
    memory: &'memory mut [u8; ERROR_BODY_BYTES_MAX],
    error_type: &str,
    message: &str,
    place: Option<Place<'_>>,
) -> &'memory [u8] {
    let mut body = Buffer::new(memory);
    body.push(b"{\"errorMessage\":\"");
    if !json::push_escaped(&mut body, message, ERROR_BODY_FRAME_BYTES) {
        body.push(CUT.as_bytes());
    }
    body.push(b"\",\"errorType\":\"");
    body.push(error_type.as_bytes());
    body.push(b"\",\"stackTrace\":[");
    if let Some(place) = place {
        body.push(b"\"");
        json::push_escaped(&mut body, place.file, 64);
        body.push(b":");
        body.push_integer(place.line);
        body.push(b":");
        body.push_integer(place.column);
        body.push(b"\"");
    }
    body.push(b"]}");
    body.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::{ERROR_BODY_BYTES_MAX, Place, Verdict, error_body, verdict};
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::string::String;

    fn body(error_type: &str, message: &str, place: Option<Place<'_>>) -> Value {
        serde_json::from_slice(error_body(&mut [0; ERROR_BODY_BYTES_MAX], error_type, message, place)).unwrap()
    }

    #[test]
    fn an_error_body_has_the_three_members() {
        let place = Place { file: "a \"b\".ruchy", line: 3, column: 14 };
        assert_eq!(
            body("Runtime.Panic", "it \"broke\"\n", Some(place)),
            json!({"errorMessage": "it \"broke\"\n", "errorType": "Runtime.Panic", "stackTrace": ["a \"b\".ruchy:3:14"]})
        );
        assert_eq!(body("Function.Error", "", None), json!({"errorMessage": "", "errorType": "Function.Error", "stackTrace": []}));
    }

    proptest! {
        #[test]
        fn an_error_body_is_json_whatever_the_lengths(text: String, repeat in 0usize..3000, file in ".{0,300}") {
            let message = text.repeat(repeat);
            let place = Place { file: &file.repeat(10), line: u32::MAX, column: u32::MAX };
            let body = body("Runtime.Panic", &message, Some(place));
            let written = body["errorMessage"].as_str().unwrap();
            prop_assert!(written == message || written.ends_with("… (cut)") && message.starts_with(written.trim_end_matches("… (cut)")));
            prop_assert!(body["stackTrace"][0].as_str().is_some());
        }
    }

    #[test]
    fn statuses_mean_what_the_contract_says() {
        for (status, repeated, expected) in [
            (202, false, Verdict::Accepted),
            (200, true, Verdict::Accepted),
            (400, false, Verdict::Refused),
            (400, true, Verdict::Accepted),
            (403, false, Verdict::Refused),
            (403, true, Verdict::Accepted),
            (404, true, Verdict::Refused),
            (410, false, Verdict::Refused),
            (413, false, Verdict::Refused),
            (500, false, Verdict::Fatal),
            (503, true, Verdict::Fatal),
        ] {
            assert_eq!(verdict(status, repeated), expected, "{status} {repeated}");
        }
    }
}
