//! The results of a run as tables. Pure.

use super::linked::{File, Starts};
use super::memory::Memory;
use super::results::Results;
use super::sandboxes::Program;
use crate::cold_start::results::{Figures, Moment};
use crate::cold_start::rounds::Mode;
use crate::statistics::{self, Ratio};
use ruchy_lambda_cli::number::{difference, grouped, microseconds};
use std::fmt::Write as _;

/// Goal of `GET next` with all functions and a warm page cache: the largest ratio to the first
/// file.
const START_RATIO_MAX: f64 = 1.02;
/// Goal of `minimal`'s resident memory: the largest difference from the floor's, in KiB.
const RESIDENT_MAX_KB: u64 = 100;

/// Returns all tables.
#[must_use]
pub fn tables(results: &Results) -> String {
    let mut text = String::new();
    if !results.linked.files.is_empty() {
        text.push_str(&files(&results.linked.files));
        for starts in &results.linked.modes {
            text.push_str(&of_starts(results, starts));
        }
        if let Some((mode, reason)) = &results.linked.refused {
            let _ = writeln!(text, "{}: not measured here: {reason}\n", mode.name());
        }
    }
    let width = results.sandboxes.programs.iter().map(|program| program.candidate.name.chars().count()).max().unwrap_or(0).max(7);
    text.push_str(&at_once(width, results));
    text.push_str(&memory(width, &results.sandboxes.programs));
    for absent in &results.sandboxes.absent {
        let _ = writeln!(text, "{:<width$}  not measured here: needs {}", absent.name, absent.needs);
    }
    text
}

/// Returns the counts that need no clock.
fn files(files: &[File]) -> String {
    let mut text = format!(
        "functions in a file; instructions from exec to GET next, of the one that is timed (the last by name) and of all, one by one\n\
         {:<12} {:>12} {:>12}   {:>12} {:>12} {:>12}   {:>14}\n",
        "", "bytes", "zip bytes", "timed", "median", "most", "timed to first"
    );
    let timed = |file: &File| file.instructions.first().copied();
    for file in files {
        let shown = |number: Option<u64>| number.map_or("-".to_owned(), grouped);
        let finding = files.first().and_then(timed).zip(timed(file)).map_or("-".to_owned(), |(first, own)| difference(first, own));
        let _ = writeln!(
            text,
            "{:<12} {:>12} {:>12}   {:>12} {:>12} {:>12}   {finding:>14}",
            file.candidate.name,
            grouped(file.file_bytes),
            grouped(file.zip_bytes),
            shown(timed(file)),
            shown(statistics::median(&file.instructions)),
            shown(file.instructions.iter().max().copied())
        );
    }
    text.push('\n');
    text
}

fn of_starts(results: &Results, starts: &Starts) -> String {
    let mut text = format!("{}, {} rounds, seed {}\n", starts.mode.name(), results.plan.rounds, results.plan.seed);
    let first = results.linked.files.first().map_or("", |file| file.candidate.name.as_str());
    for (title, moment, has_goal) in [
        ("spawn to GET next", (|figures: &Figures| figures.next) as fn(&Figures) -> Moment, starts.mode == Mode::Warm),
        ("spawn to first response", |figures: &Figures| figures.response, false),
    ] {
        let _ = writeln!(
            text,
            "\n{title}\n{:<12} {:>9} {:>9} {:>9}   {:<24}  ratio to {first} of the same round, 95 % confidence",
            "", "median µs", "p90", "p99", "ratio to the floor"
        );
        let names = std::iter::once("floor").chain(results.linked.files.iter().map(|file| file.candidate.name.as_str()));
        for (name, (to_floor, to_first)) in names.zip(starts.to_floor.iter().zip(&starts.to_first)) {
            let of = moment(to_floor).distribution;
            let [median, p90, p99] = [of.median, of.p90, of.p99].map(microseconds);
            let (to_floor, to_first) = (shown(moment(to_floor).ratio), shown(moment(to_first).ratio));
            let _ = writeln!(text, "{name:<12} {median:>9} {p90:>9} {p99:>9}   {to_floor:<24}  {to_first}");
        }
        if has_goal && let (Some(last), Some(file)) = (starts.to_first.last(), results.linked.files.last()) {
            let ratio = moment(last).ratio;
            let verdict = if ratio.high <= START_RATIO_MAX {
                "met"
            } else if ratio.low > START_RATIO_MAX {
                "missed"
            } else {
                "undecided"
            };
            let _ = writeln!(text, "goal: {} functions at most {START_RATIO_MAX} times {first}: {verdict}", file.candidate.name);
        }
    }
    text.push('\n');
    text
}

/// Returns times in milliseconds, which are comparable only within this table, and the ratio, which
/// is the result.
fn at_once(width: usize, results: &Results) -> String {
    let mut text = format!(
        "{} cold starts at once, each answered rightly: spawn to first response of each, first spawn to last response of all\n\
         {:<width$} {:>7} {:>9} {:>9} {:>9} {:>9}   {:>9}   ratio of all to the floor of the same round, 95 % confidence\n",
        results.sandboxes.starts, "", "rounds", "median ms", "p90", "p99", "max", "all, ms"
    );
    let Some(floor) = results.sandboxes.programs.first() else { return text };
    for program in &results.sandboxes.programs {
        let figures = (program.response(), statistics::median(&program.whole()), program.ratio(floor, results.plan.seed));
        let (Some((of, max)), Some(whole), Some(ratio)) = figures else { continue };
        let [median, p90, p99, max, whole] = [of.median, of.p90, of.p99, max, whole].map(milliseconds);
        let (name, rounds, ratio) = (&program.candidate.name, program.bursts.len(), shown(ratio));
        let _ = writeln!(text, "{name:<width$} {rounds:>7} {median:>9} {p90:>9} {p99:>9} {max:>9}   {whole:>9}   {ratio}");
    }
    text.push('\n');
    text
}

fn memory(width: usize, programs: &[Program]) -> String {
    let mut text = format!(
        "memory of each of them while all wait for their second invocation, median KiB\n\
         {:<width$} {:>10} {:>10} {:>14} {:>10} {:>12}   {:>14}\n",
        "", "PSS", "private", "private dirty", "RSS", "page tables", "RSS to floor"
    );
    let resident = |program: &Program| program.memory(|memory: &Memory| memory.resident);
    let to_floor = |program: &Program| programs.first().and_then(resident).zip(resident(program));
    for program in programs {
        let of = |field: fn(&Memory) -> u64| program.memory(field).map_or("-".to_owned(), grouped);
        let _ = writeln!(
            text,
            "{:<width$} {:>10} {:>10} {:>14} {:>10} {:>12}   {:>14}",
            program.candidate.name,
            of(|memory| memory.proportional),
            of(|memory| memory.private),
            of(|memory| memory.private_dirty),
            of(|memory| memory.resident),
            of(|memory| memory.page_tables),
            to_floor(program).map_or("-".to_owned(), |(floor, own)| difference(floor, own))
        );
    }
    if let Some((floor, own)) = programs.iter().find(|program| program.candidate.name == "minimal").and_then(to_floor) {
        let verdict = if own <= floor + RESIDENT_MAX_KB { "met" } else { "missed" };
        let _ = writeln!(text, "goal: minimal's RSS at most {RESIDENT_MAX_KB} KiB above the floor's: {verdict}");
    }
    text.push('\n');
    text
}

fn shown(ratio: Ratio) -> String {
    format!("{:.3}  [{:.3}, {:.3}]", ratio.median, ratio.low, ratio.high)
}

/// Formats nanoseconds as milliseconds with one decimal place.
fn milliseconds(ns: u64) -> String {
    let tenths = (ns + 50_000) / 100_000;
    format!("{}.{}", grouped(tenths / 10), tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn milliseconds_has_one_decimal_place() {
        for (ns, text) in [(0, "0.0"), (49_999, "0.0"), (50_000, "0.1"), (163_449_000, "163.4"), (2_000_000_000, "2,000.0")] {
            assert_eq!(milliseconds(ns), text);
        }
    }
}
