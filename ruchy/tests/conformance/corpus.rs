//! The result of a corpus: what was expected, what came, and the summary that is printed.

use crate::{facade, open};
use std::fmt::Write as _;
use std::fs;

/// The name of the entry that allows warnings.
const WARNINGS: &str = "#warnings";

/// The outcome of one case: nothing when it is right.
pub struct Outcome {
    pub case: String,
    pub fault: Option<String>,
    /// What rustc warns of in the emitted Rust.
    pub warning: Option<String>,
}

/// Prints `CORPUS: N of M right` and what is wrong, writes all of it to `target/conformance/CORPUS.txt`, and fails where the list of open
/// cases is not exactly what is wrong. `CORPUS/#warnings: N` in that list allows N programs that rustc warns of.
pub fn conclude(corpus: &str, outcomes: &[Outcome]) {
    let open = open::of(corpus);
    let right = outcomes.iter().filter(|outcome| outcome.fault.is_none()).count();
    let warned = outcomes.iter().filter(|outcome| outcome.warning.is_some()).count();
    let warned_allowed = open.get(WARNINGS).map_or(0, |count| count.parse::<usize>().expect("a count of programs"));
    let mut summary = format!("{corpus}: {right} of {} right, {warned} with warnings\n", outcomes.len());
    let (mut broken, mut fixed) = (Vec::new(), Vec::new());
    for Outcome { case, fault, warning } in outcomes {
        if let Some(warning) = warning {
            writeln!(summary, "WARNED {corpus}/{case}: {warning}").unwrap();
        }
        match (fault, open.get(case.as_str())) {
            (Some(fault), reason) => {
                let state = reason.map_or("WRONG".to_owned(), |reason| format!("open ({reason})"));
                writeln!(summary, "{state} {corpus}/{case}: {fault}").unwrap();
                if reason.is_none() {
                    broken.push(case.as_str());
                }
            }
            (None, Some(_)) => fixed.push(case.as_str()),
            (None, None) => {}
        }
    }
    fs::write(facade::folder().join(corpus).with_extension("txt"), &summary).unwrap();
    println!("{summary}");
    let unknown: Vec<_> = open.keys().filter(|name| **name != WARNINGS && !outcomes.iter().any(|outcome| outcome.case == **name)).collect();
    assert!(unknown.is_empty(), "open.txt names cases that do not exist: {unknown:?}");
    if !fixed.is_empty() || warned < warned_allowed {
        println!("{corpus}: remove from open.txt what passes now: {fixed:?}, {warned} with warnings");
    }
    assert!(warned <= warned_allowed, "rustc warns of {warned} programs of {corpus}; open.txt has {warned_allowed}");
    assert!(broken.is_empty(), "{} cases of {corpus} are wrong: {broken:#?}", broken.len());
}

/// The first line in which two texts differ.
pub fn difference(expected: &[String], actual: &[String]) -> Option<String> {
    let length = expected.len().max(actual.len());
    (0..length).find_map(|index| {
        let (expected, actual) = (expected.get(index), actual.get(index));
        let matches = match (expected, actual) {
            (Some(expected), Some(actual)) => line_matches(expected, actual),
            _ => false,
        };
        let shown = |line: Option<&String>| line.map_or("the end".to_owned(), |line| format!("`{line}`"));
        (!matches).then(|| format!("expected {}, found {}", shown(expected), shown(actual)))
    })
}

/// Whether the transcript's line is the one expected; of a panic, the line and each word of the message.
fn line_matches(expected: &str, actual: &str) -> bool {
    let Some((line, words)) = expected.strip_prefix("* ").and_then(|rest| rest.split_once(": ")) else {
        return expected == actual;
    };
    actual.strip_prefix("* ").and_then(|rest| rest.split_once(": ")).is_some_and(|(actual_line, message)| {
        line == actual_line && words.split_whitespace().all(|word| message.to_lowercase().contains(&word.to_lowercase()))
    })
}
