//! The invocation in flight, for code that does not receive it as an argument: the log, signal handlers, and what handlers call.
#![allow(unsafe_code)]

use crate::runtime_api::invocation::Invocation;
use crate::slot::Slot;
use crate::stage::{Stage, enter, stage};
use core::ptr::NonNull;

/// Signal handlers read it: one word. INVARIANT: while it is set, it points at a value that [`respond_to`] borrows.
static INVOCATION: Slot<Option<NonNull<Invocation<'static>>>> = Slot::new(None);

/// Runs `respond` with `invocation` in flight. The process is idle afterwards.
pub fn respond_to<R>(invocation: &Invocation<'_>, respond: impl FnOnce() -> R) -> R {
    INVOCATION.set(Some(NonNull::from(invocation).cast()));
    enter(Stage::Responding);
    let result = respond();
    enter(Stage::Idle);
    INVOCATION.set(None);
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
    let invocation = if stage() == Stage::Idle { None } else { INVOCATION.get() };
    // SAFETY: by the slot's invariant the value lives until `respond_to` returns, and this call, made within it, ends before.
    // `read` cannot keep the reference: its lifetime is the call's.
    read(invocation.as_ref().map(|invocation| unsafe { invocation.as_ref() }))
}
