//! Failure reports: error types, and the bodies and headers that Lambda expects. Pure.
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use crate::text::buffer::Buffer;
use crate::text::json;

/// Longest error type sent, in bytes.
pub const ERROR_TYPE_BYTES_MAX: usize = registry::ERROR_TYPE_BYTES_MAX;
/// Largest error body, in bytes. A message that does not fit is cut and marked.
pub const ERROR_BODY_BYTES_MAX: usize = 16 << 10;

/// The error types this runtime reports by itself. Lambda records a type only if it is `Runtime.`
/// or `Function.`, a capital and letters.
pub mod error_type {
    /// A handler panicked.
    pub const PANIC: &str = "Runtime.Panic";
    /// The event is not UTF-8, which JSON must be (RFC 8259, section 8.1).
    pub const INVALID_EVENT: &str = "Runtime.InvalidEvent";
    /// The event is longer than the largest that is accepted.
    pub const EVENT_TOO_LARGE: &str = "Runtime.EventTooLarge";
    /// `_HANDLER` names no handler of this file.
    pub const HANDLER_NOT_FOUND: &str = "Runtime.HandlerNotFound";
    /// The heap is full.
    pub const OUT_OF_MEMORY: &str = "Runtime.OutOfMemory";
    /// A handler accessed invalid memory (SIGSEGV).
    pub const SEGMENTATION_FAULT: &str = "Runtime.SegmentationFault";
    /// A handler overflowed the stack.
    pub const STACK_OVERFLOW: &str = "Runtime.StackOverflow";
    /// A handler accessed memory that is unavailable (SIGBUS).
    pub const BUS_ERROR: &str = "Runtime.BusError";
    /// A handler executed an invalid instruction (SIGILL).
    pub const ILLEGAL_INSTRUCTION: &str = "Runtime.IllegalInstruction";
    /// A handler failed in arithmetic (SIGFPE).
    pub const ARITHMETIC_ERROR: &str = "Runtime.ArithmeticError";
    /// A handler aborted (SIGABRT).
    pub const ABORT: &str = "Runtime.Abort";
    /// A handler ran until just before its deadline.
    pub const DEADLINE_EXCEEDED: &str = "Runtime.DeadlineExceeded";
    /// A before-snapshot hook failed.
    pub const BEFORE_SNAPSHOT: &str = "Runtime.BeforeSnapshotError";
    /// An after-restore hook failed.
    pub const AFTER_RESTORE: &str = "Runtime.AfterRestoreError";
}

/// The place of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'text> {
    /// In a source file.
    Source {
        /// The path that the compiler was given.
        file: &'text str,
        /// The line, from 1.
        line: u32,
        /// The column, from 1.
        column: u32,
    },
    /// An instruction address: `addr2line` finds the line in a file with symbols.
    Instruction(usize),
}

/// Most bytes of an error body besides the message: its names, the type, and a place whose file
/// name may be cut.
const ERROR_BODY_FRAME_BYTES: usize = 1024;
const _: () = assert!(ERROR_BODY_FRAME_BYTES + ERROR_TYPE_BYTES_MAX < ERROR_BODY_BYTES_MAX);
/// Bytes of a stack frame after the file name.
const PLACE_TAIL_BYTES: usize = 512;
/// The end of a message that was cut.
const CUT: &str = "… (cut)";

/// A failure of an invocation, or of the function's start.
#[derive(Clone, Copy, Debug)]
pub struct Report<'text> {
    /// `Runtime.` or `Function.` and letters.
    pub error_type: &'text str,
    /// A description in UTF-8.
    pub message: &'text [u8],
    /// The source position or the instruction of the failure, if known.
    pub place: Option<Place<'text>>,
}

/// Writes `{"errorMessage":"…","errorType":"…","stackTrace":[]}` to `memory`, with the place as the
/// one entry of the trace.
#[must_use]
pub fn error_body<'memory>(memory: &'memory mut [u8; ERROR_BODY_BYTES_MAX], report: &Report<'_>) -> &'memory [u8] {
    let mut body = Buffer::new(memory);
    body.push(b"{\"errorMessage\":\"");
    push_message(&mut body, report.message);
    body.push(b"\",\"errorType\":\"");
    body.push(report.error_type.as_bytes());
    body.push(b"\",\"stackTrace\":[");
    if let Some(place) = report.place {
        body.push(b"\"");
        push_file(&mut body, place);
        if let Place::Source { line, column, .. } = place {
            body.push(b":");
            body.push_integer(line);
            body.push(b":");
            body.push_integer(column);
        }
        body.push(b"\"");
    }
    body.push(b"]}");
    #[cfg(feature = "stack-trace")]
    crate::signals::stack_trace::insert(&mut body);
    body.into_bytes()
}

/// Writes the header that reports a failure to AWS X-Ray, and the empty line after it. Its value is
/// JSON in the form that AWS's clients send. The contract allows 1 MiB; the limit here is
/// [`ERROR_BODY_BYTES_MAX`].
#[must_use]
pub fn xray_cause_header<'memory>(memory: &'memory mut [u8; ERROR_BODY_BYTES_MAX], report: &Report<'_>) -> &'memory [u8] {
    let mut cause = Buffer::new(memory);
    cause.push(b"Lambda-Runtime-Function-XRay-Error-Cause: {\"working_directory\":\"/var/task\",\"paths\":[],\"exceptions\":[{\"type\":\"");
    cause.push(report.error_type.as_bytes());
    cause.push(b"\",\"message\":\"");
    push_message(&mut cause, report.message);
    cause.push(b"\",\"stack\":[");
    if let Some(place) = report.place {
        cause.push(b"{\"path\":\"");
        push_file(&mut cause, place);
        cause.push(b"\",\"line\":");
        cause.push_integer(if let Place::Source { line, .. } = place { line } else { 0 });
        cause.push(b",\"label\":\"\"}");
    }
    cause.push(b"]}]}\r\n\r\n");
    cause.into_bytes()
}

fn push_file(buffer: &mut Buffer<'_>, place: Place<'_>) {
    match place {
        Place::Source { file, .. } => _ = json::push_escaped(buffer, file.as_bytes(), PLACE_TAIL_BYTES),
        Place::Instruction(address) => buffer.push_address(address),
    }
}

fn push_message(buffer: &mut Buffer<'_>, message: &[u8]) {
    if !json::push_escaped(buffer, message, ERROR_BODY_FRAME_BYTES) {
        buffer.push(CUT.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::{CUT, ERROR_BODY_BYTES_MAX, Place, Report, error_body, xray_cause_header};
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::string::String;

    fn body(error_type: &str, message: &str, place: Option<Place<'_>>) -> Value {
        let report = Report { error_type, message: message.as_bytes(), place };
        let mut memory = [0; ERROR_BODY_BYTES_MAX];
        let cause = str::from_utf8(xray_cause_header(&mut memory, &report)).unwrap();
        let cause = cause.strip_prefix("Lambda-Runtime-Function-XRay-Error-Cause: ").unwrap().strip_suffix("\r\n\r\n").unwrap();
        assert!(!cause.bytes().any(|byte| byte.is_ascii_control()), "it must be the value of one header: {cause:?}");
        let cause: Value = serde_json::from_str(cause).unwrap();
        let body: Value = serde_json::from_slice(error_body(&mut [0; ERROR_BODY_BYTES_MAX], &report)).unwrap();
        assert_eq!(cause["exceptions"][0]["type"], body["errorType"]);
        let messages = [&cause["exceptions"][0]["message"], &body["errorMessage"]];
        if !messages.iter().any(|message| message.as_str().unwrap().ends_with(CUT)) {
            assert_eq!(messages[0], messages[1]);
        }
        assert_eq!(cause["exceptions"][0]["stack"].as_array().unwrap().len(), body["stackTrace"].as_array().unwrap().len());
        body
    }

    #[test]
    fn error_body_has_three_members() {
        let place = Place::Source { file: "a \"b\".ruchy", line: 3, column: 14 };
        assert_eq!(
            body("Runtime.Panic", "it \"broke\"\n", Some(place)),
            json!({"errorMessage": "it \"broke\"\n", "errorType": "Runtime.Panic", "stackTrace": ["a \"b\".ruchy:3:14"]})
        );
        assert_eq!(body("Function.Error", "", None), json!({"errorMessage": "", "errorType": "Function.Error", "stackTrace": []}));
    }

    proptest! {
        #[test]
        fn error_body_is_json_for_any_lengths(text: String, repeat in 0usize..if cfg!(miri) { 30 } else { 3000 }, file in ".{0,300}") {
            let message = text.repeat(repeat);
            let place = Place::Source { file: &file.repeat(10), line: u32::MAX, column: u32::MAX };
            let body = body("Runtime.Panic", &message, Some(place));
            let written = body["errorMessage"].as_str().unwrap();
            prop_assert!(written == message || written.ends_with("… (cut)") && message.starts_with(written.trim_end_matches("… (cut)")));
            prop_assert!(body["stackTrace"][0].as_str().is_some());
        }
    }
}
