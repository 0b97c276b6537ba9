//! `ruchy-lambda compare`: two versions of a function or of a program. Answers are compared first;
//! counts are exact; times are compared in pairs.
//!
//! - [`candidate`]: what is compared. [`pair`]: the measurement. [`verdict`]: the result.
//!   [`limit`]: limits for CI.

pub mod candidate;
pub mod limit;
pub mod pair;
pub mod verdict;

use crate::measure::event::Named;
use crate::measure::valgrind::Valgrind;
use crate::number::{grouped, microseconds};
use crate::statistics::{Ratio, median};
use crate::{Error, conditions, event};
use candidate::Candidate;
use clap::Args;
use limit::{Limit, Metric};
use pair::{Measured, Plan, Values};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use verdict::Verdict;

/// The two versions to compare.
#[derive(Debug, Args)]
pub struct Options {
    /// The old version: a function (NAME), one as of a commit (COMMIT:NAME), or a file of Ruchy or
    /// Rust with a `lambda_handler` or a `main`
    #[arg(value_name = "OLD")]
    old: String,
    /// The new version
    #[arg(value_name = "NEW")]
    new: String,
    /// The event: JSON, @FILE, or - for standard input; those of all fixtures if none is given
    #[arg(value_name = "EVENT", allow_negative_numbers = true)]
    event: Option<String>,
    /// The number of timed pairs of invocations or runs
    #[arg(long, value_name = "N", default_value_t = 200)]
    pairs: u32,
    /// Fail if the new version costs more than the old one by this: instructions, allocations,
    /// bytes, memory or time=+PERCENT%
    #[arg(long = "limit", value_name = "METRIC=+PERCENT%", value_parser = limit::parse)]
    limits: Vec<Limit>,
    /// Write the result to this file, as JSON
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The arguments of programs
    #[arg(value_name = "ARGUMENT", last = true)]
    arguments: Vec<String>,
}

/// Measures both and prints the comparison. The exit status is 1 if answers differ or a limit is
/// exceeded.
///
/// # Errors
/// As [`Valgrind::find`], [`Candidate::link`] and [`pair::measure`].
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let valgrind = &Valgrind::find()?;
    let events = match &options.event {
        Some(event) => vec![Named { name: "the event given".to_owned(), event: event::read(event, false)? }],
        None => Vec::new(),
    };
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let mut candidates = Vec::new();
    for (name, place) in [(&options.old, "old"), (&options.new, "new")] {
        match Candidate::link(name, &folder.path().join(place)).await? {
            Ok(candidate) => candidates.push(candidate),
            Err(messages) => {
                eprint!("{messages}");
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    let [old, new] = &candidates[..] else { unreachable!("both were linked") };
    let plan = Plan { valgrind, pairs: options.pairs, events, arguments: options.arguments.clone(), folder: folder.path() };
    let (old_values, new_values, inputs) = match pair::measure(old, new, &plan).await? {
        Measured::Both { old, new, inputs } => (old, new, inputs),
        Measured::Different { input, difference } => {
            println!("the answers to {input} differ: - {}, + {}\n{}", old.name, new.name, difference.trim_end());
            return Ok(ExitCode::FAILURE);
        }
    };
    let comparison = Comparison::of(old_values, new_values);
    print!("{}", comparison.text(&old.name, &new.name, inputs, &valgrind.version));
    let exceeded = comparison.exceeded(&options.limits);
    for line in &exceeded {
        println!("limit exceeded: {line}");
    }
    if let Some(path) = &options.output {
        let result = json!({
            "old": old.name, "new": new.name, "inputs": inputs, "answers": "equal",
            "method": { "counts": format!("callgrind, {}", valgrind.version), "times": "pairs in random order" },
            "metrics": comparison.json(), "limits_exceeded": exceeded, "conditions": conditions::conditions(),
        });
        fs::write(path, format!("{result:#}\n")).map_err(|error| Error::file(path, error))?;
    }
    Ok(if exceeded.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The values of both, and the verdict on their times.
#[derive(Debug)]
pub struct Comparison {
    old: Values,
    new: Values,
    times: Option<(Ratio, Verdict)>,
}

impl Comparison {
    /// Compares the values of both versions.
    #[must_use]
    pub fn of(old: Values, new: Values) -> Self {
        let times = verdict::verdict(&new.samples, &old.samples);
        Self { old, new, times }
    }

    /// The counts, old and new.
    fn counts(&self) -> Vec<(Metric, u64, u64)> {
        let Self { old, new, .. } = self;
        let mut counts = vec![
            (Metric::Instructions, old.instructions, new.instructions),
            (Metric::Allocations, old.allocations, new.allocations),
            (Metric::Bytes, old.bytes, new.bytes),
        ];
        counts.extend(old.peak_memory_kb.zip(new.peak_memory_kb).map(|(old, new)| (Metric::Memory, old, new)));
        counts
    }

    /// The verdict on the times.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        self.times.map(|(_, verdict)| verdict)
    }

    /// The comparison to read.
    #[must_use]
    pub fn text(&self, old: &str, new: &str, inputs: usize, version: &str) -> String {
        let what = if inputs == 1 { "one input".to_owned() } else { format!("{inputs} inputs") };
        let mut text = format!("old: {old}\nnew: {new}\nthe answers to {what} are equal; counts by callgrind ({version})\n\n");
        let _ = writeln!(text, "{:<14}{:>16}{:>16}{:>12}", "", "old", "new", "difference");
        for (metric, old, new) in self.counts() {
            let unit = if metric == Metric::Memory { "memory, KiB" } else { metric.name() };
            let _ = writeln!(text, "{unit:<14}{:>16}{:>16}{:>12}", grouped(old), grouped(new), percent(ratio(new, old)));
        }
        if let (Some((ratio, verdict)), Some(old), Some(new)) = (self.times, median(&self.old.samples), median(&self.new.samples)) {
            let _ =
                writeln!(text, "{:<14}{:>16}{:>16}{:>12}", "µs, median", microseconds(old), microseconds(new), percent(Some(ratio.median)));
            let outliers = verdict::outliers(&self.old.samples) + verdict::outliers(&self.new.samples);
            let _ = writeln!(
                text,
                "\ntime: {}; new/old {:.3} (99 %: {:.3} to {:.3}) over {} pairs in random order, {outliers} outliers among {} times",
                verdict.words(),
                ratio.median,
                ratio.low,
                ratio.high,
                self.new.samples.len(),
                2 * self.new.samples.len()
            );
        }
        text
    }

    /// The limits that are exceeded. Of times the lower end of the interval counts.
    fn exceeded(&self, limits: &[Limit]) -> Vec<String> {
        let counts = self.counts();
        let exceeded = |limit: &&Limit| {
            let ratio = match limit.metric {
                Metric::Time => self.times.map(|(ratio, _)| ratio.low),
                metric => counts.iter().find(|(counted, _, _)| *counted == metric).and_then(|(_, old, new)| ratio(*new, *old)),
            };
            ratio.is_some_and(|ratio| limit.is_exceeded_by(ratio))
        };
        limits.iter().filter(exceeded).map(ToString::to_string).collect()
    }

    /// The comparison as JSON, by metric.
    #[must_use]
    pub fn json(&self) -> Value {
        let counts = self.counts().into_iter();
        let mut metrics: serde_json::Map<String, Value> = counts
            .map(|(metric, old, new)| (metric.name().to_owned(), json!({ "old": old, "new": new, "ratio": ratio(new, old) })))
            .collect();
        if let Some((ratio, verdict)) = self.times {
            let time = json!({
                "old_median_ns": median(&self.old.samples), "new_median_ns": median(&self.new.samples), "pairs": self.new.samples.len(),
                "ratio": ratio.median, "interval": [ratio.low, ratio.high], "verdict": verdict.words(),
            });
            metrics.insert("time".to_owned(), time);
        }
        Value::Object(metrics)
    }
}

/// `new` to `old`; of nothing to nothing 1, of something to nothing none.
fn ratio(new: u64, old: u64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    let (new_float, old_float) = (new as f64, old as f64);
    match (new, old) {
        (0, 0) => Some(1.0),
        (_, 0) => None,
        _ => Some(new_float / old_float),
    }
}

fn percent(ratio: Option<f64>) -> String {
    ratio.map_or_else(
        || "new".to_owned(),
        |ratio| if (ratio - 1.0).abs() < f64::EPSILON { "equal".to_owned() } else { format!("{:+.2} %", (ratio - 1.0) * 100.0) },
    )
}

#[cfg(test)]
mod tests {
    use super::limit::parse;
    use super::{Comparison, Values, percent, ratio};

    fn comparison(old: u64, new: u64) -> Comparison {
        let values = |instructions| Values { instructions, bytes: 5_000, samples: vec![100; 50], ..Values::default() };
        Comparison::of(values(old), values(new))
    }

    #[test]
    fn comparison_has_exact_counts_and_a_verdict() {
        let text = comparison(100_000, 103_000).text("a", "b", 3, "valgrind-3.19.0");
        for part in ["answers to 3 inputs are equal", "100,000", "103,000", "+3.00 %", "equal", "time: no difference shown; new/old 1.000"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn limits_are_checked_on_counts_and_times() {
        let limits = ["instructions=+2%", "bytes=+0%", "time=+5%"].map(|limit| parse(limit).unwrap());
        assert_eq!(comparison(100_000, 103_000).exceeded(&limits), ["instructions=+2%"]);
        assert_eq!(comparison(100_000, 102_000).exceeded(&limits), [""; 0]);
        assert_eq!((ratio(0, 0), ratio(1, 0), percent(None)), (Some(1.0), None, "new".to_owned()));
    }
}
