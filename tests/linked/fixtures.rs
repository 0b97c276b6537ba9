//! Runs every fixture through its function under AWS's own emulator: fixtures of the shipped
//! functions, of functions that a user adds, and of the templates as `just new` writes them.

use crate::emulator::Emulator;
use crate::support::bootstrap::{MISBEHAVING, build, root};
use ruchy_lambda_cli::fixtures::answer::Answer;
use ruchy_lambda_cli::fixtures::{self, Case, Expected, difference};
use ruchy_lambda_cli::functions::{fixtures_folder, fixtures_of, select};
use ruchy_lambda_cli::home::Home;
use ruchy_lambda_cli::{new, test_handlers};
use std::path::{Path, PathBuf};

/// Returns the answer that `emulator` gives to the event of `case`.
fn answer(emulator: &Emulator, case: &Case) -> Answer {
    let (_, body) = emulator.invoke(&case.event);
    match case.expected {
        Some(Expected::Error(_)) => Answer::of_error(&body),
        _ => Answer::of_response(&body),
    }
}

/// Returns the faults of the functions in `folder` and their fixtures; `bootstrap` contains the
/// functions.
fn faults(folder: &Path, bootstrap: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    let functions = select(&[folder.to_owned()], &[]).unwrap();
    for function in &functions {
        let cases = fixtures::read(&fixtures_of(function)).unwrap();
        if cases.is_empty() {
            faults.push(format!("{} {}", function.name, test_handlers::text::no_fixtures(&Home::Repository, function)));
            continue;
        }
        let emulator = Emulator::start(bootstrap, &function.name);
        for case in cases {
            let fault = match &case.expected {
                Some(expected) => difference::between(expected, &answer(&emulator, &case)),
                None => Some(format!("no expected response: `just test-handlers --accept {}`", function.name)),
            };
            faults.extend(fault.map(|fault| format!("{} {}: {fault}", function.name, case.name)));
        }
    }
    let of_functions: Vec<PathBuf> = functions.iter().map(fixtures_of).collect();
    let strays = test_handlers::strays_in(&[fixtures_folder(folder)], &of_functions).unwrap();
    faults.extend(strays.into_iter().map(|folder| format!("{}: no function has this name", folder.display())));
    faults
}

fn assert_as_expected(folder: &Path, bootstrap: &Path) {
    let faults = faults(folder, bootstrap);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn functions_answer_their_fixtures() {
    assert_as_expected(&root().join("handlers/functions"), &MISBEHAVING);
}

#[test]
fn templates_build_without_ruchy_and_answer_their_fixtures() {
    let templates = root().join("handlers/templates/functions");
    let project = tempfile::tempdir().unwrap();
    let functions = project.path().join("functions");
    let kinds: Vec<String> = select(std::slice::from_ref(&templates), &[]).unwrap().into_iter().map(|kind| kind.name).collect();
    for kind in &kinds {
        new::write(&format!("my_{kind}"), kind, std::slice::from_ref(&templates), std::slice::from_ref(&functions)).unwrap();
    }
    assert_as_expected(&functions, &build(&[], &[("RUCHY_LAMBDA_FUNCTIONS", functions.to_str().unwrap())]));
}

#[test]
fn fixtures_report_missing_and_stray_files() {
    let project = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path: PathBuf = project.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("functions/with.rs", "pub fn lambda_handler(event: &str) -> &str { event }");
    write("functions/without.rs", "pub fn lambda_handler(event: &str) -> &str { event }");
    write("fixtures/with/right.event.json", "{}");
    write("fixtures/with/right.response.json", "{}");
    write("fixtures/with/wrong.event.json", "1");
    write("fixtures/with/wrong.response.json", "2");
    write("fixtures/with/unknown.event.json", "1");
    write("fixtures/gone/first.event.json", "1");
    let functions = project.path().join("functions");
    let bootstrap = build(&[], &[("RUCHY_LAMBDA_FUNCTIONS", functions.to_str().unwrap())]);
    let faults = faults(&functions, &bootstrap);
    let has_fault = |part: &str| faults.iter().any(|fault| fault.contains(part));
    assert!(has_fault("with wrong: - 2\n+ 1") && has_fault("with unknown: no expected response"), "{faults:?}");
    assert!(has_fault("without has no fixtures. Write an event") && has_fault("fixtures/gone: no function has this name"), "{faults:?}");
    assert_eq!(faults.len(), 4, "{faults:?}");
}
