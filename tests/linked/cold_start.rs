//! The cold-start bench, run for a few rounds: the measurements are real and the results complete.
//! No duration is asserted.

use crate::support::bootstrap::{MINIMAL, root};
use crate::support::function::Function;
use crate::support::links::write_program;
use crate::support::runtime_api::RuntimeApi;
use ruchy_lambda_bench::cold_start::{Cache, Options, run};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Links the floor for one test.
pub fn floor(folder: &Path) -> PathBuf {
    let out = folder.join("floor/bootstrap");
    let linked = Command::new(root().join("bench/floor/build.sh")).arg(&out).output().unwrap();
    assert!(linked.status.success(), "{}", String::from_utf8_lossy(&linked.stderr));
    out
}

/// Creates a folder on the project's disk: pages of files in a tmpfs cannot be dropped.
pub fn folder() -> tempfile::TempDir {
    let parent = root().join("target/tests");
    fs::create_dir_all(&parent).unwrap();
    tempfile::tempdir_in(parent).unwrap()
}

#[test]
fn floor_answers_like_minimal() {
    let folder = folder();
    for bootstrap in [floor(folder.path()), MINIMAL.clone()] {
        let api = RuntimeApi::listen();
        let address = api.address();
        let _function = Function::start(&bootstrap, [("_HANDLER", "minimal"), ("AWS_LAMBDA_RUNTIME_API", address.as_str())]);
        let mut connection = api.accept();
        for id in ["8476a536-e9f4-11e8-9739-2dfe598c3fcd", "b", "c"] {
            let response = connection.invoke(id, b"{}");
            assert_eq!(response.line, format!("POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1"));
            assert_eq!(response.header("Host"), Some(address.as_str()));
            assert_eq!(response.text(), r#"{"statusCode":200,"body":"ok"}"#);
        }
    }
}

#[test]
fn cold_start_bench_writes_all_samples_and_conditions() {
    let folder = folder();
    let minimal = folder.path().join("minimal");
    write_program(&minimal, &fs::read(&*MINIMAL).unwrap());
    let peers = folder.path().join("peers");
    fs::create_dir_all(peers.join("elsewhere")).unwrap();
    fs::write(peers.join("elsewhere/needs.txt"), "a machine that is not this one\n").unwrap();
    let out = folder.path().join("results.json");
    let options = Options {
        floor: Some(floor(folder.path())),
        peers,
        out: out.clone(),
        rounds: 5,
        warm_up: 1,
        seed: 7,
        mode: Cache::Both,
        programs: vec![format!("{}=ours", minimal.display())],
    };
    let tables = run(&options).unwrap();
    assert!(tables.contains("elsewhere") && tables.contains("not measured here: needs a machine that is not this one"), "{tables}");

    let results: Value = serde_json::from_slice(&fs::read(&out).unwrap()).unwrap();
    let conditions = &results["conditions"];
    assert_eq!((&conditions["rounds"], &conditions["warm_up_rounds"], &conditions["seed"]), (&5.into(), &1.into(), &7.into()));
    assert!(["date", "kernel", "rustc"].iter().all(|name| conditions[name].is_string()), "{conditions}");
    assert_eq!(results["not_measured"][0]["name"], "elsewhere");
    let modes = results["modes"].as_array().unwrap();
    // If pages cannot be dropped, the results list the mode as not measured.
    assert_eq!(modes.len() + results["not_measured"].as_array().unwrap().len(), 3, "{results}");
    for mode in modes {
        for (program, name) in mode["programs"].as_array().unwrap().iter().zip(["floor", "ours"]) {
            assert_eq!(program["name"], name);
            check_moments(program);
        }
    }
    let programs = results["programs"].as_array().unwrap();
    let before_next = |name: &str| &programs.iter().find(|program| program["name"] == name).unwrap()["before_next"];
    assert_eq!((&before_next("floor")["system_calls"], &before_next("ours")["system_calls"]), (&3.into(), &3.into()));
    assert!(before_next("floor")["user_instructions"].as_u64() < before_next("ours")["user_instructions"].as_u64());
    assert_eq!(programs[1]["file_bytes"], fs::metadata(&minimal).unwrap().len());
}

/// Checks five samples of both moments, the second later than the first, and the statistics made
/// from them.
fn check_moments(program: &Value) {
    let samples = |moment: &str| program[moment]["ns"]["samples"].as_array().unwrap().iter().map(|sample| sample.as_u64().unwrap());
    assert_eq!(samples("next").len(), 5);
    assert!(samples("next").zip(samples("response")).all(|(next, response)| 0 < next && next < response), "{program}");
    for moment in ["next", "response"] {
        assert_eq!(program[moment]["ns"]["min"].as_u64(), samples(moment).min());
        let ratio = &program[moment]["ratio_to_floor"];
        assert!(ratio["low_95"].as_f64() <= ratio["median"].as_f64() && ratio["median"].as_f64() <= ratio["high_95"].as_f64(), "{ratio}");
    }
    assert_eq!(program["minor_faults"]["samples"].as_array().unwrap().len(), 5);
}

#[test]
fn cold_start_bench_stops_at_a_failing_program() {
    let folder = folder();
    let broken = folder.path().join("broken");
    write_program(&broken, b"#!/bin/sh\nexit 3\n");
    let options = Options {
        floor: Some(floor(folder.path())),
        peers: folder.path().join("none"),
        out: folder.path().join("results.json"),
        rounds: 1,
        warm_up: 0,
        seed: 1,
        mode: Cache::Warm,
        programs: vec![broken.display().to_string()],
    };
    let error = run(&options).unwrap_err().to_string();
    assert!(error.starts_with("broken: it ended before it answered: exit status: 3"), "{error}");
    assert!(!options.out.exists(), "no results of an incomplete run");
}
