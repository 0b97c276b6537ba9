//! The line that Lambda logs after each invocation, with up to three additional fields at its end;
//! pure.

use crate::number::grouped;
use crate::outcome::Outcome;
use std::fmt::Write as _;
use std::time::Duration;

/// The values of the report line.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    pub request_id: &'a str,
    pub outcome: &'a Outcome,
    /// From the event's being handed over to its response's last byte.
    pub duration: Duration,
    /// From the process's start to its asking for an event; only the first invocation of a process
    /// has one.
    pub init: Option<Duration>,
    pub memory_size_mb: u32,
    /// `None` if the process ended before it was read.
    pub peak_memory_kb: Option<u64>,
    pub binary_bytes: u64,
    /// The file was linked in the least time: its times and its size are not those of the file that
    /// ships.
    pub is_quick: bool,
}

impl Report<'_> {
    /// The line, without its end.
    #[must_use]
    pub fn line(&self) -> String {
        // Lambda bills a custom runtime's init, and whole milliseconds.
        let billed = self.duration + self.init.unwrap_or_default();
        let mut line = format!(
            "REPORT RequestId: {}\tDuration: {:.2} ms\tBilled Duration: {} ms\tMemory Size: {} MB",
            self.request_id,
            milliseconds(self.duration),
            billed.as_nanos().div_ceil(1_000_000).max(1),
            self.memory_size_mb,
        );
        if let Some(kb) = self.peak_memory_kb {
            let _ = write!(line, "\tMax Memory Used: {} MB", kb.div_ceil(1024));
        }
        if let Some(init) = self.init {
            let _ = write!(line, "\tInit Duration: {:.2} ms", milliseconds(init));
        }
        if self.outcome.is_timeout() {
            line.push_str("\tStatus: timeout");
        } else if let Some(error_type) = self.outcome.error_type() {
            let _ = write!(line, "\tStatus: error\tError Type: {error_type}");
        }
        let _ = write!(line, "\tBinary Size: {} B", grouped(self.binary_bytes));
        if let Some(kb) = self.peak_memory_kb {
            let _ = write!(line, "\tPeak Memory: {} KB", grouped(kb));
        }
        if self.is_quick {
            line.push_str("\tBuild: quick, not the file that ships");
        }
        line
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use super::Report;
    use crate::outcome::Outcome;
    use hyper::body::Bytes;
    use std::time::Duration;

    fn report(outcome: &Outcome) -> Report<'_> {
        Report {
            request_id: "an-id",
            outcome,
            duration: Duration::from_micros(210),
            init: Some(Duration::from_micros(350)),
            memory_size_mb: 128,
            peak_memory_kb: Some(236),
            binary_bytes: 12_345,
            is_quick: false,
        }
    }

    #[test]
    fn report_of_cold_start_has_init_duration() {
        let outcome = Outcome::Response { content_type: None, body: Bytes::new() };
        assert_eq!(
            report(&outcome).line(),
            "REPORT RequestId: an-id\tDuration: 0.21 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\tMax Memory Used: 1 MB\
             \tInit Duration: 0.35 ms\tBinary Size: 12,345 B\tPeak Memory: 236 KB"
        );
    }

    #[test]
    fn report_rounds_billed_duration_up() {
        let outcome = Outcome::Response { content_type: None, body: Bytes::new() };
        let warm = Report { init: None, duration: Duration::from_micros(2_001), peak_memory_kb: Some(1_025), ..report(&outcome) };
        assert_eq!(
            warm.line(),
            "REPORT RequestId: an-id\tDuration: 2.00 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB\tMax Memory Used: 2 MB\
             \tBinary Size: 12,345 B\tPeak Memory: 1,025 KB"
        );
        assert!(Report { duration: Duration::ZERO, ..warm }.line().contains("Billed Duration: 1 ms"));
    }

    #[test]
    fn report_marks_quick_builds() {
        let outcome = Outcome::Response { content_type: None, body: Bytes::new() };
        assert!(!report(&outcome).line().contains("Build"));
        let quick = Report { is_quick: true, ..report(&outcome) }.line();
        assert!(quick.ends_with("\tBinary Size: 12,345 B\tPeak Memory: 236 KB\tBuild: quick, not the file that ships"), "{quick}");
    }

    #[test]
    fn report_of_a_failure_has_its_status() {
        let timeout = Outcome::TimedOut(Duration::from_secs(3));
        assert!(report(&timeout).line().contains("\tInit Duration: 0.35 ms\tStatus: timeout\tBinary Size"));
        let error = Outcome::FunctionError { error_type: "Function.NoName".into(), body: Bytes::new() };
        assert!(report(&error).line().contains("\tStatus: error\tError Type: Function.NoName\tBinary Size"));
        let gone = Report { peak_memory_kb: None, ..report(&error) }.line();
        assert!(!gone.contains("Memory Used") && gone.ends_with("12,345 B"), "{gone}");
    }
}
