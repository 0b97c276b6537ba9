//! Spans of time, which are core's, and the two clocks that they are measured by: the time of day, and one that is never set back.

use core::error::Error;
use core::fmt;
use core::ops::{Add, AddAssign, Sub, SubAssign};
pub use core::time::*;

unsafe extern "Rust" {
    /// Nanoseconds since 1970. The bootstrap defines it; likewise the other.
    safe fn ruchy_lambda_epoch_ns() -> u64;
    /// Nanoseconds since some moment in the past, by a clock that is never set back.
    safe fn ruchy_lambda_steady_ns() -> u64;
    /// The deadline of the invocation in flight.
    safe fn ruchy_lambda_deadline_ms() -> Option<u64>;
}

/// The deadline of the invocation in flight in milliseconds since 1970: `u64::MAX` if it has none, `None` if no invocation is in flight (in a
/// hook).
#[doc(hidden)]
#[must_use]
pub fn deadline_ms() -> Option<u64> {
    ruchy_lambda_deadline_ms()
}

/// The time of day in milliseconds since 1970.
#[doc(hidden)]
#[must_use]
pub fn epoch_ms() -> u64 {
    ruchy_lambda_epoch_ns() / 1_000_000
}

/// A moment by the clock that is never set back: only the time between two of them means something. A sandbox that is frozen does not see it
/// go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Duration);

impl Instant {
    /// This moment.
    #[must_use]
    pub fn now() -> Self {
        Self(Duration::from_nanos(ruchy_lambda_steady_ns()))
    }

    /// The time since `earlier`, or none where that is the later one.
    #[must_use]
    pub fn duration_since(&self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// The same.
    #[must_use]
    pub fn saturating_duration_since(&self, earlier: Self) -> Duration {
        self.duration_since(earlier)
    }

    /// The time since `earlier`, unless that is the later one.
    #[must_use]
    pub fn checked_duration_since(&self, earlier: Self) -> Option<Duration> {
        self.0.checked_sub(earlier.0)
    }

    /// The time since this moment.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        Self::now().duration_since(*self)
    }
}

/// The moment that [`SystemTime`] counts from, in seconds before 1970: half of what a [`Duration`] can hold lies on either side.
const SECONDS_BEFORE_1970: u64 = 1 << 63;

/// The time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemTime(Duration);

/// 1970-01-01T00:00:00Z.
pub const UNIX_EPOCH: SystemTime = SystemTime::UNIX_EPOCH;

impl SystemTime {
    /// 1970-01-01T00:00:00Z.
    pub const UNIX_EPOCH: Self = Self(Duration::from_secs(SECONDS_BEFORE_1970));

    /// Now.
    #[must_use]
    pub fn now() -> Self {
        Self::UNIX_EPOCH + Duration::from_nanos(ruchy_lambda_epoch_ns())
    }

    /// The time since `earlier`.
    ///
    /// # Errors
    /// Where `earlier` is the later one: how much.
    pub fn duration_since(&self, earlier: Self) -> Result<Duration, SystemTimeError> {
        self.0.checked_sub(earlier.0).ok_or_else(|| SystemTimeError(earlier.0.saturating_sub(self.0)))
    }

    /// The time since then.
    ///
    /// # Errors
    /// Where then is yet to come: how far off it is.
    pub fn elapsed(&self) -> Result<Duration, SystemTimeError> {
        Self::now().duration_since(*self)
    }
}

/// A moment that should have been the earlier one is the later one, by so much.
#[derive(Clone, Debug)]
pub struct SystemTimeError(Duration);

impl SystemTimeError {
    /// By how much.
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

/// Adding to a moment, and taking from it, as far as a [`Duration`] reaches.
macro_rules! moved_by_durations {
    ($moment:ident) => {
        impl $moment {
            /// The moment so much later, if it can be told.
            #[must_use]
            pub fn checked_add(&self, duration: Duration) -> Option<Self> {
                self.0.checked_add(duration).map(Self)
            }

            /// The moment so much earlier, if it can be told.
            #[must_use]
            pub fn checked_sub(&self, duration: Duration) -> Option<Self> {
                self.0.checked_sub(duration).map(Self)
            }
        }

        impl Add<Duration> for $moment {
            type Output = Self;

            fn add(self, duration: Duration) -> Self {
                self.checked_add(duration).expect("overflow when adding duration to a moment")
            }
        }

        impl Sub<Duration> for $moment {
            type Output = Self;

            fn sub(self, duration: Duration) -> Self {
                self.checked_sub(duration).expect("overflow when subtracting duration from a moment")
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
    fn no_time_passes_backwards() {
        let [early, late] = [3, 5].map(|seconds| Instant(Duration::from_secs(seconds)));
        assert_eq!((late - early, early - late), (Duration::from_secs(2), Duration::ZERO));
        assert_eq!((late.checked_duration_since(early), early.checked_duration_since(late)), (Some(Duration::from_secs(2)), None));
        assert_eq!((early + Duration::from_secs(2), late - Duration::from_secs(2)), (late, early));
        assert_eq!(early.checked_sub(Duration::from_secs(4)), None);
        assert!(early < late);
    }

    #[test]
    fn the_time_of_day_reaches_to_both_sides_of_1970() {
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
    fn a_moment_that_cannot_be_told_is_none() {
        let most = Duration::from_secs(SECONDS_BEFORE_1970);
        assert_eq!(UNIX_EPOCH.checked_sub(most), Some(SystemTime(Duration::ZERO)));
        assert_eq!(UNIX_EPOCH.checked_add(most), None);
        assert_eq!(UNIX_EPOCH.checked_sub(most + Duration::from_nanos(1)), None);
    }
}
