//! The comparison with other Lambda clients, for README.md; pure.

use super::bench::Bench;
use super::figure;
use super::list::{WARM_CACHE, list, program, timed};
use super::summaries::Summaries;
use super::summary::SHIPPED;
use ruchy_lambda_cli::number::grouped;
use serde_json::Value;
use std::fmt::Write as _;

/// The event of the last column.
const EVENT_BYTES: u64 = 16;

/// A program of the cold-start bench, as the warm bench names it, and for readers.
struct Row {
    start: &'static str,
    warm: &'static str,
    name: &'static str,
}

const ROWS: [Row; 5] = [
    Row { start: SHIPPED, warm: "ours", name: "**Ruchy Lambda**" },
    Row { start: "cpp", warm: "cpp", name: "C++, `aws-lambda-cpp`, static" },
    Row { start: "rust-tokio", warm: "rust-tokio", name: "Rust, `lambda_runtime`, static" },
    Row { start: "go", warm: "go", name: "Go, `aws-lambda-go`" },
    Row { start: "node", warm: "node", name: "Node.js, `aws-lambda-ric`" },
];
const NOT_MEASURED: &str = "not measured";

/// Returns the table. Programs that a bench did not measure have no value.
#[must_use]
pub fn text(summaries: &Summaries) -> String {
    let mut text = String::from(
        "| client | file, bytes | system calls | page faults | start time | CPU per invocation |\n|---|---:|---:|---:|---:|---:|\n",
    );
    for row in &ROWS {
        let [bytes, calls, faults] = counts(summaries, row.start).unwrap_or_else(|| [NOT_MEASURED; 3].map(str::to_owned));
        let times =
            |ratio: Option<f64>| ratio.map_or_else(|| NOT_MEASURED.to_owned(), |ratio| format!("{} ×", figure::three_digits(ratio)));
        let (start, warm) = (times(start(summaries, row.start)), times(warm(summaries, row.warm)));
        let _ = writeln!(text, "| {} | {bytes} | {calls} | {faults} | {start} | {warm} |", row.name);
    }
    text
}

/// Returns the size of the file, and the counts from exec to the first request. A script has no
/// size.
fn counts(summaries: &Summaries, name: &str) -> Option<[String; 3]> {
    let program = program(summaries.of(Bench::ColdStart)?, name)?;
    let bytes = if program["is_script"] == true { "script".to_owned() } else { grouped(program["file_bytes"].as_u64()?) };
    let count = |field: &str| program["before_next"][field].as_u64().map_or_else(|| NOT_MEASURED.to_owned(), grouped);
    Some([bytes, count("system_calls"), count("minor_faults")])
}

/// Returns the time from spawn to the first request, as a multiple of ours.
fn start(summaries: &Summaries, name: &str) -> Option<f64> {
    if name == SHIPPED {
        return summaries.of(Bench::ColdStart).map(|_| 1.0);
    }
    median(&timed(summaries.of(Bench::ColdStart)?, WARM_CACHE, name)?["next"]["ratio_to_ours"])
}

/// Returns the CPU time of one invocation, as a multiple of the floor's.
fn warm(summaries: &Summaries, name: &str) -> Option<f64> {
    let all = list(&summaries.of(Bench::Warm)?["series"]);
    let series = all.iter().find(|series| series["program"] == name && series["event_bytes"] == EVENT_BYTES)?;
    median(&series["cpu_to_floor"])
}

fn median(value: &Value) -> Option<f64> {
    value["median"].as_f64()
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::figures::{Bench, Summaries};
    use serde_json::json;

    #[test]
    fn comparison_has_measured_values_and_no_others() {
        let starts = json!({
            "programs": [
                { "name": "shipped", "file_bytes": 36_524, "before_next": { "system_calls": 3, "minor_faults": 2 } },
                { "name": "go", "file_bytes": 6_267_042, "before_next": { "system_calls": 243, "minor_faults": 361 } },
                { "name": "node", "file_bytes": 211, "is_script": true, "before_next": null },
            ],
            "modes": [{ "mode": "page cache warm", "programs": [{ "name": "go", "next": { "ratio_to_ours": { "median": 13.94 } } }] }],
        });
        let warm = json!({ "series": [{ "program": "go", "event_bytes": 16, "cpu_to_floor": { "median": 5.914 } }] });
        let table = text(&Summaries { hosts: Vec::new(), summaries: vec![(Bench::ColdStart, starts), (Bench::Warm, warm)] });
        let rows: Vec<&str> = table.lines().skip(2).collect();
        assert_eq!(rows[0], "| **Ruchy Lambda** | 36,524 | 3 | 2 | 1.00 × | not measured |");
        assert_eq!(rows[3], "| Go, `aws-lambda-go` | 6,267,042 | 243 | 361 | 13.9 × | 5.91 × |");
        assert_eq!(rows[4], "| Node.js, `aws-lambda-ric` | script | not measured | not measured | not measured | not measured |");
        assert_eq!(rows[1], "| C++, `aws-lambda-cpp`, static | not measured | not measured | not measured | not measured | not measured |");
    }
}
