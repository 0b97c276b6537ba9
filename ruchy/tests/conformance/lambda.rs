//! Functions as authors write them, with the transcript of their invocations.
//!
//! `NAME.out` has `> ` an event, `| ` a line of the log, `~ ` what was streamed, `< ` the response, `! ` a failure. `+ ` continues an entry.

use crate::corpus;
use crate::functions::{self, Function};
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn functions_answer_as_expected() {
    let sources = functions::sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lambda"));
    let function = |source: &std::path::PathBuf| {
        let (events, expected) = transcript(&fs::read_to_string(source.with_extension("out")).unwrap());
        Function { name: functions::name(source), source: fs::read(source).unwrap(), events, expected }
    };
    functions::check("lambda", &sources.iter().map(function).collect::<Vec<_>>(), corpus::difference);
}

/// The programs `rust_*` are Rust but for `fun`, and their transcripts are what rustc's own program
/// prints.
#[test]
fn programs_in_rust_print_the_same_by_rustc() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let sources = functions::sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lambda"));
    let mut checked = 0;
    for source in sources.iter().filter(|source| functions::name(source).starts_with("rust_")) {
        let (events, expected) = transcript(&fs::read_to_string(source.with_extension("out")).unwrap());
        let text = fs::read_to_string(source).unwrap().replace("pub fun ", "pub fn ");
        let main = format!("fn main() {{ println!(\"< {{}}\", lambda_handler({:?})); }}\n", events[0]);
        let (file, program) = (folder.join("by_rustc.rs"), folder.join("by_rustc"));
        fs::write(&file, text + &main).unwrap();
        let compiler = Command::new("rustc").args(["--edition", "2024", "-Awarnings", "-o"]).arg(&program).arg(&file).output().unwrap();
        assert!(compiler.status.success(), "{}: {}", source.display(), String::from_utf8_lossy(&compiler.stderr));
        let output = Command::new(&program).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<String> =
            printed.lines().map(|line| if line.starts_with("< ") { line.to_owned() } else { format!("| {line}") }).collect();
        assert_eq!(lines, expected, "{}", source.display());
        checked += 1;
    }
    assert_eq!(checked, 5);
}

/// Runs functions that are not part of this repository: `CONFORMANCE_FUNCTIONS_IN=FOLDER` names a folder with `NAME.ruchy` and `NAME.out`. Where
/// the latter holds only events, the transcript is printed to be read.
#[test]
#[ignore = "needs a folder of functions"]
fn functions_of_a_folder() {
    let Some(folder) = std::env::var_os("CONFORMANCE_FUNCTIONS_IN").map(std::path::PathBuf::from) else {
        println!("CONFORMANCE_FUNCTIONS_IN names no folder: nothing is run");
        return;
    };
    let sources = functions::sources(&folder);
    let function = |source: &std::path::PathBuf| {
        let (events, expected) = transcript(&fs::read_to_string(source.with_extension("out")).unwrap());
        Function { name: functions::name(source), source: fs::read(source).unwrap(), events, expected }
    };
    functions::check("outside", &sources.iter().map(function).collect::<Vec<_>>(), |expected, actual| {
        if expected.is_empty() {
            Some(format!("no transcript is expected; it is\n{}", actual.join("\n")))
        } else {
            corpus::difference(expected, actual)
        }
    });
}

/// The events of a transcript, and its other lines.
fn transcript(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut events, mut expected): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut in_event = false;
    for line in text.lines() {
        if let Some(event) = line.strip_prefix('>') {
            events.push(event.strip_prefix(' ').unwrap_or(event).to_owned());
            in_event = true;
        } else if let (true, Some(more)) = (in_event, line.strip_prefix("+ ")) {
            let event = events.last_mut().expect("an event was begun");
            event.push('\n');
            event.push_str(more);
        } else {
            in_event = false;
            expected.push(line.to_owned());
        }
    }
    (events, expected)
}
