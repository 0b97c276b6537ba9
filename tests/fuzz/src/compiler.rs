//! All passes of the Ruchy compiler, its printer and its diagnostics, on any file.

use ruchy::diagnostic::{Diagnostic, Diagnostics, json_line, render};
use ruchy::modules::read_source;
use ruchy::parser::parse_file;
use ruchy::print::{canonical, same};
use ruchy::source::{Source, Sources};
use ruchy::span::FileId;
use ruchy::tree::Body;
use ruchy::tree::check::check as check_tree;
use std::path::Path;

/// Most steps of the parser per token.
const STEPS_PER_TOKEN: u64 = 40;

/// Parses a file, and checks its tree and its diagnostics. A file without errors must print
/// unchanged, and in a layout that parses as the same program.
pub fn check(bytes: &[u8]) {
    let (source, error) = read_source(FileId(0), "fuzz.ruchy", bytes.to_vec());
    let (body, diagnostics) = read(&source);
    let mut sources = Sources::new();
    sources.add(source);
    for diagnostic in diagnostics.iter().chain(&error) {
        check_diagnostic(diagnostic, &sources);
    }
    if diagnostics.has_errors() {
        return;
    }
    let source = sources.get(FileId(0));
    assert_eq!(same(&body, source), source.text);
    compile(&source.text);
    let once = canonical(&body);
    let (again, diagnostics) = read(&Source::new(FileId(0), "canonical.ruchy", once.as_str()));
    assert!(!diagnostics.has_errors(), "{once}\n{diagnostics:?}");
    assert_eq!(once, canonical(&again));
}

fn read(source: &Source) -> (Body, Diagnostics) {
    let mut nodes = 0;
    let parsed = ruchy::stack::with_deep_stack(|| parse_file(source, &mut nodes));
    assert!(parsed.steps <= STEPS_PER_TOKEN * parsed.tokens as u64, "{} steps for {} tokens", parsed.steps, parsed.tokens);
    assert_eq!(check_tree(&parsed.body, source, nodes), Ok(()));
    (parsed.body, parsed.diagnostics)
}

/// Compiles a program with all passes.
fn compile(text: &str) {
    let mut loader = |path: &Path| Ok((path == Path::new("fuzz.ruchy")).then(|| text.as_bytes().to_vec()));
    let compiled = ruchy::compile(Path::new("fuzz.ruchy"), &mut loader);
    for diagnostic in compiled.diagnostics.iter() {
        check_diagnostic(diagnostic, &compiled.sources);
    }
}

fn check_diagnostic(diagnostic: &Diagnostic, sources: &Sources) {
    assert!(!diagnostic.message.contains('\n') && !diagnostic.message.is_empty());
    let text = render(diagnostic, sources);
    assert!(text.contains("fuzz.ruchy:"), "{text}");
    let line: serde_json::Value = serde_json::from_str(&json_line(diagnostic, sources)).expect("a line of JSON");
    assert_eq!(line["rendered"], text);
}
