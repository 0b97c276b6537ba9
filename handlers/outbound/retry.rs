//! The pauses between attempts. Pure.

/// Maximum first pause, in milliseconds. The maximum doubles with each attempt.
pub const PAUSE_MS: u64 = 100;
/// Maximum pause, in milliseconds: that of AWS's SDKs.
pub const PAUSE_MS_MAX: u64 = 20_000;

/// Returns the pause in milliseconds after the attempt `attempt` (from 1): exponential back-off
/// with full jitter
/// (<https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/>), from a
/// `random` number.
#[must_use]
pub fn pause_ms(attempt: u32, random: u64) -> u64 {
    let maximum_ms = PAUSE_MS.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(PAUSE_MS_MAX);
    random % (maximum_ms + 1)
}

#[cfg(test)]
mod tests {
    use super::{PAUSE_MS, PAUSE_MS_MAX, pause_ms};

    #[test]
    fn pauses_double_up_to_a_limit() {
        // `random` equal to the maximum yields the maximum.
        for (attempt, longest) in [(1, PAUSE_MS), (2, 2 * PAUSE_MS), (3, 4 * PAUSE_MS), (20, PAUSE_MS_MAX), (u32::MAX, PAUSE_MS_MAX)] {
            assert_eq!((pause_ms(attempt, longest), pause_ms(attempt, longest + 1), pause_ms(attempt, 7)), (longest, 0, 7), "{attempt}");
        }
    }
}
