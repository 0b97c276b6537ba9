//! What handlers print. None of this is linked into a file whose handlers print nothing.
#![allow(unsafe_code)]

use crate::current;
use crate::http::headers::header;
use crate::log::object::{self, Object};
use crate::log::record::{self, Level, RECORD_BYTES_MAX};
use crate::log::{config, level_of, write_message, writing};
use crate::runtime_api::invocation::Invocation;
use crate::slot::Memory;
use crate::sys::{self, Clock};
use crate::text::buffer::Buffer;
use crate::text::{json, timestamp, utf8};
use handlers::Stream;

/// Holds one record, so that it is written by one call and records of other workers do not mix with it. Only `ruchy_lambda_log` uses it,
/// which a signal handler calls only in a hook that ends the process.
#[unsafe(link_section = ".bss..reserve.record")]
static RECORD: Memory<[u8; RECORD_BYTES_MAX]> = Memory::new([0; RECORD_BYTES_MAX]);

/// Logs what a handler prints. The `std` facade declares this function and calls it.
// SAFETY: the facade's declaration has the same type, and no other function has this name.
#[unsafe(no_mangle)]
#[expect(clippy::no_mangle_with_rust_abi, reason = "its caller is Rust of the same build")]
fn ruchy_lambda_log(stream: Stream, text: &str) {
    writing(|| {
        if config().json {
            // SAFETY: nothing else uses it, see above.
            let memory = unsafe { &mut *RECORD.get() };
            current::with_invocation(|invocation| write_json(stream, memory, text.as_bytes(), invocation));
        } else {
            write_message(stream, level_of(stream), text.as_bytes());
        }
    });
}

/// Writes one record: `text` itself if it is a JSON object, else with `text` as its message.
fn write_json(stream: Stream, memory: &mut [u8], text: &[u8], invocation: Option<&Invocation<'_>>) {
    let object = object::parse(text);
    let level = object.and_then(|object| object.level).unwrap_or(level_of(stream));
    let is_metrics = object.is_some_and(|object| object.is_metrics);
    if level < config().least && !is_metrics {
        return; // metrics are no messages, and have no level
    }
    let now_ms = sys::milliseconds(Clock::Epoch);
    let request_id = invocation.map_or("", |invocation| invocation.name.request_id);
    let tenant_id = invocation.map_or(&b""[..], |invocation| header(invocation.head, b"lambda-runtime-aws-tenant-id"));
    let tenant_id = utf8::from_bytes(tenant_id).map_or(&b""[..], str::as_bytes);
    if let Some(object) = object {
        let mut record = Buffer::new(memory);
        if is_metrics {
            record.push(b"{");
        } else {
            push_missing(&mut record, &object, now_ms, level, request_id, tenant_id);
        }
        push_line(&mut record, object.after_brace);
        if !record.overflowed() {
            return write_message(stream, level, record.bytes());
        }
    }
    let mut record = Buffer::new(memory);
    record::push_open(&mut record, now_ms, level, request_id, &[text]);
    if !tenant_id.is_empty() {
        record.push(b"\",\"tenantId\":\"");
        json::push_escaped(&mut record, tenant_id, END_BYTES);
    }
    record.push(record::END);
    write_message(stream, level, record.bytes());
}

const END_BYTES: usize = record::END.len();

/// Appends the opening brace, and the members of a record that `object` lacks.
fn push_missing(record: &mut Buffer<'_>, object: &Object<'_>, now_ms: u64, level: Level, request_id: &str, tenant_id: &[u8]) {
    let mut before: &[u8] = b"{";
    let mut start = |record: &mut Buffer<'_>, name: &[u8]| {
        record.push(before);
        record.push(b"\"");
        record.push(name);
        record.push(b"\":\"");
        before = b"\",";
    };
    if !object.has_timestamp {
        start(record, b"timestamp");
        timestamp::push(record, now_ms);
    }
    if !object.has_level {
        start(record, b"level");
        record.push(level.name());
    }
    if !object.has_request_id && !request_id.is_empty() {
        start(record, b"requestId");
        record.push(request_id.as_bytes());
    }
    if !object.has_tenant_id && !tenant_id.is_empty() {
        start(record, b"tenantId");
        json::push_escaped(record, tenant_id, END_BYTES);
    }
    // No comma before the closing brace.
    record.push(if object.is_empty && before == b"\"," { b"\"" } else { before });
}

/// Appends `text` as one line: outside of strings, JSON has newlines only as blanks.
fn push_line(record: &mut Buffer<'_>, text: &[u8]) {
    for piece in text.trim_ascii_end().split(|byte| matches!(byte, b'\n' | b'\r')) {
        record.push(piece);
    }
    record.push(b"\n");
}
