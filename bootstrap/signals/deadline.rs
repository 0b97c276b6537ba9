//! The deadline of the invocation in flight. Shortly before it passes, the log states what the
//! handler is doing. If the function is configured so, the invocation is also reported as failed
//! while there is still time.
//!
//! One alarm serves many invocations: it is kept while it fires no later than required, and set
//! again if it fires too early for the invocation in flight. So an invocation costs no system call,
//! except one per time-out period of the function.

use crate::config::environment::Environment;
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

/// Milliseconds between the alarm and the deadline, unless `RUCHY_LAMBDA_DEADLINE_MARGIN_MS` sets
/// them.
const MARGIN_MS: usize = 100;
/// Longest margin accepted, in digits of its milliseconds: more than Lambda's longest time-out, 15
/// minutes.
const MARGIN_DIGITS_MAX: usize = 6;

/// Delay of an alarm that interrupts a line of the log, in milliseconds.
const LATER_MS: usize = 10;

/// Set by `prepare`.
static MARGIN: AtomicUsize = AtomicUsize::new(0);
/// True if the error is also posted (`RUCHY_LAMBDA_ON_DEADLINE=report`).
static REPORTS: AtomicBool = AtomicBool::new(false);
/// The deadline to watch, in milliseconds since 1970; 0 if there is none, or if it needs no further
/// alarm.
static DEADLINE: AtomicUsize = AtomicUsize::new(0);
/// The time at which the alarm fires, in milliseconds since 1970; 0 if it is not set.
static FIRES_AT: AtomicUsize = AtomicUsize::new(0);
/// True if the deadline had passed when the invocation was received.
static PASSED: AtomicBool = AtomicBool::new(false);

/// Sets the default margin.
pub fn prepare() {
    MARGIN.store(MARGIN_MS, Ordering::Relaxed);
}

/// Reads the function's configuration.
#[cold]
#[inline(never)]
pub fn configure(environment: Environment) {
    let value = environment.value(b"RUCHY_LAMBDA_DEADLINE_MARGIN_MS=");
    let margin = number(value, 10, MARGIN_DIGITS_MAX);
    MARGIN.store(margin.unwrap_or(MARGIN_MS), Ordering::Relaxed);
    if margin.is_none() && !value.is_empty() {
        log_error(b"RUCHY_LAMBDA_DEADLINE_MARGIN_MS=", value, b": expected 0 to 999999 ms; using 100");
    }
    let value = environment.value(b"RUCHY_LAMBDA_ON_DEADLINE=");
    if eq_ignore_ascii_case(value, b"report") {
        REPORTS.store(true, Ordering::Relaxed);
    } else if !value.is_empty() && !eq_ignore_ascii_case(value, b"log") {
        log_error(b"RUCHY_LAMBDA_ON_DEADLINE=", value, b": expected report or log; using log");
    }
}

/// Watches the deadline of the handler about to run; 0 means none. A deadline that has already
/// passed counts as none: emulators send durations or constants.
#[inline(always)]
#[expect(clippy::inline_always, reason = "it has one caller")]
pub fn begin(deadline_ms: usize) {
    DEADLINE.store(deadline_ms, Ordering::Relaxed);
    PASSED.store(false, Ordering::Relaxed);
    watch(true);
}

/// Ends the watch.
pub fn end() {
    DEADLINE.store(0, Ordering::Relaxed);
}

/// Sets the alarm again: it may have fired while the connection was in use.
pub fn resume() {
    watch(false);
}

/// True if the deadline of the invocation in flight had passed on receipt.
#[must_use]
pub fn had_passed() -> bool {
    PASSED.load(Ordering::Relaxed)
}

/// Ensures that the alarm fires in time.
#[inline(never)]
fn watch(is_new: bool) {
    let deadline_ms = DEADLINE.load(Ordering::Relaxed);
    let requested_ms = deadline_ms.saturating_sub(MARGIN.load(Ordering::Relaxed));
    let fires_at = FIRES_AT.load(Ordering::Relaxed);
    // An alarm that is set fires in the future, so an invocation whose deadline has passed does not
    // return here.
    if deadline_ms == 0 || fires_at != 0 && fires_at <= requested_ms || termination::is_limited() {
        return;
    }
    let now_ms = now_ms();
    if is_new && deadline_ms <= now_ms {
        PASSED.store(true, Ordering::Relaxed);
        return end();
    }
    FIRES_AT.store(requested_ms, Ordering::Relaxed);
    match requested_ms.saturating_sub(now_ms) {
        0 => sys::process::raise(SIGALRM),
        after_ms => set_alarm(after_ms),
    }
}

fn set_alarm(after_ms: usize) {
    signal::set_alarm(Duration::from_millis(after_ms as u64));
    // If SIGTERM arrived just before, its limit was replaced.
    if termination::is_limited() {
        termination::limit(termination::GRACE);
    }
}

fn now_ms() -> usize {
    usize::try_from(sys::milliseconds(Clock::Epoch)).unwrap_or(usize::MAX)
}

/// Handles SIGALRM.
pub fn on_alarm(caught: &Caught) {
    FIRES_AT.store(0, Ordering::Relaxed);
    // Without a deadline it is the alarm of an earlier invocation, or of another process.
    let deadline_ms = DEADLINE.load(Ordering::Relaxed);
    if deadline_ms == 0 {
        return;
    }
    let now_ms = now_ms();
    if deadline_ms.saturating_sub(MARGIN.load(Ordering::Relaxed)) > now_ms {
        return watch(false);
    }
    let is_handling = stage() == Stage::Handling;
    let is_reported = REPORTS.load(Ordering::Relaxed);
    let reports = is_handling && is_reported;
    if is_writing() && !reports {
        // This line must not interrupt another one.
        set_alarm(LATER_MS);
        return;
    }
    if !is_reported {
        end(); // it is logged once
    }
    expire(caught, is_handling, reports, deadline_ms.saturating_sub(now_ms));
}

/// Logs or reports the deadline. `caught` interrupted the handler if `is_handling`.
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
        message.push(b"response is still pending");
    }
    if reports {
        let place = Some(Place::Instruction(caught.instruction));
        crash::end(&Report { error_type: error_type::DEADLINE_EXCEEDED, message: message.bytes(), place });
    }
    log_error(message.bytes(), b"", b"");
}
