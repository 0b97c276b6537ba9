//! Measuring preserves the variables of functions, which may be secret, and restores them
//! afterwards.

use crate::bounded::output;
use crate::stand_in::{FIBONACCI, MINIMAL, StandIn};
use crate::starts::say;
use serde_json::{Value, json};

/// A function with a variable, in a stand-in that would say how it starts.
fn deployed() -> StandIn {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let mine = r#"{"Variables":{"MINE":"a-secret"}}"#;
    aws.aws(&["lambda", "update-function-configuration", "--function-name", "minimal", "--environment", mine]).unwrap();
    say(&aws, "minimal", 7.5, 13);
    aws
}

fn variables(aws: &StandIn, function: &str) -> Value {
    aws.function(function).unwrap()["Configuration"]["Environment"]["Variables"].clone()
}

fn bench(aws: &StandIn, functions: &[&str]) -> crate::stand_in::Outcome {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("aws.json").display().to_string();
    aws.run(&[&["bench-aws"], functions, &["--rounds", "2", "--peers", "", "--yes", "--out", &out]].concat())
}

#[test]
fn variables_that_cannot_be_read_are_not_overwritten() {
    let aws = deployed();
    let unread = r#"{"MemorySize":128,"RevisionId":"1","Environment":{"Error":{"ErrorCode":"AccessDeniedException","Message":"KMS access was denied."}}}"#;
    aws.interfere(&format!("*' get-function-configuration '*) echo '{unread}'; exit;;"));
    let outcome = bench(&aws, &["minimal"]).failed();
    assert!(
        outcome.contains("its variables cannot be read, so they are not touched, and it is not measured: KMS access was denied."),
        "{outcome}"
    );
    assert_eq!(variables(&aws, "minimal"), json!({"MINE": "a-secret"}));
}

#[test]
fn unreadable_variables_are_not_treated_as_none() {
    let aws = deployed();
    aws.interfere("*' get-function-configuration '*) echo '{\"MemorySize\":128,\"Environment\":{\"Variables\":{\"MINE\":\"a-se'; exit;;");
    let outcome = bench(&aws, &["minimal"]).failed();
    assert!(outcome.contains("the output of `aws` is not JSON"), "{outcome}");
    assert_eq!(variables(&aws, "minimal"), json!({"MINE": "a-secret"}));
}

#[test]
fn variables_are_restored_in_any_locale() {
    let aws = deployed();
    let theirs = r#"{"Variables":{"MINE":"sch\u00f6n \u2603"}}"#;
    aws.aws(&["lambda", "update-function-configuration", "--function-name", "minimal", "--environment", theirs]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut command = aws.command(crate::stand_in::PROGRAM);
    command.args(["bench-aws", "minimal", "--rounds", "1", "--peers", "", "--yes", "--out"]).arg(folder.path().join("aws.json"));
    // A locale without any letter of them, and a Python that is not to know better by itself.
    command.env("LC_ALL", "C").env("PYTHONUTF8", "0").env("PYTHONCOERCECLOCALE", "0");
    let output = output(&mut command);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(variables(&aws, "minimal"), json!({"MINE": "schön ☃"}));
}

#[test]
fn variables_are_passed_by_private_file_and_revision() {
    let aws = deployed();
    let folder = tempfile::tempdir().unwrap();
    let seen = folder.path().join("seen");
    // The file after `file://`, as it is when the CLI is about to read it.
    let note = r#"echo "$*" >> SEEN; for a in "$@"; do case "$a" in file://*) stat -c %a "${a#file://}" >> SEEN; cat "${a#file://}" >> SEEN;; esac; done;;"#;
    aws.interfere(&format!("*' update-function-configuration '*) {}", note.replace("SEEN", &seen.display().to_string())));
    bench(&aws, &["minimal"]).well();
    let seen = std::fs::read_to_string(seen).unwrap();
    let (inputs, others): (Vec<&str>, Vec<&str>) =
        seen.split_inclusive('\n').flat_map(|line| line.split_inclusive('}')).partition(|part| part.contains("MINE"));
    assert_eq!(inputs.len(), 3, "{seen}");
    assert!(others.iter().filter(|line| line.trim() == "600").count() == 3 && !others.concat().contains("a-secret"), "{seen}");
    assert_eq!(seen.matches("\"RevisionId\":\"").count(), 3, "{seen}");
    assert_eq!(variables(&aws, "minimal"), json!({"MINE": "a-secret"}));
}

#[test]
fn measure_names_functions_it_cannot_restore() {
    let aws = deployed();
    aws.deploy("fibonacci", &FIBONACCI, &["--role", "ruchy-lambda-minimal"]).well();
    aws.tell("/stand-in/answer/fibonacci", "{\"errorType\":\"Function.Error\"}");
    // Restoring minimal fails: what is written has no variable of ours.
    let branch = r#"*' update-function-configuration --function-name minimal '*) for a in "$@"; do case "$a" in file://*) grep -q COLD_START "${a#file://}" || refuse PreconditionFailedException UpdateFunctionConfiguration;; esac; done;;"#;
    aws.interfere(branch);
    let outcome = bench(&aws, &["minimal", "fibonacci"]).failed();
    let (reason, left) = outcome.split_once("Left behind: ").unwrap_or_else(|| panic!("{outcome}"));
    assert!(reason.contains("fibonacci failed (Unhandled)"), "{outcome}");
    assert!(
        left.contains("minimal may have the variable RUCHY_LAMBDA_COLD_START in addition to its own (UpdateFunctionConfiguration: "),
        "{outcome}"
    );
    assert!(!left.contains("fibonacci"), "{outcome}");
    assert_eq!(variables(&aws, "minimal")["MINE"], "a-secret");
    assert!(variables(&aws, "minimal")["RUCHY_LAMBDA_COLD_START"].is_string(), "seed 1 starts minimal first");
    assert!(variables(&aws, "fibonacci")["RUCHY_LAMBDA_COLD_START"].is_null());
    // The next run that ends well takes it out.
    aws.interfere("");
    bench(&aws, &["minimal"]).well();
    assert_eq!(variables(&aws, "minimal"), json!({"MINE": "a-secret"}));
}

#[test]
fn measure_keeps_variables_of_other_clients() {
    let aws = deployed();
    let changes = r#"{"Variables":{"MINE":"changed"}}"#;
    let aws_cli = crate::stand_in::root().join(".venv/aws/bin/aws");
    let branch = format!(
        "*' invoke '*) '{}' lambda update-function-configuration --region eu-central-1 --function-name minimal --environment '{changes}' >/dev/null;;",
        aws_cli.display()
    );
    aws.interfere(&branch);
    let outcome = bench(&aws, &["minimal"]).failed();
    assert!(outcome.contains("another client has changed its variables meanwhile; they are left unchanged"), "{outcome}");
    assert_eq!(variables(&aws, "minimal"), json!({"MINE": "changed"}));
}
