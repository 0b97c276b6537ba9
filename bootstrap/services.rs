//! What handlers ask of the process: the `std` facade declares these functions, and only those that a handler calls are linked.
#![allow(unsafe_code)]
#![expect(clippy::no_mangle_with_rust_abi, reason = "the callers are Rust of the same build")]

use crate::environment::Environment;
use crate::sys::{self, Clock};
use crate::{crash, http, in_flight, text};
use core::cell::Cell;
use core::panic::Location;

struct Slot<T>(Cell<T>);

// SAFETY: the process has one thread, and no signal handler uses the slots.
unsafe impl<T> Sync for Slot<T> {}

static ENVIRONMENT: Slot<Option<Environment>> = Slot(Cell::new(None));
/// Whether this process is one of several that serve at once.
static IS_WORKER: Slot<bool> = Slot(Cell::new(false));

/// What handlers see of the environment from now on. A worker's has no trace id: it is the process's, and one process is not all there is.
pub fn prepare(environment: Environment, is_worker: bool) {
    ENVIRONMENT.0.set(Some(environment));
    IS_WORKER.0.set(is_worker);
}

// SAFETY: the facade's declaration has the same type, and no other function has this name; likewise below.
#[unsafe(no_mangle)]
fn ruchy_lambda_header<'head>(head: &'head [u8], name: &str) -> Option<&'head str> {
    text::from_bytes(http::header(head, name.as_bytes()))
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_variable(name: &str) -> Option<&'static str> {
    if name == "_X_AMZN_TRACE_ID" {
        let trace_id = if IS_WORKER.0.get() { b"" } else { http::header(in_flight::delivered()?.head, b"lambda-runtime-trace-id") };
        return text::from_bytes(trace_id).filter(|id| !id.is_empty());
    }
    text::from_bytes(ENVIRONMENT.0.get()?.variable(name.as_bytes())?)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_panic(text: &str, place: &'static Location<'static>) -> ! {
    crash::panicked_with(text, place)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_epoch_ms() -> u64 {
    sys::milliseconds(Clock::Epoch)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_epoch_ns() -> u64 {
    sys::nanoseconds(Clock::Epoch)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_steady_ns() -> u64 {
    sys::nanoseconds(Clock::Steady)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_pause(milliseconds: u64) {
    sys::sleep(milliseconds);
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_random(mut bytes: &mut [u8]) -> bool {
    while !bytes.is_empty() {
        let Ok(filled @ 1..) = sys::random::fill(bytes) else { return false };
        bytes = bytes.get_mut(filled..).unwrap_or_default();
    }
    true
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_abort() -> ! {
    sys::process::abort()
}
