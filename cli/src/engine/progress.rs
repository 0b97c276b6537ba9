//! The progress of a build on standard error.

use std::time::{Duration, Instant};
use tokio::process::Child;
use tokio::time::MissedTickBehavior;

/// When progress is shown for the first time, and how often from then on.
const FIRST: Duration = Duration::from_secs(3);
const INTERVAL: Duration = Duration::from_secs(10);

/// Waits for `child`, and prints now and then that it still runs, as `what`.
///
/// # Errors
/// As [`Child::wait_with_output`].
pub async fn with_progress(child: Child, what: &str) -> std::io::Result<std::process::Output> {
    let begun = Instant::now();
    let mut output = std::pin::pin!(child.wait_with_output());
    let mut ticks = tokio::time::interval_at((begun + FIRST).into(), INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            output = &mut output => return output,
            _ = ticks.tick() => {
                eprintln!("{what}: {} s so far (the first time one to several minutes, then seconds)", begun.elapsed().as_secs());
            }
        }
    }
}
