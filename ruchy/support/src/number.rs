//! Numbers: checked powers, conversions that are never silent.

use alloc::string::String;
use core::fmt::Display;

/// An integer type.
pub trait Integer: Copy + Display {
    /// This to the power of `exponent`, if it fits.
    fn raised(self, exponent: u32) -> Option<Self>;
}

macro_rules! integers {
    ($($kind:ty)*) => {$(
        impl Integer for $kind {
            fn raised(self, exponent: u32) -> Option<Self> {
                self.checked_pow(exponent)
            }
        }

        impl Int for $kind {
            #[track_caller]
            fn int(&self) -> i64 {
                number(*self)
            }
        }

        impl Float for $kind {
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless, reason = "the nearest float is meant")]
            fn float(&self) -> f64 {
                *self as f64
            }
        }
    )*};
}

integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

/// `base ** exponent`.
///
/// # Panics
/// When the exponent is negative, or the result does not fit.
#[track_caller]
pub fn pow<T: Integer>(base: T, exponent: impl TryInto<u32> + Display + Copy) -> T {
    match exponent.try_into().ok().and_then(|exponent| base.raised(exponent)) {
        Some(power) => power,
        None => panic!("integer overflow: {base} ** {exponent} does not fit in {}", core::any::type_name::<T>()),
    }
}

/// `base ** exponent` of floats.
#[must_use]
pub fn power(base: f64, exponent: f64, powf: fn(f64, f64) -> f64) -> f64 {
    powf(base, exponent)
}

/// `value` as another type of integer.
///
/// # Panics
/// When it does not fit.
#[track_caller]
pub fn number<T: TryInto<U> + Display + Copy, U>(value: T) -> U {
    let Ok(number) = value.try_into() else { panic!("the number {value} does not fit in {}", core::any::type_name::<U>()) };
    number
}

/// `count` as the number of elements of something.
///
/// # Panics
/// When it is negative.
#[must_use]
#[track_caller]
pub fn size(count: i64) -> usize {
    let Ok(size) = usize::try_from(count) else { panic!("the number {count} is negative: a count of 0 or more was expected") };
    size
}

/// What `int(…)` takes.
pub trait Int {
    /// The integer.
    fn int(&self) -> i64;
}

/// What `float(…)` takes.
pub trait Float {
    /// The float.
    fn float(&self) -> f64;
}

/// `int(value)`.
///
/// # Panics
/// When a text is not an integer.
#[track_caller]
pub fn int(value: &(impl Int + ?Sized)) -> i64 {
    value.int()
}

/// `float(value)`.
///
/// # Panics
/// When a text is not a number.
#[track_caller]
pub fn float(value: &(impl Float + ?Sized)) -> f64 {
    value.float()
}

impl Int for f64 {
    #[allow(clippy::cast_possible_truncation, reason = "that is what is asked for")]
    fn int(&self) -> i64 {
        *self as i64
    }
}

impl Int for bool {
    fn int(&self) -> i64 {
        i64::from(*self)
    }
}

impl Int for str {
    #[track_caller]
    fn int(&self) -> i64 {
        self.trim().parse().unwrap_or_else(|error| panic!("{self:?} is not an integer: {error}"))
    }
}

impl Float for f64 {
    fn float(&self) -> f64 {
        *self
    }
}

impl Float for str {
    #[track_caller]
    fn float(&self) -> f64 {
        self.trim().parse().unwrap_or_else(|error| panic!("{self:?} is not a number: {error}"))
    }
}

macro_rules! behind {
    ($([$($parameters:tt)*] $kind:ty)*) => {$(
        impl<$($parameters)*> Int for $kind {
            #[track_caller]
            fn int(&self) -> i64 {
                (**self).int()
            }
        }

        impl<$($parameters)*> Float for $kind {
            #[track_caller]
            fn float(&self) -> f64 {
                (**self).float()
            }
        }
    )*};
}

impl Int for String {
    #[track_caller]
    fn int(&self) -> i64 {
        self.as_str().int()
    }
}

impl Float for String {
    #[track_caller]
    fn float(&self) -> f64 {
        self.as_str().float()
    }
}

behind! {
    [T: Int + Float + ?Sized] &T
}

#[cfg(test)]
mod tests {
    use super::{float, int, number, pow};

    #[test]
    fn powers_and_conversions() {
        assert_eq!((pow(2_i64, 10), pow(3_u8, 2_i64), int("7"), int(&2.9), number::<i64, u8>(7)), (1024, 9, 7, 2, 7));
        assert!(float("2.5") > 2.4);
    }

    #[test]
    #[should_panic(expected = "integer overflow: 10 ** 19 does not fit in i64")]
    fn a_power_that_does_not_fit_panics() {
        pow(10_i64, 19);
    }
}
