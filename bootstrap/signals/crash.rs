//! Crashes of a handler: panics, faults and exhausted memory. Reports the invocation in flight to
//! `/error`, then ends the process.
#![allow(unsafe_code)]

use crate::log::log_error;
use crate::runtime_api::report::{ERROR_BODY_BYTES_MAX, Place, Report, error_type};
#[cfg(feature = "stack-trace")]
use crate::signals::stack_trace;
use crate::signals::termination;
use crate::slot::{Memory, Pointer, Slot};
use crate::stage::{Stage, stage};
use crate::sys::signal::{Caught, SIGBUS, SIGFPE, SIGILL, SIGSEGV};
use crate::text::buffer::Buffer;
use crate::thread::is_serving;
use crate::{exit, in_flight, sys};
use core::fmt::Write;
use core::panic::{Location, PanicInfo};
use core::ptr::NonNull;
use core::time::Duration;

/// Time limit for the report to Lambda: nothing else would end a worker whose API does not reply.
const REPORT: Duration = Duration::from_secs(2);

/// Longest message of a panic that is formatted at run time, in bytes: more than an error body has
/// room for, which cuts and marks it.
const PANIC_BYTES_MAX: usize = ERROR_BODY_BYTES_MAX;

/// Largest distance in bytes between the stack pointer and the address of a stack overflow: large
/// frames are probed page by page.
const STACK_FAULT_BYTES: usize = 64 << 10;

/// The endpoint for failures outside of invocations; `None` is `init/error`, so that the static is
/// zero and costs no byte of the file.
static ENDPOINT: Slot<Option<&'static str>> = Slot::new(None);
/// The report that SIGABRT's handler sends, on its own stack. INVARIANT: it is in a frame that is
/// never returned to.
static PENDING: Pointer<Report<'static>> = Pointer::new();

/// Holds the message of a panic, because the stack may be full. Only [`panicked`] uses it, which
/// does not return.
#[unsafe(link_section = ".bss..reserve.panic")]
static MESSAGE: Memory<[u8; PANIC_BYTES_MAX]> = Memory::new([0; PANIC_BYTES_MAX]);

/// Sets the endpoint for failures outside of invocations.
pub fn report_to(name: &'static str) {
    ENDPOINT.set(Some(name));
}

/// Reports a panic: its text and place.
pub fn panicked(info: &PanicInfo<'_>) -> ! {
    let place = info.location().map(source);
    // SAFETY: nothing else uses it; if formatting panics, the call that formats does not continue.
    let mut buffer = Buffer::new(unsafe { &mut *MESSAGE.get() });
    let message = if let Some(text) = info.message().as_str() {
        text.as_bytes()
    } else {
        write!(buffer, "{}", info.message()).ok();
        buffer.bytes()
    };
    end(&Report { error_type: error_type::PANIC, message, place })
}

/// Reports a panic of a handler whose message needs no formatting.
#[cold]
pub fn panicked_with(text: &str, location: &Location<'_>) -> ! {
    end(&Report { error_type: error_type::PANIC, message: text.as_bytes(), place: Some(source(location)) })
}

fn source<'a>(location: &'a Location<'_>) -> Place<'a> {
    Place::Source { file: location.file(), line: location.line(), column: location.column() }
}

/// Reports that the heap is full.
#[cold]
#[inline(never)]
pub fn out_of_memory() -> ! {
    end(&Report { error_type: error_type::OUT_OF_MEMORY, message: b"out of memory", place: None })
}

/// Returns true if a fault is attributed to a full stack.
fn has_overflown(caught: &Caught) -> bool {
    caught.signal == SIGSEGV && caught.address.abs_diff(caught.stack) < STACK_FAULT_BYTES
}

/// Handles a signal of a fault, or SIGABRT.
#[cold]
pub fn on_fault(caught: &Caught) -> ! {
    #[cfg(feature = "stack-trace")]
    stack_trace::record(caught, has_overflown(caught));
    if is_serving()
        && let Some(report) = PENDING.take()
    {
        // SAFETY: by the invariant of PENDING it lives as long as the process. Nothing writes to a
        // report.
        report_and_exit(unsafe { report.as_ref() });
    }
    let (error_type, what) = match caught.signal {
        SIGSEGV if has_overflown(caught) => (error_type::STACK_OVERFLOW, "stack overflow"),
        SIGSEGV => (error_type::SEGMENTATION_FAULT, "segmentation fault"),
        SIGBUS => (error_type::BUS_ERROR, "bus error"),
        SIGILL => (error_type::ILLEGAL_INSTRUCTION, "illegal instruction"),
        SIGFPE => (error_type::ARITHMETIC_ERROR, "arithmetic error"),
        #[cfg(feature = "std")]
        _ if several_threads::is_out_of_memory() => out_of_memory(),
        _ => (error_type::ABORT, "aborted"),
    };
    let mut text = [0; 64];
    let mut message = Buffer::new(&mut text);
    message.push(what.as_bytes());
    if matches!(caught.signal, SIGSEGV | SIGBUS) {
        message.push(b" at address ");
        message.push_address(caught.address);
    }
    let report = Report { error_type, message: message.bytes(), place: Some(Place::Instruction(caught.instruction)) };
    #[cfg(feature = "std")]
    several_threads::begin(&report);
    report_and_exit(&report)
}

/// Reports a crash for the invocation in flight, or for the hook that runs, and ends the process. A
/// second crash during the report only ends the process.
#[cold]
#[inline(never)]
pub fn end(report: &Report<'_>) -> ! {
    #[cfg(feature = "std")]
    several_threads::begin(report);
    if stage() == Stage::Handling {
        PENDING.set(Some(NonNull::from(report).cast()));
        sys::process::abort(); // calls `on_fault` on the alternate stack: the handler's may be full
    }
    report_and_exit(report)
}

#[cold]
#[inline(never)]
fn report_and_exit(report: &Report<'_>) -> ! {
    if !termination::has_begun() {
        termination::limit(REPORT);
    }
    let reported = in_flight::with_responder(|responder, invocation| match (in_flight::finish(), invocation) {
        (Some(finish), Some(invocation)) => finish(responder, &invocation.name, Some(report)),
        (None, Some(invocation)) => responder.report(&invocation.name, report),
        (_, None) => responder.report_start(ENDPOINT.get().unwrap_or("init/error"), report),
    });
    if reported.is_none() {
        log_error(report.error_type.as_bytes(), b": ", report.message);
    }
    #[cfg(feature = "instrument")]
    crate::counters::write();
    // A failure of `on_terminate` concerns no invocation.
    sys::exit(if reported.is_none() && termination::has_begun() { exit::TERMINATED } else { exit::CRASHED })
}

/// Crashes in a process that has several threads.
#[cfg(feature = "std")]
mod several_threads {
    use super::{PENDING, Report};
    use crate::log;
    use crate::sys::process;
    use crate::sys::signal::SIGABRT;
    use crate::thread::{self, Lock, is_serving};
    use core::ptr::NonNull;
    use core::sync::atomic::{AtomicBool, Ordering};

    /// Held by the thread whose crash is reported, until the process ends.
    static FIRST: Lock = Lock::new();

    /// Begins the report of a crash. Returns on the serving thread only, which sends it. Any other
    /// thread hands it over and waits for the end of the process.
    pub fn begin(report: &Report<'_>) {
        if is_serving() {
            // If another thread has already crashed, its SIGABRT ends this wait and the process.
            return FIRST.acquire();
        }
        log::abandon();
        FIRST.acquire();
        PENDING.set(Some(NonNull::from(report).cast()));
        process::interrupt_serving(SIGABRT);
        thread::stop()
    }

    /// True if an allocation has failed since the invocation in flight was received.
    static OUT_OF_MEMORY: AtomicBool = AtomicBool::new(false);

    /// Returns true if an abort is attributed to a failed allocation: std calls `abort` if one
    /// fails that cannot return an error.
    pub fn is_out_of_memory() -> bool {
        OUT_OF_MEMORY.load(Ordering::Relaxed)
    }

    /// Records that an allocation has failed, or clears that when an invocation begins.
    pub fn set_out_of_memory(value: bool) {
        OUT_OF_MEMORY.store(value, Ordering::Relaxed);
    }
}
#[cfg(feature = "std")]
pub use several_threads::set_out_of_memory;
