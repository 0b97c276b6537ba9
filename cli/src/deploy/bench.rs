//! `ruchy-lambda bench-aws`: cold starts on AWS, and those of peers that are deployed for the
//! measurement.

use super::aws::{Account, Aws};
use super::cost;
use super::function;
use super::measure::{self, Measured};
use super::peers::{self, Like};
use super::report_line::Report;
use crate::{Error, arguments, conditions, interrupted, package};
use clap::Args;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::PathBuf;

/// The command-line options.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "ruchy-lambda bench-aws [NAME…] [OPTIONS]")]
pub struct Options {
    /// Functions on AWS
    #[arg(value_name = "NAME", required = true, value_parser = function::name)]
    pub functions: Vec<String>,
    /// The number of cold starts of each
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = arguments::whole_number::<u32>(1..=1_000))]
    pub rounds: u32,
    /// Peers that are deployed for the measurement and deleted afterwards, separated by commas; ''
    /// for none
    #[arg(long, value_name = "NAMES", default_value = "cpp,rust-tokio,rust-tokio-small,go")]
    pub peers: String,
    /// The folder that they were built in
    #[arg(long, value_name = "FOLDER", default_value = "target/peers")]
    pub peers_folder: PathBuf,
    /// The file for the results, with every value
    #[arg(long, value_name = "FILE", default_value = "target/bench/aws.json")]
    pub out: PathBuf,
    /// The seed of the functions' order
    #[arg(long, value_name = "NUMBER", default_value_t = 1, value_parser = arguments::whole_number::<u64>(0..))]
    pub seed: u64,
    /// Do not ask for confirmation
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub account: Account,
}

/// Says what it may cost, asks, measures, writes the results and returns the table.
///
/// # Errors
/// Errors of AWS; [`Error::Refused`] if the user does not agree to the cost.
pub fn run(options: &Options) -> Result<String, Error> {
    let aws = Aws::new(&options.account)?;
    let look = |name: &String| aws.look(&["lambda", "get-function-configuration", "--function-name", name]);
    let configurations = options.functions.iter().map(look).collect::<Result<Vec<_>, _>>()?;
    let first = &configurations[0];
    let like = Like::of(first);
    let memory_mb_max = configurations.iter().map(|configuration| Like::of(configuration).memory_mb).max().unwrap_or(like.memory_mb);
    let labels: Vec<&str> = options.peers.split(',').filter(|label| !label.is_empty()).collect();
    let count = u32::try_from(options.functions.len() + labels.len()).unwrap_or(u32::MAX);
    agree(&cost::estimate(count.saturating_mul(options.rounds), memory_mb_max.into()), options.yes || aws.is_dry())?;
    if !aws.is_dry() {
        interrupted::say(measure::half_measured(&options.functions, labels.iter().map(|label| peers::name_for(label))))?;
    }
    let mut functions: Vec<Measured> =
        options.functions.iter().map(|name| Measured { function: name.clone(), label: name.clone() }).collect();
    let mut absent = Vec::new();
    let own = functions.len();
    let deployed = labels.iter().try_for_each(|label| {
        let reason = peers::deploy(&aws, &options.peers_folder, label, &like, &mut functions)?;
        absent.extend(reason.map(|reason| ((*label).to_owned(), reason)));
        Ok(())
    });
    if aws.is_dry() {
        return deployed.map(|()| String::new());
    }
    let measured = deployed.and_then(|()| measure::cold_starts(&aws, &functions, options.rounds, options.seed));
    let reports = peers::remove(&aws, &functions[own..], measured)?;
    let results = json!({ "conditions": conditions::conditions(), "region": first["FunctionArn"].as_str().and_then(|arn| arn.split(':').nth(3)), "memory_mb": like.memory_mb, "architecture": like.architecture.name(),
        "rounds": options.rounds, "seed": options.seed, "functions": functions.iter().zip(&reports).map(|(function, reports)| series(&function.label, reports)).collect::<Vec<_>>() });
    package::write_whole(&options.out, format!("{results:#}\n").as_bytes())?;
    let labels: Vec<&str> = functions.iter().map(|function| function.label.as_str()).collect();
    let mut text = table(&labels, &reports);
    for (label, reason) in absent {
        let _ = writeln!(text, "{label}: not measured, {reason}");
    }
    let _ = writeln!(text, "every value: {}", options.out.display());
    Ok(text)
}

/// Says what it may cost, and waits for a yes.
///
/// # Errors
/// [`Error::Refused`] where there is none.
pub fn agree(estimate: &str, is_agreed: bool) -> Result<(), Error> {
    eprintln!("{estimate}.");
    if is_agreed {
        return Ok(());
    }
    let refused = |what: &str| Err(Error::Refused(format!("{what}, so nothing was done. --yes confirms without a question.")));
    if !std::io::stdin().is_terminal() {
        return refused("standard input is not a terminal");
    }
    eprint!("Continue? [y/N] ");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).map_err(Error::system("reading the answer"))?;
    if matches!(answer.trim(), "y" | "Y" | "yes") { Ok(()) } else { refused("you did not confirm") }
}

/// Mean, median, best and worst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    pub mean: f64,
    pub median: f64,
    pub best: f64,
    pub worst: f64,
}

/// Nothing is known of no values.
#[must_use]
pub fn summary(values: &[f64]) -> Option<Summary> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (best, worst) = (*sorted.first()?, *sorted.last()?);
    let middle = sorted.len() / 2;
    let median = if sorted.len().is_multiple_of(2) { f64::midpoint(sorted[middle - 1], sorted[middle]) } else { sorted[middle] };
    #[expect(clippy::cast_precision_loss, reason = "values are few")]
    let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
    Some(Summary { mean, median, best, worst })
}

/// Returns the init duration of each start: the time until the function asked for its event.
#[must_use]
pub fn inits(reports: &[Report]) -> Vec<f64> {
    reports.iter().filter_map(|report| report.init_ms).collect()
}

fn series(label: &str, reports: &[Report]) -> Value {
    let of = |values: &[f64]| summary(values).map(|s| json!({ "mean": s.mean, "median": s.median, "best": s.best, "worst": s.worst }));
    let durations: Vec<f64> = reports.iter().map(|report| report.duration_ms).collect();
    json!({
        "name": label,
        "count": reports.len(),
        "init_ms": of(&inits(reports)),
        "duration_ms": of(&durations),
        "memory_used_mb_max": reports.iter().map(|report| report.memory_used_mb).max(),
        "samples": reports.iter().map(Report::json).collect::<Vec<_>>(),
    })
}

fn table(labels: &[&str], reports: &[Vec<Report>]) -> String {
    let mut text = format!(
        "{:<20} {:>6} {:>9} {:>9} {:>9} {:>9} {:>10} {:>8}\n",
        "Init Duration, ms", "count", "mean", "median", "best", "worst", "duration", "memory"
    );
    for (label, reports) in labels.iter().zip(reports) {
        let durations: Vec<f64> = reports.iter().map(|report| report.duration_ms).collect();
        let (Some(init), Some(duration)) = (summary(&inits(reports)), summary(&durations)) else { continue };
        let memory = reports.iter().map(|report| report.memory_used_mb).max().unwrap_or_default();
        let _ = writeln!(
            text,
            "{label:<20} {:>6} {:>9.2} {:>9.2} {:>9.2} {:>9.2} {:>7.2} ms {memory:>5} MB",
            reports.len(),
            init.mean,
            init.median,
            init.best,
            init.worst,
            duration.median
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Summary, summary};

    #[test]
    fn summary_of_values() {
        assert_eq!(summary(&[]), None);
        assert_eq!(summary(&[3.0]), Some(Summary { mean: 3.0, median: 3.0, best: 3.0, worst: 3.0 }));
        assert_eq!(summary(&[4.0, 1.0, 10.0]), Some(Summary { mean: 5.0, median: 4.0, best: 1.0, worst: 10.0 }));
        assert_eq!(summary(&[4.0, 1.0, 2.0, 9.0]).map(|summary| summary.median), Some(3.0));
    }
}
