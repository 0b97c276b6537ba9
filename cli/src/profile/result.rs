//! A profile: counts and times of one input.

use super::counts::{Counts, UserFiles};
use crate::statistics::{self, Distribution};

/// A profile.
#[derive(Debug)]
pub struct Profile {
    pub name: String,
    /// The input.
    pub what: String,
    /// The tool that counted, such as `callgrind, valgrind-3.19.0`.
    pub tool: String,
    pub files: UserFiles,
    pub counts: Counts,
    pub times: Option<Times>,
}

/// Times of invocations or runs, in nanoseconds.
#[derive(Debug)]
pub struct Times {
    /// `invocations` or `runs of the process`.
    pub what: &'static str,
    pub samples: usize,
    pub distribution: Distribution,
    /// The 95 % confidence interval of the median.
    pub interval: (u64, u64),
}

impl Times {
    /// The times of `samples`; none of no samples.
    #[must_use]
    pub fn of(what: &'static str, samples: &[u64]) -> Option<Self> {
        /// The interval is the same for the same samples.
        const SEED: u64 = 1;
        let distribution = statistics::distribution(samples)?;
        let median = statistics::difference(samples, &vec![0; samples.len()], SEED)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "nanoseconds")]
        let interval = (median.low as u64, median.high as u64);
        Some(Self { what, samples: samples.len(), distribution, interval })
    }
}
