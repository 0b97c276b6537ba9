//! Formats floats: the shortest digits that parse to the same float, laid out as Rust's `{}` does,
//! which never writes an exponent.

use crate::output::{self, Text};
use alloc::string::String;

/// Maximum length of a formatted float, in bytes: a sign, `0.`, and every decimal place that an
/// `f64` can have.
pub const FLOAT_BYTES_MAX: usize = 1 + 2 + 324 + 17;

/// The buffer that a float is formatted into.
#[derive(Clone, Debug)]
pub struct FloatBuffer {
    bytes: [u8; FLOAT_BYTES_MAX],
    /// INVARIANT: the first `count` bytes are ASCII text.
    count: usize,
}

impl Default for FloatBuffer {
    fn default() -> Self {
        Self { bytes: [0; FLOAT_BYTES_MAX], count: 0 }
    }
}

impl FloatBuffer {
    /// Appends `text` byte by byte: `copy_from_slice` contains a panic, which would link
    /// `core::fmt`.
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

    /// Formats `value` from `shortest`, its shortest digits: with or without a point, with or
    /// without an exponent.
    #[inline(never)]
    fn lay_out(&mut self, value: f64, shortest: &str) -> &str {
        self.count = 0;
        if value.is_sign_negative() {
            self.push("-");
        }
        let Decimal { digits, exponent } = Decimal::read(shortest).rounded_as_core_does(value);
        let mut buffer = itoa::Buffer::new();
        let digits = output::unsigned(digits, &mut buffer);
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
        // SAFETY: `push` wrote exactly these bytes, from strings that are ASCII only.
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
        let (mut digits, mut exponent, mut is_fraction) = (0_u64, 0_i16, false);
        let mut bytes = text.bytes();
        for byte in bytes.by_ref() {
            match byte {
                b'0'..=b'9' => {
                    digits = digits.wrapping_mul(10).wrapping_add(u64::from(byte - b'0')); // at most 17 digits
                    exponent -= i16::from(is_fraction);
                }
                b'.' => is_fraction = true,
                b'e' => break,
                _ => (), // a sign
            }
        }
        let (mut power, mut is_negative) = (0_i16, false);
        for byte in bytes {
            match byte {
                b'0'..=b'9' => power = power.wrapping_mul(10).wrapping_add(i16::from(byte - b'0')), // at most three digits
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

    /// Corrects the last digit if `value` is exactly in the middle between two shortest
    /// decimals. core picks the decimal further from 0; other formatters pick the one whose last
    /// digit is even. This decimal is in the middle if a 5 after its digits yields `value`.
    fn rounded_as_core_does(self, value: f64) -> Self {
        const FRACTION_BITS: u32 = f64::MANTISSA_DIGITS - 1;
        let bits = value.abs().to_bits();
        let (fraction, scale) = (bits & ((1 << FRACTION_BITS) - 1), bits >> FRACTION_BITS);
        let significand = if scale == 0 { fraction } else { fraction | 1 << FRACTION_BITS };
        // `value` is an odd number times 2^`twos`. The middle, whose digits end in 5, is an odd
        // number times 2^`tens` times 5^`tens`.
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
            type Buffer = FloatBuffer;
            #[inline(never)]
            #[allow(clippy::useless_conversion, reason = "one text for both floats")]
            fn text<'value>(&'value self, buffer: &'value mut FloatBuffer) -> &'value str {
                if self.is_nan() {
                    return "NaN";
                }
                if self.is_infinite() {
                    return if *self < 0.0 { "-inf" } else { "inf" };
                }
                buffer.lay_out((*self).into(), zmij::Buffer::new().format_finite(*self))
            }
        }
    )+ };
}

floats!(f32, f64);

/// `to_string` for floats by value, without `core::fmt`. Method resolution prefers a method that
/// takes `self` by value to alloc's `ToString`, which takes a reference. `to_string` of a reference
/// to a float remains alloc's and returns the same text. As a path, write `ToString::to_string`:
/// `f64::to_string` is ambiguous.
pub trait ToDecimal: Copy {
    /// Returns the text that `{}` formats.
    #[must_use]
    fn to_string(self) -> String;
}

macro_rules! to_string {
    ($($kind:ty),+) => { $(
        impl ToDecimal for $kind {
            fn to_string(self) -> String {
                output::concat(&[self.text(&mut FloatBuffer::default())])
            }
        }
    )+ };
}

to_string!(f32, f64);

/// Appends `value` to `text`, formatted as `{}` does.
pub fn write_f64(text: &mut String, value: f64) {
    text.push_str(value.text(&mut FloatBuffer::default()));
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::{FLOAT_BYTES_MAX, FloatBuffer, ToDecimal, write_f64};
    use crate::output::Text;
    use alloc::format;
    use alloc::string::String;
    use proptest::prelude::*;

    fn compare(double: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "the nearest will do")]
        let single = double as f32;
        let theirs = format!("{double}");
        assert!(theirs.len() <= FLOAT_BYTES_MAX);
        assert_eq!(double.text(&mut FloatBuffer::default()), theirs);
        assert_eq!(single.text(&mut FloatBuffer::default()), format!("{single}"));
        assert_eq!(ToDecimal::to_string(double), theirs);
        let mut text = String::from("=");
        write_f64(&mut text, double);
        assert_eq!(text.strip_prefix('='), Some(theirs.as_str()));
    }

    #[test]
    fn decimal_formats_edge_cases_as_core_does() {
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
    fn decimal_formats_powers_and_neighbours_as_core_does() {
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
        fn decimal_formats_any_float_as_core_does(bits in any::<u64>(), single_bits in any::<u32>(), whole in any::<i64>(), places in 0..12) {
            compare(f64::from_bits(bits));
            #[expect(clippy::cast_precision_loss, reason = "the nearest will do")]
            let hundredths = (whole >> (bits % 64)) as f64 / 10f64.powi(places);
            compare(hundredths);
            let single = f32::from_bits(single_bits);
            assert_eq!(single.text(&mut FloatBuffer::default()), format!("{single}"));
        }
    }
}
