//! The sizes that are tried: they double until the counts are large, and are closer together if the
//! counts grow faster than any power. Pure.

use super::fit::Point;

/// Counting ends once a count is above this: under callgrind it takes about a second.
pub const COUNT_MAX: u64 = 30_000_000;
/// More sizes than this add nothing.
const SIZES_MAX: usize = 24;
/// Counts that grow by more than this when the size doubles: faster than the fourth power.
const GROWTH_MAX: u64 = 20;
/// The number of sizes between the last two where counts grow that fast.
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
            // From the lower end on, between the two.
            let step = ((high - low) / BETWEEN).max(1);
            let tried = |n: u64| points.iter().any(|point| point.n == n);
            return (1..=BETWEEN).map(|index| low + index * step).find(|n| *n < high && !tried(*n));
        }
        Some(largest.n.saturating_mul(2)).filter(|next| *next <= self.to && largest.count <= COUNT_MAX)
    }
}

/// The last two sizes that differ by a factor of two, if the counts between them grew faster than
/// any power.
fn steep(points: &[Point]) -> Option<(u64, u64)> {
    let largest = points.iter().max_by_key(|point| point.n)?;
    let half = points.iter().find(|point| point.n.saturating_mul(2) == largest.n)?;
    (largest.count > half.count.saturating_mul(GROWTH_MAX)).then_some((half.n, largest.n))
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
        assert_eq!(tried, [4, 8, 5, 6, 7]);
        let tried = sizes(Range { from: 4, to: 32 }, |n| 50 + 3_u64.pow(u32::try_from(n).unwrap()) / 2_u64.pow(u32::try_from(n).unwrap()));
        assert_eq!(tried, [4, 8, 16, 32, 18, 20, 22, 24, 26, 28, 30]);
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
