//! What ends the process while a handler runs, and who is told: the invocation in flight is answered on `/error` first.
#![allow(unsafe_code)]

use crate::api::{ERROR_BODY_BYTES_MAX, Place, error_type};
use crate::buffer::Buffer;
use crate::client::Client;
use crate::{log, sys, text};
use core::cell::Cell;
use core::fmt::Write;
use core::panic::PanicInfo;
use core::ptr;

/// The exit status after a crash.
const CRASHED: i32 = 1;

/// The handler that is running: whom it answers, and over which connection.
#[derive(Clone, Copy)]
struct InFlight {
    client: *mut Client<'static>,
    request_id: *const str,
}

struct Slot(Cell<Option<InFlight>>);

// SAFETY: the process has one thread.
unsafe impl Sync for Slot {}

static IN_FLIGHT: Slot = Slot(Cell::new(None));

/// Runs `handler`; if it crashes, `request_id` is answered through `client` and the process ends.
pub fn answering<R>(client: &mut Client<'_>, request_id: &str, handler: impl FnOnce() -> R) -> R {
    IN_FLIGHT.0.set(Some(InFlight { client: ptr::from_mut(client).cast(), request_id }));
    let result = handler();
    IN_FLIGHT.0.set(None);
    result
}

/// Longest text of a panic that is put together at run time, in bytes: more than an error body has room for, which is where it is cut and
/// marked.
const PANIC_BYTES_MAX: usize = ERROR_BODY_BYTES_MAX;

/// Reports a panic: its text and place.
pub fn panicked(info: &PanicInfo<'_>) -> ! {
    let in_flight = IN_FLIGHT.0.take();
    let place = info.location().map(|location| Place { file: location.file(), line: location.line(), column: location.column() });
    let mut memory = [0; PANIC_BYTES_MAX];
    let mut buffer = Buffer::new(&mut memory);
    let message = info.message().as_str().or_else(|| {
        write!(buffer, "{}", info.message()).ok();
        text::from_bytes(buffer.bytes())
    });
    end(in_flight, error_type::PANIC, message.unwrap_or_default(), place)
}

/// Reports that the heap is full.
#[cold]
#[inline(never)]
pub fn out_of_memory() -> ! {
    end(IN_FLIGHT.0.take(), error_type::OUT_OF_MEMORY, "out of memory", None)
}

/// The in-flight handler was taken out of its slot: a second crash while the first is reported finds none, and ends.
fn end(in_flight: Option<InFlight>, error_type: &str, message: &str, place: Option<Place<'_>>) -> ! {
    if let Some(InFlight { client, request_id }) = in_flight {
        // SAFETY: `answering` stored both from references that outlive the handler, and the handler, which is what crashed, never
        // returns: nothing else uses them any more.
        let (client, request_id) = unsafe { (&mut *client, &*request_id) };
        client.report(Some(request_id), error_type, message, place).ok();
    } else {
        log::complain(&[error_type.as_bytes(), b": ", message.as_bytes()]);
    }
    sys::exit(CRASHED)
}
