//! Where text goes: what a handler prints, and the runtime's own complaints. A log that cannot be written is no error: the invocation goes on.
//!
//! In text format, text goes to the stream it was printed to as it is; in JSON format, each piece printed is one line, as `record` writes it.
//! Where Lambda has left a descriptor for telemetry either goes there, framed.
#![allow(unsafe_code)]

pub mod record;

use crate::config::settings::Settings;
use crate::current;
use crate::log::record::{FRAME_BYTES, Level, RECORD_BYTES_MAX};
use crate::slot::{Memory, Slot};
use crate::sys::signal::{self, SIGPIPE, SIGXFSZ};
use crate::sys::{self, Clock};
use crate::text::buffer::Buffer;
use crate::text::bytes::{eq_ignore_ascii_case, number, without_last};
use core::sync::atomic::{AtomicBool, Ordering, compiler_fence};
use handlers::Stream;

/// How the function logs.
#[derive(Clone, Copy)]
struct Config {
    /// `AWS_LAMBDA_LOG_FORMAT=JSON`.
    json: bool,
    /// `AWS_LAMBDA_LOG_LEVEL`: what is below it is left out in JSON format, which alone has levels.
    least: Level,
}

static CONFIG: Slot<Config> = Slot::new(Config { json: false, least: Level::Trace });

/// `_LAMBDA_TELEMETRY_LOG_FD`.
static TELEMETRY: Slot<Option<u32>> = Slot::new(None);

/// Has the function's wishes followed. What is logged before is text.
pub fn prepare(settings: &Settings) {
    CONFIG.set(Config {
        json: eq_ignore_ascii_case(settings.log_format, b"json"),
        least: Level::named(settings.log_level).unwrap_or(Level::Trace),
    });
    TELEMETRY.set(number(settings.telemetry_descriptor, 10, 4).and_then(|descriptor| u32::try_from(descriptor).ok()));
}

/// Holds one record of a handler, so that it is written by one call and records of other workers do not mix with it. Only
/// `ruchy_lambda_log` uses it, which a signal handler calls only in a hook that ends the process.
#[unsafe(link_section = ".bss..reserve.record")]
static RECORD: Memory<[u8; RECORD_BYTES_MAX]> = Memory::new([0; RECORD_BYTES_MAX]);

/// Whether a line is being written: a signal that comes then must not write one into it.
static WRITING: AtomicBool = AtomicBool::new(false);

/// Whether a line is being written, in whose midst this is called.
#[must_use]
pub fn is_writing() -> bool {
    WRITING.load(Ordering::Relaxed)
}

/// Whether a log that nobody reads, or that has become too long a file, ends nothing: seen to before the first line, for most functions write none
/// before their first response.
static WRITE_SIGNALS_IGNORED: AtomicBool = AtomicBool::new(false);

/// From now on it is an error and no end to write what nobody reads, or what makes a file too long.
#[inline(always)]
#[expect(clippy::inline_always, reason = "one call more would make a file larger whose functions write no files")]
pub fn ignore_write_signals() {
    if !WRITE_SIGNALS_IGNORED.load(Ordering::Relaxed) {
        signal::ignore(SIGPIPE);
        signal::ignore(SIGXFSZ);
        // Only now: a deadline's line may come in between.
        WRITE_SIGNALS_IGNORED.store(true, Ordering::Relaxed);
    }
}

fn writing(write: impl FnOnce()) {
    ignore_write_signals();
    WRITING.store(true, Ordering::Relaxed);
    compiler_fence(Ordering::SeqCst);
    write();
    compiler_fence(Ordering::SeqCst);
    WRITING.store(false, Ordering::Relaxed);
}

/// What a handler prints: the `std` facade declares this function and calls it.
// SAFETY: the facade's declaration has the same type, and no other function has this name.
#[unsafe(no_mangle)]
#[expect(clippy::no_mangle_with_rust_abi, reason = "its caller is Rust of the same build")]
fn ruchy_lambda_log(stream: Stream, text: &str) {
    writing(|| {
        if CONFIG.get().json {
            // SAFETY: nothing else uses it, see above.
            let memory = unsafe { &mut *RECORD.get() };
            write_record(stream, memory, &[text.as_bytes()]);
        } else {
            write_message(stream, text.as_bytes());
        }
    });
}

/// Longest complaint, in bytes: an error body of the longest kind, escaped.
const ERROR_LINE_BYTES_MAX: usize = 40 << 10;

/// Holds one line of the runtime. Separate from `RECORD`, because the line about a deadline may interrupt a record. Only
/// `log_error_parts` uses it: a signal that interrupts it ends the process or logs nothing.
#[unsafe(link_section = ".bss..reserve.complaint")]
static LINE: Memory<[u8; ERROR_LINE_BYTES_MAX]> = Memory::new([0; ERROR_LINE_BYTES_MAX]);

/// Writes one line about the runtime itself: the three, one behind the other.
#[cold]
#[inline(never)]
pub fn log_error(before: &[u8], value: &[u8], behind: &[u8]) {
    log_error_parts(&[before, value, behind]);
}

/// [`log_error`], of any number of pieces.
#[cold]
#[inline(never)]
pub fn log_error_parts(pieces: &[&[u8]]) {
    // SAFETY: nothing else uses it, see above.
    let memory = unsafe { &mut *LINE.get() };
    writing(|| {
        if CONFIG.get().json {
            return write_record(Stream::Error, memory, pieces);
        }
        let mut line = Buffer::new(memory);
        line.push(b"ruchy-lambda: ");
        current::with_invocation(|invocation| {
            if let Some(invocation) = invocation {
                line.push(b"RequestId: ");
                line.push(invocation.name.request_id.as_bytes());
                line.push(b" ");
            }
        });
        for piece in pieces {
            line.push(piece);
        }
        line.push(b"\n");
        write_message(Stream::Error, line.bytes());
    });
}

/// Writes one record in JSON, unless the function wants none of its level.
fn write_record(stream: Stream, memory: &mut [u8], pieces: &[&[u8]]) {
    let level = level_of(stream);
    if level < CONFIG.get().least {
        return;
    }
    let mut record = Buffer::new(memory);
    current::with_invocation(|invocation| {
        let request_id = invocation.map_or("", |invocation| invocation.name.request_id);
        record::push_json(&mut record, sys::milliseconds(Clock::Epoch), level, request_id, pieces);
    });
    write_message(stream, record.bytes());
}

/// Writes `message` to `stream`, or to the telemetry descriptor, framed and without its line end; where it is none, to `stream` from then on.
#[inline(never)]
fn write_message(stream: Stream, message: &[u8]) {
    if let Some(descriptor) = TELEMETRY.get() {
        let framed = without_last(message, b'\n').unwrap_or(message);
        let frame = record::frame(CONFIG.get().json, level_of(stream), framed.len(), sys::microseconds(Clock::Epoch));
        match sys::write(descriptor, &frame, framed) {
            // A frame that was begun must be finished, or none behind it can be read.
            Ok(written) => {
                let mut rest = framed.get(written.saturating_sub(FRAME_BYTES)..).unwrap_or_default();
                while !rest.is_empty() && sys::wait_for_room(descriptor) {
                    rest = rest.get(sys::write(descriptor, rest, b"").unwrap_or(0)..).unwrap_or_default();
                }
                return;
            }
            // Nobody reads, for now: this one is lost.
            Err(errno) if errno.is_try_again() => return,
            Err(_) => TELEMETRY.set(None),
        }
    }
    write_all(stream as u32, message);
}

/// What a handler prints to the error stream is an error, and a complaint of the runtime's too.
fn level_of(stream: Stream) -> Level {
    if stream == Stream::Error { Level::Error } else { Level::Info }
}

fn write_all(descriptor: u32, mut text: &[u8]) {
    while !text.is_empty()
        && let Ok(written @ 1..) = sys::write(descriptor, text, b"")
    {
        text = text.get(written..).unwrap_or_default();
    }
}
