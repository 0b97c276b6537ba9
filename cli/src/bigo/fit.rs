//! Finds the class of growth that fits the counts: least squares on relative errors, and a verdict
//! only if the data support one. Pure.
//!
//! Each class is fitted as `constant + factor × f(n)`. The largest size is held out: a class is
//! named only if the fit of the others predicts it within [`PREDICTION_MAX`], and the next class is
//! [`RUNNER_UP_MIN`] times worse.

/// A size and the instructions that were counted for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    pub n: u64,
    pub count: u64,
}

/// The largest relative error of the prediction for the largest size.
pub const PREDICTION_MAX: f64 = 0.05;
/// The least factor by which the next class must fit worse.
pub const RUNNER_UP_MIN: f64 = 3.0;
/// Counts that differ by no more than this, relatively, are constant.
pub const CONSTANT_MAX: f64 = 0.02;
/// The least number of sizes.
pub const POINTS_MIN: usize = 5;
/// A fit that is better than this cannot be distinguished from another: counts have some
/// instructions of noise, such as the lengths of numbers.
const RMS_MIN: f64 = 0.002;
/// Sizes below the largest by more than this factor are not used: small inputs follow the lower
/// terms.
const SPAN_MAX: u64 = 64;
/// Counts that grow by less than this factor over that span are fitted over all sizes: the larger
/// ones cannot tell a logarithm from its square.
const SLOW_MAX: u64 = 4;
/// The change of the factor from one size to the next that is noise, relatively.
const SETTLED_MAX: f64 = 0.025;
/// The largest relative error at a size that is not a power of two times the first one.
const PROBE_MAX: f64 = 0.25;

/// Factorials of larger numbers are beyond `f64`.
const FACTORIAL_MAX: u32 = 170;
/// The least exponent of e at the largest size.
const EXPONENT_MIN: f64 = 6.0;
/// Steps of the coarse search for the base of an exponential.
const STEPS: u32 = 200;

/// A class of growth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Class {
    Constant,
    Logarithm,
    SquareRoot,
    Linear,
    LinearLogarithm,
    Square,
    SquareLogarithm,
    Cube,
    /// With its base.
    Exponential(f64),
    Factorial,
}

impl Class {
    /// The name in a verdict.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Constant => "O(1)".to_owned(),
            Self::Logarithm => "O(log n)".to_owned(),
            Self::SquareRoot => "O(√n)".to_owned(),
            Self::Linear => "O(n)".to_owned(),
            Self::LinearLogarithm => "O(n log n)".to_owned(),
            Self::Square => "O(n²)".to_owned(),
            Self::SquareLogarithm => "O(n² log n)".to_owned(),
            Self::Cube => "O(n³)".to_owned(),
            Self::Exponential(base) => format!("O({base:.3}ⁿ)"),
            Self::Factorial => "O(n!)".to_owned(),
        }
    }

    /// `f(n)`.
    #[must_use]
    pub fn at(self, n: f64) -> f64 {
        match self {
            Self::Constant => 0.0,
            Self::Logarithm => n.max(1.0).log2(),
            Self::SquareRoot => n.sqrt(),
            Self::Linear => n,
            Self::LinearLogarithm => n * n.max(1.0).log2(),
            Self::Square => n * n,
            Self::SquareLogarithm => n * n * n.max(1.0).log2(),
            Self::Cube => n * n * n,
            Self::Exponential(base) => base.powf(n),
            Self::Factorial => (2..=FACTORIAL_MAX).map(f64::from).take_while(|factor| *factor <= n).product(),
        }
    }
}

/// The classes without a parameter.
const CLASSES: [Class; 8] = [
    Class::Logarithm,
    Class::SquareRoot,
    Class::Linear,
    Class::LinearLogarithm,
    Class::Square,
    Class::SquareLogarithm,
    Class::Cube,
    Class::Factorial,
];

/// A class that was fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    pub class: Class,
    pub constant: f64,
    pub factor: f64,
    /// The root of the mean square of the relative errors over all sizes that were used.
    pub rms: f64,
    /// The relative error of the prediction for the largest size, from the others.
    pub prediction: f64,
}

impl Fit {
    /// The count that it predicts for the size `n`.
    #[must_use]
    pub fn at(&self, n: f64) -> f64 {
        self.constant + self.factor * self.class.at(n)
    }
}

/// The result.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The class, and the next best one.
    Named { best: Fit, runner_up: Option<Fit> },
    /// The data fit these classes equally well, or none of them.
    Undecided { fits: Vec<Fit>, reason: String },
}

/// The verdict on `points`, whose sizes grow.
#[must_use]
pub fn verdict(points: &[Point]) -> Verdict {
    let undecided = |fits: &[Fit], reason: String| Verdict::Undecided { fits: fits.to_vec(), reason };
    let near = near_the_largest(points);
    if near.len() < POINTS_MIN {
        return undecided(&[], format!("{} sizes are too few; expected {POINTS_MIN} or more", near.len()));
    }
    let (Some(least), Some(most)) = (near.iter().map(|point| point.count).min(), near.iter().map(|point| point.count).max()) else {
        return undecided(&[], "no sizes were counted".to_owned());
    };
    if relative(as_f64(most), as_f64(least)) <= CONSTANT_MAX {
        let constant = as_f64(near.iter().map(|point| point.count).sum()) / as_f64(near.len() as u64);
        let best = Fit { class: Class::Constant, constant, factor: 0.0, rms: relative(as_f64(most), as_f64(least)), prediction: 0.0 };
        return Verdict::Named { best, runner_up: None };
    }
    let is_slow = most < least.saturating_mul(SLOW_MAX);
    let points = if is_slow { points } else { near };
    let fits = fits(points);
    let [best, runner_up, ..] = fits[..] else { return undecided(&fits, "the counts do not grow with the size".to_owned()) };
    if best.prediction > PREDICTION_MAX {
        let reason = format!(
            "the best fit of the smaller sizes, {}, is {:.1} % off at the largest; the limit is {:.0} %",
            best.class.name(),
            best.prediction * 100.0,
            PREDICTION_MAX * 100.0
        );
        return undecided(&fits, reason);
    }
    if !is_slow && !settles(best.class, points) {
        let reason = format!("the factor of the best fit, {}, does not settle as the sizes grow", best.class.name());
        return undecided(&fits, reason);
    }
    if runner_up.rms.max(RMS_MIN) < best.rms.max(RMS_MIN) * RUNNER_UP_MIN {
        let reason = format!(
            "{} (off by {:.2} %) and {} (off by {:.2} %) fit too similarly",
            best.class.name(),
            best.rms * 100.0,
            runner_up.class.name(),
            runner_up.rms * 100.0
        );
        return undecided(&fits, reason);
    }
    Verdict::Named { best, runner_up: Some(runner_up) }
}

/// The verdict, if it holds for the size of `probe` too, which had no part in it.
#[must_use]
pub fn checked(verdict: Verdict, probe: Option<Point>) -> Verdict {
    let (Verdict::Named { best, .. }, Some(probe)) = (&verdict, probe) else { return verdict };
    let expected = best.at(as_f64(probe.n));
    if relative(as_f64(probe.count), expected) <= PROBE_MAX {
        return verdict;
    }
    let reason =
        format!("{} fits sizes that double, but n = {} costs {} instead of {expected:.0}", best.class.name(), probe.n, probe.count);
    Verdict::Undecided { fits: vec![*best], reason }
}

/// The sizes near the largest.
fn near_the_largest(points: &[Point]) -> &[Point] {
    let largest = points.last().map_or(0, |point| point.n);
    let first = points.iter().position(|point| point.n.saturating_mul(SPAN_MAX) >= largest).unwrap_or(0);
    &points[first.min(points.len().saturating_sub(POINTS_MIN + 1))..]
}

/// Returns true if the factor of `class` between neighbouring sizes changes less and less, as it
/// does while lower terms fade. Where a higher term begins to matter it changes more and more. Only
/// sizes that double show that, and counts that grow fast: of others single instructions matter.
fn settles(class: Class, points: &[Point]) -> bool {
    let Some([first, second, third, fourth]) = points.last_chunk() else { return true };
    let pairs = [(first, second), (second, third), (third, fourth)];
    if pairs.iter().any(|(one, other)| one.n.saturating_mul(2) != other.n) {
        return true;
    }
    let factor =
        |(one, other): (&Point, &Point)| (as_f64(other.count) - as_f64(one.count)) / (class.at(as_f64(other.n)) - class.at(as_f64(one.n)));
    let [early, middle, late] = pairs.map(factor);
    relative(late, middle) <= SETTLED_MAX.max(relative(middle, early))
}

/// All classes that grow with the data, the best first.
fn fits(points: &[Point]) -> Vec<Fit> {
    let mut fits: Vec<Fit> = CLASSES.into_iter().chain(exponential(points)).filter_map(|class| fit(class, points)).collect();
    fits.sort_by(|one, other| one.rms.total_cmp(&other.rms));
    fits
}

fn fit(class: Class, points: &[Point]) -> Option<Fit> {
    let (constant, factor) = solve(class, points)?;
    let (held_out, others) = points.split_last()?;
    let (constant_before, factor_before) = solve(class, others)?;
    let predicted = constant_before + factor_before * class.at(as_f64(held_out.n));
    let prediction = relative(predicted, as_f64(held_out.count));
    let rms = rms(class, constant, factor, points);
    (factor > 0.0 && rms.is_finite() && prediction.is_finite()).then_some(Fit { class, constant, factor, rms, prediction })
}

/// `constant` and `factor` that make the sum of the squares of the relative errors least.
fn solve(class: Class, points: &[Point]) -> Option<(f64, f64)> {
    // Each point is divided by its count: constant·u + factor·v = 1.
    let (mut uu, mut uv, mut vv, mut u1, mut v1) = (0.0, 0.0, 0.0, 0.0, 0.0);
    // Powers of large sizes would not fit together in the sums.
    let scale = class.at(as_f64(points.last()?.n));
    for point in points {
        let u = 1.0 / as_f64(point.count.max(1));
        let v = class.at(as_f64(point.n)) / scale * u;
        uu += u * u;
        uv += u * v;
        vv += v * v;
        u1 += u;
        v1 += v;
    }
    let determinant = uu * vv - uv * uv;
    if !determinant.is_finite() || determinant.abs() <= f64::EPSILON * uu * vv {
        return None;
    }
    Some(((u1 * vv - v1 * uv) / determinant, (v1 * uu - u1 * uv) / determinant / scale))
}

fn rms(class: Class, constant: f64, factor: f64, points: &[Point]) -> f64 {
    let square = |point: &Point| relative(constant + factor * class.at(as_f64(point.n)), as_f64(point.count)).powi(2);
    (points.iter().map(square).sum::<f64>() / as_f64(points.len() as u64)).sqrt()
}

/// The base that fits best, if one above 1 does: the golden-section search over its logarithm.
fn exponential(points: &[Point]) -> Option<Class> {
    let largest = as_f64(points.last()?.n);
    let error = |logarithm: f64| {
        let class = Class::Exponential(logarithm.exp());
        solve(class, points).map_or(f64::INFINITY, |(constant, factor)| rms(class, constant, factor, points))
    };
    // base ^ largest must be a number; and a base near 1 is not accepted: its curve fits any power.
    let (mut low, mut high) = (EXPONENT_MIN / largest, (600.0 / largest).min(8.0_f64.ln()));
    // The error has one minimum near the best base; a coarse search finds its neighbourhood.
    let step = (high - low) / f64::from(STEPS);
    let best = (0..=STEPS).map(|index| low + step * f64::from(index)).min_by(|one, other| error(*one).total_cmp(&error(*other)))?;
    (low, high) = (best - step, best + step);
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    for _ in 0..60 {
        let (one, other) = (high - golden * (high - low), low + golden * (high - low));
        if error(one) < error(other) { high = other } else { low = one }
    }
    Some(Class::Exponential(f64::midpoint(low, high).exp()))
}

fn relative(value: f64, expected: f64) -> f64 {
    (value - expected).abs() / expected.max(f64::MIN_POSITIVE)
}

#[expect(clippy::cast_precision_loss, reason = "counts and sizes are far below 2^53")]
fn as_f64(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::{Class, Point, Verdict, checked, verdict};

    fn points(sizes: &[u64], count: impl Fn(u64) -> u64) -> Vec<Point> {
        sizes.iter().map(|n| Point { n: *n, count: count(*n) }).collect()
    }

    fn doubling(from: u64, times: usize) -> Vec<u64> {
        (0..times).map(|power| from << power).collect()
    }

    fn named(points: &[Point]) -> String {
        match verdict(points) {
            Verdict::Named { best, .. } => best.class.name(),
            Verdict::Undecided { reason, .. } => format!("undecided: {reason}"),
        }
    }

    fn log2(n: u64) -> u64 {
        n.ilog2().into()
    }

    #[test]
    fn polynomials_and_logarithms_are_named() {
        let sizes = doubling(16, 8);
        assert_eq!(named(&points(&sizes, |_| 512)), "O(1)");
        assert_eq!(named(&points(&sizes, |n| 40 + 9 * log2(n))), "O(log n)");
        assert_eq!(named(&points(&sizes, |n| 30 + 7 * n.isqrt())), "O(√n)");
        assert_eq!(named(&points(&sizes, |n| 100 + 4 * n)), "O(n)");
        assert_eq!(named(&points(&sizes, |n| 100 + 12 * n * log2(n))), "O(n log n)");
        assert_eq!(named(&points(&sizes, |n| 60 + 5 * n + 3 * n * n)), "O(n²)");
        assert_eq!(named(&points(&sizes, |n| 60 + 3 * n * n * log2(n))), "O(n² log n)");
        // A merge sort, as counted.
        let sort = [(2_048, 277_903), (4_096, 595_289), (8_192, 1_280_011), (16_384, 2_702_405), (32_768, 5_726_272), (65_536, 12_138_451)];
        let sort = sort.into_iter().chain([(131_072, 25_470_523), (262_144, 53_550_124)]);
        assert_eq!(named(&sort.map(|(n, count)| Point { n, count }).collect::<Vec<_>>()), "O(n log n)");
        assert_eq!(named(&points(&doubling(8, 6), |n| 60 + 5 * n + 2 * n * n + 3 * n * n * n)), "O(n³)");
    }

    #[test]
    fn exponentials_are_named_with_their_base() {
        let fibonacci = |n: u64| (0..n).fold((0_u64, 1_u64), |(one, other), _| (other, one + other)).1;
        let sizes: Vec<u64> = (10..=24).collect();
        assert_eq!(named(&points(&sizes, |n| 11 * fibonacci(n) + 30)), "O(1.618ⁿ)");
        assert_eq!(named(&points(&sizes, |n| 7 * (1 << n) + 20)), "O(2.000ⁿ)");
        assert_eq!(named(&points(&(3..=9).collect::<Vec<_>>(), |n| 30 * (1..=n).product::<u64>() + 20)), "O(n!)");
    }

    #[test]
    fn fit_does_not_misclassify_decoys() {
        // A double loop that ends at 100.
        assert_eq!(named(&points(&doubling(128, 8), |n| 50 + 3 * n.min(100).pow(2))), "O(1)");
        // Two phases, of which the second has hardly begun.
        for count in [(|n| 100 + 40 * n + n * n / 50) as fn(u64) -> u64, |n| 100 + 160 * n + n * n / 15, |n| 100 + 4 * n + n * n / 250] {
            let verdict = named(&points(&doubling(16, 7), count));
            assert!(verdict.starts_with("undecided: "), "{verdict}");
        }
        // A jump.
        let verdict = named(&points(&doubling(16, 7), |n| if n > 200 { 1000 * n } else { 10 * n }));
        assert!(verdict.starts_with("undecided: "), "{verdict}");
        // Counts that fall.
        let verdict = named(&points(&doubling(16, 7), |n| 100_000 / n));
        assert!(verdict.starts_with("undecided: "), "{verdict}");
        assert!(named(&points(&[1, 2, 4], |n| n)).starts_with("undecided: 3 sizes are too few"));
    }

    #[test]
    fn fit_distinguishes_powers_from_exponentials_and_logarithms_from_their_squares() {
        let close: Vec<u64> = (4..=26).collect();
        for (name, count) in [("n⁵", (|n| 20 + 5 * n + 4 * n.pow(4) + n.pow(5)) as fn(u64) -> u64), ("n 2ⁿ", |n| 20 + n * (5 << n))] {
            let verdict = named(&points(&close, count));
            assert!(verdict.starts_with("undecided: "), "{name}: {verdict}");
        }
        let verdict = named(&points(&doubling(4, 19), |n| 20 + 7 * log2(n).pow(2)));
        assert!(verdict.starts_with("undecided: "), "{verdict}");
        assert_eq!(named(&points(&doubling(4, 19), |n| 20 + 7 * log2(n))), "O(log n)");
    }

    #[test]
    fn verdict_holds_at_a_size_that_is_not_a_power_of_two() {
        let count = |n: u64| if n.is_multiple_of(2) { 50 } else { 50 + 7 * n.isqrt() };
        let constant = verdict(&points(&doubling(4, 19), count));
        assert!(matches!(constant, Verdict::Named { .. }));
        let Verdict::Undecided { reason, .. } = checked(constant.clone(), Some(Point { n: 786_433, count: count(786_433) })) else {
            panic!("named")
        };
        assert_eq!(reason, "O(1) fits sizes that double, but n = 786433 costs 6252 instead of 50");
        assert_eq!(checked(constant.clone(), Some(Point { n: 786_433, count: 55 })), constant);
        let linear = verdict(&points(&doubling(4, 12), |n| 100 + 4 * n));
        assert_eq!(checked(linear.clone(), Some(Point { n: 1537, count: 6_500 })), linear);
    }

    #[test]
    fn constant_is_reported_apart() {
        let Verdict::Named { best, runner_up } = verdict(&points(&doubling(16, 8), |n| 1000 + 4 * n)) else { panic!("undecided") };
        assert!((best.constant - 1000.0).abs() < 1.0 && (best.factor - 4.0).abs() < 0.01, "{best:?}");
        assert!(best.class == Class::Linear && runner_up.is_some());
    }
}
