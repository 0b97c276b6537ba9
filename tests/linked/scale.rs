//! The bench of many functions and many sandboxes, run for a round: every function is found and
//! answers correctly, every sandbox is counted. No duration is asserted.

use crate::cold_start::{floor, folder};
use crate::support::bootstrap::{MINIMAL, build};
use ruchy_lambda_bench::cold_start::Cache;
use ruchy_lambda_bench::scale::{Options, functions, run};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Links the first `count` generated functions like any others.
fn linked(folder: &Path, count: u32) -> PathBuf {
    let sources = folder.join(format!("functions-{count}"));
    functions::write(count, &sources).unwrap();
    build(&[], &[("RUCHY_LAMBDA_FUNCTIONS", sources.to_str().unwrap())])
}

fn options(folder: &Path, linked: &[(u32, PathBuf)]) -> Options {
    Options {
        floor: Some(floor(folder)),
        linked: linked.iter().map(|(count, path)| format!("{count}={}", path.display()).parse().unwrap()).collect(),
        peers: folder.join("peers"),
        out: folder.join("results.json"),
        rounds: 1,
        warm_up: 0,
        mode: Cache::Warm,
        starts: 5,
        burst_rounds: 1,
        seed: 7,
        programs: vec![format!("{}=ours", MINIMAL.display())],
    }
}

fn numbers(values: &Value) -> Vec<u64> {
    values.as_array().unwrap().iter().map(|value| value.as_u64().unwrap()).collect()
}

#[test]
fn scale_bench_finds_every_function_and_sandbox() {
    let folder = folder();
    let files = [1, 5].map(|count| (count, linked(folder.path(), count)));
    fs::create_dir_all(folder.path().join("peers/elsewhere")).unwrap();
    fs::write(folder.path().join("peers/elsewhere/needs.txt"), "a machine that is not this one\n").unwrap();
    let options = options(folder.path(), &files);
    let tables = run(&options).unwrap();
    assert!(tables.contains("elsewhere") && tables.contains("not measured here: needs a machine that is not this one"), "{tables}");

    let results: Value = serde_json::from_slice(&fs::read(&options.out).unwrap()).unwrap();
    assert_eq!((&results["bench"], &results["conditions"]["starts_at_once"]), (&"scale".into(), &5.into()));
    for ((count, path), file) in files.iter().zip(results["files"].as_array().unwrap()) {
        assert_eq!(
            (file["functions"].as_u64(), file["file_bytes"].as_u64()),
            (Some((*count).into()), Some(fs::metadata(path).unwrap().len()))
        );
        let instructions = numbers(&file["user_instructions_before_next"]["of_each"]);
        assert_eq!(instructions.len(), *count as usize);
        assert_eq!(file["user_instructions_before_next"]["max"].as_u64(), instructions.iter().max().copied());
    }
    let names = |index: usize| results["files"][index]["name"].as_str().unwrap().to_owned();
    assert_eq!([names(0), names(1)], ["1", "5"]);
    // Finding the last by name of five takes more comparisons than finding the only one.
    let of_the_timed = |index: usize| results["files"][index]["user_instructions_before_next"]["of_the_timed"].as_u64().unwrap();
    assert!(of_the_timed(0) < of_the_timed(1), "{results}");
    let starts = results["starts"][0]["programs"].as_array().unwrap();
    assert_eq!(starts.iter().map(|program| program["name"].as_str().unwrap()).collect::<Vec<_>>(), ["floor", "1", "5"]);
    assert!(starts.iter().all(|program| program["response"]["ratio_to_first"]["median"].as_f64() > Some(0.0)), "{results}");
    for (program, name) in results["sandboxes"].as_array().unwrap().iter().zip(["floor", "ours"]) {
        check_sandboxes(program, name);
    }
    let resident = |index: usize| results["sandboxes"][index]["kib"]["rss"].as_u64().unwrap();
    assert!(resident(0) < resident(1), "{results}");
    assert_eq!(results["not_measured"][0]["name"], "elsewhere");
}

/// Checks five sandboxes, answered and measured; the last response of all is no earlier than that
/// of any sandbox.
fn check_sandboxes(program: &Value, name: &str) {
    assert_eq!(program["name"], name);
    assert_eq!((numbers(&program["answered"]), numbers(&program["memory_samples"])), (vec![5], vec![5]), "{program}");
    let responses = numbers(&program["response"]["samples"][0]);
    assert_eq!(responses.len(), 5);
    assert_eq!(program["response"]["ns"]["max"].as_u64(), responses.iter().max().copied());
    assert!(numbers(&program["all_responses"]["ns"])[0] >= *responses.iter().max().unwrap(), "{program}");
    let kib = |field: &str| program["kib"][field].as_u64().unwrap();
    assert!(0 < kib("private_dirty") && kib("private_dirty") <= kib("private") && kib("private") <= kib("pss") && kib("pss") <= kib("rss"));
    assert!(kib("page_tables") > 0);
}

#[test]
fn scale_bench_stops_at_a_missing_function() {
    let folder = folder();
    // One file has no generated function, the other one too few: the timed function is missing.
    for (count, path, missing) in [(1, MINIMAL.clone(), 0), (2, linked(folder.path(), 1), 1)] {
        let options = options(folder.path(), &[(count, path)]);
        let error = run(&options).unwrap_err().to_string();
        assert!(error.contains("init/error") && error.contains(&functions::name(missing)), "{error}");
        assert!(!options.out.exists(), "no results of an incomplete run");
    }
}

#[test]
fn scale_bench_refuses_more_sandboxes_than_descriptors() {
    let folder = folder();
    let options = Options { starts: u32::MAX, ..options(folder.path(), &[]) };
    let error = run(&options).unwrap_err().to_string();
    assert!(error.contains("4294967295 starts at once take 34359738424 open files") && error.contains("--starts"), "{error}");
}
