//! Which figures there are, from where in the summaries, and the goal of each; pure.

use super::figure::{Figure, Goal, Measured};
use super::summary::{COMPILER, OURS, OURS_COMPUTED};
use super::{Bench, Summaries};
use serde_json::Value;

const WARM_CACHE: &str = "page cache warm";
const DROPPED: &str = "pages dropped";
/// The peers that there is a goal for: how many times as long as ours they have to take.
const PEER_GOALS: [(&str, f64); 3] = [("zig", 1.9), ("cpp", 2.3), ("rust-tokio", 5.5)];
/// Programs of the cold-start bench that are ours, or the floor.
const OWN: [&str; 4] = ["floor", "floor-again", OURS, "shipped"];
const FILE_BYTES_MAX: u64 = 12 << 10;
const ZIP_BYTES_MAX: u64 = 7 << 10;
const FAULTS_MORE_MAX: i64 = 2;

/// All of them, in the table's order.
#[must_use]
pub fn figures(summaries: &Summaries) -> Vec<Figure> {
    let mut all = starts(summaries);
    all.extend(peers(summaries));
    all.extend(sizes(summaries));
    all.extend(invocations(summaries));
    all
}

/// A figure of `bench`; where the bench did not run, or this is not in its summary, it is said.
fn figure(summaries: &Summaries, bench: Bench, what: &str, goal: Option<Goal>, read: impl FnOnce(&Value) -> Option<Measured>) -> Figure {
    let measured = summaries.of(bench).and_then(read).ok_or_else(|| format!("`{}` measures it", bench.command()));
    Figure { what: what.to_owned(), measured, goal, command: bench.command() }
}

fn starts(summaries: &Summaries) -> Vec<Figure> {
    let moment = |what: &str, mode: &'static str, moment: &'static str, limit: Option<f64>| {
        let read = move |summary: &Value| ratio(&timed(summary, mode, OURS)?[moment]["ratio_to_floor"]);
        figure(summaries, Bench::ColdStart, what, limit.map(Goal::ratio_at_most), read)
    };
    let faults = figure(
        summaries,
        Bench::ColdStart,
        "minor page faults before `GET next`, more than the floor's",
        Some(Goal::AtMost(Measured::Count(FAULTS_MORE_MAX))),
        |summary| {
            let of = |name| program(summary, name)?["before_next"]["minor_faults"].as_i64();
            Some(Measured::Count(of(OURS)? - of("floor")?))
        },
    );
    vec![
        moment("spawn to `GET next`, to the floor's, page cache warm", WARM_CACHE, "next", Some(1.04)),
        moment("spawn to `GET next`, to the floor's, pages dropped", DROPPED, "next", Some(1.10)),
        moment("spawn to the first response, to the floor's, page cache warm", WARM_CACHE, "response", Some(1.06)),
        moment("spawn to the first response, to the floor's, pages dropped", DROPPED, "response", None),
        faults,
    ]
}

/// Those with a goal, measured or not; then whatever else was measured.
fn peers(summaries: &Summaries) -> Vec<Figure> {
    let mut names: Vec<(String, Option<f64>)> = PEER_GOALS.iter().map(|(name, least)| ((*name).to_owned(), Some(*least))).collect();
    if let Some(summary) = summaries.of(Bench::ColdStart) {
        let others = list(&summary["programs"]).iter().chain(list(&summary["not_measured"]));
        for name in others.filter_map(|program| program["name"].as_str()) {
            if !OWN.contains(&name) && !names.iter().any(|(known, _)| known == name) {
                names.push((name.to_owned(), None));
            }
        }
    }
    names.iter().map(|(name, least)| peer(summaries, name, *least)).collect()
}

fn peer(summaries: &Summaries, name: &str, least: Option<f64>) -> Figure {
    let what = format!("`{name}`, spawn to `GET next`, to ours, page cache warm");
    let read = |summary: &Value| ratio(&timed(summary, WARM_CACHE, name)?["next"]["ratio_to_ours"]);
    let mut figure = figure(summaries, Bench::ColdStart, &what, least.map(Goal::ratio_at_least), read);
    figure.command = "just peers bench-cold-start";
    let absent = summaries.of(Bench::ColdStart).and_then(|summary| named(&summary["not_measured"], "name", name));
    if let (Err(reason), Some(absent)) = (&mut figure.measured, absent) {
        *reason = format!("not measured here: needs {}", absent["needs"].as_str().unwrap_or_default());
    }
    figure
}

fn sizes(summaries: &Summaries) -> Vec<Figure> {
    let size = |what: &str, name: &'static str, field: &'static str, limit: Option<u64>| {
        let read = move |summary: &Value| Some(Measured::Bytes(program(summary, name)?[field].as_u64()?));
        figure(summaries, Bench::ColdStart, what, limit.map(|bytes| Goal::AtMost(Measured::Bytes(bytes))), read)
    };
    vec![
        size("the file, `minimal`", OURS, "file_bytes", Some(FILE_BYTES_MAX)),
        size("its archive", OURS, "zip_bytes", Some(ZIP_BYTES_MAX)),
        size("the file, all functions that come with it", "shipped", "file_bytes", None),
    ]
}

fn invocations(summaries: &Summaries) -> Vec<Figure> {
    let warm = |what: &str, bytes: u64, field: &'static str, goal: Goal| {
        let read = move |summary: &Value| {
            let ours = list(&summary["series"]).iter().find(|series| series["contestant"] == "ours" && series["event_bytes"] == bytes)?;
            ratio(&ours[field])
        };
        figure(summaries, Bench::Warm, what, Some(goal), read)
    };
    let fibonacci = figure(
        summaries,
        Bench::Compute,
        "an invocation of fibonacci(35), to the function by gcc -O3",
        Some(Goal::ratio_at_most(0.5)),
        |summary| {
            let figures = &summary["functions"]["fibonacci"]["figures"];
            figures[COMPILER].as_object()?;
            ratio(&figures[OURS_COMPUTED]["ratio_to_gcc"])
        },
    );
    vec![
        warm("CPU an invocation, 16 B, to the floor's", 16, "cpu_to_floor", Goal::ratio_at_most(1.10)),
        warm("invocations a second, 6 MiB, to the floor's", 6 << 20, "throughput_to_floor", Goal::ratio_at_least(0.95)),
        fibonacci,
    ]
}

/// The program of this name, without a clock.
fn program<'a>(summary: &'a Value, name: &str) -> Option<&'a Value> {
    named(&summary["programs"], "name", name)
}

/// The same in the rounds of one mode.
fn timed<'a>(summary: &'a Value, mode: &str, name: &str) -> Option<&'a Value> {
    named(&named(&summary["modes"], "mode", mode)?["programs"], "name", name)
}

fn named<'a>(elements: &'a Value, field: &str, name: &str) -> Option<&'a Value> {
    list(elements).iter().find(|element| element[field] == name)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn ratio(value: &Value) -> Option<Measured> {
    let field = |name: &str| value[name].as_f64();
    Some(Measured::Ratio { median: field("median")?, low: field("low_95")?, high: field("high_95")? })
}
