//! The thread of the function, which can sleep. A function has one thread.
//!
//! ```
//! use std::thread;
//! use std::time::{Duration, Instant};
//!
//! let start = Instant::now();
//! thread::sleep(Duration::from_millis(1));
//! assert!(start.elapsed() >= Duration::from_millis(1));
//! ```

use crate::time::Duration;

unsafe extern "Rust" {
    /// Sleeps for `milliseconds`. The bootstrap defines this function.
    safe fn ruchy_lambda_pause(milliseconds: u64);
}

/// Sleeps for at least `duration`, rounded up to milliseconds. The time counts towards the
/// function's duration.
pub fn sleep(duration: Duration) {
    let milliseconds = duration.as_secs().saturating_mul(1000).saturating_add(duration.subsec_nanos().div_ceil(1_000_000).into());
    ruchy_lambda_pause(milliseconds);
}
