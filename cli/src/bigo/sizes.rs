//! The sizes that are tried: they double until the counts are large, and are closer together if the
//! counts grow faster than any power. Pure.

use super::fit::Point;

/// Counting ends once a count is above this: under callgrind it takes about a second.
pub const COUNT_MAX: u64 = 30_000_000;
/// More sizes than this add nothing.
const SIZES_MAX: usize = 24;
/// Counts that grow by more than this when the size doubles: faster than the fourth power.
const GROWTH_MAX: u64 = 20;
/// The number of sizes between two where counts grow that fast.
const BETWEEN: u64 = 8;
/// The largest size without a range.
const N_MAX: u64 = 1 << 20;

/// A range of sizes, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub from: u64,
    pub to: u64,
}

impl Default for Range {
    fn default() -> Self {
        Self { from: 4, to: N_MAX }
    }
}

/// Reads `FROM..TO`.
///
/// # Errors
/// A message that says why `text` is not a range.
pub fn parse(text: &str) -> Result<Range, String> {
    let expected = || format!("{text}: expected FROM..TO, two whole numbers such as 10..30, of which the first is smaller");
    let (from, to) = text.split_once("..").ok_or_else(expected)?;
    let (from, to) = (from.trim().parse().map_err(|_| expected())?, to.trim().trim_start_matches('=').parse().map_err(|_| expected())?);
    if from < to { Ok(Range { from, to }) } else { Err(expected()) }
}

impl Range {
    /// Returns true if the ends are so close that every step counts: sizes such as 10 to
    /// 30.
    fn is_narrow(self) -> bool {
        self.to < self.from.saturating_mul(8)
    }

    /// The size to count next, after `points`; none when there are enough. `points` are in the
    /// order in which they were counted.
    #[must_use]
    pub fn next(self, points: &[Point]) -> Option<u64> {
        let Some(last) = points.last() else { return Some(self.from) };
        let largest = points.iter().max_by_key(|point| point.n)?;
        if points.len() >= SIZES_MAX {
            return None;
        }
        if self.is_narrow() {
            let step = ((self.to - self.from) / (SIZES_MAX as u64 - 1)).max(1);
            return Some(last.n + step).filter(|next| *next <= self.to && last.count <= COUNT_MAX);
        }
        if let Some((low, high)) = steep(points) {
            // From the lower end on, between the two, then beyond them: a few close sizes fit a
            // power as well as an exponential.
            let step = ((high - low) / BETWEEN).max(1);
            let count_of = |n: u64| points.iter().find(|point| point.n == n).map(|point| point.count);
            let between = (1..=BETWEEN).map(|index| low + index * step).find(|n| *n < high && count_of(*n).is_none());
            let grows_by = |before: u64| largest.count / before.max(1);
            let is_affordable = largest.count <= COUNT_MAX
                && count_of(largest.n - step).is_some_and(|before| largest.count.saturating_mul(grows_by(before)) <= COUNT_MAX);
            return between.or_else(|| Some(largest.n + step).filter(|next| *next <= self.to && is_affordable));
        }
        Some(largest.n.saturating_mul(2)).filter(|next| *next <= self.to && largest.count <= COUNT_MAX)
    }

    /// The size that checks the verdict on `points`, which doubled: an odd one between the last two,
    /// for functions whose cost is another one for powers of two or for even numbers.
    #[must_use]
    pub fn probe(self, points: &[Point]) -> Option<u64> {
        let largest = points.iter().map(|point| point.n).max()?;
        let probe = (largest - largest / 4) | 1;
        (!self.is_narrow() && steep(points).is_none() && probe < largest).then_some(probe)
    }
}

/// The first two sizes that differ by a factor of two, and between which the counts grow faster
/// than the fourth power.
fn steep(points: &[Point]) -> Option<(u64, u64)> {
    let double = |half: &Point| points.iter().find(|point| half.n.saturating_mul(2) == point.n).copied();
    let pairs = points.iter().filter_map(|half| Some((*half, double(half)?)));
    let steep = pairs.filter(|(half, double)| double.count > half.count.saturating_mul(GROWTH_MAX));
    steep.map(|(half, double)| (half.n, double.n)).min()
}

#[cfg(test)]
mod tests {
    use super::{COUNT_MAX, Point, Range, parse};

    /// The sizes tried for counts that grow as `count`.
    fn sizes(range: Range, count: impl Fn(u64) -> u64) -> Vec<u64> {
        let mut points: Vec<Point> = Vec::new();
        while let Some(n) = range.next(&points) {
            points.push(Point { n, count: count(n) });
        }
        points.into_iter().map(|point| point.n).collect()
    }

    #[test]
    fn sizes_double_until_counts_are_large() {
        let tried = sizes(Range::default(), |n| 100 + 10 * n * n);
        assert_eq!(tried.first(), Some(&4));
        assert!(tried.windows(2).all(|two| two[1] == two[0] * 2));
        assert!(10 * tried.last().unwrap().pow(2) >= COUNT_MAX && tried.len() > 8, "{tried:?}");
        assert_eq!(sizes(Range { from: 100, to: 1000 }, |n| n), [100, 200, 400, 800]);
    }

    #[test]
    fn sizes_are_closer_if_counts_explode() {
        let tried = sizes(Range::default(), |n| 10 * 3_u64.pow(u32::try_from(n).unwrap()));
        assert_eq!(tried, [4, 8, 5, 6, 7, 9, 10, 11, 12, 13]);
        let tried = sizes(Range::default(), |n| 10 * (1..=n).product::<u64>());
        assert_eq!(tried, [4, 8, 5, 6, 7, 9], "10! times 10 is more than is counted");
        let tried = sizes(Range { from: 4, to: 32 }, |n| 50 + 3_u64.pow(u32::try_from(n).unwrap()) / 2_u64.pow(u32::try_from(n).unwrap()));
        assert_eq!(tried, [4, 8, 16, 32, 18, 20, 22, 24, 26, 28, 30]);
    }

    #[test]
    fn probe_is_an_odd_size_between_the_last_two() {
        let points = |sizes: &[u64], count: fn(u64) -> u64| sizes.iter().map(|n| Point { n: *n, count: count(*n) }).collect::<Vec<_>>();
        let all = Range::default();
        assert_eq!(all.probe(&points(&[4, 8, 16, 32], |n| n)), Some(25));
        assert_eq!(all.probe(&points(&[4, 8, 5, 6, 7], |n| 3_u64.pow(u32::try_from(n).unwrap()))), None, "odd sizes are among them");
        assert_eq!(Range { from: 10, to: 14 }.probe(&points(&[10, 11, 12], |n| n)), None);
        assert_eq!(all.probe(&[]), None);
    }

    #[test]
    fn narrow_ranges_are_tried_step_by_step() {
        assert_eq!(sizes(Range { from: 10, to: 14 }, |n| n), [10, 11, 12, 13, 14]);
        assert_eq!(parse("10..30"), Ok(Range { from: 10, to: 30 }));
        for bad in ["10", "30..10", "a..b", "5..5"] {
            assert!(parse(bad).unwrap_err().contains("expected FROM..TO"), "{bad}");
        }
    }
}
