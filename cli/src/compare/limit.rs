//! Limits on how much a new version may cost: `instructions=+2%`. Pure.

use std::fmt::{self, Display, Formatter};

/// The metrics that can be limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    Instructions,
    Allocations,
    Bytes,
    Memory,
    Time,
}

impl Metric {
    /// Those that are the same at each run.
    pub const COUNTED: [Self; 3] = [Self::Instructions, Self::Allocations, Self::Bytes];
    const ALL: [Self; 5] = [Self::Instructions, Self::Allocations, Self::Bytes, Self::Memory, Self::Time];

    /// Its name on the command line and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Instructions => "instructions",
            Self::Allocations => "allocations",
            Self::Bytes => "bytes",
            Self::Memory => "memory",
            Self::Time => "time",
        }
    }
}

/// A limit: the new value may be at most this much above the old one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    pub metric: Metric,
    pub percent: f64,
}

/// Reads `METRIC=+PERCENT%`.
///
/// # Errors
/// A message that says why `text` is not a limit.
pub fn parse(text: &str) -> Result<Limit, String> {
    let names = || Metric::ALL.map(Metric::name).join(", ");
    let expected = || format!("{text}: expected METRIC=+PERCENT%, such as instructions=+2%, where METRIC is one of {}", names());
    let (name, percent) = text.split_once('=').ok_or_else(expected)?;
    let metric = Metric::ALL.into_iter().find(|metric| metric.name() == name).ok_or_else(expected)?;
    let percent = percent.strip_suffix('%').and_then(|percent| percent.trim_start_matches('+').parse::<f64>().ok());
    match percent {
        Some(percent) if percent.is_finite() => Ok(Limit { metric, percent }),
        _ => Err(expected()),
    }
}

impl Limit {
    /// Returns true if a ratio of the new value to the old one is above the limit.
    #[must_use]
    pub fn is_exceeded_by(self, ratio: f64) -> bool {
        ratio > 1.0 + self.percent / 100.0
    }
}

impl Display for Limit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}={:+}%", self.metric.name(), self.percent)
    }
}

#[cfg(test)]
mod tests {
    use super::{Limit, Metric, parse};

    #[test]
    fn limits_are_read_and_exceeded() {
        let limit = parse("instructions=+2%").unwrap();
        assert_eq!((limit, limit.to_string().as_str()), (Limit { metric: Metric::Instructions, percent: 2.0 }, "instructions=+2%"));
        assert_eq!((limit.is_exceeded_by(1.02), limit.is_exceeded_by(1.0201)), (false, true));
        assert!(parse("bytes=0%").unwrap().is_exceeded_by(1.000_001));
        assert!(parse("time=-5%").unwrap().is_exceeded_by(0.96), "a new version may have to be faster");
        for bad in ["instructions", "instructions=2", "size=+2%", "time=+x%"] {
            assert!(parse(bad).unwrap_err().contains("expected METRIC=+PERCENT%"), "{bad}");
        }
    }
}
