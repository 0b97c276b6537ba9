//! The compiler under test, as the corpora use it.

use crate::case::Place;
use ruchy::diagnostic::{Diagnostic, Diagnostics, render};
use ruchy::modules::{Loader, parse};
use ruchy::source::Sources;
use ruchy::tree::Program;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// An error: where it points, and all of its text in lower case.
#[derive(Clone, Debug)]
pub struct Report {
    pub place: Place,
    pub text: String,
}

/// The Rust, or what is reported.
pub type Compiled = Result<String, Vec<Report>>;

/// A program that is one file in memory.
struct OneFile<'text>(&'text [u8]);

const FILE: &str = "program.ruchy";

impl Loader for OneFile<'_> {
    fn load(&mut self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        Ok((path == Path::new(FILE)).then(|| self.0.to_vec()))
    }
}

/// The Rust of `source`, or what is reported. A panic of the compiler is a report at 0:0.
pub fn compile(source: &[u8]) -> Compiled {
    let result = catch_unwind(AssertUnwindSafe(|| compiled(source)));
    result.unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        let text = format!("the compiler panicked: {}", message.unwrap_or_default());
        Err(vec![Report { place: Place { line: 0, column: 0 }, text }])
    })
}

fn compiled(source: &[u8]) -> Compiled {
    let compiled = ruchy::compile(Path::new(FILE), &mut OneFile(source));
    match compiled.rust {
        Some(rust) => Ok(rust),
        None => Err(reports(&compiled.diagnostics, &compiled.sources)),
    }
}

/// The tree of `source`.
pub fn parsed(source: &[u8]) -> Program {
    parse(Path::new(FILE), &mut OneFile(source)).program
}

/// What the parser and the rules for the tree report.
pub fn syntax(source: &[u8]) -> Vec<Report> {
    let mut parsed = parse(Path::new(FILE), &mut OneFile(source));
    if !parsed.diagnostics.has_errors() {
        let mut errors = Vec::new();
        ruchy::rules::check(&parsed.program, &ruchy::rules::all_nodes(&parsed.program), &mut errors);
        for error in errors {
            parsed.diagnostics.push(error);
        }
    }
    reports(&parsed.diagnostics, &parsed.sources)
}

fn reports(diagnostics: &Diagnostics, sources: &Sources) -> Vec<Report> {
    let report = |diagnostic: &Diagnostic| {
        let position = sources.get(diagnostic.span.file).position(diagnostic.span.start);
        let place = Place { line: position.line, column: position.column };
        Report { place, text: render(diagnostic, sources).to_lowercase() }
    };
    diagnostics.sorted().into_iter().filter(|diagnostic| diagnostic.is_error()).map(report).collect()
}

/// The reports in one line each, without the source.
pub fn shown(reports: &[Report]) -> String {
    let shown = |report: &Report| format!("{}:{} {}", report.place.line, report.place.column, report.text.replace('\n', " / "));
    reports.iter().map(shown).collect::<Vec<_>>().join("; ")
}
