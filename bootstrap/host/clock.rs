//! The clocks, for handlers.
#![allow(unsafe_code)]
#![expect(clippy::no_mangle_with_rust_abi, reason = "the callers are Rust of the same build")]

use crate::current;
use crate::signals::deadline;
use crate::sys::{self, Clock};

// SAFETY: the facade's declaration has the same type, and no other function has this name; likewise
// below.
#[unsafe(no_mangle)]
fn ruchy_lambda_epoch_ms() -> u64 {
    sys::milliseconds(Clock::Epoch)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_deadline_had_passed() -> bool {
    deadline::had_passed()
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

/// The deadline of the invocation in flight in milliseconds since 1970: `u64::MAX` if it has none,
/// `None` if no invocation is in flight.
// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_deadline_ms() -> Option<u64> {
    let deadline_ms = current::with_invocation(|invocation| invocation.map(|invocation| invocation.deadline_ms))?;
    Some(if deadline_ms == 0 || deadline::had_passed() { u64::MAX } else { deadline_ms as u64 })
}
