//! `ruchy-lambda bench`: measures a function or program, and compares it with a baseline that an
//! earlier run saved.
//!
//! Counts and bytes are compared, which are exact on any machine. Times of another run are shown
//! next to each other, without a verdict: pairs in one run are what [`crate::compare`] makes.

use crate::compare::candidate::{Candidate, Kind};
use crate::compare::limit::{self, Limit, Metric};
use crate::compare::pair::{self, Plan, Values};
use crate::compare::verdict::outliers;
use crate::measure::event::Named;
use crate::measure::valgrind::Valgrind;
use crate::number::{grouped, microseconds};
use crate::statistics::distribution;
use crate::{Error, conditions, event};
use clap::Args;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The function or program to measure.
#[derive(Debug, Args)]
pub struct Options {
    /// A function (NAME), or a file of Ruchy or Rust with a `lambda_handler` or a `main`
    #[arg(value_name = "NAME|FILE")]
    target: String,
    /// The event: JSON, @FILE, or - for standard input; those of all fixtures if none is given
    #[arg(value_name = "EVENT", allow_negative_numbers = true)]
    event: Option<String>,
    /// The number of timed invocations or runs
    #[arg(long, value_name = "N", default_value_t = 200)]
    times: u32,
    /// Write the result to this file, as JSON: a baseline
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Compare with the baseline in this file
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Fail if it costs more than the baseline by this: instructions, allocations or
    /// bytes=+PERCENT%
    #[arg(long = "limit", value_name = "METRIC=+PERCENT%", value_parser = limit::parse, requires = "against")]
    limits: Vec<Limit>,
    /// The arguments of a program
    #[arg(value_name = "ARGUMENT", last = true)]
    arguments: Vec<String>,
}

/// Measures, prints, and compares. The exit status is 1 if a limit is exceeded.
///
/// # Errors
/// As [`Valgrind::find`], [`Candidate::link`] and [`pair::measure`]; [`Error::Refused`] for a file
/// that is not a baseline.
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    if let Some(limit) = options.limits.iter().find(|limit| matches!(limit.metric, Metric::Time | Metric::Memory)) {
        return Err(Error::Refused(format!(
            "--limit {limit}: expected instructions, allocations or bytes. Times are limited by `compare`."
        )));
    }
    let baseline = options.against.as_deref().map(read).transpose()?;
    let valgrind = &Valgrind::find()?;
    let events = match &options.event {
        Some(event) => vec![Named { name: "the event given".to_owned(), event: event::read(event, false)? }],
        None => Vec::new(),
    };
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let candidate = match Candidate::link(&options.target, &folder.path().join("file")).await? {
        Ok(candidate) => candidate,
        Err(messages) => {
            eprint!("{messages}");
            return Ok(ExitCode::FAILURE);
        }
    };
    let plan = Plan { valgrind, pairs: options.times, events, arguments: options.arguments.clone(), folder: folder.path() };
    let (values, inputs) = pair::alone(&candidate, &plan).await?;
    let result = result(&candidate, &values, inputs, &valgrind.version);
    print!("{}", text(&result, baseline.as_ref()));
    if let Some(path) = &options.save {
        fs::write(path, format!("{result:#}\n")).map_err(|error| Error::file(path, error))?;
    }
    let exceeded: Vec<&Limit> = options.limits.iter().filter(|limit| is_exceeded(**limit, &result, baseline.as_ref())).collect();
    for limit in &exceeded {
        println!("limit exceeded: {limit}");
    }
    Ok(if exceeded.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(path: &Path) -> Result<Value, Error> {
    let text = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
    let value: Option<Value> = serde_json::from_str(&text).ok();
    let is_baseline = |value: &Value| Metric::COUNTED.iter().all(|metric| value[metric.name()].is_u64());
    value.filter(is_baseline).ok_or_else(|| Error::Refused(format!("{}: expected a file that `bench --save` wrote", path.display())))
}

fn result(candidate: &Candidate, values: &Values, inputs: usize, version: &str) -> Value {
    let kind = if matches!(candidate.kind, Kind::Function { .. }) { "function" } else { "program" };
    let times = distribution(&values.samples).map(|times| {
        json!({
            "samples": values.samples.len(), "outliers": outliers(&values.samples), "min_ns": times.min,
            "median_ns": times.median, "p90_ns": times.p90, "p99_ns": times.p99,
        })
    });
    json!({
        "subject": candidate.name, "kind": kind, "inputs": inputs, "method": format!("callgrind, {version}"),
        "instructions": values.instructions, "allocations": values.allocations, "bytes": candidate.bytes,
        "peak_memory_kb": values.peak_memory_kb, "times": times, "conditions": conditions::conditions(),
    })
}

fn text(result: &Value, baseline: Option<&Value>) -> String {
    let mut text = format!(
        "{}: sums over {} {}, counts by {}\n\n",
        result["subject"].as_str().unwrap_or_default(),
        result["inputs"],
        if result["inputs"] == 1 { "input" } else { "inputs" },
        result["method"].as_str().unwrap_or_default()
    );
    for metric in Metric::COUNTED {
        let value = result[metric.name()].as_u64().unwrap_or(0);
        let _ = write!(text, "{:<14}{:>16}", metric.name(), grouped(value));
        if let Some(old) = baseline.and_then(|baseline| baseline[metric.name()].as_u64()) {
            let change = crate::number::difference(old, value);
            let _ = write!(text, "   baseline {}, {change}", grouped(old));
        }
        text.push('\n');
    }
    if let Some(kb) = result["peak_memory_kb"].as_u64() {
        let _ = writeln!(text, "{:<14}{:>16}", "memory, KiB", grouped(kb));
    }
    if let Some(times) = result["times"].as_object() {
        let time = |name: &str| times.get(name).and_then(Value::as_u64).map_or_else(|| "-".to_owned(), microseconds);
        let _ = writeln!(
            text,
            "time in µs: median {}, p90 {}, p99 {}, least {}; {} outliers among {}",
            time("median_ns"),
            time("p90_ns"),
            time("p99_ns"),
            time("min_ns"),
            times["outliers"],
            times["samples"]
        );
        if let Some(old) = baseline.and_then(|baseline| baseline["times"]["median_ns"].as_u64()) {
            let _ =
                writeln!(text, "time of the baseline in µs: median {}; `compare` compares times, in pairs of one run", microseconds(old));
        }
    }
    text
}

fn is_exceeded(limit: Limit, result: &Value, baseline: Option<&Value>) -> bool {
    let name = limit.metric.name();
    let (new, old) = (result[name].as_f64(), baseline.and_then(|baseline| baseline[name].as_f64()));
    new.zip(old).is_some_and(|(new, old)| if old > 0.0 { limit.is_exceeded_by(new / old) } else { new > 0.0 })
}

#[cfg(test)]
mod tests {
    use super::{is_exceeded, read, text};
    use crate::compare::limit::parse;
    use serde_json::{Value, json};

    fn result(instructions: u64) -> Value {
        json!({
            "subject": "a", "inputs": 2, "method": "callgrind", "instructions": instructions, "allocations": 0, "bytes": 5000,
            "times": { "samples": 10, "outliers": 1, "min_ns": 900, "median_ns": 1000, "p90_ns": 2000, "p99_ns": 3000 },
        })
    }

    #[test]
    fn baseline_is_compared_by_counts() {
        let (new, old) = (result(103_000), result(100_000));
        let text = text(&new, Some(&old));
        for part in ["sums over 2 inputs", "103,000   baseline 100,000", "1 outliers among 10", "time of the baseline"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let exceeded = |limit: &str| is_exceeded(parse(limit).unwrap(), &new, Some(&old));
        assert!(exceeded("instructions=+2%") && !exceeded("instructions=+3%") && !exceeded("allocations=+0%"));
    }

    #[test]
    fn bench_refuses_invalid_baseline() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "{}").unwrap();
        assert!(read(file.path()).unwrap_err().to_string().contains("`bench --save`"));
        std::fs::write(file.path(), result(1).to_string()).unwrap();
        assert!(read(file.path()).is_ok());
    }
}
