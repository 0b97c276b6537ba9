//! What `std` adds to the floats of core: roots, powers, logarithms, trigonometry and rounding, as methods that need no `use`. Whatever core
//! itself has (`abs`, `min`, `clamp`, `to_radians`…) stays core's, which comes first.

use crate::root;

/// Declares [`Float`] and has each float do it with a function of libm's: `name(arguments) = f64's, f32's`.
macro_rules! floats {
    ($($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) = $double:ident, $single:ident;)*) => {
        /// The methods, of `f32` and of `f64`. Angles are in radians.
        pub trait Float: Sized {
            $($(#[$doc])* #[must_use] fn $name(self $(, $argument: $type)*) -> Self;)*

            /// This to a whole power, by repeated squaring.
            #[must_use]
            fn powi(self, power: i32) -> Self;
            /// The sine and the cosine.
            #[must_use]
            fn sin_cos(self) -> (Self, Self);
            /// What lies behind the point, with the sign of the whole.
            #[must_use]
            fn fract(self) -> Self;
            /// The logarithm to a base.
            #[must_use]
            fn log(self, base: Self) -> Self;
            /// The quotient, rounded so that what remains is not negative.
            #[must_use]
            fn div_euclid(self, divisor: Self) -> Self;
            /// What remains of such a division.
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

/// Those that libm has no function for.
macro_rules! composed {
    ($sine_and_cosine:ident) => {
        fn powi(self, power: i32) -> Self {
            let (mut rest, mut square, mut product) = (power.unsigned_abs(), self, 1.0);
            loop {
                if rest % 2 == 1 {
                    product *= square;
                }
                rest /= 2;
                if rest == 0 {
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
            let rest = self % divisor;
            if rest < 0.0 { rest + divisor.abs() } else { rest }
        }
    };
}

floats! {
    /// The square root.
    sqrt() = sqrt, sqrtf;
    /// The cube root.
    cbrt() = cbrt, cbrtf;
    /// The length of the diagonal.
    hypot(other: Self) = hypot, hypotf;
    /// This to a power.
    powf(power: Self) = pow, powf;
    /// e to this power.
    exp() = exp, expf;
    /// 2 to this power.
    exp2() = exp2, exp2f;
    /// `exp` less 1, exact near 0.
    exp_m1() = expm1, expm1f;
    /// The natural logarithm.
    ln() = log, logf;
    /// `ln` of this and 1, exact near 0.
    ln_1p() = log1p, log1pf;
    /// The logarithm to base 2.
    log2() = log2, log2f;
    /// The logarithm to base 10.
    log10() = log10, log10f;
    /// The sine.
    sin() = sin, sinf;
    /// The cosine.
    cos() = cos, cosf;
    /// The tangent.
    tan() = tan, tanf;
    /// The angle of this sine.
    asin() = asin, asinf;
    /// The angle of this cosine.
    acos() = acos, acosf;
    /// The angle of this tangent.
    atan() = atan, atanf;
    /// The angle of the point with this ordinate.
    atan2(abscissa: Self) = atan2, atan2f;
    /// The hyperbolic sine.
    sinh() = sinh, sinhf;
    /// The hyperbolic cosine.
    cosh() = cosh, coshf;
    /// The hyperbolic tangent.
    tanh() = tanh, tanhf;
    /// The inverse of `sinh`.
    asinh() = asinh, asinhf;
    /// The inverse of `cosh`.
    acosh() = acosh, acoshf;
    /// The inverse of `tanh`.
    atanh() = atanh, atanhf;
    /// The whole number below.
    floor() = floor, floorf;
    /// The whole number above.
    ceil() = ceil, ceilf;
    /// The nearest whole number, halves away from 0.
    round() = round, roundf;
    /// The nearest whole number, halves to the even one.
    round_ties_even() = rint, rintf;
    /// The whole number towards 0.
    trunc() = trunc, truncf;
    /// This times `factor`, plus `term`, rounded once.
    mul_add(factor: Self, term: Self) = fma, fmaf;
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::Float;

    /// What is exact, what rounds, what has no result, and what is too large.
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

    /// Whether two results differ by `places` of their size at most, or are none both.
    #[expect(clippy::float_cmp, reason = "zeros and infinities are equal or not")]
    fn near(ours: f64, theirs: f64, places: f64) -> bool {
        ours.is_nan() && theirs.is_nan() || ours == theirs || (ours - theirs).abs() <= places * theirs.abs().max(f64::MIN_POSITIVE)
    }

    /// Compares methods of ours with those of the same name that the tests' own std has, for both floats.
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
    fn exact_results_are_those_of_std() {
        compare! { 0.0;
            sqrt() floor() ceil() round() round_ties_even() trunc() fract()
            div_euclid(3.0) div_euclid(-0.7) div_euclid(0.0) rem_euclid(3.0) rem_euclid(-0.7) rem_euclid(0.0)
            mul_add(3.1, -0.2)
        }
    }

    #[test]
    #[allow(clippy::cast_possible_truncation, clippy::unnecessary_cast, trivial_numeric_casts, reason = "one list for both floats")]
    fn rounded_results_are_those_of_std_but_for_the_last_places() {
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
    fn inverses_lead_back() {
        for number in [-20.0, -1.5, -0.3, 0.0, 0.3, 2.0, 20.0] {
            assert!(near(Float::asinh(Float::sinh(number)), number, 16.0 * f64::EPSILON), "{number}");
            assert!(near(Float::acosh(Float::cosh(number)), number.abs(), 16.0 * f64::EPSILON), "{number}");
        }
    }
}
