//! What ends the process while a handler runs, and who is told: the invocation in flight is answered on `/error` first.
#![allow(unsafe_code)]

use crate::api::{ERROR_BODY_BYTES_MAX, Place, Report, error_type};
use crate::buffer::Buffer;
use crate::sys::signal::{self, Caught, SIGBUS, SIGFPE, SIGILL, SIGSEGV};
use crate::{in_flight, log, stream, sys};
use core::cell::Cell;
use core::fmt::Write;
use core::panic::PanicInfo;
use core::time::Duration;

/// The exit status after a crash.
pub const STATUS: i32 = 2;

/// How long telling Lambda of a crash may take: nothing else would end a worker whose API does not answer.
const REPORT: Duration = Duration::from_secs(2);

/// Longest text of a panic that is put together at run time, in bytes: more than an error body has room for, which is where it is cut and
/// marked.
const PANIC_BYTES_MAX: usize = ERROR_BODY_BYTES_MAX;

/// How far from the end of the stack the fault of a call that found no room can lie, in bytes: a large frame is probed page by page.
const STACK_FAULT_BYTES: usize = 64 << 10;

/// Where a failure is reported that is no invocation's.
struct Endpoint(Cell<&'static str>);

// SAFETY: the process has one thread, and signal handlers read the slot only while a hook runs, before which it is written.
unsafe impl Sync for Endpoint {}

static ENDPOINT: Endpoint = Endpoint(Cell::new("init/error"));

/// What is no invocation's is reported to `name` from now on.
pub fn report_to(name: &'static str) {
    ENDPOINT.0.set(name);
}

/// Reports a panic: its text and place.
pub fn panicked(info: &PanicInfo<'_>) -> ! {
    let place = info.location().map(|location| Place::Source { file: location.file(), line: location.line(), column: location.column() });
    let mut memory = [0; PANIC_BYTES_MAX];
    let mut buffer = Buffer::new(&mut memory);
    let message = if let Some(text) = info.message().as_str() {
        text.as_bytes()
    } else {
        write!(buffer, "{}", info.message()).ok();
        buffer.bytes()
    };
    end(&Report { error_type: error_type::PANIC, message, place })
}

/// Reports that the heap is full.
#[cold]
#[inline(never)]
pub fn out_of_memory() -> ! {
    end(&Report { error_type: error_type::OUT_OF_MEMORY, message: b"out of memory", place: None })
}

/// A handler reached for what is not there, or gave up.
#[cold]
pub fn fault(caught: &Caught) -> ! {
    let (error_type, what) = match caught.signal {
        SIGSEGV if caught.address.abs_diff(caught.stack) < STACK_FAULT_BYTES => (error_type::STACK_OVERFLOW, "stack overflow"),
        SIGSEGV => (error_type::SEGMENTATION_FAULT, "segmentation fault"),
        SIGBUS => (error_type::BUS_ERROR, "bus error"),
        SIGILL => (error_type::ILLEGAL_INSTRUCTION, "illegal instruction"),
        SIGFPE => (error_type::ARITHMETIC_ERROR, "arithmetic error"),
        _ => (error_type::ABORT, "aborted"),
    };
    let mut text = [0; 64];
    let mut message = Buffer::new(&mut text);
    message.push(what.as_bytes());
    if matches!(caught.signal, SIGSEGV | SIGBUS) {
        message.push(b" at address ");
        message.push_address(caught.address);
    }
    end(&Report { error_type, message: message.bytes(), place: Some(Place::Instruction(caught.instruction)) });
}
/// Answers the invocation in flight with `report`, or the start of a function whose hook runs, and ends the process. A second crash while
/// the first is reported finds nothing in flight, and ends it too.
#[cold]
#[inline(never)]
pub fn end(report: &Report<'_>) -> ! {
    signal::set_alarm(REPORT);
    let told = in_flight::interrupting(|client, delivered| match (stream::finish(), delivered) {
        (Some(finish), Some(delivered)) => finish(client, &delivered.name, Some(report)),
        (None, Some(delivered)) => client.report(&delivered.name, report),
        (_, None) => client.report_start(ENDPOINT.0.get(), report),
    });
    if told.is_none() {
        log::complain(report.error_type.as_bytes(), b": ", report.message);
    }
    sys::exit(STATUS)
}
