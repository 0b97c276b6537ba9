//! The results of a run as a table. Pure.

use super::results::{Figures, Results, Series, size};
use crate::statistics::Ratio;
use ruchy_lambda_cli::number::{grouped, microseconds};
use std::fmt::Write as _;

/// Returns a section for each size with a row for each program: times, which are comparable only
/// within this table, and the ratios to the floor over the same rounds, which are the results.
#[must_use]
pub fn table(results: &Results) -> String {
    let mut text = format!("{} rounds, seed {}; both ends on one processor\n", results.rounds, results.seed);
    let width = results.candidates.iter().map(|candidate| candidate.name.chars().count()).max().unwrap_or(0).max(7);
    for series in results.sizes() {
        let Some(floor) = series.first() else { continue };
        let _ = writeln!(
            text,
            "\nevent and response of {}\n{:<width$} {:>10} {:>9} {:>9} {:>9} {:>9} {:>9}   {:<24} {:<24}",
            size(floor.event_bytes),
            "",
            "sys. calls",
            "a second",
            "CPU µs",
            "p50 µs",
            "p90",
            "p99",
            "a second to the floor's",
            "CPU to the floor's, 95 % confidence"
        );
        let rows = series.iter().filter_map(|series| Some((series, series.figures(floor, results.seed)?)));
        for (series, figures) in rows {
            text.push_str(&row(width, series, &figures));
        }
    }
    text.push('\n');
    for absent in &results.absent {
        let _ = writeln!(text, "{:<width$}  not measured here: needs {}", absent.name, absent.needs);
    }
    text
}

fn row(width: usize, series: &Series, figures: &Figures) -> String {
    let calls = series.system_calls.map_or("-".to_owned(), |calls| format!("{calls:.1}"));
    let latency = [figures.latency.median, figures.latency.p90, figures.latency.p99].map(microseconds);
    let [p50, p90, p99] = latency;
    let line = format!(
        "{:<width$} {calls:>10} {:>9} {:>9} {p50:>9} {p90:>9} {p99:>9}   {:<24} {}",
        series.candidate,
        grouped(1_000_000_000 / figures.wall.median.max(1)),
        microseconds(figures.cpu.median),
        ratio(figures.throughput_ratio),
        ratio(figures.cpu_ratio),
    );
    format!("{}\n", line.trim_end())
}

fn ratio(ratio: Ratio) -> String {
    format!("{:.3}  [{:.3}, {:.3}]", ratio.median, ratio.low, ratio.high)
}
