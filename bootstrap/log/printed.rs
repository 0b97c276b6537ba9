//! Writes what handlers print. None of this is linked into a file whose handlers print nothing.
#![allow(unsafe_code)]

use crate::current;
use crate::http::headers::header;
use crate::log::object;
use crate::log::record::{self, MEMBERS_BYTES_MAX, Members, RECORD_BYTES_MAX};
use crate::log::{config, level_of, write_message, writing};
use crate::runtime_api::invocation::Invocation;
use crate::slot::Memory;
use crate::sys::{self, Clock};
use crate::text::buffer::Buffer;
use crate::text::bytes::without_last;
use crate::text::utf8;
use registry::Stream;

/// Holds one record, so that it is written by one call and records of other workers do not mix with
/// it. Only `ruchy_lambda_log` uses it, which a signal handler calls only in a hook that ends the
/// process.
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

/// Writes one record: `text` itself if it is a JSON object, otherwise with `text` as its message.
fn write_json(stream: Stream, memory: &mut [u8], text: &[u8], invocation: Option<&Invocation<'_>>) {
    let text = without_last(text, b'\n').unwrap_or(text);
    // A longer object does not fit.
    let fits = text.len() <= RECORD_BYTES_MAX - MEMBERS_BYTES_MAX;
    let object = if fits { object::parse(text) } else { None }.unwrap_or_default();
    let level = object.level.unwrap_or(level_of(stream));
    // Metrics have no level.
    if level < config().least && !object.is_metrics() {
        return;
    }
    let mut members = Members { epoch_ms: sys::milliseconds(Clock::Epoch), level, request_id: "", tenant_id: "" };
    if let Some(invocation) = invocation {
        members.request_id = invocation.name.request_id;
        members.tenant_id = utf8::from_bytes(header(invocation.head, b"lambda-runtime-aws-tenant-id")).unwrap_or("");
    }
    let mut record = Buffer::new(memory);
    record::push_members(&mut record, &members, object.record_members());
    if object.after_brace.is_empty() {
        record::push_message(&mut record, text);
    } else {
        if object.is_empty {
            record.pop(); // the comma
        }
        record.push(object.after_brace);
        record.replace_newlines();
        record.push(b"\n");
    }
    write_message(stream, level, record.bytes());
}
