//! The one thread there is: it can wait.

use crate::time::Duration;

unsafe extern "Rust" {
    /// Waits for so many milliseconds. The bootstrap defines it.
    safe fn ruchy_lambda_pause(milliseconds: u64);
}

/// Waits for `duration`, in whole milliseconds, and never less. Lambda counts them.
pub fn sleep(duration: Duration) {
    let milliseconds = duration.as_secs().saturating_mul(1000).saturating_add(duration.subsec_nanos().div_ceil(1_000_000).into());
    ruchy_lambda_pause(milliseconds);
}
