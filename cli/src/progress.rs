//! The progress of a long run, on standard error.

use std::time::{Duration, Instant};

/// The least time between two lines.
const INTERVAL: Duration = Duration::from_secs(2);

/// The progress of one part of a run.
#[derive(Debug)]
pub struct Progress {
    part: String,
    total: usize,
    begun: Instant,
    reported: Instant,
}

impl Progress {
    /// The progress of `part`, which has `total` rounds.
    #[must_use]
    pub fn new(part: impl Into<String>, total: usize) -> Self {
        let now = Instant::now();
        Self { part: part.into(), total, begun: now, reported: now }
    }

    /// Prints the number of rounds done, at most every `INTERVAL`, and at the end.
    pub fn report(&mut self, done: usize) {
        if self.reported.elapsed() < INTERVAL && done < self.total {
            return;
        }
        self.reported = Instant::now();
        let spent = self.begun.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "rounds are few")]
        let left = spent / done as f64 * (self.total - done) as f64;
        eprintln!("{}: {done} of {} rounds, {left:.0} s to go", self.part, self.total);
    }
}
