//! Floats as text: the shortest digits that read as the same float, laid out as Rust's `{}` lays them out, which knows no exponent.

use crate::output::{self, Text};
use alloc::string::String;

/// Longest text of a float, in bytes: a sign, `0.`, and digits as far behind the point as an `f64` reaches.
pub const FLOAT_BYTES_MAX: usize = 1 + 2 + 324 + 17;

/// Where a float's text is made.
#[derive(Clone, Debug)]
pub struct FloatRoom {
    bytes: [u8; FLOAT_BYTES_MAX],
    /// INVARIANT: so many of them are text.
    count: usize,
}

impl Default for FloatRoom {
    fn default() -> Self {
        Self { bytes: [0; FLOAT_BYTES_MAX], count: 0 }
    }
}

impl FloatRoom {
    /// (Byte by byte: `copy_from_slice` has a panic, which would bring `core::fmt`.)
    fn push(&mut self, text: &str) {
        for (place, byte) in self.bytes.iter_mut().skip(self.count).zip(text.bytes()) {
            *place = byte;
            self.count += 1;
        }
    }

    fn push_zeros(&mut self, count: usize) {
        for _ in 0..count {
            self.push("0");
        }
    }

    /// Lays out `value`, of which a writer of shortest digits wrote `shortest`: digits with a point or none, and an exponent or none.
    #[inline(never)]
    fn lay_out(&mut self, value: f64, shortest: &str) -> &str {
        self.count = 0;
        if value.is_sign_negative() {
            self.push("-");
        }
        let Decimal { digits, exponent } = Decimal::read(shortest).rounded_as_core_does(value);
        let mut room = itoa::Buffer::new();
        let digits = output::unsigned(digits, &mut room);
        let zeros = usize::from(exponent.unsigned_abs());
        if exponent >= 0 {
            self.push(digits);
            self.push_zeros(zeros);
        } else {
            let before = digits.len().saturating_sub(zeros);
            self.push(digits.get(..before).unwrap_or(""));
            self.push(if before == 0 { "0." } else { "." });
            self.push_zeros(zeros.saturating_sub(digits.len()));
            self.push(digits.get(before..).unwrap_or(""));
        }
        let text = self.bytes.get(..self.count).unwrap_or(&[]);
        // SAFETY: so many bytes are those of the texts pushed, one behind the other, each of which has no character but of one byte.
        unsafe { core::str::from_utf8_unchecked(text) }
    }
}

/// `digits` times ten to the power of `exponent`.
struct Decimal {
    digits: u64,
    exponent: i16,
}

impl Decimal {
    fn read(text: &str) -> Self {
        let (mut digits, mut exponent, mut is_behind_point) = (0_u64, 0_i16, false);
        let mut bytes = text.bytes();
        for byte in bytes.by_ref() {
            match byte {
                b'0'..=b'9' => {
                    digits = digits.wrapping_mul(10).wrapping_add(u64::from(byte - b'0')); // 17 at the most
                    exponent -= i16::from(is_behind_point);
                }
                b'.' => is_behind_point = true,
                b'e' => break,
                _ => (), // a sign
            }
        }
        let (mut power, mut is_negative) = (0_i16, false);
        for byte in bytes {
            match byte {
                b'0'..=b'9' => power = power.wrapping_mul(10).wrapping_add(i16::from(byte - b'0')), // three
                byte => is_negative = byte == b'-',
            }
        }
        exponent += if is_negative { -power } else { power };
        while exponent < 0 && digits.is_multiple_of(10) {
            digits /= 10;
            exponent += if digits == 0 { -exponent } else { 1 };
        }
        Self { digits, exponent }
    }

    /// Where `value` lies just in the middle between two shortest decimals, core takes the one that is further from 0, and writers the one whose
    /// last digit is even: this one, when a 5 behind its digits makes it `value`.
    fn rounded_as_core_does(self, value: f64) -> Self {
        const FRACTION_BITS: u32 = f64::MANTISSA_DIGITS - 1;
        let bits = value.abs().to_bits();
        let (fraction, scale) = (bits & ((1 << FRACTION_BITS) - 1), bits >> FRACTION_BITS);
        let significand = if scale == 0 { fraction } else { fraction | 1 << FRACTION_BITS };
        // `value` is an odd number times two to the power of `twos`; so is the middle, which ends in 5, times two and five to that of `tens`.
        let twos = scale.max(1).cast_signed() - 1075 + i64::from(significand.trailing_zeros());
        let tens = i64::from(self.exponent) - 1;
        if significand == 0 || twos != tens {
            return self;
        }
        let (mut odd, mut middle) = (significand >> significand.trailing_zeros(), self.digits.wrapping_mul(10).wrapping_add(5));
        let smaller = if tens < 0 { &mut odd } else { &mut middle };
        for _ in 0..tens.unsigned_abs() {
            *smaller = smaller.saturating_mul(5);
        }
        let is_middle = odd == middle;
        Self { digits: self.digits.wrapping_add(u64::from(is_middle)), ..self }
    }
}

macro_rules! floats {
    ($($kind:ty),+) => { $(
        impl Text for $kind {
            type Room = FloatRoom;
            #[inline(never)]
            #[allow(clippy::useless_conversion, reason = "one text for both floats")]
            fn text<'value>(&'value self, room: &'value mut FloatRoom) -> &'value str {
                if self.is_nan() {
                    return "NaN";
                }
                if self.is_infinite() {
                    return if *self < 0.0 { "-inf" } else { "inf" };
                }
                room.lay_out((*self).into(), zmij::Buffer::new().format_finite(*self))
            }
        }
    )+ };
}

floats!(f32, f64);

/// `to_string` of a float that is at hand, in the place of alloc's, which goes by way of `core::fmt`: a method that takes the value comes before
/// one that takes a reference to it. (Of a reference to a float it stays alloc's, with the same text; and as a path it is
/// `ToString::to_string`, since `f64::to_string` could be either.)
pub trait ToDecimal: Copy {
    /// The text that `{}` makes.
    #[must_use]
    fn to_string(self) -> String;
}

macro_rules! to_string {
    ($($kind:ty),+) => { $(
        impl ToDecimal for $kind {
            fn to_string(self) -> String {
                output::concat(&[self.text(&mut FloatRoom::default())])
            }
        }
    )+ };
}

to_string!(f32, f64);

/// Writes `value` behind `text`, as `{}` does.
pub fn write_f64(text: &mut String, value: f64) {
    text.push_str(value.text(&mut FloatRoom::default()));
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::{FLOAT_BYTES_MAX, FloatRoom, ToDecimal, write_f64};
    use crate::output::Text;
    use alloc::format;
    use alloc::string::String;
    use proptest::prelude::*;

    fn compare(double: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "the nearest will do")]
        let single = double as f32;
        let theirs = format!("{double}");
        assert!(theirs.len() <= FLOAT_BYTES_MAX);
        assert_eq!(double.text(&mut FloatRoom::default()), theirs);
        assert_eq!(single.text(&mut FloatRoom::default()), format!("{single}"));
        assert_eq!(ToDecimal::to_string(double), theirs);
        let mut text = String::from("=");
        write_f64(&mut text, double);
        assert_eq!(text.strip_prefix('='), Some(theirs.as_str()));
    }

    #[test]
    fn what_is_odd_is_as_core_writes_it() {
        for number in [
            0.0,
            1.0,
            0.1,
            0.3,
            1.5,
            100.0,
            123_456_789.0,
            1e15,
            1e16,
            1e17,
            1e21,
            1e22,
            1e23,
            9_007_199_254_740_993.0,
            1.234_5e-5,
            1e-5,
            1e-6,
            1e-7,
            5e-324,
            2.225_073_858_507_201_4e-308,
            f64::MIN_POSITIVE,
            f64::MAX,
            f64::EPSILON,
            f64::from(f32::MAX),
            f64::from(f32::MIN_POSITIVE),
            1e-45,
            f64::INFINITY,
            f64::NAN,
        ] {
            compare(number);
            compare(-number);
        }
    }

    #[test]
    fn every_power_of_two_and_of_ten_and_its_neighbours_are_as_core_writes_them() {
        let twos = (0..2047).map(|exponent| f64::from_bits(exponent << 52));
        let tens = (-330..309).map(|exponent| format!("1e{exponent}").parse().unwrap());
        for number in twos.chain(tens) {
            for near in [number, number.next_up(), number.next_down()] {
                compare(near);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn any_float_is_as_core_writes_it(bits in any::<u64>(), single_bits in any::<u32>(), whole in any::<i64>(), places in 0..12) {
            compare(f64::from_bits(bits));
            #[expect(clippy::cast_precision_loss, reason = "the nearest will do")]
            let hundredths = (whole >> (bits % 64)) as f64 / 10f64.powi(places);
            compare(hundredths);
            let single = f32::from_bits(single_bits);
            assert_eq!(single.text(&mut FloatRoom::default()), format!("{single}"));
        }
    }
}
