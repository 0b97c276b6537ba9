//! The summary of a bench's results: statistics, and as many samples as a chart can show. Pure.
//!
//! Statistics that need all samples, such as ratios over rounds, are computed before the samples
//! are thinned.

use super::bench::Bench;
use crate::cold_start::results::ratio_json;
use crate::statistics;
use serde_json::{Map, Value, json};

/// The programs to which goals refer: one function alone for sizes and memory, all shipped
/// functions for starts; and the compilers.
pub const MINIMAL: &str = "minimal";
pub const SHIPPED: &str = "shipped";
pub const OURS_COMPUTED: &str = "Ruchy Lambda";
pub const COMPILER: &str = "gcc -O3";
/// The number of samples of a list that are kept, evenly spaced.
const SAMPLES_MAX: usize = 100;
/// Fixed, so that the same results always give the same intervals.
const SEED: u64 = 1;

/// Turns the results of `bench` into their summary.
pub fn summarise(bench: Bench, results: &mut Value) {
    match bench {
        Bench::ColdStart => compare_starts(results),
        Bench::Warm => compare_invocations(results),
        Bench::Compute => compare_compilers(results),
        Bench::Scale => join_bursts(results),
        Bench::Handler => drop_rounds(results),
    }
    thin(results);
}

/// Adds the ratio of each program's time to ours, over the same rounds.
fn compare_starts(results: &mut Value) {
    for mode in elements(&mut results["modes"]) {
        let programs = elements(&mut mode["programs"]);
        for moment in ["next", "response"] {
            let Some(ours) = programs.iter().find(|program| program["name"] == SHIPPED).map(|ours| samples(&ours[moment]["ns"]["samples"]))
            else {
                continue;
            };
            // Other clients already have this ratio: they are measured in other rounds.
            for program in programs.iter_mut().filter(|program| program[moment]["ratio_to_ours"].is_null()) {
                let own = samples(&program[moment]["ns"]["samples"]);
                if let Some(ratio) = statistics::ratio(&own, &ours, SEED) {
                    program[moment]["ratio_to_ours"] = ratio_json(ratio);
                }
            }
        }
    }
}

/// Adds the ratios of CPU time and throughput to the floor, which is the first program of each
/// size.
fn compare_invocations(results: &mut Value) {
    let all = elements(&mut results["series"]);
    let floors: Vec<(Value, Vec<u64>, Vec<u64>)> = all
        .iter()
        .map(|series| (series["event_bytes"].clone(), samples(&series["cpu_nanoseconds"]), samples(&series["wall_nanoseconds"])))
        .collect();
    for series in all {
        let Some((_, cpu, wall)) = floors.iter().find(|(bytes, ..)| *bytes == series["event_bytes"]) else { continue };
        let own = [samples(&series["cpu_nanoseconds"]), samples(&series["wall_nanoseconds"])];
        series["cpu_to_floor"] = statistics::ratio(&own[0], cpu, SEED).map_or(Value::Null, ratio_json);
        series["throughput_to_floor"] = statistics::ratio(wall, &own[1], SEED).map_or(Value::Null, ratio_json);
    }
}

/// Adds the medians, and their ratios to gcc over the same rounds.
fn compare_compilers(results: &mut Value) {
    let Some(functions) = results["functions"].as_object_mut() else { return };
    for function in functions.values_mut() {
        let compiled = samples(&function["nanoseconds"][COMPILER]);
        let labels = function["nanoseconds"].as_object().map(|of| of.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        let mut figures = Map::new();
        for label in labels {
            let own = samples(&function["nanoseconds"][&label]);
            let Some(distribution) = statistics::distribution(&own) else { continue };
            let ratio = statistics::ratio(&own, &compiled, SEED).map_or(Value::Null, ratio_json);
            let runs = own.len();
            figures.insert(label, json!({ "min": distribution.min, "median": distribution.median, "runs": runs, "ratio_to_gcc": ratio }));
        }
        function["figures"] = Value::Object(figures);
    }
}

/// Joins the samples of all rounds of a program in one list.
fn join_bursts(results: &mut Value) {
    for program in elements(&mut results["sandboxes"]) {
        let rounds = program["response"]["samples"].as_array().cloned().unwrap_or_default();
        program["response"]["samples"] = json!(rounds.iter().flat_map(samples).collect::<Vec<_>>());
    }
}

/// Drops the rounds of functions, whose statistics the bench computes over all rounds.
fn drop_rounds(results: &mut Value) {
    for fields in elements(&mut results["series"]).iter_mut().filter_map(Value::as_object_mut) {
        fields.retain(|_, value| !value.is_array());
    }
}

/// Keeps [`SAMPLES_MAX`] numbers of each list of numbers, and removes paths of this machine.
fn thin(value: &mut Value) {
    match value {
        Value::Array(list) if list.len() > SAMPLES_MAX && list.iter().all(Value::is_number) => {
            let kept = (0..SAMPLES_MAX).filter_map(|index| list.get(index * list.len() / SAMPLES_MAX).cloned()).collect();
            *list = kept;
        }
        Value::Array(list) => list.iter_mut().for_each(thin),
        Value::Object(fields) => {
            fields.remove("path");
            fields.values_mut().for_each(thin);
        }
        _ => {}
    }
}

fn elements(list: &mut Value) -> &mut [Value] {
    list.as_array_mut().map_or(&mut [], Vec::as_mut_slice)
}

fn samples(list: &Value) -> Vec<u64> {
    list.as_array().map(|list| list.iter().filter_map(Value::as_u64).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{SAMPLES_MAX, summarise, thin};
    use crate::figures::Bench;
    use serde_json::{Value, json};

    fn median(ratio: &Value) -> Option<u64> {
        ratio["median"].as_f64().map(f64::to_bits)
    }

    #[test]
    fn summary_compares_starts_round_by_round() {
        let program = |name: &str, times: u64| {
            let ns: Vec<u64> = (1..=300).map(|round| round * 100 * times).collect();
            json!({ "name": name, "next": { "ns": { "samples": ns } }, "response": { "ns": { "samples": ns } } })
        };
        let mut results = json!({ "modes": [{ "programs": [program("floor", 1), program("shipped", 2), program("cpp", 5)] }] });
        summarise(Bench::ColdStart, &mut results);
        let programs = &results["modes"][0]["programs"];
        let ratios: Vec<_> = (0..3).map(|index| median(&programs[index]["response"]["ratio_to_ours"])).collect();
        assert_eq!(ratios, [0.5, 1.0, 2.5].map(|ratio: f64| Some(ratio.to_bits())));
        let kept = programs[2]["next"]["ns"]["samples"].as_array().unwrap();
        assert_eq!((kept.len(), &kept[0], &kept[99]), (SAMPLES_MAX, &json!(500), &json!(149_000)));
    }

    #[test]
    fn summary_compares_invocations_with_the_floor() {
        let series = |name: &str, bytes: u64, cpu: u64, wall: u64| {
            let (cpu, wall) = ([cpu, cpu], [wall, wall]);
            json!({ "program": name, "event_bytes": bytes, "cpu_nanoseconds": cpu, "wall_nanoseconds": wall })
        };
        let small = [series("floor (C)", 16, 100, 100), series("ours", 16, 125, 200)];
        let large = [series("floor (C)", 1024, 10, 10), series("ours", 1024, 10, 10)];
        let series_of_both = [small, large].concat();
        let mut results = json!({ "series": series_of_both });
        summarise(Bench::Warm, &mut results);
        let of = |index: usize, field: &str| median(&results["series"][index][field]).map(f64::from_bits);
        assert_eq!((of(1, "cpu_to_floor"), of(1, "throughput_to_floor")), (Some(1.25), Some(0.5)));
        assert_eq!((of(3, "cpu_to_floor"), of(3, "throughput_to_floor")), (Some(1.0), Some(1.0)));
    }

    #[test]
    fn summary_compares_compilers_with_gcc_if_present() {
        let run = |nanoseconds: Value| {
            let mut results = json!({ "functions": { "fibonacci": { "nanoseconds": nanoseconds } } });
            summarise(Bench::Compute, &mut results);
            results["functions"]["fibonacci"]["figures"]["Ruchy Lambda"].clone()
        };
        let ours = run(json!({ "Ruchy Lambda": [5, 6, 7], "gcc -O3": [10, 12, 14] }));
        assert_eq!((&ours["median"], &ours["min"], median(&ours["ratio_to_gcc"])), (&json!(6), &json!(5), Some(0.5_f64.to_bits())));
        assert_eq!(run(json!({ "Ruchy Lambda": [5] }))["ratio_to_gcc"], Value::Null);
    }

    #[test]
    fn summary_joins_bursts() {
        let mut results = json!({ "sandboxes": [{ "response": { "samples": [vec![1; 150], vec![2; 150]] } }] });
        summarise(Bench::Scale, &mut results);
        let kept = results["sandboxes"][0]["response"]["samples"].as_array().unwrap();
        assert_eq!((kept.len(), &kept[49], &kept[50]), (SAMPLES_MAX, &json!(1), &json!(2)));
    }

    #[test]
    fn summary_drops_rounds_of_handlers() {
        let series = json!({ "client": "ours", "user_to_ours": { "median": 5.0 }, "cpu_nanoseconds": [1, 2, 3] });
        let mut results = json!({ "series": [series] });
        summarise(Bench::Handler, &mut results);
        assert_eq!(results, json!({ "series": [{ "client": "ours", "user_to_ours": { "median": 5.0 } }] }));
    }

    #[test]
    fn summary_removes_paths() {
        let mut value = json!([{ "path": "/a/b", "name": "b", "few": [1, 2], "names": vec!["n"; 200] }]);
        thin(&mut value);
        assert_eq!(value, json!([{ "name": "b", "few": [1, 2], "names": vec!["n"; 200] }]));
    }
}
