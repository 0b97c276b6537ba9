//! The deadline of the invocation in flight: shortly before it passes the log says what the handler is doing and, if the function asks for it,
//! Lambda is told while there is still time.
//!
//! One alarm serves many invocations: it is left as it is while it rings no later than it must. Ringing too early for the invocation in
//! flight it is set anew. So an invocation costs no system call, but for one in each period of the function's time-out.

use crate::config::environment::Environment;
use crate::current;
use crate::log::{is_writing, log_error};
use crate::runtime_api::report::{Place, Report, error_type};
use crate::signals::{crash, termination};
use crate::stage::{Stage, stage};
use crate::sys::signal::{self, Caught, SIGALRM};
use crate::sys::{self, Clock};
use crate::text::buffer::Buffer;
use crate::text::bytes::{eq_ignore_ascii_case, number};
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use core::time::Duration;

/// How long before the deadline the alarm rings, unless `RUCHY_LAMBDA_DEADLINE_MARGIN_MS` says otherwise.
const MARGIN_MS: usize = 100;
/// Longest margin that can be set, in digits of its milliseconds: more than Lambda's longest time-out, 15 minutes.
const MARGIN_DIGITS_MAX: usize = 6;

/// How long the alarm is put off where the log is in use.
const LATER_MS: usize = 10;

/// Set by `prepare`.
static MARGIN: AtomicUsize = AtomicUsize::new(0);
/// Whether the error is posted too (`RUCHY_LAMBDA_ON_DEADLINE=report`).
static REPORTS: AtomicBool = AtomicBool::new(false);
/// When the alarm rings, in milliseconds since 1970; 0 when it does not.
static RINGS_AT: AtomicUsize = AtomicUsize::new(0);
/// The deadline that was logged last: once is enough.
static LOGGED: AtomicUsize = AtomicUsize::new(0);

/// Without wishes of the function's.
pub fn prepare() {
    MARGIN.store(MARGIN_MS, Ordering::Relaxed);
}

/// Reads the function's wishes.
#[cold]
#[inline(never)]
pub fn configure(environment: Environment) {
    let value = environment.value(b"RUCHY_LAMBDA_DEADLINE_MARGIN_MS=");
    let margin = number(value, 10, MARGIN_DIGITS_MAX);
    MARGIN.store(margin.unwrap_or(MARGIN_MS), Ordering::Relaxed);
    if margin.is_none() && !value.is_empty() {
        log_error(b"RUCHY_LAMBDA_DEADLINE_MARGIN_MS=", value, b" is no number of milliseconds up to 999999: it is 100");
    }
    let value = environment.value(b"RUCHY_LAMBDA_ON_DEADLINE=");
    if eq_ignore_ascii_case(value, b"report") {
        REPORTS.store(true, Ordering::Relaxed);
    } else if !value.is_empty() && !eq_ignore_ascii_case(value, b"log") {
        log_error(b"RUCHY_LAMBDA_ON_DEADLINE=", value, b" is neither report nor log: it is log");
    }
}

/// Sees to it that the alarm rings in time for `deadline_ms`, of which 0 is none. To be called while its handler runs.
pub fn watch(deadline_ms: usize) {
    let rings_at = RINGS_AT.load(Ordering::Relaxed);
    let wanted = deadline_ms.saturating_sub(MARGIN.load(Ordering::Relaxed)).max(1);
    let is_early_enough = deadline_ms == 0 || rings_at != 0 && rings_at <= wanted || deadline_ms == LOGGED.load(Ordering::Relaxed);
    if !is_early_enough && !termination::is_limited() {
        RINGS_AT.store(wanted, Ordering::Relaxed);
        match wanted.saturating_sub(now_ms()) {
            0 => sys::process::raise(SIGALRM),
            after_ms => set_alarm(after_ms),
        }
    }
}

fn set_alarm(after_ms: usize) {
    signal::set_alarm(Duration::from_millis(after_ms as u64));
    // SIGTERM may have come just before, and its limit been put off.
    if termination::is_limited() {
        termination::limit(termination::GRACE);
    }
}

fn now_ms() -> usize {
    usize::try_from(sys::milliseconds(Clock::Epoch)).unwrap_or(usize::MAX)
}

/// Handles SIGALRM.
pub fn on_alarm(caught: &Caught) {
    RINGS_AT.store(0, Ordering::Relaxed);
    // One that was set for an earlier invocation, or by whoever started the process, may find one without a deadline.
    let deadline_ms = current::with_invocation(|invocation| invocation.map_or(0, |invocation| invocation.deadline_ms));
    if deadline_ms == 0 {
        return;
    }
    let now_ms = now_ms();
    if deadline_ms.saturating_sub(MARGIN.load(Ordering::Relaxed)) > now_ms {
        return watch(deadline_ms);
    }
    let is_handling = stage() == Stage::Handling;
    let reports = is_handling && REPORTS.load(Ordering::Relaxed);
    if is_writing() && !reports {
        // In the midst of a line there is no place for another.
        set_alarm(LATER_MS);
        return;
    }
    LOGGED.store(deadline_ms, Ordering::Relaxed);
    expire(caught, is_handling, reports, deadline_ms.saturating_sub(now_ms));
}

/// What was caught interrupted the handler, where that `is_handling`.
#[cold]
fn expire(caught: &Caught, is_handling: bool, reports: bool, left_ms: usize) {
    let mut memory = [0; 96];
    let mut message = Buffer::new(&mut memory);
    message.push(b"the deadline passes in ");
    message.push_integer(u32::try_from(left_ms).unwrap_or(u32::MAX));
    message.push(b" ms, and the ");
    if is_handling {
        message.push(b"handler is still running, at ");
        message.push_address(caught.instruction);
    } else {
        message.push(b"response is not taken yet");
    }
    if reports {
        let place = Some(Place::Instruction(caught.instruction));
        crash::end(&Report { error_type: error_type::DEADLINE_EXCEEDED, message: message.bytes(), place });
    }
    log_error(message.bytes(), b"", b"");
}
