//! The counts and the verdict of one way to link a subject. Pure.

use super::fit::{self, Point, Verdict};
use crate::number::grouped;

/// The counts of one way to link the subject.
#[derive(Clone, Debug)]
pub struct Variant {
    /// `as linked`, or `as written`: without the pass over recursion.
    pub name: &'static str,
    pub points: Vec<Point>,
    /// A size that had no part in the fit, and checks it.
    pub probe: Option<Point>,
    pub verdict: Verdict,
    /// The allocations for the same sizes.
    pub allocations: Vec<Point>,
    /// Why no larger size was counted, unless there were enough.
    pub stopped: Option<String>,
}

impl Variant {
    /// The growth of the allocations; `None` if there are none.
    #[must_use]
    pub fn allocation_verdict(&self) -> Option<Verdict> {
        let has_some = self.allocations.iter().any(|point| point.count > 0);
        has_some.then(|| fit::verdict(&self.allocations))
    }
}

/// The verdict in words.
#[must_use]
pub fn sentence(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Named { best, runner_up } => {
            let name = best.class.name();
            let function = name.trim_start_matches("O(").trim_end_matches(')');
            let Some(runner_up) = runner_up else { return format!("{name}: about {} for all sizes", grouped_float(best.constant)) };
            format!(
                "{name}: {} + {:.3} × {function}. The fit is off by {:.2} %, its prediction for the largest size by {:.2} %; next best {}, off by {:.1} %",
                grouped_float(best.constant),
                best.factor,
                best.rms * 100.0,
                best.prediction * 100.0,
                runner_up.class.name(),
                runner_up.rms * 100.0
            )
        }
        Verdict::Undecided { fits, reason } => match &fits[..] {
            [one, other, ..] => {
                format!("undecided between {} and {}: {reason}. Try larger sizes.", one.class.name(), other.class.name())
            }
            _ => format!("undecided: {reason}"),
        },
    }
}

#[expect(clippy::cast_possible_truncation, reason = "constants are instructions, far below 2^63")]
fn grouped_float(value: f64) -> String {
    let rounded = value.round() as i64;
    format!("{}{}", if rounded < 0 { "−" } else { "" }, grouped(rounded.unsigned_abs()))
}
