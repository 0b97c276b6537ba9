//! Lambda's report at the end of an invocation's log: the line `REPORT`, or the record
//! `platform.report` if logs are JSON. Pure.

use serde_json::{Value, json};

/// One invocation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    pub duration_ms: f64,
    pub billed_ms: f64,
    pub memory_size_mb: u64,
    pub memory_used_mb: u64,
    /// Only of a cold start.
    pub init_ms: Option<f64>,
}

/// The last report in a log; none where there is none that is whole.
#[must_use]
pub fn last(log: &str) -> Option<Report> {
    log.lines().rev().find_map(|line| text(line).or_else(|| record(line)))
}

/// Parses a line of text, whose parts are in any order, each after a tab: `REPORT RequestId: …`,
/// `Duration: 1.25 ms`, `Billed Duration: 2 ms`, `Memory Size: 128 MB`, `Max Memory Used: 13 MB`,
/// `Init Duration: 8.50 ms`.
fn text(line: &str) -> Option<Report> {
    let fields = || line.strip_prefix("REPORT ").into_iter().flat_map(|rest| rest.split('\t'));
    let value = |name: &str, unit: &str| -> Option<&str> {
        fields().find_map(|field| field.trim().strip_prefix(name)?.strip_prefix(": ")?.strip_suffix(unit)).map(str::trim)
    };
    Some(Report {
        duration_ms: value("Duration", "ms")?.parse().ok()?,
        billed_ms: value("Billed Duration", "ms")?.parse().ok()?,
        memory_size_mb: value("Memory Size", "MB")?.parse().ok()?,
        memory_used_mb: value("Max Memory Used", "MB")?.parse().ok()?,
        init_ms: value("Init Duration", "ms").and_then(|text| text.parse().ok()),
    })
}

/// `{"time":…,"type":"platform.report","record":{"metrics":{"durationMs":1.25,…}}}`.
fn record(line: &str) -> Option<Report> {
    let event: Value = serde_json::from_str(line).ok().filter(|event: &Value| event["type"] == "platform.report")?;
    let metrics = &event["record"]["metrics"];
    Some(Report {
        duration_ms: metrics["durationMs"].as_f64()?,
        billed_ms: metrics["billedDurationMs"].as_f64()?,
        memory_size_mb: metrics["memorySizeMB"].as_u64()?,
        memory_used_mb: metrics["maxMemoryUsedMB"].as_u64()?,
        init_ms: metrics["initDurationMs"].as_f64(),
    })
}

impl Report {
    /// The values as JSON, for the results.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "init_ms": self.init_ms,
            "duration_ms": self.duration_ms,
            "billed_ms": self.billed_ms,
            "memory_size_mb": self.memory_size_mb,
            "memory_used_mb": self.memory_used_mb,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Report, last};

    const COLD: Report = Report { duration_ms: 1.25, billed_ms: 10.0, memory_size_mb: 128, memory_used_mb: 13, init_ms: Some(8.5) };

    #[test]
    fn report_line_parses_text() {
        let log = "START RequestId: a Version: $LATEST\nEND RequestId: a\n\
                   REPORT RequestId: a\tDuration: 1.25 ms\tBilled Duration: 10 ms\tMemory Size: 128 MB\tMax Memory Used: 13 MB\tInit Duration: 8.50 ms\t\n\
                   XRAY TraceId: 1-5bef4de7\tSegmentId: 11b\tSampled: true\n";
        assert_eq!(last(log), Some(COLD));
        // The emulator has them in another order, and a warm one has no init.
        let other = "REPORT RequestId: a\tInit Duration: 8.50 ms\tDuration: 1.25 ms\tBilled Duration: 10 ms\tMemory Size: 128 MB\tMax Memory Used: 13 MB\t";
        assert_eq!(last(other), Some(COLD));
        assert_eq!(last(&other.replace("\tInit Duration: 8.50 ms", "")), Some(Report { init_ms: None, ..COLD }));
        // A report of a start from a snapshot, which has no init, and one of a failed
        // invocation.
        let restored = other.replace("Init Duration: 8.50 ms", "Restore Duration: 80.00 ms\tBilled Restore Duration: 81 ms");
        assert_eq!(last(&format!("{restored}Status: error\tError Type: Runtime.ExitError\t")), Some(Report { init_ms: None, ..COLD }));
    }

    #[test]
    fn report_line_uses_the_last_of_several() {
        let report = |init| {
            format!("REPORT RequestId: a\tDuration: 1.25 ms\tBilled Duration: 10 ms\tMemory Size: 128 MB\tMax Memory Used: 13 MB{init}\t\n")
        };
        let (of_the_functions, lambdas) = (report("\tInit Duration: 1.00 ms"), report("\tInit Duration: 8.50 ms"));
        assert_eq!(last(&(of_the_functions.clone() + &lambdas)), Some(COLD));
        assert_eq!(last(&(of_the_functions + &report(""))), Some(Report { init_ms: None, ..COLD }));
    }

    #[test]
    fn report_line_parses_json() {
        let log = r#"{"time":"2026-11-22T10:00:00.000Z","type":"platform.start","record":{"requestId":"a"}}
{"time":"2026-11-22T10:00:00.010Z","type":"platform.report","record":{"requestId":"a","metrics":{"durationMs":1.25,"billedDurationMs":10,"memorySizeMB":128,"maxMemoryUsedMB":13,"initDurationMs":8.5},"status":"success"}}"#;
        assert_eq!(last(log), Some(COLD));
    }

    #[test]
    fn report_line_rejects_other_lines() {
        for log in [
            "",
            "REPORT",
            "REPORT RequestId: a\tDuration: x ms\tBilled Duration: 1 ms",
            "my own REPORT Duration: 1 ms",
            "{\"type\":\"platform.report\"}",
        ] {
            assert_eq!(last(log), None, "{log}");
        }
    }
}
