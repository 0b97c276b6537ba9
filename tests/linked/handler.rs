//! The bench of handlers, run for a round or two: answers are checked, counts are right and results
//! complete. No duration is asserted.

use crate::support::bootstrap::{PEER, build, root};
use ruchy_lambda_bench::handler::{Options, run};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The handlers that the bench links one by one.
static MEASURED: LazyLock<PathBuf> = LazyLock::new(|| {
    let folders = ["handlers/functions", "bench/handlers"].map(|folder| root().join(folder));
    let folders = std::env::join_paths(folders).unwrap().into_string().unwrap();
    build(&["minimal", "router", "field", "whole", "typed"], &[("RUCHY_LAMBDA_FUNCTIONS", &folders)])
});

/// Returns options for a bench of `handlers`, all in one file, and of the peers in the folder
/// `peers` of `folder`.
fn options(folder: &Path, handlers: &[&str]) -> Options {
    Options {
        event: root().join("bench/handlers/event.json"),
        answers: root().join("bench/handlers/answers.json"),
        peers: folder.join("peers"),
        out: folder.join("results.json"),
        rounds: 2,
        counted: 1,
        seed: 7,
        handlers: handlers.iter().map(|handler| format!("{handler}={}", MEASURED.display())).collect(),
    }
}

#[test]
fn handler_bench_writes_samples_counts_and_conditions() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path(), &["minimal", "router", "field", "whole", "typed"]);
    fs::create_dir_all(options.peers.join("elsewhere")).unwrap();
    fs::write(options.peers.join("elsewhere/needs.txt"), "needs a machine that is not this one\n").unwrap();
    let table = run(&options).unwrap();
    assert!(table.contains("ours router") && table.contains("not measured here: needs a machine that is not this one"), "{table}");

    let results: Value = serde_json::from_slice(&fs::read(&options.out).unwrap()).unwrap();
    let conditions = &results["conditions"];
    assert_eq!((&results["bench"], &conditions["rounds"], &conditions["seed"]), (&json!("handler"), &json!(2), &json!(7)));
    assert_eq!(results["not_measured"], json!([{ "name": "elsewhere", "needs": "a machine that is not this one" }]));
    let series = results["series"].as_array().unwrap();
    let names: Vec<_> = series.iter().map(|of| of["handler"].as_str().unwrap()).collect();
    assert_eq!(names, ["minimal", "router", "field", "whole", "typed"]);
    series.iter().for_each(check_series);
    // Counts do not depend on a clock: `minimal` reads no event, and keeping one field costs less
    // than keeping all.
    let instructions = |index: usize| series[index]["instructions"].as_f64().unwrap();
    assert!((1..5).all(|index| instructions(0) < instructions(index)), "{results}");
    assert!(instructions(2) < instructions(3) && instructions(3) < instructions(1), "{results}");
}

/// Checks that there is a sample for each round, and the statistics made from them.
fn check_series(series: &Value) {
    for samples in ["cpu_nanoseconds", "user_nanoseconds_of_a_round"] {
        assert_eq!(series[samples].as_array().unwrap().len(), 2, "{series}");
    }
    assert!(series["cpu_nanoseconds"].as_array().unwrap().iter().all(|sample| sample.as_u64() > Some(0)), "{series}");
    let above = &series["above_minimal_nanoseconds"];
    assert_eq!(above.is_null(), series["handler"] == "minimal", "{series}");
    assert!(above.is_null() || above["low_95"].as_f64() <= above["high_95"].as_f64(), "{series}");
    assert!(series["cpu_to_ours"].is_null() && series["file_bytes"].as_u64() > Some(0), "{series}");
}

#[test]
fn handler_bench_compares_peers_with_equivalent_handlers() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(folder.path(), &[]);
    options.handlers = ["minimal", "router"].map(|handler| format!("{handler}={}", PEER.display())).to_vec();
    fs::create_dir_all(options.peers.join("again")).unwrap();
    std::os::unix::fs::symlink(&*PEER, options.peers.join("again/http")).unwrap();
    run(&options).unwrap();
    let results: Value = serde_json::from_slice(&fs::read(&options.out).unwrap()).unwrap();
    let series = results["series"].as_array().unwrap();
    let names: Vec<_> = series.iter().map(|of| (of["client"].as_str().unwrap(), of["handler"].as_str().unwrap())).collect();
    let again = ["minimal", "router", "router_struct"].map(|handler| ("again", handler));
    assert_eq!(names, [&[("ours", "minimal"), ("ours", "router")][..], &again].concat());
    assert!(series[2..].iter().all(|of| of["cpu_to_ours"]["median"].as_f64() > Some(0.0)), "{results}");
    assert!(series[2..].iter().all(|of| of["instructions_to_ours"].as_f64().is_some_and(|ratio| (ratio - 1.0).abs() < 0.01)), "{results}");
}

#[test]
fn handler_bench_names_a_wrong_or_missing_function() {
    let folder = tempfile::tempdir().unwrap();
    let bench_error = |options: &Options| {
        let error = run(options).unwrap_err().to_string();
        assert!(!options.out.exists(), "no results of an incomplete run");
        error
    };
    let mut wrong = options(folder.path(), &["minimal", "field"]);
    wrong.answers = folder.path().join("answers.json");
    let answers = json!({ "minimal": { "statusCode": 200 }, "field": { "address": "127.0.0.1" }, "other": {} });
    fs::write(&wrong.answers, answers.to_string()).unwrap();
    let error = bench_error(&wrong);
    assert!(error.starts_with("ours field: it answered an event of 986 bytes") && error.contains("205.255.255.176"), "{error}");
    wrong.handlers = vec![format!("minimal={}", MEASURED.display()), format!("other={}", MEASURED.display())];
    let error = bench_error(&wrong);
    assert!(error.starts_with("ours other: it sent `POST /2018-06-01/runtime/init/error`") && error.contains("_HANDLER=other"), "{error}");
    fs::write(&wrong.answers, "{").unwrap();
    let error = bench_error(&wrong);
    assert!(error.contains("answers.json") && error.contains("JSON"), "{error}");
}
