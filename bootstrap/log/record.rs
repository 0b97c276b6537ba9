//! One record of a log: its level, its JSON, its frame. Pure.
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html>.

use crate::text::buffer::Buffer;
use crate::text::bytes::{eq_ignore_ascii_case, trim, without_last};
use crate::text::{json, timestamp, utf8};

/// Longest record of what a handler prints, in bytes, which is CloudWatch's own limit for one event. A longer message is cut, and marked.
pub const RECORD_BYTES_MAX: usize = 256 << 10;

/// How grave a record is, as `AWS_LAMBDA_LOG_LEVEL` names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// `TRACE`.
    Trace,
    /// `DEBUG`.
    Debug,
    /// `INFO`: what a handler prints.
    Info,
    /// `WARN`.
    Warn,
    /// `ERROR`: what a handler prints to the error stream, and the runtime's own complaints.
    Error,
    /// `FATAL`.
    Fatal,
}

const LEVELS: [Level; 6] = [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Fatal];
/// Their names in this order, each as long as the longest, with blanks behind it: a table of strings would be several times as large.
const NAMES: &[u8] = b"TRACEDEBUGINFO WARN ERRORFATAL";
const NAME_BYTES: usize = 5;

impl Level {
    /// The level of this name, in whatever case.
    #[must_use]
    pub fn named(name: &[u8]) -> Option<Self> {
        LEVELS.into_iter().find(|level| eq_ignore_ascii_case(name, level.name()))
    }

    /// Its name in capitals.
    #[must_use]
    pub fn name(self) -> &'static [u8] {
        trim(NAMES.get(NAME_BYTES * self as usize..).and_then(|names| names.get(..NAME_BYTES)).unwrap_or_default())
    }
}

/// What stands at the end of a message that was cut.
const CUT: &str = "… (cut)";
/// Room for what follows the message, in bytes: the mark, a request id and a tenant id.
const TAIL_BYTES: usize = 640;
/// Closes what [`push_open`] leaves open.
pub const END: &[u8] = b"\"}\n";

/// Appends the record as a line of JSON. Its message is `pieces`, without the newline at their end; the request id may be empty.
pub fn push_json(record: &mut Buffer<'_>, epoch_ms: u64, level: Level, request_id: &str, pieces: &[&[u8]]) {
    push_open(record, epoch_ms, level, request_id, pieces);
    record.push(END);
}

/// [`push_json`], up to the end of the last member's text.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a file whose handlers print nothing has one caller")]
pub fn push_open(record: &mut Buffer<'_>, epoch_ms: u64, level: Level, request_id: &str, pieces: &[&[u8]]) {
    record.push(b"{\"timestamp\":\"");
    timestamp::push(record, epoch_ms);
    record.push(b"\",\"level\":\"");
    record.push(level.name());
    record.push(b"\",\"message\":\"");
    for (index, piece) in pieces.iter().enumerate() {
        let piece = if index + 1 == pieces.len() { without_last(piece, b'\n').unwrap_or(piece) } else { piece };
        let piece = utf8::from_bytes(piece).map_or(&b"(not UTF-8)"[..], str::as_bytes);
        if !json::push_escaped(record, piece, TAIL_BYTES) {
            record.push(CUT.as_bytes());
            break;
        }
    }
    if !request_id.is_empty() {
        record.push(b"\",\"requestId\":\"");
        record.push(request_id.as_bytes());
    }
}

/// Bytes in front of a message on the telemetry descriptor: type, length, microseconds since 1970, each with its first byte first.
pub const FRAME_BYTES: usize = 16;

/// What stands in front of a message of `message_bytes` bytes.
#[must_use]
pub fn frame(json: bool, level: Level, message_bytes: usize, epoch_microseconds: u64) -> [u8; FRAME_BYTES] {
    // The lowest byte has the level above two bits for the format; a level that there is no number for has that of the nearest.
    let step = (level as u64).saturating_sub(1);
    let kind = 0xa55a_0000 | (step + 2) << 2 | if json { 2 } else { 3 };
    let head = kind << 32 | (message_bytes as u64).min(u32::MAX.into());
    (u128::from(head) << 64 | u128::from(epoch_microseconds)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::{LEVELS, Level, frame, push_json};
    use crate::text::buffer::Buffer;
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::string::String;
    use std::vec;

    fn record(room: usize, level: Level, request_id: &str, pieces: &[&[u8]]) -> Value {
        let mut memory = vec![0; room];
        let mut buffer = Buffer::new(&mut memory);
        push_json(&mut buffer, 1_795_337_525_875, level, request_id, pieces);
        assert!(!buffer.overflowed());
        let line = str::from_utf8(buffer.bytes()).unwrap().strip_suffix('\n').unwrap();
        assert!(!line.contains('\n'), "a record is one line");
        serde_json::from_str(line).unwrap()
    }

    #[test]
    fn a_record_has_what_lambda_wants() {
        assert_eq!(
            record(1024, Level::Info, "id-1", &[b"two\nlines \"quoted\"\n"]),
            json!({"timestamp": "2026-11-22T08:52:05.875Z", "level": "INFO", "message": "two\nlines \"quoted\"", "requestId": "id-1"})
        );
        assert_eq!(
            record(1024, Level::Error, "", &[b"a\n", b"b", b"\xff"]),
            json!({"timestamp": "2026-11-22T08:52:05.875Z", "level": "ERROR", "message": "a\nb(not UTF-8)"})
        );
    }

    #[test]
    fn levels_are_named_in_any_case_and_in_order() {
        for (level, name) in LEVELS.into_iter().zip(["trace", "debug", "info", "warn", "error", "fatal"]) {
            assert_eq!(Level::named(name.as_bytes()), Some(level));
            assert_eq!(level.name(), name.to_uppercase().as_bytes());
        }
        assert!(LEVELS.is_sorted());
        assert_eq!(Level::named(b""), None);
    }

    #[test]
    fn frames_are_as_lambda_reads_them() {
        for (json, level, kind) in [
            (false, Level::Trace, 0xa55a_000b_u32),
            (false, Level::Debug, 0xa55a_000b),
            (false, Level::Info, 0xa55a_000f),
            (false, Level::Warn, 0xa55a_0013),
            (false, Level::Error, 0xa55a_0017),
            (false, Level::Fatal, 0xa55a_001b),
            (true, Level::Debug, 0xa55a_000a),
            (true, Level::Info, 0xa55a_000e),
            (true, Level::Fatal, 0xa55a_001a),
        ] {
            let frame = frame(json, level, 5, 0x0102_0304_0506_0708);
            assert_eq!(frame[..4], kind.to_be_bytes(), "{json} {level:?}");
            assert_eq!(frame[4..], [0, 0, 0, 5, 1, 2, 3, 4, 5, 6, 7, 8]);
        }
    }

    proptest! {
        #[test]
        fn a_record_is_json_whatever_is_printed(text: String, repeat in 0usize..200, room in 1024usize..4096) {
            let message = text.repeat(repeat);
            let record = record(room, Level::Info, "id", &[message.as_bytes()]);
            let written = record["message"].as_str().unwrap();
            let whole = message.strip_suffix('\n').unwrap_or(&message);
            prop_assert!(written == whole || written.ends_with("… (cut)") && whole.starts_with(written.trim_end_matches("… (cut)")));
        }
    }
}
