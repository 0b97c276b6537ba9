//! The one thread there is: it can wait.

use crate::time::Duration;

unsafe extern "Rust" {
    /// Waits for so many milliseconds. The bootstrap defines it.
    safe fn ruchy_lambda_pause(milliseconds: u64);
}

/// Waits for `duration`, in whole milliseconds, and never less. Lambda counts them.
pub fn sleep(duration: Duration) {
    let milliseconds = duration.as_nanos().div_ceil(1_000_000);
    ruchy_lambda_pause(u64::try_from(milliseconds).unwrap_or(u64::MAX));
}
