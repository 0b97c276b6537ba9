//! One record of a log: its level, its JSON, its frame. Pure.
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html>.

use crate::text::buffer::Buffer;
use crate::text::bytes::{eq_ignore_ascii_case, trim, without_last};
use crate::text::{json, timestamp, utf8};

/// Longest record of what a handler prints, in bytes: CloudWatch's limit for one event. A longer
/// message is cut and marked.
pub const RECORD_BYTES_MAX: usize = 256 << 10;

/// The severity of a record, named as in `AWS_LAMBDA_LOG_LEVEL`.
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
    /// `ERROR`: what a handler prints to the error stream, and the runtime's own messages.
    Error,
    /// `FATAL`.
    Fatal,
}

const LEVELS: [Level; 6] = [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Fatal];
/// Their names in this order, each padded with blanks to the length of the longest: a table of
/// strings would be several times as large.
const LEVEL_NAMES: &[u8] = b"TRACEDEBUGINFO WARN ERRORFATAL";
const NAME_BYTES: usize = 5;

impl Level {
    /// Returns the level with this name, in any case.
    #[must_use]
    pub fn named(name: &[u8]) -> Option<Self> {
        LEVELS.into_iter().find(|level| eq_ignore_ascii_case(name, level.name()))
    }

    /// Returns its name in capitals.
    #[must_use]
    pub fn name(self) -> &'static [u8] {
        trim(LEVEL_NAMES.get(NAME_BYTES * self as usize..).and_then(|names| names.get(..NAME_BYTES)).unwrap_or_default())
    }
}

/// End of a message that was cut.
const CUT: &[u8] = "… (cut)".as_bytes();
/// Room for what follows a message of the runtime, in bytes: the mark and a request id.
const TAIL_BYTES: usize = 320;

/// Appends a record of the runtime as a line of JSON. Its message is `pieces` without a trailing
/// newline; the request id may be empty.
#[inline(always)]
#[expect(clippy::inline_always, reason = "the linked file has one caller")]
pub fn push_json(record: &mut Buffer<'_>, epoch_ms: u64, level: Level, request_id: &str, pieces: &[&[u8]]) {
    record.push(b"{\"timestamp\":\"");
    timestamp::push(record, epoch_ms);
    record.push(b"\",\"level\":\"");
    record.push(level.name());
    record.push(b"\",\"message\":\"");
    for (index, piece) in pieces.iter().enumerate() {
        let piece = if index + 1 == pieces.len() { without_last(piece, b'\n').unwrap_or(piece) } else { piece };
        let piece = utf8::from_bytes(piece).map_or(&b"(not UTF-8)"[..], str::as_bytes);
        if !json::push_escaped(record, piece, TAIL_BYTES) {
            record.push(CUT);
            break;
        }
    }
    if !request_id.is_empty() {
        record.push(b"\",\"requestId\":\"");
        record.push(request_id.as_bytes());
    }
    record.push(END);
}

const END: &[u8] = b"\"}\n";

/// The members that the runtime adds to a record that a handler prints.
#[derive(Clone, Copy)]
pub struct Members<'text> {
    /// Milliseconds since 1970.
    pub epoch_ms: u64,
    /// The level.
    pub level: Level,
    /// The request id; empty: omitted.
    pub request_id: &'text str,
    /// The tenant id; empty: omitted.
    pub tenant_id: &'text str,
}

/// Most bytes that [`push_members`] appends: an id has at most 128 bytes, of which each has at most
/// 6 when escaped.
pub const MEMBERS_BYTES_MAX: usize = 2048;

// Bits of members that a record already has.
/// `timestamp`.
pub const TIMESTAMP: u16 = 1 << 0;
/// `level`.
pub const LEVEL: u16 = 1 << 1;
/// `requestId`.
pub const REQUEST_ID: u16 = 1 << 2;
/// `tenantId`.
pub const TENANT_ID: u16 = 1 << 3;

/// Appends an opening brace and those of `members` that are not `present`, with a comma after each.
pub fn push_members(record: &mut Buffer<'_>, members: &Members<'_>, present: u16) {
    record.push(b"{");
    if present & TIMESTAMP == 0 {
        record.push(b"\"timestamp\":\"");
        timestamp::push(record, members.epoch_ms);
        record.push(b"\",");
    }
    push_member(record, present & LEVEL, b"\"level\":\"", members.level.name());
    push_member(record, present & REQUEST_ID, b"\"requestId\":\"", members.request_id.as_bytes());
    push_member(record, present & TENANT_ID, b"\"tenantId\":\"", members.tenant_id.as_bytes());
}

fn push_member(record: &mut Buffer<'_>, present: u16, name: &[u8], value: &[u8]) {
    if present == 0 && !value.is_empty() {
        record.push(name);
        json::push_escaped(record, value, 0);
        record.push(b"\",");
    }
}

/// Appends the member `message` and the end of the record. The message is `text`, which is UTF-8.
pub fn push_message(record: &mut Buffer<'_>, text: &[u8]) {
    record.push(b"\"message\":\"");
    if !json::push_escaped(record, text, CUT.len() + END.len()) {
        record.push(CUT);
    }
    record.push(END);
}

/// Bytes before a message on the telemetry descriptor: type, length, microseconds since 1970, each
/// in big-endian order.
pub const FRAME_BYTES: usize = 16;

/// Returns the header of a frame whose message has `message_bytes` bytes.
#[must_use]
pub fn frame(json: bool, level: Level, message_bytes: usize, epoch_microseconds: u64) -> [u8; FRAME_BYTES] {
    // The lowest byte holds the level, above two bits for the format. A level without a number uses
    // the nearest one.
    let step = (level as u64).saturating_sub(1);
    let kind = 0xa55a_0000 | (step + 2) << 2 | if json { 2 } else { 3 };
    let head = kind << 32 | (message_bytes as u64).min(u32::MAX.into());
    (u128::from(head) << 64 | u128::from(epoch_microseconds)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::{LEVELS, Level, MEMBERS_BYTES_MAX, Members, frame, push_json, push_members, push_message};
    use crate::text::buffer::Buffer;
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use std::string::String;
    use std::vec;

    fn record(room: usize, level: Level, request_id: &str, pieces: &[&[u8]]) -> Value {
        let mut memory = vec![0; room];
        let mut buffer = Buffer::new(&mut memory);
        push_json(&mut buffer, 1_795_337_525_875, level, request_id, pieces);
        parsed(&buffer)
    }

    #[test]
    fn record_has_the_documented_members() {
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
    fn level_names_are_read_in_any_case() {
        for (level, name) in LEVELS.into_iter().zip(["trace", "debug", "info", "warn", "error", "fatal"]) {
            assert_eq!(Level::named(name.as_bytes()), Some(level));
            assert_eq!(level.name(), name.to_uppercase().as_bytes());
        }
        assert!(LEVELS.is_sorted());
        assert_eq!(Level::named(b""), None);
    }

    #[test]
    fn frame_has_the_telemetry_layout() {
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

    fn parsed(buffer: &Buffer<'_>) -> Value {
        assert!(!buffer.overflowed());
        let line = str::from_utf8(buffer.bytes()).unwrap().strip_suffix('\n').unwrap();
        assert!(!line.contains('\n'), "a record is one line");
        serde_json::from_str(line).unwrap()
    }

    fn check_message(record: &Value, message: &str) {
        let written = record["message"].as_str().unwrap();
        let whole = message.strip_suffix('\n').unwrap_or(message);
        assert!(written == whole || written.ends_with("… (cut)") && whole.starts_with(written.trim_end_matches("… (cut)")));
    }

    #[test]
    fn push_members_stays_within_its_limit() {
        let longest = "\u{1}".repeat(128);
        let members = Members { epoch_ms: 0, level: Level::Fatal, request_id: &longest, tenant_id: &longest };
        let mut memory = vec![0; MEMBERS_BYTES_MAX];
        let mut buffer = Buffer::new(&mut memory);
        push_members(&mut buffer, &members, 0);
        assert!(!buffer.overflowed());
    }

    proptest! {
        #[test]
        fn record_is_json_for_any_text(text: String, tenant_id: String, repeat in 0usize..200, room in 1024usize..4096) {
            let message = text.repeat(repeat);
            check_message(&record(room, Level::Info, "id", &[message.as_bytes()]), &message);
            let mut memory = vec![0; room + 6 * tenant_id.len()];
            let mut buffer = Buffer::new(&mut memory);
            push_members(&mut buffer, &Members { epoch_ms: 0, level: Level::Info, request_id: "id", tenant_id: &tenant_id }, 0);
            push_message(&mut buffer, message.strip_suffix('\n').unwrap_or(&message).as_bytes());
            let record = parsed(&buffer);
            check_message(&record, &message);
            prop_assert_eq!(record.get("tenantId").map_or("", |id| id.as_str().unwrap()), tenant_id);
            prop_assert_eq!(&record["requestId"], "id");
        }
    }
}
