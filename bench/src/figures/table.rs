//! Every figure as a table, and the conditions that it was measured under; pure.

use super::bench::Bench;
use super::summaries::Summaries;
use super::{conditions, figure, hosts, list};
use std::fmt::Write as _;

/// Returns the table, and its conditions.
#[must_use]
pub fn text(summaries: &Summaries) -> String {
    let mut text =
        String::from("| figure | calls, instructions, faults | over hosts | value | goal | | command |\n|---|---|---|---|---|---|---|\n");
    for figure in list::figures(summaries) {
        let goal = figure.goal.map_or_else(String::new, figure::Goal::text);
        let counts = figure.counts.as_deref().unwrap_or_default();
        let range = hosts::range(&summaries.hosts, &figure.what).unwrap_or_default();
        let (figure_text, verdict) = (figure.text(), figure.verdict());
        let _ = writeln!(text, "| {} | {counts} | {range} | {figure_text} | {goal} | {verdict} | `{}` |", figure.what, figure.command);
    }
    text.push('\n');
    let measured = Bench::ALL.into_iter().filter_map(|bench| Some((bench, &summaries.of(bench)?["conditions"])));
    for (index, (bench, of)) in measured.enumerate() {
        if index == 0 {
            let _ = writeln!(text, "Measured on {}. To measure again: `just peers && just bench-all figures`.\n", conditions::machine(of));
        }
        let _ = writeln!(text, "- `{}`: {}.", bench.command(), conditions::run(of));
    }
    text
}
