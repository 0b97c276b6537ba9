//! Statistics of samples: percentiles, and the paired ratio to the floor with its confidence
//! interval. Pure, and deterministic for a seed.

use fastrand::Rng;

/// The number of bootstrap resamples for an interval.
const RESAMPLES: usize = 2_000;

/// More than this times the floor's usual is the work of something else on the machine.
pub const DISTURBED_TIMES: f64 = 1.35;

/// The distribution of one phase of one program, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distribution {
    pub min: u64,
    pub median: u64,
    pub p90: u64,
    pub p99: u64,
}

/// The median over the rounds of how many times as long as the floor of the same round it took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ratio {
    pub median: f64,
    /// Its 95 % confidence interval; 99 % of [`ratio_for_verdict`].
    pub low: f64,
    pub high: f64,
}

/// The median over the rounds of how much longer than another of the same round it took, in
/// nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    pub median: f64,
    /// Its 95 % confidence interval.
    pub low: f64,
    pub high: f64,
}

/// Nothing is known of no samples.
#[must_use]
pub fn distribution(samples: &[u64]) -> Option<Distribution> {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    let of = |percent| percentile(&sorted, percent);
    Some(Distribution { min: *sorted.first()?, median: of(50)?, p90: of(90)?, p99: of(99)? })
}

/// The median.
#[must_use]
pub fn median(samples: &[u64]) -> Option<u64> {
    Some(distribution(samples)?.median)
}

/// The smallest of `sorted` that so many percent of them do not exceed.
fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
    sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied()
}

/// `samples` to `floor`, round by round; the interval is the bootstrap's: rounds drawn with
/// repetition, again and again.
#[must_use]
pub fn ratio(samples: &[u64], floor: &[u64], seed: u64) -> Option<Ratio> {
    let ratios = pairs(samples, floor).map(|(sample, floor)| sample / floor).collect();
    estimate(ratios, seed, middle).map(|[median, low, high]| Ratio { median, low, high })
}

/// As [`ratio`], with its 99 % interval: for verdicts. Of two equal programs one run in a hundred
/// shows a difference, instead of one in twenty.
#[must_use]
pub fn ratio_for_verdict(samples: &[u64], floor: &[u64], seed: u64) -> Option<Ratio> {
    let ratios = pairs(samples, floor).map(|(sample, floor)| sample / floor).collect();
    estimate_within(ratios, seed, middle, 5).map(|[median, low, high]| Ratio { median, low, high })
}

/// The lower quartile of `samples` to that of `floor`, with an interval as [`ratio`]'s. Starts that
/// a busy machine's scheduler has delayed hardly change it, unless they are more than a quarter of
/// all.
#[must_use]
pub fn ratio_of_lower_quartiles(samples: &[u64], floor: &[u64], seed: u64) -> Option<Ratio> {
    let of_quartiles = |rounds: &mut [(f64, f64)]| {
        let (mut own, mut floor): (Vec<f64>, Vec<f64>) = rounds.iter().copied().unzip();
        Some(lower_quartile(&mut own)? / lower_quartile(&mut floor)?)
    };
    estimate(pairs(samples, floor).collect(), seed, of_quartiles).map(|[median, low, high]| Ratio { median, low, high })
}

/// The share of `floor`'s rounds that took more than [`DISTURBED_TIMES`] its lower quartile:
/// something else delayed them.
#[must_use]
pub fn disturbed_share(floor: &[u64]) -> f64 {
    let mut sorted = floor.to_vec();
    sorted.sort_unstable();
    let Some(quartile) = percentile(&sorted, 25) else { return 0.0 };
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of seconds are far below 2^53")]
    let is_disturbed = |sample: u64| sample as f64 > quartile as f64 * DISTURBED_TIMES;
    let disturbed = sorted.iter().filter(|&&sample| is_disturbed(sample)).count();
    #[expect(clippy::cast_precision_loss, reason = "rounds are few")]
    let share = disturbed as f64 / sorted.len() as f64;
    share
}

/// Returns by how much `samples` exceed `base`, round by round, with an interval like
/// [`ratio`]'s.
#[must_use]
pub fn difference(samples: &[u64], base: &[u64], seed: u64) -> Option<Difference> {
    let differences = pairs(samples, base).map(|(sample, base)| sample - base).collect();
    estimate(differences, seed, middle).map(|[median, low, high]| Difference { median, low, high })
}

/// All of `samples` to all of `floor`, where a round alone says little: what is counted by the
/// kernel's ticks. Each is of a round in which there were `pieces` of it. The interval is as
/// [`ratio`]'s.
#[must_use]
pub fn ratio_of_sums(samples: &[u64], pieces: usize, floor: &[u64], floor_pieces: usize, seed: u64) -> Option<Ratio> {
    let of_sums = |rounds: &mut [(f64, f64)]| {
        let (sum, floor) = rounds.iter().fold((0.0, 0.0), |(sum, floor), round| (sum + round.0, floor + round.1));
        (floor > 0.0).then(|| sum / floor)
    };
    #[expect(clippy::cast_precision_loss, reason = "invocations are few")]
    let scale = floor_pieces as f64 / pieces as f64;
    let [median, low, high] = estimate(pairs(samples, floor).collect(), seed, of_sums)?.map(|ratio| ratio * scale);
    Some(Ratio { median, low, high })
}

#[expect(clippy::cast_precision_loss, reason = "nanoseconds of seconds are far below 2^53")]
fn pairs(samples: &[u64], others: &[u64]) -> impl Iterator<Item = (f64, f64)> {
    samples.iter().zip(others).map(|(&sample, &other)| (sample as f64, other as f64))
}

/// Returns `statistic` of the rounds, and its 95 % interval by bootstrap resampling of the
/// rounds.
fn estimate<T: Copy>(rounds: Vec<T>, seed: u64, statistic: impl Fn(&mut [T]) -> Option<f64>) -> Option<[f64; 3]> {
    estimate_within(rounds, seed, statistic, 25)
}

/// As [`estimate`]; on each side of the interval are `tail` of 1000 resamples.
fn estimate_within<T: Copy>(mut rounds: Vec<T>, seed: u64, statistic: impl Fn(&mut [T]) -> Option<f64>, tail: usize) -> Option<[f64; 3]> {
    let mut random = Rng::with_seed(seed);
    let mut drawn = rounds.clone();
    let mut estimates = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        for slot in &mut drawn {
            *slot = *random.choice(&rounds)?;
        }
        estimates.push(statistic(&mut drawn)?);
    }
    estimates.sort_unstable_by(f64::total_cmp);
    let at = |per_mille: usize| estimates.get(RESAMPLES * per_mille / 1000).copied();
    Some([statistic(&mut rounds)?, at(tail)?, at(1000 - tail)?])
}

/// The median of `values`, which it puts in another order; of an even number of them the upper one
/// in the middle.
fn middle(values: &mut [f64]) -> Option<f64> {
    let half = values.len() / 2;
    if values.is_empty() { None } else { Some(*values.select_nth_unstable_by(half, f64::total_cmp).1) }
}

fn lower_quartile(values: &mut [f64]) -> Option<f64> {
    let quarter = values.len() / 4;
    if values.is_empty() { None } else { Some(*values.select_nth_unstable_by(quarter, f64::total_cmp).1) }
}

#[cfg(test)]
mod tests {
    use super::disturbed_share;
    use super::{Difference, Distribution, difference, distribution, median, ratio, ratio_of_lower_quartiles, ratio_of_sums};

    /// 400 rounds of a floor of 100 µs and a program that takes 1.2 times as long; in `share` of
    /// them a delay comes first that is `tick` long.
    fn delayed_rounds(share: usize, tick: u64) -> (Vec<u64>, Vec<u64>) {
        let delay = |round: usize| if round * 7919 % 100 < share { tick } else { 0 };
        (0..400).map(|round| (120_000 + delay(round), 100_000 + delay(round + 1))).unzip()
    }

    #[test]
    fn ratio_of_lower_quartiles_ignores_delayed_rounds() {
        for (share, tick) in [(0, 0), (40, 200_000), (60, 4_000_000)] {
            let (samples, floor) = delayed_rounds(share, tick);
            let found = ratio_of_lower_quartiles(&samples, &floor, 1).unwrap();
            assert!((found.median - 1.2).abs() < 1e-9 && (found.low - 1.2).abs() < 1e-9, "{share} % delayed by {tick}: {found:?}");
        }
        // The defect: when most rounds are delayed, both medians are the delay, and their ratio
        // shrinks towards 1.
        let (samples, floor) = delayed_rounds(60, 4_000_000);
        assert!(median(&samples).unwrap() * 100 < median(&floor).unwrap() * 101);
        assert_eq!(ratio_of_lower_quartiles(&[], &[], 1), None);
    }

    #[test]
    fn disturbed_share_counts_delayed_rounds_of_the_floor() {
        for (share, expected) in [(0, 0.0), (10, 0.1), (60, 0.6)] {
            assert!((disturbed_share(&delayed_rounds(share, 200_000).1) - expected).abs() < 1e-9, "{share}");
        }
        assert!(disturbed_share(&[]).abs() < 1e-9);
    }

    #[test]
    fn percentiles_are_samples() {
        let hundred: Vec<u64> = (1..=100).rev().collect();
        assert_eq!(distribution(&hundred), Some(Distribution { min: 1, median: 50, p90: 90, p99: 99 }));
        assert_eq!(distribution(&[7]), Some(Distribution { min: 7, median: 7, p90: 7, p99: 7 }));
        assert_eq!(distribution(&[3, 1, 2]), Some(Distribution { min: 1, median: 2, p90: 3, p99: 3 }));
        assert_eq!((distribution(&[]), median(&[])), (None, None));
    }

    #[test]
    fn ratio_is_paired_by_round() {
        // Both slow down together: each round says 1.5 exactly, and so does every draw of rounds.
        let floor: Vec<u64> = (1..=200).map(|round| round * 1000).collect();
        let samples: Vec<u64> = floor.iter().map(|floor| floor * 3 / 2).collect();
        let exact = ratio(&samples, &floor, 1).unwrap();
        assert_eq!([exact.median, exact.low, exact.high].map(f64::to_bits), [1.5_f64; 3].map(f64::to_bits));
        assert_eq!(ratio(&[], &[], 1), None);
    }

    #[test]
    fn difference_is_paired_by_round() {
        let base: Vec<u64> = (1..=200).map(|round| round * 1000).collect();
        let samples: Vec<u64> = base.iter().map(|base| base + 700).collect();
        assert_eq!(difference(&samples, &base, 1), Some(Difference { median: 700.0, low: 700.0, high: 700.0 }));
        assert_eq!(difference(&base, &samples, 1).map(|less| less.median.to_bits()), Some((-700.0_f64).to_bits()));
        assert_eq!(difference(&[], &[], 1), None);
    }

    #[test]
    fn sums_say_what_no_round_does() {
        // One tick now and then: of two pieces a round here, and of one there.
        let samples: Vec<u64> = (0..400).map(|round| u64::from(round % 4 == 0) * 1000).collect();
        let floor: Vec<u64> = (0..400).map(|round| u64::from(round % 8 == 1) * 1000).collect();
        let found = ratio_of_sums(&samples, 2, &floor, 1, 1).unwrap();
        assert_eq!(found.median.to_bits(), 1.0_f64.to_bits());
        assert!(found.low < 1.0 && found.high > 1.0 && found.high - found.low < 1.0, "{found:?}");
        assert_eq!(ratio_of_sums(&samples, 1, &[0; 400], 1, 1), None, "a ratio to 0 is undefined");
    }

    #[test]
    fn interval_contains_median_and_is_deterministic() {
        let rounds = |count: u64| {
            let floor = vec![1000; usize::try_from(count).unwrap()];
            let samples: Vec<u64> = (0..count).map(|round| 1000 + round * 7919 % 200).collect();
            ratio(&samples, &floor, 42).unwrap()
        };
        let (few, many) = (rounds(20), rounds(2000));
        for ratio in [few, many] {
            assert!(ratio.low <= ratio.median && ratio.median <= ratio.high, "{ratio:?}");
            assert!((1.0..1.2).contains(&ratio.low) && (1.0..1.2).contains(&ratio.high), "{ratio:?}");
        }
        assert!(many.high - many.low < (few.high - few.low) / 2.0, "{few:?} {many:?}");
        assert_eq!(many, rounds(2000));
    }
}
