//! `bench-aws`, whose figures are put in the stand-in's mouth: what it reads, asks, writes, and
//! leaves as it was.

use crate::stand_in::{MINIMAL, StandIn, build};
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

/// A folder in which these peers are built: each is `minimal`, by another name.
pub fn peers(names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        std::fs::copy(build("minimal"), folder.path().join(name).join("bootstrap")).unwrap();
    }
    folder
}

/// Sets Lambda's report for a function of this name.
pub fn say(aws: &StandIn, function: &str, init_ms: f64, memory_mb: u64) {
    let line = format!(
        "Duration: 1.25 ms\tBilled Duration: 10 ms\tMemory Size: 128 MB\tMax Memory Used: {memory_mb} MB\tInit Duration: {init_ms:.2} ms\t"
    );
    aws.tell(&format!("/stand-in/report/{function}"), &line);
}

pub fn bench(aws: &StandIn, out: &Path, peers: &Path, arguments: &[&str]) -> crate::stand_in::Outcome {
    let (out, peers) = (out.display().to_string(), peers.display().to_string());
    let mut all = vec!["bench-aws", "minimal", "--rounds", "2", "--out", &out, "--peers-folder", &peers];
    all.extend(arguments);
    aws.run(&all)
}

#[test]
fn bench_aws_forces_starts_and_stores_every_value() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let mine = r#"{"Variables":{"MINE":"stays"}}"#;
    aws.aws(&["lambda", "update-function-configuration", "--function-name", "minimal", "--environment", mine]).unwrap();
    say(&aws, "minimal", 7.5, 13);
    say(&aws, "ruchy-lambda-peer-cpp", 21.25, 17);
    let (folder, peers) = (tempfile::tempdir().unwrap(), peers(&["cpp"]));
    let out = folder.path().join("aws.json");
    let outcome = bench(&aws, &out, peers.path(), &["--peers", "cpp,go", "--yes"]);
    assert!(outcome.err.contains("6 invocations of functions with up to 128 MB cost at most 0.00002 US dollars"), "{}", outcome.err);
    let table = outcome.well();
    let row =
        |name: &str| table.lines().find(|line| line.starts_with(name)).map(|line| line.split_whitespace().skip(1).collect::<Vec<_>>());
    assert_eq!(row("minimal ").unwrap(), ["2", "7.50", "7.50", "7.50", "7.50", "1.25", "ms", "13", "MB"], "{table}");
    assert_eq!(row("cpp ").unwrap(), ["2", "21.25", "21.25", "21.25", "21.25", "1.25", "ms", "17", "MB"], "{table}");
    assert!(table.contains("go: not measured, it is not built: `just peers go`\n"), "{table}");
    let results: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    assert_eq!(results["functions"][0]["samples"].as_array().map(Vec::len), Some(2));
    assert_eq!(results["functions"][1]["samples"][1]["init_ms"], 21.25);
    assert_eq!((&results["region"], &results["memory_mb"]), (&"eu-central-1".into(), &128.into()));
    // The function has its variables, and the peer is gone.
    let configuration = aws.aws(&["lambda", "get-function-configuration", "--function-name", "minimal"]).unwrap();
    assert_eq!(configuration["Environment"]["Variables"], serde_json::json!({"MINE": "stays"}));
    assert!(aws.function("ruchy-lambda-peer-cpp").is_none());
}

#[test]
fn bench_aws_peers_match_the_processor() {
    let aws = StandIn::start();
    let (folder, peers) = (tempfile::tempdir().unwrap(), peers(&["cpp"]));
    let bench = || bench(&aws, &folder.path().join("aws.json"), peers.path(), &["--peers", "cpp", "--dry-run"]).well();
    let arm64 = crate::failures::wrong(&folder, "arm64.zip", crate::failures::for_arm64);
    aws.deploy("minimal", &arm64, &["--arch", "arm64", "--create-role"]).well();
    let outcome = bench();
    assert!(outcome.contains("aws lambda get-function-configuration") && !outcome.contains("create-function"), "{outcome}");
    aws.deploy("minimal", &MINIMAL, &[]).well();
    let outcome = bench();
    assert!(outcome.contains("aws lambda create-function --function-name ruchy-lambda-peer-cpp "), "{outcome}");
}

#[test]
fn estimate_uses_the_function_with_most_memory() {
    let aws = StandIn::start();
    let folder = tempfile::tempdir().unwrap();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    aws.deploy("minimal", &MINIMAL, &["--name", "large", "--role", "ruchy-lambda-minimal", "--memory", "10240"]).well();
    let outcome = bench(&aws, &folder.path().join("aws.json"), folder.path(), &["large", "--peers", ""]).failed();
    assert!(outcome.contains("4 invocations of functions with up to 10240 MB"), "{outcome}");
    aws.deploy("minimal", &MINIMAL, &["--memory", "512"]).well();
    let outcome = aws.run(&["test-aws"]).failed();
    assert!(outcome.contains("32 invocations of functions with up to 512 MB"), "{outcome}");
}

/// Nothing is put in its mouth: what the emulator says itself is a cold start each time, or the
/// second would be refused.
#[test]
fn bench_aws_rounds_are_cold_starts() {
    let aws = StandIn::start();
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("aws.json");
    bench(&aws, &out, folder.path(), &["--peers", "", "--yes"]).well();
    let results: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    let samples = results["functions"][0]["samples"].as_array().unwrap();
    assert!(samples.len() == 2 && samples.iter().all(|sample| sample["init_ms"].is_f64()), "{samples:?}");
}

#[test]
fn bench_refuses_without_agreement_and_after_failures() {
    let aws = StandIn::start();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("aws.json");
    let outcome = bench(&aws, &out, folder.path(), &["--yes"]).failed();
    assert!(outcome.contains("GetFunctionConfiguration: Function not found"), "{outcome}");
    aws.deploy("minimal", &MINIMAL, &["--create-role"]).well();
    let outcome = bench(&aws, &out, folder.path(), &["--peers", ""]).failed();
    assert!(outcome.contains("standard input is not a terminal, so nothing was done. --yes confirms without a question"), "{outcome}");
    aws.tell("/stand-in/answer/minimal", "{\"errorType\":\"Function.Error\"}");
    let outcome = bench(&aws, &out, folder.path(), &["--peers", "", "--yes"]).failed();
    assert!(outcome.contains("minimal failed (Unhandled): {\"errorType\":\"Function.Error\"}"), "{outcome}");
    aws.tell("/stand-in/answer/minimal", "");
    for (report, expected) in [
        // A warm start is not taken for a cold one.
        (
            "Duration: 1.25 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 13 MB\t",
            "minimal: Lambda did not cold-start it",
        ),
        ("no more of it", "minimal: its log does not end with a REPORT line"),
    ] {
        aws.tell("/stand-in/report/minimal", report);
        let outcome = bench(&aws, &out, folder.path(), &["--peers", "", "--yes"]).failed();
        assert!(outcome.contains(expected), "{outcome}");
    }
    assert!(!out.exists());
}
