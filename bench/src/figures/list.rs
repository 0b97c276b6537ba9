//! The list of figures, their source in the summaries, and their goals. Pure.

use super::bench::Bench;
use super::figure::{Figure, Goal, Measured};
use super::summaries::Summaries;
use super::summary::{COMPILER, MINIMAL, OURS_COMPUTED, SHIPPED};
use ruchy_lambda_cli::number::grouped;
use ruchy_lambda_cli::tracer::counts::INSTRUCTIONS_MAX;
use serde_json::Value;

pub(super) const WARM_CACHE: &str = "page cache warm";
const DROPPED: &str = "pages dropped";
/// The peers with a goal: the least ratio of their time to ours.
const PEER_GOALS: [(&str, f64); 3] = [("zig", 1.9), ("cpp", 2.3), ("rust-tokio", 5.5)];
/// The clients that `just peers` builds.
const CLIENTS: [(&str, &str); 11] = [
    ("zig", "aws-lambda-zig"),
    ("cpp", "aws-lambda-cpp, static"),
    ("rust-tokio", "lambda_runtime on tokio, static"),
    ("rust-tokio-small", "lambda_runtime, for size"),
    ("rust-tokio-one-thread", "lambda_runtime, for size, on one thread"),
    ("original-design", "the original's documented design, static"),
    ("tiny-c", "the least client in C, static"),
    ("go", "aws-lambda-go"),
    ("node", "aws-lambda-ric"),
    ("python", "awslambdaric"),
    ("ruchy-lambda", "the external ruchy-lambda-runtime"),
];
/// Our programs of the cold-start bench, and the floor.
const OWN: [&str; 4] = ["floor", "floor-again", MINIMAL, SHIPPED];
const FAULTS_MORE_MAX: i64 = 2;
const RESIDENT_KIB_MORE_MAX: i64 = 100;
const ROUTER_MICROSECONDS_MAX: f64 = 10.0;
const LOOPS_MEAN_MAX: f64 = 1.0;
const LOOP_MAX: f64 = 1.2;
const ROUTER_TIMES_MIN: f64 = 5.0;

/// Returns all figures, in the table's order.
#[must_use]
pub fn figures(summaries: &Summaries) -> Vec<Figure> {
    let mut all = starts(summaries);
    all.extend(peers(summaries));
    all.extend(invocations(summaries));
    all.extend(scale(summaries));
    all.extend(handlers(summaries));
    all
}

/// Returns a figure of `bench`. If the bench did not run, or its summary lacks the value, the
/// figure names the command.
fn figure(summaries: &Summaries, bench: Bench, what: &str, goal: Option<Goal>, read: impl FnOnce(&Value) -> Option<Measured>) -> Figure {
    let measured = summaries.of(bench).and_then(read).ok_or_else(|| format!("needs `{}`", bench.command()));
    Figure { what: what.to_owned(), measured, goal, counts: None, command: bench.command() }
}

fn starts(summaries: &Summaries) -> Vec<Figure> {
    let moment = |what: &str, mode: &'static str, moment: &'static str, limit: Option<f64>| {
        let read = move |summary: &Value| ratio(&timed(summary, mode, SHIPPED)?[moment]["ratio_to_floor"]);
        let counts = counts(summaries, SHIPPED);
        Figure { counts, ..figure(summaries, Bench::ColdStart, what, limit.map(Goal::ratio_at_most), read) }
    };
    let faults = figure(
        summaries,
        Bench::ColdStart,
        "minor page faults before `GET next`, more than the floor's",
        Some(Goal::AtMost(Measured::Count(FAULTS_MORE_MAX))),
        |summary| {
            let of = |name| program(summary, name)?["before_next"]["minor_faults"].as_i64();
            Some(Measured::Count(of(SHIPPED)? - of("floor")?))
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

/// Returns the peers with a goal, measured or not; then all others that were measured.
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
    let client = CLIENTS.iter().find(|(known, _)| *known == name).map_or_else(String::new, |(_, client)| format!(" ({client})"));
    let what = format!("spawn to `GET next` of `{name}`{client}, to ours");
    let read = |summary: &Value| ratio(&timed(summary, WARM_CACHE, name)?["next"]["ratio_to_ours"]);
    let mut figure = figure(summaries, Bench::ColdStart, &what, least.map(Goal::ratio_at_least), read);
    figure.command = "just peers && just bench-cold-start";
    figure.counts = counts(summaries, name);
    let absent = summaries.of(Bench::ColdStart).and_then(|summary| named(&summary["not_measured"], "name", name));
    if let Err(reason) = &mut figure.measured {
        let needs = absent.and_then(|absent| absent["needs"].as_str());
        *reason = needs.map_or_else(|| format!("needs `{}`", figure.command), |needs| format!("needs {needs}"));
    }
    figure
}

fn invocations(summaries: &Summaries) -> Vec<Figure> {
    let warm = |what: &str, bytes: u64, field: &'static str, goal: Goal| {
        let read = move |summary: &Value| {
            let ours = list(&summary["series"]).iter().find(|series| series["program"] == "ours" && series["event_bytes"] == bytes)?;
            ratio(&ours[field])
        };
        figure(summaries, Bench::Warm, what, Some(goal), read)
    };
    let loops = |what: &str, limit: f64, field: &'static str| {
        let read = move |summary: &Value| Some(Measured::exact(summary["loops"][field].as_f64()?));
        figure(summaries, Bench::Compute, what, Some(Goal::ratio_at_most(limit)), read)
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
        loops("loop-heavy functions by invocation, to those by gcc -O3: geometric mean", LOOPS_MEAN_MAX, "geometric_mean"),
        loops("the slowest of them", LOOP_MAX, "worst_ratio"),
    ]
}

/// Returns the figures of many functions in one file, and of many sandboxes on one machine.
fn scale(summaries: &Summaries) -> Vec<Figure> {
    let thousand = figure(
        summaries,
        Bench::Scale,
        "spawn to `GET next` with 1,000 functions linked, to 1 function's",
        Some(Goal::ratio_at_most(1.02)),
        |summary| {
            let file = list(&summary["files"]).iter().find(|file| file["functions"] == 1000)?;
            let mode = named(&summary["starts"], "mode", WARM_CACHE)?;
            ratio(&named(&mode["programs"], "name", file["name"].as_str()?)?["next"]["ratio_to_first"])
        },
    );
    let memory = figure(
        summaries,
        Bench::Scale,
        "resident memory of `minimal` after an invocation, more than the floor's",
        Some(Goal::AtMost(Measured::Kibibytes(RESIDENT_KIB_MORE_MAX))),
        |summary| {
            let of = |name| named(&summary["sandboxes"], "name", name)?["kib"]["rss"].as_i64();
            Some(Measured::Kibibytes(of(MINIMAL)? - of("floor")?))
        },
    );
    vec![thousand, memory]
}

/// Returns the figures of functions that read an HTTP event, and of the same functions on another
/// client.
fn handlers(summaries: &Summaries) -> Vec<Figure> {
    let series = |summary: &Value, client: &str, handler: &str| {
        list(&summary["series"]).iter().find(|series| series["client"] == client && series["handler"] == handler).cloned()
    };
    let above = |what: &str, handler: &'static str, goal: Option<Goal>| {
        figure(summaries, Bench::Handler, what, goal, move |summary| {
            let above = &series(summary, "ours", handler)?["above_minimal_nanoseconds"];
            let field = |name: &str| above[name].as_f64().map(|nanoseconds| nanoseconds / 1000.0);
            Some(Measured::Microseconds { median: field("median")?, low: field("low_95")?, high: field("high_95")? })
        })
    };
    let times = |what: &str, handler: &'static str| {
        let read = move |summary: &Value| ratio(&series(summary, "rust-tokio", handler)?["user_to_ours"]);
        let mut figure = figure(summaries, Bench::Handler, what, Some(Goal::ratio_at_least(ROUTER_TIMES_MIN)), read);
        figure.command = "just peers && just bench-handler";
        figure
    };
    let limit = Measured::Microseconds { median: ROUTER_MICROSECONDS_MAX, low: ROUTER_MICROSECONDS_MAX, high: ROUTER_MICROSECONDS_MAX };
    vec![
        above("an HTTP event of 1 KB through the router to JSON, above `minimal`", "router", Some(Goal::AtMost(limit))),
        above("one field of that event read, above `minimal`", "field", None),
        times("user time of an invocation with that router's function on `rust-tokio` (lambda_http), to ours", "router"),
        times("the same on `rust-tokio` (the struct of that event alone), to ours", "router_struct"),
    ]
}

/// Returns the counts of the program `name` before its first request, which do not depend on the
/// host.
fn counts(summaries: &Summaries, name: &str) -> Option<String> {
    let before = &program(summaries.of(Bench::ColdStart)?, name)?["before_next"];
    let (calls, faults) = (before["system_calls"].as_u64()?, before["minor_faults"].as_u64()?);
    let instructions = before["user_instructions"].as_u64().map_or_else(|| format!("> {}", grouped(INSTRUCTIONS_MAX)), grouped);
    Some(format!("{}, {instructions}, {}", grouped(calls), grouped(faults)))
}

/// Returns the entry of the program `name` that needs no clock.
pub(super) fn program<'a>(summary: &'a Value, name: &str) -> Option<&'a Value> {
    named(&summary["programs"], "name", name)
}

/// Returns the entry of the program `name` in the rounds of one mode.
pub(super) fn timed<'a>(summary: &'a Value, mode: &str, name: &str) -> Option<&'a Value> {
    named(&named(&summary["modes"], "mode", mode)?["programs"], "name", name)
}

fn named<'a>(elements: &'a Value, field: &str, name: &str) -> Option<&'a Value> {
    list(elements).iter().find(|element| element[field] == name)
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn ratio(value: &Value) -> Option<Measured> {
    let field = |name: &str| value[name].as_f64();
    Some(Measured::Ratio { median: field("median")?, low: field("low_95")?, high: field("high_95")? })
}

#[cfg(test)]
mod tests {
    use super::figures;
    use crate::figures::{Bench, Summaries};
    use serde_json::{Value, json};

    fn ratio(median: f64) -> Value {
        json!({ "median": median, "low_95": median, "high_95": median })
    }

    /// Returns text and verdict of the figure whose name begins with `what`.
    fn shown(summaries: &Summaries, what: &str) -> (String, &'static str) {
        let all = figures(summaries);
        let mut found = all.iter().filter(|figure| figure.what.starts_with(what));
        let figure = found.next().unwrap_or_else(|| panic!("no figure begins with {what}"));
        assert!(found.next().is_none(), "two figures begin with {what}");
        (figure.text(), figure.verdict())
    }

    fn cold_start() -> Value {
        let program = |name: &str, bytes: u64, faults: u64| {
            let (zip, before) = (bytes / 2, json!({ "minor_faults": faults }));
            json!({ "name": name, "file_bytes": bytes, "zip_bytes": zip, "before_next": before })
        };
        let timed = |name: &str, to_floor: f64, to_ours: f64| {
            let moment = |to_floor| json!({ "ratio_to_floor": ratio(to_floor), "ratio_to_ours": ratio(to_ours) });
            json!({ "name": name, "next": moment(to_floor), "response": moment(to_floor * 2.0) })
        };
        json!({
            "programs": [program("floor", 600, 1), program("minimal", 14_336, 5), program("shipped", 30_000, 4), program("cpp", 400_000, 30)],
            "modes": [
                { "mode": "page cache warm", "programs": [timed("minimal", 1.01, 0.9), timed("shipped", 1.02, 1.0), timed("cpp", 2.4, 2.2)] },
                { "mode": "pages dropped", "programs": [timed("minimal", 1.1, 0.9), timed("shipped", 1.5, 1.0), timed("cpp", 4.0, 3.0)] },
            ],
            "not_measured": [{ "name": "zig", "needs": "zig" }],
        })
    }

    #[test]
    fn figures_are_read_from_their_summaries() {
        let all = Summaries { hosts: Vec::new(), summaries: vec![(Bench::ColdStart, cold_start())] };
        let row = |what: &str| shown(&all, what);
        let expected = |text: &str, verdict| (text.to_owned(), verdict);
        assert_eq!(row("spawn to `GET next`, to the floor's, page cache warm"), expected("1.020 (1.020 to 1.020)", "met"));
        assert_eq!(row("spawn to `GET next`, to the floor's, pages dropped"), expected("1.500 (1.500 to 1.500)", "**not met**"));
        assert_eq!(row("spawn to the first response, to the floor's, page cache"), expected("2.04 (2.04 to 2.04)", "**not met**"));
        assert_eq!(row("minor page faults"), expected("3", "**not met**"));
        assert_eq!(row("spawn to `GET next` of `cpp`"), expected("2.20 (2.20 to 2.20)", "**not met**"));
        assert_eq!(row("spawn to `GET next` of `zig`"), expected("needs zig", "not measured here"));
        assert_eq!(
            row("spawn to `GET next` of `rust-tokio`"),
            expected("needs `just peers && just bench-cold-start`", "not measured here")
        );
        assert_eq!(row("CPU an invocation"), expected("needs `just bench-warm`", "not measured here"));
    }

    #[test]
    fn scale_figures_are_read_from_their_summary() {
        let file = |name: &str, functions: u64| json!({ "name": name, "functions": functions });
        let start = |name: &str, to_first: f64| json!({ "name": name, "next": { "ratio_to_first": ratio(to_first) } });
        let sandbox = |name: &str, kib: u64| json!({ "name": name, "kib": { "rss": kib } });
        let summary = json!({
            "files": [file("one", 1), file("many", 1000)],
            "starts": [{ "mode": "page cache warm", "programs": [start("one", 1.0), start("many", 1.03)] }],
            "sandboxes": [sandbox("floor", 20), sandbox("minimal", 90)],
        });
        let all = Summaries { hosts: Vec::new(), summaries: vec![(Bench::Scale, summary)] };
        assert_eq!(shown(&all, "spawn to `GET next` with 1,000"), ("1.030 (1.030 to 1.030)".to_owned(), "**not met**"));
        assert_eq!(shown(&all, "resident memory"), ("70 KiB".to_owned(), "met"));
    }

    #[test]
    fn loop_figures_are_mean_and_worst_ratio() {
        let summary = json!({ "loops": { "geometric_mean": 0.9, "worst_ratio": 1.3 } });
        let all = Summaries { hosts: Vec::new(), summaries: vec![(Bench::Compute, summary)] };
        assert_eq!(shown(&all, "loop-heavy functions"), ("0.900 (0.900 to 0.900)".to_owned(), "met"));
        assert_eq!(shown(&all, "the slowest of them"), ("1.300 (1.300 to 1.300)".to_owned(), "**not met**"));
    }

    #[test]
    fn handler_figures_are_read_for_ours_and_a_peer() {
        let above = json!({ "median": 6240.0, "low_95": 6000.0, "high_95": 11_000.0 });
        let series = [
            json!({ "client": "ours", "handler": "minimal", "above_minimal_nanoseconds": null }),
            json!({ "client": "ours", "handler": "router", "above_minimal_nanoseconds": above }),
            json!({ "client": "rust-tokio", "handler": "router", "user_to_ours": ratio(5.5), "above_minimal_nanoseconds": null }),
            json!({ "client": "rust-tokio", "handler": "router_struct", "user_to_ours": ratio(4.5) }),
        ];
        let all = Summaries { hosts: Vec::new(), summaries: vec![(Bench::Handler, json!({ "series": series }))] };
        assert_eq!(shown(&all, "an HTTP event of 1 KB"), ("6.2 µs (6.0 to 11.0)".to_owned(), "met"));
        assert_eq!(shown(&all, "one field of that event"), ("needs `just bench-handler`".to_owned(), "not measured here"));
        assert_eq!(shown(&all, "user time of an invocation"), ("5.50 (5.50 to 5.50)".to_owned(), "met"));
        assert_eq!(shown(&all, "the same on `rust-tokio`"), ("4.50 (4.50 to 4.50)".to_owned(), "**not met**"));
    }

    #[test]
    fn figures_without_results_are_all_listed() {
        let all = figures(&Summaries::default());
        assert!(all.len() > 15 && all.iter().all(|figure| figure.verdict() == "not measured here"), "{all:?}");
    }
}
