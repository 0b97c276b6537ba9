//! How far a long run has come, on standard error, for whoever waits.

use std::time::{Duration, Instant};

/// How often it is told.
const NEWS: Duration = Duration::from_secs(2);

/// The line of one part of a run.
#[derive(Debug)]
pub struct News {
    what: String,
    total: usize,
    begun: Instant,
    told: Instant,
}

impl News {
    /// Of `what`, which takes `total` rounds.
    #[must_use]
    pub fn new(what: impl Into<String>, total: usize) -> Self {
        let now = Instant::now();
        Self { what: what.into(), total, begun: now, told: now }
    }

    /// Tells it now and then, and at the end.
    pub fn tell(&mut self, done: usize) {
        if self.told.elapsed() < NEWS && done < self.total {
            return;
        }
        self.told = Instant::now();
        let spent = self.begun.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "rounds are few")]
        let left = spent / done as f64 * (self.total - done) as f64;
        eprintln!("{}: {done} of {} rounds, {left:.0} s to go", self.what, self.total);
    }
}
