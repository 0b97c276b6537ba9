//! The warm bench, run for a round or two: answers are checked, counts are right and results
//! complete. No duration is asserted.

use crate::support::bootstrap::{ALL, PEER, root};
use ruchy_lambda_bench::warm::{Options, run};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Compiles the floor for one test.
fn floor(folder: &Path) -> PathBuf {
    let out = folder.join("floor");
    let compiled = Command::new("cc").arg("-O2").arg("-o").arg(&out).arg(root().join("bench/floor/warm.c")).output().unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    out
}

/// Returns options for a bench of the floor, of `programs`, and of the peers in the folder `peers`
/// of `folder`.
fn options(folder: &Path, programs: &[&str]) -> Options {
    Options {
        floor: Some(floor(folder)),
        peers: folder.join("peers"),
        out: folder.join("results.json"),
        rounds: 2,
        seed: 7,
        programs: programs.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn warm_bench_writes_samples_counts_and_conditions() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path(), &[&format!("{}=ours", ALL.display())]);
    // A peer that exists, and one that does not.
    for peer in ["again", "elsewhere"] {
        fs::create_dir_all(options.peers.join(peer)).unwrap();
    }
    std::os::unix::fs::symlink(&*ALL, options.peers.join("again/bootstrap")).unwrap();
    fs::write(options.peers.join("elsewhere/needs.txt"), "needs a machine that is not this one\n").unwrap();
    let table = run(&options).unwrap();
    for part in ["elsewhere", "not measured here: needs a machine that is not this one", "event and response of 6 MiB"] {
        assert!(table.contains(part), "{part}: {table}");
    }

    let results: Value = serde_json::from_slice(&fs::read(&options.out).unwrap()).unwrap();
    let conditions = &results["conditions"];
    assert_eq!((&results["bench"], &conditions["rounds"], &conditions["seed"]), (&json!("warm"), &json!(2), &json!(7)));
    assert!(["date", "kernel", "rustc"].iter().all(|name| conditions[name].is_string()), "{conditions}");
    assert_eq!(results["not_measured"], json!([{ "name": "elsewhere", "needs": "a machine that is not this one" }]));
    let series = results["series"].as_array().unwrap();
    let found: Vec<_> = series.iter().map(|of| (of["event_bytes"].as_u64().unwrap(), of["program"].as_str().unwrap())).collect();
    let sizes = [16, 1024, 65_536, 1_048_576, 6_291_456];
    let expected: Vec<_> = sizes.iter().flat_map(|bytes| ["floor (C)", "ours", "again"].map(|name| (*bytes, name))).collect();
    assert_eq!(found, expected);
    series.iter().for_each(check_series);
    for floor in series.iter().step_by(3) {
        assert_eq!(floor["cpu_to_floor"], json!({ "median": 1.0, "low_95": 1.0, "high_95": 1.0 }));
    }
    // Small events arrive in one piece: each of the four calls is made once, and no other.
    assert_eq!(series[..3].iter().map(|of| &of["system_calls"]).collect::<Vec<_>>(), [&json!(4.0); 3]);
}

/// Checks that there is a sample for each round, and the statistics made from them.
fn check_series(series: &Value) {
    assert!((4..=400).contains(&series["invocations_a_round"].as_u64().unwrap()), "{series}");
    assert!(series["system_calls"].as_f64() >= Some(4.0), "{series}");
    for measure in ["cpu_nanoseconds", "wall_nanoseconds"] {
        let samples = series[measure].as_array().unwrap();
        assert!(samples.len() == 2 && samples.iter().all(|sample| sample.as_u64() > Some(0)), "{series}");
    }
    let latency = ["min", "p50", "p90", "p99"].map(|name| series["latency_nanoseconds"][name].as_u64().unwrap());
    assert!(latency[0] > 0 && latency.is_sorted(), "{series}");
    for ratio in ["cpu_to_floor", "throughput_to_floor"].map(|name| &series[name]) {
        assert!(ratio["low_95"].as_f64() <= ratio["median"].as_f64() && ratio["median"].as_f64() <= ratio["high_95"].as_f64(), "{ratio}");
    }
}

#[test]
fn warm_bench_names_a_wrong_answer() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path(), &[&format!("{}=mistaken", PEER.display())]);
    let error = run(&options).unwrap_err().to_string();
    assert!(!options.out.exists(), "no results of an incomplete run");
    let line = "POST /2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-000000000001/response";
    let expected = format!(
        "mistaken: it answered an event of 16 bytes with `{line}` and 16 bytes, which are not the expected answer: \"aBcdefghijklmn\"."
    );
    assert_eq!(error, expected);
}

#[test]
fn warm_bench_names_a_failing_program() {
    let folder = tempfile::tempdir().unwrap();
    let minimal = crate::support::bootstrap::MINIMAL.display();
    let error = run(&options(folder.path(), &[&format!("{minimal}=other")])).unwrap_err().to_string();
    assert!(error.starts_with("other: it sent `POST /2018-06-01/runtime/init/error`, expected a request for an event"), "{error}");
    assert!(error.contains("_HANDLER=echo"), "{error}");
}
