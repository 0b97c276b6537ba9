//! What samples say: percentiles, and the paired ratio to the floor with its confidence interval. Pure, and the same for the same seed.

use fastrand::Rng;

/// How often the rounds are drawn anew for an interval.
const RESAMPLES: usize = 2_000;

/// Of one moment of one program, in nanoseconds.
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
    /// With 95 % confidence it lies between these.
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

/// `samples` to `floor`, round by round; the interval is the bootstrap's: rounds drawn with repetition, again and again.
#[must_use]
pub fn ratio(samples: &[u64], floor: &[u64], seed: u64) -> Option<Ratio> {
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of seconds are far below 2^53")]
    let mut ratios: Vec<f64> = samples.iter().zip(floor).map(|(&sample, &floor)| sample as f64 / floor as f64).collect();
    let mut random = Rng::with_seed(seed);
    let mut drawn = vec![0.0; ratios.len()];
    let mut medians = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        for slot in &mut drawn {
            *slot = *random.choice(&ratios)?;
        }
        medians.push(middle(&mut drawn)?);
    }
    medians.sort_unstable_by(f64::total_cmp);
    let at = |per_mille: usize| medians.get(RESAMPLES * per_mille / 1000).copied();
    Some(Ratio { median: middle(&mut ratios)?, low: at(25)?, high: at(975)? })
}

/// The median of `values`, which it puts in another order; of an even number of them the upper one in the middle.
fn middle(values: &mut [f64]) -> Option<f64> {
    let half = values.len() / 2;
    if values.is_empty() { None } else { Some(*values.select_nth_unstable_by(half, f64::total_cmp).1) }
}

#[cfg(test)]
mod tests {
    use super::{Distribution, distribution, median, ratio};

    #[test]
    fn percentiles_are_samples() {
        let hundred: Vec<u64> = (1..=100).rev().collect();
        assert_eq!(distribution(&hundred), Some(Distribution { min: 1, median: 50, p90: 90, p99: 99 }));
        assert_eq!(distribution(&[7]), Some(Distribution { min: 7, median: 7, p90: 7, p99: 7 }));
        assert_eq!(distribution(&[3, 1, 2]), Some(Distribution { min: 1, median: 2, p90: 3, p99: 3 }));
        assert_eq!((distribution(&[]), median(&[])), (None, None));
    }

    #[test]
    fn a_ratio_is_of_rounds_and_not_of_medians() {
        // Both slow down together: each round says 1.5 exactly, and so does every draw of rounds.
        let floor: Vec<u64> = (1..=200).map(|round| round * 1000).collect();
        let samples: Vec<u64> = floor.iter().map(|floor| floor * 3 / 2).collect();
        let exact = ratio(&samples, &floor, 1).unwrap();
        assert_eq!([exact.median, exact.low, exact.high].map(f64::to_bits), [1.5_f64; 3].map(f64::to_bits));
        assert_eq!(ratio(&[], &[], 1), None);
    }

    #[test]
    fn the_interval_holds_the_median_narrows_with_the_rounds_and_repeats() {
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
