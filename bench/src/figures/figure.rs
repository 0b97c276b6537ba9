//! One figure: its name, its value, and its goal. Pure.

use ruchy_lambda_cli::number::grouped;
use serde_json::{Value, json};

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub what: String,
    /// The value, or the reason why there is none.
    pub measured: Result<Measured, String>,
    pub goal: Option<Goal>,
    /// Counts that do not depend on the host: system calls, instructions and page faults.
    pub counts: Option<String>,
    /// The command that measures it.
    pub command: &'static str,
}

/// A value in its displayed unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measured {
    /// A ratio, and the ends of its 95 % confidence interval.
    Ratio {
        median: f64,
        low: f64,
        high: f64,
    },
    Count(i64),
    Bytes(u64),
    Kibibytes(i64),
    /// A time on this machine, and the ends of its 95 % confidence interval.
    Microseconds {
        median: f64,
        low: f64,
        high: f64,
    },
}

/// The goal of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    AtMost(Measured),
    AtLeast(Measured),
}

impl Goal {
    /// Creates a goal of a ratio no higher than `limit`.
    #[must_use]
    pub fn ratio_at_most(limit: f64) -> Self {
        Self::AtMost(Measured::exact(limit))
    }

    /// Creates a goal of a ratio no lower than `limit`.
    #[must_use]
    pub fn ratio_at_least(limit: f64) -> Self {
        Self::AtLeast(Measured::exact(limit))
    }

    /// Returns the goal for readers.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::AtMost(limit) => format!("≤ {}", limit.plain()),
            Self::AtLeast(limit) => format!("≥ {}", limit.plain()),
        }
    }

    fn is_met(self, measured: Measured) -> bool {
        match self {
            Self::AtMost(limit) => measured.shown() <= limit.shown(),
            Self::AtLeast(limit) => measured.shown() >= limit.shown(),
        }
    }
}

impl Measured {
    /// Creates a ratio without an interval: a limit.
    #[must_use]
    pub fn exact(ratio: f64) -> Self {
        Self::Ratio { median: ratio, low: ratio, high: ratio }
    }

    /// Returns a limit with as many digits as it was set with.
    fn plain(self) -> String {
        match self {
            Self::Ratio { median, .. } => median.to_string(),
            Self::Microseconds { median, .. } => format!("{median} µs"),
            other => other.text(),
        }
    }

    /// Returns the value for readers.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Ratio { median, low, high } => {
                format!("{} ({} to {})", ratio(median, median), ratio(low, median), ratio(high, median))
            }
            Self::Count(count) => count.to_string(),
            Self::Bytes(bytes) => format!("{} B", grouped(bytes)),
            Self::Kibibytes(kibibytes) => format!("{kibibytes} KiB"),
            Self::Microseconds { median, low, high } => format!("{median:.1} µs ({low:.1} to {high:.1})"),
        }
    }

    /// Returns the value as displayed: the verdict refers to the displayed value.
    #[expect(clippy::cast_precision_loss, reason = "counts and bytes are far below 2^53")]
    fn shown(self) -> f64 {
        match self {
            Self::Ratio { median, .. } => ratio(median, median).parse().unwrap_or(median),
            Self::Count(value) | Self::Kibibytes(value) => value as f64,
            Self::Bytes(bytes) => bytes as f64,
            Self::Microseconds { median, .. } => format!("{median:.1}").parse().unwrap_or(median),
        }
    }
}

impl Figure {
    /// Returns whether the goal is met; `None` without a goal or a value.
    #[must_use]
    pub fn is_met(&self) -> Option<bool> {
        let measured = self.measured.as_ref().ok()?;
        Some(self.goal?.is_met(*measured))
    }

    /// Returns the verdict in two words.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match (self.goal, &self.measured, self.is_met()) {
            (_, Err(_), _) => "not measured here",
            (_, _, Some(true)) => "met",
            (_, _, Some(false)) => "**not met**",
            (None, ..) | (_, _, None) => "",
        }
    }

    /// Returns the value, or the reason why there is none.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.measured {
            Ok(measured) => measured.text(),
            Err(reason) => reason.clone(),
        }
    }

    /// Returns the figure for the report.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "what": self.what,
            "measured": self.measured.is_ok(),
            "text": self.text(),
            "goal": self.goal.map(Goal::text),
            "met": self.is_met(),
            "command": self.command,
        })
    }
}

/// `value` with three significant digits: `1.10`, `13.9`, `315`.
#[must_use]
pub fn three_digits(value: f64) -> String {
    ratio(value, value.max(2.0))
}

/// Formats a ratio with three decimal places near 1 and below, fewer if `scale` is larger.
fn ratio(value: f64, scale: f64) -> String {
    let decimals = if scale < 2.0 { 3 } else { usize::from(scale < 100.0) + usize::from(scale < 10.0) };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::{Figure, Goal, Measured};

    fn figure(measured: Result<Measured, String>, goal: Option<Goal>) -> Figure {
        Figure { what: "a start".to_owned(), measured, goal, counts: None, command: "just bench" }
    }

    #[test]
    fn ratio_has_significant_digits() {
        for (median, text) in [(0.0123, "0.012"), (1.0404, "1.040"), (2.345, "2.35"), (16.52, "16.5"), (222.2, "222")] {
            assert_eq!(Measured::exact(median).text(), format!("{text} ({text} to {text})"));
        }
        assert_eq!(Measured::Ratio { median: 2.0, low: 1.99, high: 2.016 }.text(), "2.00 (1.99 to 2.02)");
        assert_eq!((Measured::Bytes(22_056).text(), Measured::Count(-1).text()), ("22,056 B".to_owned(), "-1".to_owned()));
    }

    #[test]
    fn verdict_refers_to_the_displayed_value() {
        let at_most = Some(Goal::ratio_at_most(1.04));
        let verdict = |median| figure(Ok(Measured::exact(median)), at_most).verdict();
        assert_eq!(at_most.map(Goal::text).as_deref(), Some("≤ 1.04"));
        assert_eq!((verdict(1.0404), verdict(1.0406), verdict(0.5)), ("met", "**not met**", "met"));
        let at_least = |median| figure(Ok(Measured::exact(median)), Some(Goal::ratio_at_least(2.3))).verdict();
        assert_eq!((at_least(2.296), at_least(2.294), at_least(9.0)), ("met", "**not met**", "met"));
        let bytes = |bytes| figure(Ok(Measured::Bytes(bytes)), Some(Goal::AtMost(Measured::Bytes(7_168)))).verdict();
        assert_eq!((bytes(7_168), bytes(7_169)), ("met", "**not met**"));
    }

    #[test]
    fn verdict_of_a_missing_value_is_not_measured() {
        let absent = figure(Err("needs zig".to_owned()), Some(Goal::ratio_at_least(1.9)));
        assert_eq!((absent.verdict(), absent.text().as_str(), absent.is_met()), ("not measured here", "needs zig", None));
        let without_goal = figure(Ok(Measured::Count(1)), None);
        assert_eq!((without_goal.verdict(), without_goal.is_met()), ("", None));
        assert_eq!(absent.json()["met"], serde_json::Value::Null);
    }
}
