//! Programs with mistakes: each must be reported in one run, at its place, in words that name it, and nothing else.

use crate::case::{self, Case};
use crate::compiler::{self, Report};
use crate::corpus::{self, Outcome};
use std::path::Path;

#[test]
fn mistakes_are_reported_where_they_are() {
    let cases = case::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes"));
    let outcome = |case: &Case| {
        let fault = match compiler::compile(case.source.as_bytes()) {
            Ok(_) => Some(format!("accepted; expected {:?}", case.diagnostics)),
            Err(reports) => fault(case, &reports),
        };
        Outcome { case: case.name.clone(), fault, warning: None }
    };
    corpus::conclude("mistakes", &cases.iter().map(outcome).collect::<Vec<_>>());
}

/// What is wrong with `reports`, where they are not those that `case` expects.
pub fn fault(case: &Case, reports: &[Report]) -> Option<String> {
    let mut left: Vec<&Report> = reports.iter().collect();
    for expected in &case.diagnostics {
        let says = |report: &&Report| expected.words.iter().all(|word| report.text.contains(&word.to_lowercase()));
        let Some(index) = left.iter().position(|report| report.place == expected.place && says(report)) else {
            return Some(format!(
                "expected {}:{} {:?}, found {}",
                expected.place.line,
                expected.place.column,
                expected.words,
                compiler::shown(reports)
            ));
        };
        left.remove(index);
    }
    left.first().map(|_| format!("reports too much: {}", compiler::shown(reports)))
}
