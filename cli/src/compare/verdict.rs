//! The verdict on pairs of times. Pure.

use crate::statistics::{Ratio, ratio_for_verdict};

/// A ratio closer to 1 than this is not reported as a difference: scheduling and memory layout
/// cause as much.
pub const NOISE: f64 = 0.01;

/// The verdict on the times of a new version and an old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Faster,
    Slower,
    NoDifferenceShown,
}

impl Verdict {
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::NoDifferenceShown => "no difference shown",
        }
    }
}

/// The ratio of `new` to `old`, pair by pair, and the verdict.
#[must_use]
pub fn verdict(new: &[u64], old: &[u64]) -> Option<(Ratio, Verdict)> {
    /// The interval is the same for the same samples.
    const SEED: u64 = 1;
    let ratio = ratio_for_verdict(new, old, SEED)?;
    let verdict = if ratio.high < 1.0 && ratio.median < 1.0 - NOISE {
        Verdict::Faster
    } else if ratio.low > 1.0 && ratio.median > 1.0 + NOISE {
        Verdict::Slower
    } else {
        Verdict::NoDifferenceShown
    };
    Some((ratio, verdict))
}

/// The number of `samples` outside of Tukey's fences: 1.5 times the distance of the quartiles
/// beyond them.
#[must_use]
pub fn outliers(samples: &[u64]) -> usize {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    let at = |quarter: usize| sorted.get(sorted.len() * quarter / 4).copied();
    let (Some(low), Some(high)) = (at(1), at(3)) else { return 0 };
    let distance = (high - low) * 3 / 2;
    sorted.iter().filter(|sample| **sample > high + distance || **sample + distance < low).count()
}

#[cfg(test)]
mod tests {
    use super::{Verdict, outliers, verdict};
    use fastrand::Rng;

    /// The times of the new version and those of the old one.
    type Pairs = (Vec<u64>, Vec<u64>);

    /// Times of pairs: both vary together, and each by itself.
    fn samples(random: &mut Rng, factor: f64) -> Pairs {
        (0..200)
            .map(|_| {
                let common = 100_000.0 * (1.0 + random.f64() * 0.5);
                let own = |random: &mut Rng| common * (1.0 + random.f64() * 0.1);
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "nanoseconds")]
                let pair = ((own(random) * factor) as u64, own(random) as u64);
                pair
            })
            .unzip()
    }

    /// Times of pairs on a busy machine: one in ten is delayed by a time slice, each processor has
    /// its own speed, and all drift.
    fn disturbed_samples(random: &mut Rng) -> Pairs {
        let time = |random: &mut Rng, pair: u64| {
            let delay = if random.u8(..10) == 0 { random.u64(500_000..4_000_000) } else { 0 };
            let processor = if random.bool() { 100_000 } else { 112_000 };
            processor + pair * 200 + random.u64(..8_000) + delay
        };
        (0..200).map(|pair| (time(random, pair), time(random, pair))).unzip()
    }

    #[test]
    fn equal_programs_show_no_difference_in_nineteen_of_twenty_runs() {
        let mut random = Rng::with_seed(1);
        let kinds: [fn(&mut Rng) -> Pairs; 2] = [|random| samples(random, 1.0), disturbed_samples];
        for pairs in kinds {
            let differences = (0..60).filter(|_| {
                let (new, old) = pairs(&mut random);
                verdict(&new, &old).unwrap().1 != Verdict::NoDifferenceShown
            });
            // One in a hundred is expected, one in twenty allowed.
            assert!(differences.count() <= 3);
        }
    }

    #[test]
    fn verdict_distinguishes_slower_and_faster_in_either_order() {
        let mut random = Rng::with_seed(2);
        let (new, old) = samples(&mut random, 1.05);
        assert_eq!(verdict(&new, &old).unwrap().1, Verdict::Slower);
        assert_eq!(verdict(&old, &new).unwrap().1, Verdict::Faster);
        assert_eq!(verdict(&[], &[]), None);
    }

    #[test]
    fn outliers_are_outside_the_tukey_fences() {
        let mut samples: Vec<u64> = (100..200).collect();
        assert_eq!(outliers(&samples), 0);
        samples.extend([1_000, 2_000, 1]);
        assert_eq!(outliers(&samples), 3);
        assert_eq!(outliers(&[]), 0);
    }
}
