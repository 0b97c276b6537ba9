//! The table of semantics, row by row: what each construct prints, where it panics, where it is refused.

use crate::batch::{self, Program};
use crate::case::{self, Case};
use crate::compiler;
use crate::corpus::{self, Outcome};
use crate::mistakes;
use std::path::Path;

fn identifier(case: &Case) -> String {
    format!("case_{}", case.name.replace('/', "_"))
}

#[test]
fn semantics_are_those_of_the_table() {
    let cases = case::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/semantics"));
    let compiled: Vec<_> = cases.iter().map(|case| compiler::compile(case.source.as_bytes())).collect();
    let programs: Vec<Program> = cases
        .iter()
        .zip(&compiled)
        .filter_map(|(case, compiled)| Some(Program { name: identifier(case), rust: compiled.clone().ok()? }))
        .collect();
    let batch = batch::build("semantics", &programs);
    let outcome = |(case, compiled): (&Case, &compiler::Compiled)| {
        let fault = match compiled {
            Err(reports) if case.diagnostics.is_empty() => Some(format!("refused: {}", compiler::shown(reports))),
            Err(reports) => mistakes::fault(case, reports),
            Ok(_) if !case.diagnostics.is_empty() => Some(format!("accepted; expected {:?}", case.diagnostics)),
            Ok(_) => match batch.refused.get(&identifier(case)) {
                Some(error) => Some(format!("rustc refuses it: {error}")),
                None => corpus::difference(&transcript(case), &lines(&batch.run(&identifier(case), &[]))),
            },
        };
        Outcome { case: case.name.clone(), fault, warning: batch.warned.get(&identifier(case)).cloned() }
    };
    let outcomes: Vec<Outcome> = cases.iter().zip(&compiled).map(outcome).collect();
    corpus::conclude("semantics", &outcomes);
}

fn transcript(case: &Case) -> Vec<String> {
    let mut lines: Vec<String> = case.log.iter().map(|line| format!("| {line}")).collect();
    lines.extend(case.panic.iter().map(|panic| format!("* {}: {}", panic.place.line, panic.words.join(" "))));
    lines
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
