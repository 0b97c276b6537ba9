//! The results of a run as tables. Pure.

use super::results::{Figures, Moment, Program, Results};
use crate::figures::conditions::check_quiet;
use ruchy_lambda_cli::number::{grouped, microseconds};
use ruchy_lambda_cli::tracer::counts::INSTRUCTIONS_MAX;
use std::fmt::Write as _;

/// Returns all tables.
#[must_use]
pub fn tables(results: &Results) -> String {
    let mut text = String::new();
    let width = results.programs.iter().map(|program| program.candidate.name.chars().count()).max().unwrap_or(0).max(7);
    for (mode, figures) in &results.modes {
        let _ = writeln!(text, "{}, {} rounds, seed {}", mode.name(), results.plan.rounds, results.plan.seed);
        if let Some(floor) = figures.first() {
            let _ = writeln!(text, "{:.0} % of the rounds were disturbed", floor.disturbed_share * 100.0);
            if let Err(reason) = check_quiet(floor.next.distribution.median, floor.next.distribution.min) {
                let _ = writeln!(text, "NOT FIT FOR README: {reason}");
            }
        }
        for (title, moment) in [
            ("spawn to GET next", (|figures: &Figures| figures.next) as fn(&Figures) -> Moment),
            ("spawn to first response", |figures: &Figures| figures.response),
        ] {
            text.push_str(&moments(title, width, results, figures, moment));
        }
        text.push('\n');
    }
    if let Some((mode, reason)) = &results.refused {
        let _ = writeln!(text, "{}: not measured here: {reason}\n", mode.name());
    }
    text.push_str(&counts(width, results));
    for absent in &results.absent {
        let _ = writeln!(text, "{:<width$}  not measured here: needs {}", absent.name, absent.needs);
    }
    text
}

/// Returns one moment of one mode: microseconds, which are comparable only within this table, and
/// the ratio, which is the result.
fn moments(title: &str, width: usize, results: &Results, figures: &[Figures], moment: fn(&Figures) -> Moment) -> String {
    let mut text = format!(
        "\n{title}\n{:<width$} {:>9} {:>9} {:>9} {:>9}   ratio to the floor of the same round, 95 % confidence   ratio of lower quartiles\n",
        "", "median µs", "p90", "p99", "min"
    );
    for (program, figures) in results.programs.iter().zip(figures) {
        let Moment { distribution, ratio, quartiles, .. } = moment(figures);
        let [median, p90, p99, min] = [distribution.median, distribution.p90, distribution.p99, distribution.min].map(microseconds);
        let name = &program.candidate.name;
        let [ratio, quartiles] = [ratio, quartiles].map(|of| format!("{:.3}  [{:.3}, {:.3}]", of.median, of.low, of.high));
        let _ = writeln!(text, "{name:<width$} {median:>9} {p90:>9} {p99:>9} {min:>9}   {ratio:<52}  {quartiles}");
    }
    text
}

/// Returns the counts that need no clock, and the memory and faults of the timed starts.
fn counts(width: usize, results: &Results) -> String {
    let mut text = format!(
        "from exec to GET next, traced; then of the timed starts; then of the file\n{:<width$} {:>12} {:>12} {:>12}   {:>12} {:>12} {:>10}   {:>12} {:>12}\n",
        "", "system calls", "instructions", "minor faults", "minor faults", "major faults", "peak KiB", "bytes", "zip bytes"
    );
    for (index, program) in results.programs.iter().enumerate() {
        let Program { candidate, counts, file_bytes, zip_bytes, .. } = program;
        let [calls, instructions, faults] = counts.map_or(["-", "-", "-"].map(str::to_owned), |counts| {
            let instructions = counts.instructions.map_or_else(|| format!("> {}", grouped(INSTRUCTIONS_MAX)), grouped);
            [grouped(counts.system_calls), instructions, grouped(counts.minor_faults)]
        });
        let of_modes = |field: fn(&Figures) -> u64| {
            let each = results.modes.iter().filter_map(|(_, figures)| figures.get(index)).map(|figures| grouped(field(figures)));
            each.collect::<Vec<_>>().join(" / ")
        };
        let (minor, major) = (of_modes(|figures| figures.minor_faults), of_modes(|figures| figures.major_faults));
        let _ = writeln!(
            text,
            "{:<width$} {calls:>12} {instructions:>12} {faults:>12}   {minor:>12} {major:>12} {:>10}   {:>12} {:>12}",
            candidate.name,
            of_modes(|figures| figures.peak_kb),
            grouped(*file_bytes),
            grouped(*zip_bytes)
        );
    }
    text
}
