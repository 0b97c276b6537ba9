//! Writes what a handler prints and the runtime's own messages. An invocation continues if its log
//! cannot be written.
//!
//! In text format, text is written unchanged to the stream to which it was printed. In JSON format,
//! each print is one line, as `record` writes it. If Lambda has passed a descriptor for telemetry,
//! both formats go there, framed.
#![allow(unsafe_code)]

pub mod object;
#[cfg(not(feature = "program"))]
pub mod printed;
pub mod record;

use crate::config::settings::Settings;
use crate::current;
use crate::log::record::Level;
use crate::slot::{Memory, Slot};
use crate::sys::signal::{self, SIGPIPE, SIGXFSZ};
use crate::sys::{self, Clock, Errno};
use crate::text::buffer::Buffer;
use crate::text::bytes::{drop_front, eq_ignore_ascii_case, number, without_last};
use crate::thread::Lock;
use core::sync::atomic::{AtomicBool, Ordering, compiler_fence};
use registry::Stream;

/// The format and the least level of the log.
#[derive(Clone, Copy)]
struct Config {
    /// `AWS_LAMBDA_LOG_FORMAT=JSON`.
    json: bool,
    /// `AWS_LAMBDA_LOG_LEVEL`: records below it are not written. Only the JSON format has levels.
    least: Level,
}

#[cfg(not(feature = "program"))]
fn config() -> Config {
    CONFIG.get()
}

static CONFIG: Slot<Config> = Slot::new(Config { json: false, least: Level::Trace });

/// `_LAMBDA_TELEMETRY_LOG_FD`.
static TELEMETRY: Slot<Option<u32>> = Slot::new(None);

/// Configures the log, which is in text format before that.
pub fn prepare(settings: &Settings) {
    CONFIG.set(Config {
        json: eq_ignore_ascii_case(settings.log_format, b"json"),
        least: Level::named(settings.log_level).unwrap_or(Level::Trace),
    });
    TELEMETRY.set(number(settings.telemetry_descriptor, 10, 4).and_then(|descriptor| u32::try_from(descriptor).ok()));
}

/// True while a line is being written. A signal handler that interrupts this must not write another
/// line.
static WRITING: AtomicBool = AtomicBool::new(false);

/// Returns true if the caller has interrupted the writing of a line.
#[must_use]
pub fn is_writing() -> bool {
    WRITING.load(Ordering::Relaxed)
}

/// True once SIGPIPE and SIGXFSZ are ignored. That is done before the first line and not at start,
/// because most functions write none before their first response.
static WRITE_SIGNALS_IGNORED: AtomicBool = AtomicBool::new(false);

/// Ignores SIGPIPE and SIGXFSZ, so that a failed write returns an error instead of ending the
/// process.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would enlarge files whose functions write no files")]
pub fn ignore_write_signals() {
    if !WRITE_SIGNALS_IGNORED.load(Ordering::Relaxed) {
        signal::ignore(SIGPIPE);
        signal::ignore(SIGXFSZ);
        // Set last: the line about a deadline may be written in between.
        WRITE_SIGNALS_IGNORED.store(true, Ordering::Relaxed);
    }
}

/// Held by the thread that writes a line. It guards the buffers of lines and records, [`WRITING`],
/// and what follows a failed frame of telemetry.
static LOCK: Lock = Lock::new();

fn writing(write: impl FnOnce()) {
    LOCK.with(|| {
        ignore_write_signals();
        WRITING.store(true, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        write();
        compiler_fence(Ordering::SeqCst);
        WRITING.store(false, Ordering::Relaxed);
    });
}

/// Lets other threads write, if this one was writing: it does not return to its line.
#[cfg(feature = "std")]
pub fn abandon() {
    LOCK.abandon();
}

/// Longest line of the runtime, in bytes: the longest error body, escaped.
const ERROR_LINE_BYTES_MAX: usize = 40 << 10;

/// Holds one line of the runtime. Separate from `RECORD`, because the line about a deadline may
/// interrupt a record. Only `log_error_parts` uses it, on the serving thread: a signal that
/// interrupts it ends the process or logs nothing.
#[unsafe(link_section = ".bss..reserve.line")]
static LINE: Memory<[u8; ERROR_LINE_BYTES_MAX]> = Memory::new([0; ERROR_LINE_BYTES_MAX]);

/// Writes one line about the runtime itself: `before`, `value` and `after`, joined.
#[cold]
#[inline(never)]
pub fn log_error(before: &[u8], value: &[u8], after: &[u8]) {
    log_error_parts(&[before, value, after]);
}

/// [`log_error`] with any number of pieces.
#[cold]
#[inline(never)]
pub fn log_error_parts(pieces: &[&[u8]]) {
    // SAFETY: nothing else uses it, see above.
    let memory = unsafe { &mut *LINE.get() };
    writing(|| {
        if CONFIG.get().json {
            return write_record(memory, pieces);
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
        write_message(Stream::Error, Level::Error, line.bytes());
    });
}

/// Writes one line of the runtime as a JSON record, unless its level is below the configured one.
fn write_record(memory: &mut [u8], pieces: &[&[u8]]) {
    if Level::Error < CONFIG.get().least {
        return;
    }
    let mut record = Buffer::new(memory);
    current::with_invocation(|invocation| {
        let request_id = invocation.map_or("", |invocation| invocation.name.request_id);
        record::push_json(&mut record, sys::milliseconds(Clock::Epoch), Level::Error, request_id, pieces);
    });
    write_message(Stream::Error, Level::Error, record.bytes());
}

/// Writes `message` to `stream`, or, framed and without its newline, to the telemetry descriptor.
/// If that is closed, `stream` is used from then on.
#[inline(never)]
fn write_message(stream: Stream, level: Level, message: &[u8]) {
    if let Some(descriptor) = TELEMETRY.get() {
        let framed = without_last(message, b'\n').unwrap_or(message);
        let frame = record::frame(CONFIG.get().json, level, framed.len(), sys::microseconds(Clock::Epoch));
        let mut parts = [&frame, framed];
        let mut result = sys::write(descriptor, &frame, framed);
        // A frame that was begun must be finished: its length locates the next one.
        while let Ok(written) = result {
            drop_front(&mut parts, written);
            let [head, rest] = parts;
            if head.len() + rest.len() == 0 || !sys::wait_for_room(descriptor) {
                return;
            }
            result = Ok(sys::write(descriptor, head, rest).unwrap_or(0));
        }
        // The pipe is full: this frame is lost.
        if result.is_err_and(Errno::is_try_again) {
            return;
        }
        TELEMETRY.set(None);
    }
    write_all(stream as u32, message);
}

/// The level of text printed to `stream`.
#[cfg(not(feature = "program"))]
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
