//! What ends the process while a handler runs, and who is told: the invocation in flight is answered on `/error` first.
#![allow(unsafe_code)]

use crate::api::{ERROR_BODY_BYTES_MAX, ErrorBody, Place, error_type};
use crate::client::Client;
use crate::log::{self, Piece::Text};
use crate::sys;
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

/// Reports a panic: its text and place.
pub fn panicked(info: &PanicInfo<'_>) -> ! {
    let place = info.location().map(|location| Place { file: location.file(), line: location.line(), column: location.column() });
    end(error_type::PANIC, place, |body| match info.message().as_str() {
        Some(text) => body.message(text),
        None => _ = write!(body, "{}", info.message()),
    })
}

/// Reports that the heap is full.
#[cold]
pub fn out_of_memory() -> ! {
    end(error_type::OUT_OF_MEMORY, None, |body| body.message("the function ran out of memory"))
}

fn end(error_type: &'static str, place: Option<Place<'_>>, message: impl FnOnce(&mut ErrorBody<'_>)) -> ! {
    // Taken out first: a panic while the message is formatted finds nothing in flight, and ends.
    let in_flight = IN_FLIGHT.0.take();
    let mut memory = [0; ERROR_BODY_BYTES_MAX];
    let mut body = ErrorBody::new(&mut memory);
    message(&mut body);
    let body = body.end(error_type, place);
    let Some(InFlight { client, request_id }) = in_flight else {
        log::complain(&[Text(b"fatal: "), Text(body)]);
        sys::exit(CRASHED);
    };
    // SAFETY: `answering` stored both from references that outlive the handler, and the handler, which is what crashed, never
    // returns: nothing else uses them any more.
    let (client, request_id) = unsafe { (&mut *client, &*request_id) };
    log::complain(&[Text(b"RequestId: "), Text(request_id.as_bytes()), Text(b" "), Text(body)]);
    client.report_error(request_id, error_type, body);
    sys::exit(CRASHED)
}
