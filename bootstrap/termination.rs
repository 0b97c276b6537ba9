//! SIGTERM: Lambda is about to end the sandbox. What is being answered may finish, the function's hook runs, and the process ends with status 0,
//! all within [`GRACE`].
#![allow(unsafe_code)]

use crate::in_flight::{self, Stage};
use crate::sys::signal;
use crate::{crash, log, sys};
use core::cell::Cell;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use handlers::Hook;

/// How long the process lives after SIGTERM at most: Lambda sends SIGKILL after 300 ms.
pub const GRACE: Duration = Duration::from_millis(200);

static TERMINATING: AtomicBool = AtomicBool::new(false);
/// Whether the alarm is to end the process, and not to tell of a deadline.
static LIMITED: AtomicBool = AtomicBool::new(false);

struct HookSlot(Cell<Option<Hook>>);

// SAFETY: the process has one thread, and the slot is written before there is a signal handler.
unsafe impl Sync for HookSlot {}

static HOOK: HookSlot = HookSlot(Cell::new(None));

/// `hook` is to run before the process ends.
pub fn prepare(hook: Option<Hook>) {
    HOOK.0.set(hook);
}

/// The process waits for an invocation, and ends instead where SIGTERM came while it answered the one before.
pub fn enter_idle() {
    in_flight::enter(Stage::Idle);
    if has_begun() {
        finish();
    }
}

/// SIGTERM came.
pub fn terminate() {
    // Once: a second SIGTERM gives no more time.
    if !TERMINATING.swap(true, Ordering::Relaxed) {
        limit(GRACE);
        // Nothing is in use: a handler's heap, above all, is as that handler left it. Else the loop comes to `enter_idle`.
        if in_flight::stage() == Stage::Idle {
            finish();
        }
    }
}

/// The process ends in so much time, if it has not by then.
pub fn limit(time: Duration) {
    // Twice: a deadline's alarm that comes before the limit is known may set another, and one that comes after it finds this one set.
    signal::set_alarm(time);
    LIMITED.store(true, Ordering::Relaxed);
    signal::set_alarm(time);
}

/// Whether the process is to end soon: the alarm is taken.
#[must_use]
pub fn is_limited() -> bool {
    LIMITED.load(Ordering::Relaxed)
}

/// Whether SIGTERM came.
#[must_use]
pub fn has_begun() -> bool {
    TERMINATING.load(Ordering::Relaxed)
}

/// SIGALRM came: what was to end the process by itself has not. But where the alarm is still to come this is an earlier one, a deadline's.
pub fn time_is_over() {
    if !signal::is_alarm_set() {
        sys::exit(if has_begun() { 0 } else { crash::STATUS });
    }
}

fn finish() -> ! {
    if let Some(hook) = HOOK.0.get()
        && let Err(failure) = hook()
    {
        log::complain(b"on_terminate: ", failure.message().as_bytes(), b"");
    }
    sys::exit(0);
}
