//! The invocation in flight, for code that does not receive it as an argument: the log, signal
//! handlers, and what handlers call.
#![allow(unsafe_code)]

use crate::runtime_api::invocation::Invocation;
use crate::slot::Pointer;
use crate::stage::{Stage, enter, stage};
use crate::thread::Readers;
#[cfg(feature = "std")]
use crate::thread::is_serving;
use core::ptr::NonNull;

/// Signal handlers read it: one word. INVARIANT: while it is set, it points at a value that
/// [`respond_to`] borrows, and that does not change.
static INVOCATION: Pointer<Invocation<'static>> = Pointer::new();

/// The other threads that read it.
static READERS: Readers = Readers::new();

/// Runs `respond` with `invocation` in flight. The process is idle afterwards.
pub fn respond_to<R>(invocation: &Invocation<'_>, respond: impl FnOnce() -> R) -> R {
    INVOCATION.set(Some(NonNull::from(invocation).cast()));
    enter(Stage::Responding);
    let result = respond();
    enter(Stage::Idle);
    INVOCATION.set(None);
    READERS.wait();
    result
}

/// Calls `read` with the invocation in flight, if there is one.
///
/// ```no_run
/// use ruchy_lambda::current::with_invocation;
/// let bytes = with_invocation(|invocation| invocation.map(|invocation| invocation.head.len()));
/// ```
///
/// The reference ends with the call, because the next invocation overwrites the buffer:
///
/// ```compile_fail
/// use ruchy_lambda::current::with_invocation;
/// let head = with_invocation(|invocation| invocation.map(|invocation| invocation.head));
/// ```
pub fn with_invocation<R>(read: impl FnOnce(Option<&Invocation<'_>>) -> R) -> R {
    #[cfg(feature = "std")]
    if !is_serving() {
        // SAFETY: the value lives until `respond_to` has withdrawn the pointer and seen no reader,
        // and this thread is counted as one before it loads it. It does not change.
        return READERS.with(|| read(INVOCATION.get().as_ref().map(|invocation| unsafe { invocation.as_ref() })));
    }
    let invocation = if stage() == Stage::Idle { None } else { INVOCATION.get() };
    // SAFETY: by the pointer's invariant the value lives until `respond_to` returns, and this call,
    // made within it on the same thread, ends before. `read` cannot keep the reference: its
    // lifetime is the call's.
    read(invocation.as_ref().map(|invocation| unsafe { invocation.as_ref() }))
}
