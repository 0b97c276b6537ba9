//! The results of a run as a table. Pure.

use super::results::{Figures, Results, Series};
use crate::statistics::Ratio;
use ruchy_lambda_cli::number::grouped;
use std::fmt::Write as _;

/// Returns a row for each function: times, which are comparable only within this table, and the
/// ratios to ours over the same rounds.
#[must_use]
pub fn table(results: &Results) -> String {
    let name = |series: &Series| format!("{} {}", series.client, series.handler);
    let width = results.all.iter().map(|series| name(series).chars().count()).max().unwrap_or(0);
    let mut text = format!(
        "{} rounds, seed {}; an event of {} bytes; both ends on one processor\n\n{:<width$} {:>10} {:>9} {:>12} {:>8} {:>8}  {:<24} {:<22} {:<22} {}\n",
        results.rounds,
        results.seed,
        results.event_bytes,
        "",
        "file B",
        "invoked",
        "instructions",
        "user µs",
        "CPU µs",
        "CPU above minimal, µs",
        "user time to ours",
        "CPU to ours",
        "instr. to ours",
    );
    for series in &results.all {
        let Some(figures) = results.figures(series) else { continue };
        let _ = writeln!(text, "{:<width$} {}", name(series), row(series, &figures).trim_end());
    }
    text.push('\n');
    for absent in &results.absent {
        let _ = writeln!(text, "{:<width$}  not measured here: needs {}", absent.name, absent.needs);
    }
    text
}

fn row(series: &Series, figures: &Figures) -> String {
    let above = figures.above_minimal.map(|above| interval([above.median, above.low, above.high].map(|ns| ns / 1000.0)));
    let ratio = |ratio: Option<Ratio>| ratio.map(|ratio| interval([ratio.median, ratio.low, ratio.high])).unwrap_or_default();
    format!(
        "{:>10} {:>9} {:>12} {:>8.2} {:>8.2}  {:<24} {:<22} {:<22} {}",
        grouped(series.file_bytes),
        grouped(series.invocations() as u64),
        series.instructions.map_or("-".to_owned(), |count| format!("{count:.0}")),
        figures.user / 1000.0,
        microseconds(figures.cpu),
        above.unwrap_or_default(),
        ratio(figures.user_ratio),
        ratio(figures.cpu_ratio),
        figures.instructions_ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default(),
    )
}

#[expect(clippy::cast_precision_loss, reason = "nanoseconds of an invocation are few")]
fn microseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1000.0
}

fn interval([median, low, high]: [f64; 3]) -> String {
    format!("{median:.2}  [{low:.2}, {high:.2}]")
}
