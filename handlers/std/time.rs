//! Durations, which are core's, and two clocks: [`SystemTime`], the time of day, and [`Instant`],
//! which is monotonic.
//!
//! ```
//! use std::time::{Duration, Instant, SystemTime, SystemTimeError, UNIX_EPOCH};
//!
//! let start = Instant::now();
//! assert!(start.elapsed() < Duration::from_secs(60));
//!
//! let two_seconds = Duration::from_secs(2);
//! let later = start.checked_add(two_seconds).unwrap();
//! assert_eq!(later.duration_since(start), two_seconds);
//! assert_eq!(later.checked_sub(two_seconds), Some(start));
//! assert_eq!(start.saturating_duration_since(later), Duration::ZERO);
//! assert_eq!(start.checked_duration_since(later), None);
//!
//! let now = SystemTime::now();
//! let since_1970 = now.duration_since(UNIX_EPOCH).unwrap();
//! let error: SystemTimeError = UNIX_EPOCH.duration_since(now).unwrap_err();
//! assert_eq!(error.duration(), since_1970);
//! ```

use core::error::Error;
use core::fmt;
use core::ops::{Add, AddAssign, Sub, SubAssign};
pub use core::time::*;

unsafe extern "Rust" {
    /// Returns the nanoseconds since 1970. The bootstrap defines this function and the next two.
    safe fn ruchy_lambda_epoch_ns() -> u64;
    /// Returns the nanoseconds of a monotonic clock.
    safe fn ruchy_lambda_steady_ns() -> u64;
    /// Returns the deadline of the invocation in flight.
    safe fn ruchy_lambda_deadline_ms() -> Option<u64>;
}

/// Returns the deadline of the invocation in flight, in milliseconds since 1970: `u64::MAX` if it
/// has no deadline, `None` if no invocation is in flight (in a hook).
#[doc(hidden)]
#[must_use]
pub fn deadline_ms() -> Option<u64> {
    ruchy_lambda_deadline_ms()
}

/// Returns the time of day in milliseconds since 1970.
#[doc(hidden)]
#[must_use]
pub fn epoch_ms() -> u64 {
    ruchy_lambda_epoch_ns() / 1_000_000
}

/// A reading of the monotonic clock (`CLOCK_MONOTONIC`). Only the difference between two of them is
/// meaningful. The clock stands still while the sandbox is frozen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Duration);

impl Instant {
    /// Returns the current reading.
    #[must_use]
    pub fn now() -> Self {
        Self(Duration::from_nanos(ruchy_lambda_steady_ns()))
    }

    /// Returns the time since `earlier`; zero if `earlier` is later than this.
    #[must_use]
    pub fn duration_since(&self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// Returns the time since `earlier`, as [`Instant::duration_since`] does.
    #[must_use]
    pub fn saturating_duration_since(&self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }

    /// Returns the time since `earlier`; `None` if `earlier` is later than this.
    #[must_use]
    pub fn checked_duration_since(&self, earlier: Self) -> Option<Duration> {
        self.0.checked_sub(earlier.0)
    }

    /// Returns the time since this reading.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        Self::now().duration_since(*self)
    }
}

/// The origin of [`SystemTime`], in seconds before 1970: half of a [`Duration`]'s range lies on
/// either side of 1970.
const SECONDS_BEFORE_1970: u64 = 1 << 63;

/// A time of day (`CLOCK_REALTIME`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemTime(Duration);

/// 1970-01-01T00:00:00Z.
pub const UNIX_EPOCH: SystemTime = SystemTime::UNIX_EPOCH;

impl SystemTime {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(Duration::from_secs(SECONDS_BEFORE_1970));

    /// Returns the current time.
    #[must_use]
    pub fn now() -> Self {
        Self::UNIX_EPOCH + Duration::from_nanos(ruchy_lambda_epoch_ns())
    }

    /// Returns the time since `earlier`.
    ///
    /// # Errors
    /// Returns an error with the difference if `earlier` is later than this.
    pub fn duration_since(&self, earlier: Self) -> Result<Duration, SystemTimeError> {
        self.0.checked_sub(earlier.0).ok_or_else(|| SystemTimeError(earlier.0.saturating_sub(self.0)))
    }

    /// Returns the time since this one.
    ///
    /// # Errors
    /// Returns an error with the difference if this time is in the future.
    pub fn elapsed(&self) -> Result<Duration, SystemTimeError> {
        Self::now().duration_since(*self)
    }
}

/// The error of [`SystemTime::duration_since`]: the earlier time was the later one.
#[derive(Clone, Debug)]
pub struct SystemTimeError(Duration);

impl SystemTimeError {
    /// Returns the difference.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.0
    }
}

impl fmt::Display for SystemTimeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("second time provided was later than self")
    }
}

impl Error for SystemTimeError {}

/// Implements adding and subtracting durations, within the range of [`Duration`].
macro_rules! moved_by_durations {
    ($moment:ident) => {
        impl $moment {
            /// Returns the time `duration` later; `None` on overflow.
            #[must_use]
            pub fn checked_add(&self, duration: Duration) -> Option<Self> {
                self.0.checked_add(duration).map(Self)
            }

            /// Returns the time `duration` earlier; `None` on overflow.
            #[must_use]
            pub fn checked_sub(&self, duration: Duration) -> Option<Self> {
                self.0.checked_sub(duration).map(Self)
            }
        }

        impl Add<Duration> for $moment {
            type Output = Self;

            fn add(self, duration: Duration) -> Self {
                self.checked_add(duration).expect("overflow when adding duration to a time")
            }
        }

        impl Sub<Duration> for $moment {
            type Output = Self;

            fn sub(self, duration: Duration) -> Self {
                self.checked_sub(duration).expect("overflow when subtracting duration from a time")
            }
        }

        impl AddAssign<Duration> for $moment {
            fn add_assign(&mut self, duration: Duration) {
                *self = *self + duration;
            }
        }

        impl SubAssign<Duration> for $moment {
            fn sub_assign(&mut self, duration: Duration) {
                *self = *self - duration;
            }
        }
    };
}

moved_by_durations!(Instant);
moved_by_durations!(SystemTime);

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Instant, SECONDS_BEFORE_1970, SystemTime, UNIX_EPOCH};
    use alloc::string::ToString;

    #[test]
    fn instant_differences_saturate_at_zero() {
        let [early, late] = [3, 5].map(|seconds| Instant(Duration::from_secs(seconds)));
        assert_eq!((late - early, early - late), (Duration::from_secs(2), Duration::ZERO));
        assert_eq!((late.checked_duration_since(early), early.checked_duration_since(late)), (Some(Duration::from_secs(2)), None));
        assert_eq!((early + Duration::from_secs(2), late - Duration::from_secs(2)), (late, early));
        assert_eq!(early.checked_sub(Duration::from_secs(4)), None);
        assert!(early < late);
    }

    #[test]
    fn system_time_covers_both_sides_of_1970() {
        let day = Duration::from_secs(86_400);
        let (before, after) = (UNIX_EPOCH - day, UNIX_EPOCH + day);
        assert_eq!(after.duration_since(before).unwrap(), 2 * day);
        let error = before.duration_since(after).unwrap_err();
        assert_eq!((error.duration(), error.to_string().as_str()), (2 * day, "second time provided was later than self"));
        let mut moment = before;
        moment += 2 * day;
        assert_eq!(moment, after);
        moment -= 2 * day;
        assert_eq!(moment, before);
    }

    #[test]
    fn checked_arithmetic_returns_none_on_overflow() {
        let most = Duration::from_secs(SECONDS_BEFORE_1970);
        assert_eq!(UNIX_EPOCH.checked_sub(most), Some(SystemTime(Duration::ZERO)));
        assert_eq!(UNIX_EPOCH.checked_add(most), None);
        assert_eq!(UNIX_EPOCH.checked_sub(most + Duration::from_nanos(1)), None);
    }
}
