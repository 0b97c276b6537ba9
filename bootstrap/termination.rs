//! SIGTERM: Lambda is about to end the sandbox. What is being answered may finish, the function's hook runs, and the process ends with status 0,
//! all within [`GRACE_MICROSECONDS`].
#![allow(unsafe_code)]

use crate::in_flight::{self, Stage};
use crate::sys::signal::{self, Caught, SIGALRM, SIGTERM, Stack};
use crate::{crash, sys};
use core::cell::Cell;
use core::sync::atomic::{AtomicBool, Ordering};
use handlers::Hook;

/// How long the process lives after SIGTERM at most: Lambda sends SIGKILL after 300 ms.
const GRACE_MICROSECONDS: u64 = 200_000;

static TERMINATING: AtomicBool = AtomicBool::new(false);

struct HookSlot(Cell<Option<Hook>>);

// SAFETY: the process has one thread, and the slot is written before there is a signal handler.
unsafe impl Sync for HookSlot {}

static HOOK: HookSlot = HookSlot(Cell::new(None));

/// From now on SIGTERM ends the process in this way, `hook` included.
pub fn prepare(hook: Option<Hook>) {
    HOOK.0.set(hook);
    // The alarm first: until it is handled it would end the process by itself, and with another status.
    signal::handle(SIGALRM, time_is_over, Stack::Alternate);
    signal::handle(SIGTERM, terminate, Stack::Same);
}

/// The process waits for an invocation, and ends instead where SIGTERM came while it answered the one before.
pub fn enter_idle() {
    in_flight::enter(Stage::Idle);
    if TERMINATING.load(Ordering::Relaxed) {
        finish();
    }
}

signal::handler! {
    fn terminate(_caught: Caught) {
        // Once: a second SIGTERM gives no more time.
        if !TERMINATING.swap(true, Ordering::Relaxed) {
            signal::set_alarm(GRACE_MICROSECONDS);
            // Nothing is in use: a handler's heap, above all, is as that handler left it. Else the loop comes to `enter_idle`.
            if in_flight::stage() == Stage::Idle {
                finish();
            }
        }
    }
}

signal::handler! {
    fn time_is_over(_caught: Caught) {
        sys::exit(if TERMINATING.load(Ordering::Relaxed) { 0 } else { crash::STATUS });
    }
}

fn finish() -> ! {
    if let Some(hook) = HOOK.0.get()
        && let Err(failure) = hook()
    {
        crate::log::complain(&[b"on_terminate: ", failure.message().as_bytes()]);
    }
    sys::exit(0);
}
