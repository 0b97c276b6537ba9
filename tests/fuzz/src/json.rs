//! Everything that the runtime writes as JSON, in buffers of every size: `serde_json` must read the
//! intended value, headers must have no control characters, and nothing may overflow.

use crate::draw::Draw;
use ruchy_lambda::log::record;
use ruchy_lambda::runtime_api::invocation::REQUEST_ID_BYTES_MAX;
use ruchy_lambda::runtime_api::report::{ERROR_BODY_BYTES_MAX, Place, Report, error_body, xray_cause_header};
use ruchy_lambda::text::buffer::Buffer;
use ruchy_lambda::text::{json, utf8};
use serde_json::{Value, from_slice};

/// The end of a string that was cut.
const CUT: &str = "… (cut)";

/// Writes the same string in every way.
pub fn check(bytes: &[u8]) {
    let mut draw = Draw(bytes);
    let (room, reserve, repeat) = (draw.word() % 9000, draw.byte().into(), draw.one_of(&[1, 1, 2, 50, 300]));
    let (epoch_ms, line, column) = ((draw.word() as u64) << (draw.byte() % 32), u32::from(draw.byte()) << 24, u32::from(draw.byte()));
    let request_id = "r".repeat(usize::from(draw.byte()).min(REQUEST_ID_BYTES_MAX));
    let file = String::from_utf8_lossy(draw.run()).repeat(repeat);
    let pieces = [draw.run(), draw.0];
    let message = String::from_utf8_lossy(pieces[1]).repeat(repeat);

    check_escaped(&message, room, reserve);
    check_reports(&message, Place::Source { file: &file, line, column });
    check_record(&pieces, 512 + room, epoch_ms, &request_id);
}

fn check_escaped(message: &str, room: usize, reserve: usize) {
    let mut memory = vec![0; room];
    let mut buffer = Buffer::new(&mut memory);
    let whole = json::push_escaped(&mut buffer, message.as_bytes(), reserve);
    assert!(!buffer.overflowed());
    let written: String = from_slice(&[b"\"", buffer.bytes(), b"\""].concat()).expect("JSON");
    assert!(if whole { written == message } else { message.starts_with(&written) });
    assert!(whole || message.is_empty() || buffer.room() < 6 + reserve, "everything that fits was written");
    assert!(message.is_empty() || buffer.bytes().is_empty() || buffer.room() >= reserve, "the reserve is kept");
}

fn check_reports(message: &str, place: Place<'_>) {
    for place in [None, Some(place), Some(Place::Instruction(message.len()))] {
        let report = Report { error_type: "Function.Error", message: message.as_bytes(), place };
        let mut memory = [0; ERROR_BODY_BYTES_MAX];
        let body: Value = from_slice(error_body(&mut memory, &report)).expect("JSON");
        same_text(&body["errorMessage"], message);
        assert_eq!(body["errorType"], "Function.Error");
        let trace = body["stackTrace"].as_array().expect("a trace");
        assert_eq!(trace.len(), usize::from(place.is_some()));
        let entry = trace.first().map(|entry| entry.as_str().expect("text"));
        match place {
            None => assert_eq!(entry, None),
            Some(Place::Source { file, line, column }) => {
                let name = entry.and_then(|entry| entry.strip_suffix(&format!(":{line}:{column}"))).expect("the place");
                assert!(file.starts_with(name));
            }
            Some(Place::Instruction(address)) => assert_eq!(entry, Some(format!("{address:#x}").as_str())),
        }

        let header = xray_cause_header(&mut memory, &report);
        let value = header.strip_prefix(b"Lambda-Runtime-Function-XRay-Error-Cause: ").expect("its name");
        let value = value.strip_suffix(b"\r\n\r\n").expect("the end of the head");
        assert!(!value.iter().any(u8::is_ascii_control), "it would end the header");
        let cause: Value = from_slice(value).expect("JSON");
        same_text(&cause["exceptions"][0]["message"], message);
        assert_eq!(cause["exceptions"][0]["stack"].as_array().map(Vec::len), Some(usize::from(place.is_some())));
    }
}

fn check_record(pieces: &[&[u8]], room: usize, epoch_ms: u64, request_id: &str) {
    let mut memory = vec![0; room];
    let mut buffer = Buffer::new(&mut memory);
    record::push_json(&mut buffer, epoch_ms, record::Level::Warn, request_id, pieces);
    assert!(!buffer.overflowed());
    let line = buffer.bytes().strip_suffix(b"\n").expect("a line");
    assert!(!line.iter().any(u8::is_ascii_control), "a record is one line");
    let record: Value = from_slice(line).expect("JSON");
    assert_eq!(record["level"], "WARN");
    assert_eq!(record.get("requestId").and_then(Value::as_str).unwrap_or_default(), request_id);
    let readable = |piece| str::from_utf8(piece).unwrap_or("(not UTF-8)");
    assert!(pieces.iter().all(|piece| utf8::from_bytes(piece) == str::from_utf8(piece).ok()));
    let last = pieces[1].strip_suffix(b"\n").unwrap_or(pieces[1]);
    same_text(&record["message"], &(readable(pieces[0]).to_owned() + readable(last)));
}

/// Checks that `written` is `message`, or its beginning with a mark.
fn same_text(written: &Value, message: &str) {
    let written = written.as_str().expect("text");
    assert!(written == message || written.strip_suffix(CUT).is_some_and(|beginning| message.starts_with(beginning)));
}
