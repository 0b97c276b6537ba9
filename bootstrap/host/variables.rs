//! Headers of the invocation and variables of the environment, for handlers.
#![allow(unsafe_code)]
#![expect(clippy::no_mangle_with_rust_abi, reason = "the callers are Rust of the same build")]

use crate::config::environment::Environment;
use crate::current;
use crate::http::headers::header;
use crate::slot::Slot;
use crate::text::utf8;

static ENVIRONMENT: Slot<Option<Environment>> = Slot::new(None);
/// True if this process is one of several that serve at once.
static IS_WORKER: Slot<bool> = Slot::new(false);

/// The variable with the trace id of the invocation in flight, for libraries.
#[cfg(feature = "std")]
const TRACE_ID: &str = "_X_AMZN_TRACE_ID";

/// Sets that variable for libraries that read the process's environment: those that trace, and
/// AWS's SDK.
#[cfg(feature = "std")]
pub fn set_trace_id(head: &[u8]) {
    let trace_id = header(head, b"lambda-runtime-trace-id");
    if IS_WORKER.get() {
        return;
    }
    // SAFETY: std guards the environment with a lock. The documentation of `std = true` tells
    // functions to read it only through std in other threads.
    unsafe {
        match utf8::from_bytes(trace_id) {
            Some(trace_id) if !trace_id.is_empty() => std::env::set_var(TRACE_ID, trace_id),
            _ => std::env::remove_var(TRACE_ID),
        }
    }
}

/// Sets the environment that handlers see. `is_worker`: the process is one of several that serve
/// concurrently, which have no trace id in their environment.
pub fn prepare(environment: Environment, is_worker: bool) {
    ENVIRONMENT.set(Some(environment));
    IS_WORKER.set(is_worker);
    // libc changes variables in the block that `environment` reads until one is added; from then on
    // it has a copy. SAFETY: the process has one thread yet.
    #[cfg(feature = "std")]
    unsafe {
        std::env::remove_var(TRACE_ID);
    }
}

// SAFETY: the facade's declaration has the same type, and no other function has this name; likewise
// below.
#[unsafe(no_mangle)]
fn ruchy_lambda_header<'head>(head: &'head [u8], name: &str) -> Option<&'head str> {
    utf8::from_bytes(header(head, name.as_bytes()))
}

/// Returns the value of a variable.
#[cfg(any(feature = "observe", feature = "instrument"))]
#[must_use]
pub fn value(name: &str) -> Option<&'static str> {
    ruchy_lambda_variable(name)
}

/// The environment of the process never changes, so values live as long as the process.
// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_variable(name: &str) -> Option<&'static str> {
    utf8::from_bytes(ENVIRONMENT.get()?.variable(name.as_bytes())?)
}

/// Calls `read` with the trace id, which is in the buffer that the next invocation overwrites: it
/// is lent only for the call.
// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_trace_id(read: &mut dyn FnMut(&str)) {
    if IS_WORKER.get() {
        return;
    }
    current::with_invocation(|invocation| {
        let trace_id = invocation.map_or(&b""[..], |invocation| header(invocation.head, b"lambda-runtime-trace-id"));
        if let Some(trace_id) = utf8::from_bytes(trace_id)
            && !trace_id.is_empty()
        {
            read(trace_id);
        }
    });
}
