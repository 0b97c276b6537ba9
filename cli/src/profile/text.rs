//! A profile to read, and as JSON.

use super::counts::{Counts, UserFiles, first};
use super::result::{Profile, Times};
use crate::number::{grouped, microseconds};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

/// The number of functions that are printed.
const FUNCTIONS: usize = 15;

/// The label of a line after the last one: the recursion pass adds functions there.
const COPIES: &str = "(added by this tool: the entry, or copies of the pass over recursion, of which --as-written has the lines)";

/// The lines of the user's files.
#[derive(Debug, Default)]
pub struct Sources(BTreeMap<String, Vec<String>>);

impl Sources {
    /// The text of a line; empty if there is none.
    pub fn line(&mut self, files: &UserFiles, name: &str, line: u32) -> String {
        let lines = self.0.entry(name.to_owned()).or_insert_with(|| {
            let text = files.find(name).and_then(|(_, path)| fs::read_to_string(path).ok()).unwrap_or_default();
            text.lines().map(str::to_owned).collect()
        });
        match lines.get((line as usize).saturating_sub(1)) {
            Some(line) => line.trim().to_owned(),
            None if lines.is_empty() => String::new(),
            None => COPIES.to_owned(),
        }
    }
}

/// The profile as text.
#[must_use]
pub fn text(profile: &Profile) -> String {
    let Profile { counts, .. } = profile;
    let in_lines: u64 = counts.attribution.lines.values().map(|cost| first(&cost.own)).sum();
    let mut text = format!(
        "{}: instructions of {}, {} counted by {}\n\n{} instructions and {} allocations each; {} of the instructions in lines of the source, library code that is inlined there included\n\n",
        profile.name,
        profile.what,
        if counts.iterations == 1 { "1 run".to_owned() } else { format!("{} invocations", counts.iterations) },
        profile.tool,
        grouped(counts.each(counts.dump.total(0))),
        grouped(counts.each(counts.all_allocations())),
        grouped(counts.each(in_lines)),
    );
    let _ = writeln!(text, "{:>14}{:>14}{:>12}{:>8}  line", "own", "inclusive", "calls", "allocs");
    let mut sources = Sources::default();
    for (line, cost) in counts.lines() {
        let _ = writeln!(
            text,
            "{:>14}{:>14}{:>12}{:>8}  {}:{}  {}",
            grouped(counts.each(first(&cost.own))),
            grouped(counts.each(first(&cost.inclusive))),
            grouped(counts.each(cost.calls)),
            grouped(counts.each(counts.allocations.get(line).copied().unwrap_or(0))),
            line.file,
            line.line,
            sources.line(&profile.files, &line.file, line.line)
        );
    }
    let _ = writeln!(text, "\n{:>14}{:>14}{:>12}  function", "own", "inclusive", "calls");
    for (name, cost) in counts.functions().into_iter().take(FUNCTIONS) {
        let (own, inclusive, calls) = (counts.each(first(&cost.own)), counts.each(first(&cost.inclusive)), counts.each(cost.calls));
        let _ = writeln!(text, "{:>14}{:>14}{:>12}  {name}", grouped(own), grouped(inclusive), grouped(calls));
    }
    if let Some(times) = &profile.times {
        text += &times_line(times);
    }
    text
}

fn times_line(times: &Times) -> String {
    let Times { distribution, interval, samples, .. } = times;
    format!(
        "\n{samples} {} in µs: median {} (95 %: {} to {}), p90 {}, p99 {}, least {}\n",
        times.what,
        microseconds(distribution.median),
        microseconds(interval.0),
        microseconds(interval.1),
        microseconds(distribution.p90),
        microseconds(distribution.p99),
        microseconds(distribution.min),
    )
}

/// The profile as JSON. docs/toolchain/profile.md documents the members.
#[must_use]
pub fn result(profile: &Profile, conditions: &Value) -> Value {
    let times = profile.times.as_ref().map(|times| {
        json!({
            "what": times.what, "samples": times.samples, "median_ns": times.distribution.median,
            "median_interval_ns": [times.interval.0, times.interval.1], "p90_ns": times.distribution.p90,
            "p99_ns": times.distribution.p99, "min_ns": times.distribution.min,
        })
    });
    json!({
        "subject": profile.name, "input": profile.what,
        "method": { "tool": profile.tool, "events": profile.counts.dump.events },
        "counts": counts(&profile.counts), "times": times, "conditions": conditions,
    })
}

/// The counts, which are the same each time.
fn counts(counts: &Counts) -> Value {
    let lines = counts.lines().into_iter().map(|(line, cost)| {
        let allocations = counts.allocations.get(line).copied().unwrap_or(0);
        json!({ "file": line.file, "line": line.line, "own": cost.own, "inclusive": cost.inclusive, "calls": cost.calls, "allocations": allocations })
    });
    let functions = counts.functions().into_iter();
    let functions =
        functions.map(|(name, cost)| json!({ "function": name, "own": cost.own, "inclusive": cost.inclusive, "calls": cost.calls }));
    json!({
        "iterations": counts.iterations, "instructions": counts.dump.total(0), "allocations": counts.all_allocations(),
        "lines": lines.collect::<Vec<_>>(), "functions": functions.collect::<Vec<_>>(), "elsewhere": counts.attribution.elsewhere,
    })
}
