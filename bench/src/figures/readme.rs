//! The figures as a block of README.md, between two marks; pure.

use super::bench::Bench;
use super::summaries::Summaries;
use super::{conditions, hosts, list};
use crate::Error;
use std::fmt::Write as _;
use std::path::Path;

/// What the block stands between, each on a line of its own.
pub const BEGIN: &str = "<!-- figures: `just figures` writes what stands below, and not by hand -->";
pub const END: &str = "<!-- end of the figures -->";

/// The table, and what it was measured under.
#[must_use]
pub fn block(summaries: &Summaries) -> String {
    let mut text = String::from(
        "| what | calls, instructions, faults | over hosts | figure | goal | | measured by |\n|---|---|---|---|---|---|---|\n",
    );
    for figure in list::figures(summaries) {
        let goal = figure.goal.map_or_else(String::new, super::figure::Goal::text);
        let counts = figure.counts.as_deref().unwrap_or_default();
        let range = hosts::range(&summaries.hosts, &figure.what).unwrap_or_default();
        let (figure_text, verdict) = (figure.text(), figure.verdict());
        let _ = writeln!(text, "| {} | {counts} | {range} | {figure_text} | {goal} | {verdict} | `{}` |", figure.what, figure.command);
    }
    text.push('\n');
    let measured = Bench::ALL.into_iter().filter_map(|bench| Some((bench, &summaries.of(bench)?["conditions"])));
    for (index, (bench, of)) in measured.enumerate() {
        if index == 0 {
            let _ = writeln!(text, "Measured on {}; `just peers && just bench-all figures` does it again.", conditions::machine(of));
        }
        let _ = writeln!(text, "`{}`: {}.", bench.command(), conditions::run(of));
    }
    text.push_str("Starts are of the file with all functions that come with it, memory is of `minimal` alone.\n");
    text.push_str(
        "System calls, user instructions and page faults are those from exec to `GET next`; no host changes them. `bench/results/hosts.json` has the \
         hosts that the ranges are over.\n",
    );
    text.push_str("Ratios are medians of rounds in which both took part; in brackets, where they lie with 95 % confidence.\n");
    text
}

/// `text`, of the file `path`, with the block of these summaries.
///
/// # Errors
/// [`Error::NoMarks`]; [`Error::Results`] where they are not all of one commit.
pub fn renewed(path: &Path, text: &str, summaries: &Summaries) -> Result<String, Error> {
    summaries.check_one_commit()?;
    let no_marks = || Error::NoMarks { path: path.to_owned(), begin: BEGIN, end: END };
    let (before, rest) = text.split_once(&format!("{BEGIN}\n")).ok_or_else(no_marks)?;
    let (_, after) = rest.split_once(&format!("{END}\n")).ok_or_else(no_marks)?;
    Ok(format!("{before}{BEGIN}\n{}{END}\n{after}", block(summaries)))
}
