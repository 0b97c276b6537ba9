//! What ends the process while a handler runs, and who is told: the invocation in flight is answered on `/error` first.
#![allow(unsafe_code)]

use crate::api::{ERROR_BODY_BYTES_MAX, Place, Report, error_type};
use crate::buffer::Buffer;
use crate::in_flight::{self, Stage};
use crate::sys::signal::{Caught, SIGBUS, SIGFPE, SIGILL, SIGSEGV};
use crate::{log, stream, sys, termination};
use core::cell::{Cell, UnsafeCell};
use core::fmt::Write;
use core::mem;
use core::panic::{Location, PanicInfo};
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

struct Slot<T>(Cell<T>);

// SAFETY: the process has one thread. Signal handlers read a slot only after it was written: the first while a hook runs, the other where the
// signal is one that the process sends itself.
unsafe impl<T> Sync for Slot<T> {}

/// Where a failure is reported that is no invocation's, if not to `init/error`. (Like all statics it begins as zero, and takes no byte of the file.)
static ENDPOINT: Slot<Option<&'static str>> = Slot(Cell::new(None));
/// What is to be reported on the stack that is made for it. INVARIANT: what is in it lies on a stack that is not used any more.
static PENDING: Slot<Option<&'static Report<'static>>> = Slot(Cell::new(None));

/// Where the text of a panic is put together: the stack may have no room left.
struct Memory(UnsafeCell<[u8; PANIC_BYTES_MAX]>);

// SAFETY: the process has one thread, and only the panic handler uses it, which does not return.
unsafe impl Sync for Memory {}

#[unsafe(link_section = ".bss..reserve.panic")]
static MEMORY: Memory = Memory(UnsafeCell::new([0; PANIC_BYTES_MAX]));

/// What is no invocation's is reported to `name` from now on.
pub fn report_to(name: &'static str) {
    ENDPOINT.0.set(Some(name));
}

/// Reports a panic: its text and place.
pub fn panicked(info: &PanicInfo<'_>) -> ! {
    let place = info.location().map(source);
    // SAFETY: nothing else uses it, see above; should putting a text together panic, what comes here first does not go on.
    let mut buffer = Buffer::new(unsafe { &mut *MEMORY.0.get() });
    let message = if let Some(text) = info.message().as_str() {
        text.as_bytes()
    } else {
        write!(buffer, "{}", info.message()).ok();
        buffer.bytes()
    };
    end(&Report { error_type: error_type::PANIC, message, place })
}

/// Reports a panic whose text is at hand: one of a function's own, which so does without what puts texts together.
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

/// A handler reached for what is not there, or gave up.
#[cold]
pub fn fault(caught: &Caught) -> ! {
    if let Some(report) = PENDING.0.take() {
        tell(report);
    }
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
    tell(&Report { error_type, message: message.bytes(), place: Some(Place::Instruction(caught.instruction)) })
}

/// Answers the invocation in flight with `report`, or the start of a function whose hook runs, and ends the process. A second crash while
/// the first is reported finds nothing in flight, and ends it too.
#[cold]
#[inline(never)]
pub fn end(report: &Report<'_>) -> ! {
    if in_flight::stage() == Stage::Handling {
        // SAFETY: only lifetimes change: whoever called is not returned to.
        PENDING.0.set(Some(unsafe { mem::transmute::<&Report<'_>, &'static Report<'static>>(report) }));
        sys::process::abort(); // and so comes to `fault`, on the other stack: a handler's may have no room left
    }
    tell(report)
}

#[cold]
#[inline(never)]
fn tell(report: &Report<'_>) -> ! {
    if !termination::has_begun() {
        termination::limit(REPORT);
    }
    let told = in_flight::interrupting(|client, delivered| match (stream::finish(), delivered) {
        (Some(finish), Some(delivered)) => finish(client, &delivered.name, Some(report)),
        (None, Some(delivered)) => client.report(&delivered.name, report),
        (_, None) => client.report_start(ENDPOINT.0.get().unwrap_or("init/error"), report),
    });
    if told.is_none() {
        log::complain(report.error_type.as_bytes(), b": ", report.message);
    }
    // Where it was the last hook that failed, all had been answered.
    sys::exit(if told.is_none() && termination::has_begun() { 0 } else { STATUS })
}
