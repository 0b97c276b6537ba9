//! SIGTERM: Lambda is about to end the sandbox. The invocation in flight may finish, the function's
//! hook runs, and the process ends with status 0, all within [`GRACE`].

use crate::exit;
use crate::log::log_error;
use crate::slot::Slot;
use crate::stage::{self, Stage};
use crate::sys::{self, signal};
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use registry::Hook;

/// The longest time that the process lives after SIGTERM: Lambda sends SIGKILL after 300 ms.
/// (Counters of an instrumented link take longer.)
pub const GRACE: Duration = Duration::from_millis(if cfg!(feature = "instrument") { 60_000 } else { 200 });

static TERMINATING: AtomicBool = AtomicBool::new(false);
/// True if the alarm ends the process instead of reporting a deadline.
static LIMITED: AtomicBool = AtomicBool::new(false);

/// Written before signals are handled.
static HOOK: Slot<Option<Hook>> = Slot::new(None);

/// Sets the hook that runs before the process ends.
pub fn prepare(hook: Option<Hook>) {
    HOOK.set(hook);
}

/// Enters [`Stage::Idle`]. Ends the process if SIGTERM arrived during the previous invocation.
pub fn enter_idle() {
    stage::enter(Stage::Idle);
    if has_begun() {
        finish();
    }
}

/// Handles SIGTERM.
pub fn terminate() {
    // A second SIGTERM does not extend the time.
    if !TERMINATING.swap(true, Ordering::Relaxed) {
        limit(GRACE);
        // Idle: the heap is consistent, so the hook may run. Otherwise the loop calls `enter_idle`.
        if stage::stage() == Stage::Idle {
            finish();
        }
    }
}

/// Ends the process after `time`, unless it ends before.
pub fn limit(time: Duration) {
    // Set twice: an alarm of a deadline that fires before LIMITED is set may set another alarm; one
    // that fires later finds this one.
    signal::set_alarm(time);
    LIMITED.store(true, Ordering::Relaxed);
    signal::set_alarm(time);
}

/// Returns true if [`limit`] has taken the alarm.
#[must_use]
pub fn is_limited() -> bool {
    LIMITED.load(Ordering::Relaxed)
}

/// Returns true if SIGTERM has arrived.
#[must_use]
pub fn has_begun() -> bool {
    TERMINATING.load(Ordering::Relaxed)
}

/// Handles SIGALRM after [`limit`]: the time is over. If an alarm is still pending, this was an
/// earlier one, of a deadline.
pub fn on_time_limit() {
    if !signal::is_alarm_set() {
        sys::exit(if has_begun() { exit::TERMINATED } else { exit::CRASHED });
    }
}

fn finish() -> ! {
    if let Some(hook) = HOOK.get()
        && let Err(failure) = hook()
    {
        log_error(b"on_terminate: ", failure.message().as_bytes(), b"");
    }
    #[cfg(feature = "instrument")]
    crate::counters::write();
    sys::exit(exit::TERMINATED);
}
