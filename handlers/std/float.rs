//! The float methods that `std` adds to core: roots, powers, logarithms, trigonometry and rounding.
//! The prelude imports them. Methods that core already has (`abs`, `min`, `clamp`, `to_radians` …)
//! remain core's, which take precedence.
//!
//! ```
//! let hypotenuse = (3.0_f64 * 3.0 + 4.0 * 4.0).sqrt();
//! assert_eq!(hypotenuse, 5.0);
//! ```

use crate::root;

/// Declares [`Float`] and implements it with libm's functions: `name(arguments) = the f64 function,
/// the f32 function`.
macro_rules! floats {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) = $double:ident, $single:ident;)*) => {
        /// Mathematical functions of `f32` and `f64`. Angles are in radians.
        pub trait Float: Sized {
            $($(#[$doc])* #[must_use] fn $name(self $(, $argument: $type)*) -> Self;)*

            /// Raises this number to an integer power, by repeated squaring.
            #[must_use]
            fn powi(self, power: i32) -> Self;
            /// Returns the sine and the cosine.
            #[must_use]
            fn sin_cos(self) -> (Self, Self);
            /// Returns the fractional part, with the sign of the number.
            #[must_use]
            fn fract(self) -> Self;
            /// Returns the logarithm with respect to `base`.
            #[must_use]
            fn log(self, base: Self) -> Self;
            /// Returns the quotient of Euclidean division: the remainder is never negative.
            #[must_use]
            fn div_euclid(self, divisor: Self) -> Self;
            /// Returns the remainder of Euclidean division, which is never negative.
            #[must_use]
            fn rem_euclid(self, divisor: Self) -> Self;
        }

        impl Float for f64 {
            $(#[inline] fn $name(self $(, $argument: $type)*) -> Self { root::$double(self $(, $argument)*) })*
            composed!(sincos);
        }

        impl Float for f32 {
            $(#[inline] fn $name(self $(, $argument: $type)*) -> Self { root::$single(self $(, $argument)*) })*
            composed!(sincosf);
        }
    };
}

/// The methods for which libm has no function.
macro_rules! composed {
    ($sine_and_cosine:ident) => {
        fn powi(self, power: i32) -> Self {
            let (mut remaining, mut square, mut product) = (power.unsigned_abs(), self, 1.0);
            loop {
                if remaining % 2 == 1 {
                    product *= square;
                }
                remaining /= 2;
                if remaining == 0 {
                    break if power < 0 { 1.0 / product } else { product };
                }
                square *= square;
            }
        }

        #[inline]
        fn sin_cos(self) -> (Self, Self) {
            root::$sine_and_cosine(self)
        }

        #[inline]
        fn fract(self) -> Self {
            self - Float::trunc(self)
        }

        #[inline]
        fn log(self, base: Self) -> Self {
            Float::ln(self) / Float::ln(base)
        }

        #[inline]
        fn div_euclid(self, divisor: Self) -> Self {
            let quotient = Float::trunc(self / divisor);
            if self % divisor >= 0.0 || (self % divisor).is_nan() {
                quotient
            } else if divisor > 0.0 {
                quotient - 1.0
            } else {
                quotient + 1.0
            }
        }

        #[inline]
        fn rem_euclid(self, divisor: Self) -> Self {
            let remainder = self % divisor;
            if remainder < 0.0 { remainder + divisor.abs() } else { remainder }
        }
    };
}

floats! {
    /// Returns the square root.
    sqrt() = sqrt, sqrtf;
    /// Returns the cube root.
    cbrt() = cbrt, cbrtf;
    /// Returns the length of the hypotenuse of a right triangle with legs `self` and `other`.
    hypot(other: Self) = hypot, hypotf;
    /// Raises this number to a floating-point power.
    powf(power: Self) = pow, powf;
    /// Returns e to the power of this number.
    exp() = exp, expf;
    /// Returns 2 to the power of this number.
    exp2() = exp2, exp2f;
    /// Returns `exp(self) - 1`, accurate near 0.
    exp_m1() = expm1, expm1f;
    /// Returns the natural logarithm.
    ln() = log, logf;
    /// Returns `ln(1 + self)`, accurate near 0.
    ln_1p() = log1p, log1pf;
    /// Returns the base 2 logarithm.
    log2() = log2, log2f;
    /// Returns the base 10 logarithm.
    log10() = log10, log10f;
    /// Returns the sine.
    sin() = sin, sinf;
    /// Returns the cosine.
    cos() = cos, cosf;
    /// Returns the tangent.
    tan() = tan, tanf;
    /// Returns the arcsine.
    asin() = asin, asinf;
    /// Returns the arccosine.
    acos() = acos, acosf;
    /// Returns the arctangent.
    atan() = atan, atanf;
    /// Returns the angle of the point with ordinate `self` and abscissa `abscissa`.
    atan2(abscissa: Self) = atan2, atan2f;
    /// Returns the hyperbolic sine.
    sinh() = sinh, sinhf;
    /// Returns the hyperbolic cosine.
    cosh() = cosh, coshf;
    /// Returns the hyperbolic tangent.
    tanh() = tanh, tanhf;
    /// Returns the inverse hyperbolic sine.
    asinh() = asinh, asinhf;
    /// Returns the inverse hyperbolic cosine.
    acosh() = acosh, acoshf;
    /// Returns the inverse hyperbolic tangent.
    atanh() = atanh, atanhf;
    /// Returns the largest integer not above this number.
    floor() = floor, floorf;
    /// Returns the smallest integer not below this number.
    ceil() = ceil, ceilf;
    /// Returns the nearest integer; halves are rounded away from 0.
    round() = round, roundf;
    /// Returns the nearest integer; halves are rounded to the even one.
    round_ties_even() = rint, rintf;
    /// Returns the integer part: rounds towards 0.
    trunc() = trunc, truncf;
    /// Returns `self * factor + term`, rounded once.
    mul_add(factor: Self, term: Self) = fma, fmaf;
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::Float;

    /// Exact values, rounded values, values without a result, and values that overflow.
    const NUMBERS: [f64; 27] = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        1.5,
        2.5,
        -2.5,
        0.1,
        2.0,
        3.7,
        -3.7,
        10.0,
        1e-9,
        -1e-9,
        1e-310,
        0.999_999,
        100.25,
        -720.5,
        1e6,
        4_503_599_627_370_497.5,
        1e22,
        1e300,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];

    /// Returns `true` if the results differ by at most `places` of their size, or if both are NaN.
    #[expect(clippy::float_cmp, reason = "zeros and infinities are equal or not")]
    fn near(ours: f64, theirs: f64, places: f64) -> bool {
        ours.is_nan() && theirs.is_nan() || ours == theirs || (ours - theirs).abs() <= places * theirs.abs().max(f64::MIN_POSITIVE)
    }

    /// Compares methods of [`Float`] with std's methods of the same name, for both float types.
    macro_rules! compare {
        ($places:expr; $($name:ident($($argument:expr),*))*) => {$(
            for number in NUMBERS {
                let (ours, theirs) = (Float::$name(number $(, $argument)*), number.$name($($argument),*));
                assert!(near(ours, theirs, $places * f64::EPSILON), "{number:?}f64.{}: {ours:?}, not {theirs:?}", stringify!($name($($argument),*)));
                #[allow(clippy::cast_possible_truncation, reason = "the nearest will do")]
                let number = number as f32;
                let (ours, theirs) = (Float::$name(number $(, $argument as _)*), number.$name($($argument as _),*));
                let places = $places * f64::from(f32::EPSILON);
                assert!(near(ours.into(), theirs.into(), places), "{number:?}f32.{}: {ours:?}, not {theirs:?}", stringify!($name($($argument),*)));
            }
        )*};
    }

    #[test]
    #[allow(clippy::cast_possible_truncation, clippy::unnecessary_cast, trivial_numeric_casts, reason = "one list for both floats")]
    fn float_matches_std_where_results_are_exact() {
        compare! { 0.0;
            sqrt() floor() ceil() round() round_ties_even() trunc() fract()
            div_euclid(3.0) div_euclid(-0.7) div_euclid(0.0) rem_euclid(3.0) rem_euclid(-0.7) rem_euclid(0.0)
            mul_add(3.1, -0.2)
        }
    }

    #[test]
    #[allow(clippy::cast_possible_truncation, clippy::unnecessary_cast, trivial_numeric_casts, reason = "one list for both floats")]
    fn float_matches_std_within_rounding() {
        compare! { 4.0;
            cbrt() exp() exp2() exp_m1() ln() ln_1p() log2() log10() log(3.0)
            sin() cos() tan() asin() acos() atan() sinh() cosh() tanh() atanh()
            powf(0.0) powf(0.5) powf(-2.0) powf(3.3) hypot(4.0) hypot(-1e300) atan2(0.0) atan2(-1.0) atan2(2.5)
        }
        for number in NUMBERS {
            for power in [0, 1, 2, 3, -1, -2, 10, -31, i32::MAX, i32::MIN] {
                assert!(near(Float::powi(number, power), number.powi(power), 64.0 * f64::EPSILON), "{number} to {power}");
            }
            let (sine, cosine) = Float::sin_cos(number);
            assert!(near(sine, number.sin(), 4.0 * f64::EPSILON) && near(cosine, number.cos(), 4.0 * f64::EPSILON), "{number}");
        }
    }

    #[test]
    fn float_inverse_functions_return_their_argument() {
        for number in [-20.0, -1.5, -0.3, 0.0, 0.3, 2.0, 20.0] {
            assert!(near(Float::asinh(Float::sinh(number)), number, 16.0 * f64::EPSILON), "{number}");
            assert!(near(Float::acosh(Float::cosh(number)), number.abs(), 16.0 * f64::EPSILON), "{number}");
        }
    }
}
