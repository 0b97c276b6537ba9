//! The eleven tests of what is deployed: against the unchanged stand-in, and with each made to pass
//! and to fail.

use crate::stand_in::{FIBONACCI, MINIMAL, Outcome, StandIn, root};
use crate::starts::{peers, say};
use ruchy_lambda_cli::engine::recipe::Recipe;
use std::io::Write as _;
use std::path::Path;

const TESTS: usize = 11;

/// A stand-in with both functions.
fn deployed() -> StandIn {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    aws.deploy("fibonacci", &FIBONACCI, &["--create-role"]).well();
    aws
}

fn link() -> String {
    ruchy_lambda_cli::link::name(root(), &Recipe::of_environment().unwrap()).unwrap()
}

fn validate(aws: &StandIn, minimal: &Path, fibonacci: &Path, peers: &Path, arguments: &[&str]) -> Outcome {
    let [minimal, fibonacci, peers] = [minimal, fibonacci, peers].map(|path| path.display().to_string());
    let key = format!("{}-minimal", link());
    let mut all =
        vec!["test-aws", "--minimal", &minimal, "--fibonacci", &fibonacci, "--peers-folder", &peers, "--key", &key, "--rounds", "1"];
    all.extend(arguments);
    aws.run(&all)
}

/// The word that each test ended with, in order.
fn words(outcome: &str) -> Vec<&str> {
    // The result of a test may span several lines, and the last line counts the tests.
    let is_numbered = |line: &&str| line.get(..3).is_some_and(|number| number.ends_with(' ') && number.trim().parse::<usize>().is_ok());
    let word = |line: &str| ["passed", "FAILED", "not shown"].into_iter().find(|word| line[3..].starts_with(word)).unwrap_or("?");
    outcome.lines().filter(is_numbered).take(TESTS).map(word).collect()
}

#[test]
fn validation_passes_against_the_stand_in() {
    let aws = deployed();
    let none = tempfile::tempdir().unwrap();
    let outcome = validate(&aws, &MINIMAL, &FIBONACCI, none.path(), &["--stand-in"]).well();
    // Past the test's captured output: what was not shown is to be seen.
    writeln!(std::io::stderr(), "\nminimal and fibonacci, deployed to the stand-in:\n{outcome}").unwrap();
    let mut expected = ["passed"; TESTS];
    expected[5..9].fill("not shown");
    assert_eq!(words(&outcome), expected, "{outcome}");
    assert!(outcome.ends_with("11 tests: 7 passed, 0 failed, 4 not shown\n"), "{outcome}");
}

#[test]
fn all_eleven_pass_where_everything_is_as_promised() {
    let aws = deployed();
    let peers = peers(&["cpp", "rust-tokio", "go"]);
    say(&aws, "minimal", 7.5, 13);
    for peer in ["cpp", "rust-tokio", "go"] {
        say(&aws, &format!("ruchy-lambda-peer-{peer}"), 20.0, 17);
    }
    let outcome = validate(&aws, &MINIMAL, &FIBONACCI, peers.path(), &["--yes"]).well();
    assert_eq!(words(&outcome), ["passed"; TESTS], "{outcome}");
}

#[test]
fn each_validation_test_can_fail() {
    let aws = deployed();
    let peers = peers(&["cpp", "rust-tokio", "go"]);
    let small = peers.path().join("budgets.toml");
    std::fs::write(&small, format!("[{}-minimal]\ntotal = 1000\nzip = 1000\n", link())).unwrap();
    say(&aws, "minimal", 30.0, 17);
    for peer in ["cpp", "rust-tokio", "go"] {
        say(&aws, &format!("ruchy-lambda-peer-{peer}"), 20.0, 17);
    }
    aws.tell("/stand-in/answer/minimal", r#"{"statusCode":200,"body":"ko"}"#);
    aws.tell("/stand-in/answer/fibonacci", r#"{"statusCode":200,"body":"fibonacci(35)=9227464"}"#);
    // Each in the other's place: neither is deployed as it was packed.
    let arguments = ["--yes", "--budgets", small.to_str().unwrap()];
    let outcome = validate(&aws, &FIBONACCI, &MINIMAL, peers.path(), &arguments);
    let mut expected = ["FAILED"; TESTS];
    expected[10] = "passed";
    assert_eq!((outcome.code, words(&outcome.out)), (1, expected.to_vec()), "{}", outcome.out);
    aws.tell("/stand-in/answer/minimal", r#"{"errorType":"Function.Error"}"#);
    let none = tempfile::tempdir().unwrap();
    let outcome = validate(&aws, &MINIMAL, &FIBONACCI, none.path(), &["--yes"]);
    assert!(
        outcome.code == 1 && words(&outcome.out)[10] == "FAILED" && outcome.out.contains("the 1. failed: Unhandled"),
        "{}",
        outcome.out
    );
}

#[test]
fn validation_without_a_deployment_passes_only_the_size() {
    let aws = StandIn::start();
    let none = tempfile::tempdir().unwrap();
    let outcome = validate(&aws, &MINIMAL, &FIBONACCI, none.path(), &["--stand-in"]);
    let mut expected = ["FAILED"; TESTS];
    expected[0] = "passed";
    assert_eq!((outcome.code, words(&outcome.out)), (1, expected.to_vec()), "{}", outcome.out);
    assert!(outcome.out.contains("it does not exist: `just deploy minimal --create-role`"), "{}", outcome.out);
}
