//! The conditions that results must state. Pure.

use serde_json::Value;

/// Figures are meaningless without all of these.
pub const FIELDS: [&str; 9] = ["commit", "cpu", "cpus", "date", "kernel", "load_average", "rounds", "rustc", "uncommitted_changes"];

/// Checks that `results` has `conditions` with every field.
///
/// # Errors
/// The missing fields.
pub fn check(results: &Value) -> Result<(), String> {
    let missing: Vec<&str> = FIELDS.into_iter().filter(|field| results["conditions"][field].is_null()).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("missing conditions: {}", missing.join(", "))) }
}

/// Most times that the floor's median may exceed its minimum. Above that the machine was busy, and
/// ratios to the floor shrink towards 1.
const FLOOR_MEDIAN_TO_MIN_MAX: f64 = 1.35;

/// Checks that every mode of the cold-start bench was measured on a quiet machine, by its first
/// program, the floor.
///
/// # Errors
/// The mode, and the ratio.
pub fn check_quiet_starts(results: &Value) -> Result<(), String> {
    for mode in results["modes"].as_array().into_iter().flatten() {
        let ns = &mode["programs"][0]["next"]["ns"];
        if let (Some(median), Some(min)) = (ns["median"].as_u64(), ns["min"].as_u64()) {
            check_quiet(median, min).map_err(|reason| format!("{}: {reason}", mode["mode"].as_str().unwrap_or_default()))?;
        }
    }
    Ok(())
}

/// [`check_quiet_starts`] for one mode.
///
/// # Errors
/// The ratio.
pub fn check_quiet(floor_median_ns: u64, floor_min_ns: u64) -> Result<(), String> {
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of seconds are far below 2^53")]
    let times = floor_median_ns as f64 / floor_min_ns as f64;
    if times <= FLOOR_MEDIAN_TO_MIN_MAX {
        return Ok(());
    }
    Err(format!(
        "the floor's median start is {times:.2} times its minimum, expected at most {FLOOR_MEDIAN_TO_MIN_MAX} times: the machine was busy"
    ))
}

/// Returns the machine and the commit of a run, for readers.
#[must_use]
pub fn machine(conditions: &Value) -> String {
    let text = |field: &str| conditions[field].as_str().unwrap_or_default().to_owned();
    let commit: String = text("commit").chars().take(COMMIT_DIGITS).collect();
    let changes = if conditions["uncommitted_changes"] == true { " with uncommitted changes" } else { "" };
    let rustc: String = text("rustc").split(' ').take(2).collect::<Vec<_>>().join(" ");
    format!("{}, {} processors, Linux {}, {rustc}, commit {commit}{changes}", text("cpu"), conditions["cpus"], text("kernel"))
}

/// Returns the date, the number of rounds and the load of a run, for readers.
#[must_use]
pub fn run(conditions: &Value) -> String {
    let date = conditions["date"].as_str().unwrap_or_default();
    format!("{date}, {} rounds, load {}", conditions["rounds"], conditions["load_average"])
}

/// Digits that identify a commit.
const COMMIT_DIGITS: usize = 12;

#[cfg(test)]
mod tests {
    use super::{FIELDS, check, check_quiet_starts, machine, run};
    use serde_json::{Value, json};

    fn results() -> Value {
        json!({ "conditions": {
            "commit": "0123456789abcdef", "cpu": "AMD EPYC", "cpus": 2, "date": "2026-01-02T03:04:05Z", "kernel": "6.1.0",
            "load_average": 0.5, "rounds": 300, "rustc": "rustc 1.95.0 (59807616e 2026-04-14)", "uncommitted_changes": false,
        } })
    }

    #[test]
    fn check_requires_each_field() {
        assert_eq!(check(&results()), Ok(()));
        for field in FIELDS {
            let mut results = results();
            results["conditions"][field] = Value::Null;
            assert_eq!(check(&results), Err(format!("missing conditions: {field}")));
        }
        assert!(check(&json!({})).unwrap_err().contains("commit, cpu"));
    }

    #[test]
    fn check_quiet_starts_refuses_a_busy_machine() {
        let results = |median: u64| {
            let programs = json!([{ "name": "floor", "next": { "ns": { "min": 44_000, "median": median } } }]);
            json!({ "modes": [{ "mode": "page cache warm", "programs": programs }] })
        };
        assert_eq!(check_quiet_starts(&results(58_000)), Ok(()));
        // A run on a busy machine, which gave a ratio of 1.010 where minima gave 1.06.
        let refused = check_quiet_starts(&results(296_000)).unwrap_err();
        assert!(refused.starts_with("page cache warm: the floor's median start is 6.73 times its minimum"), "{refused}");
        assert_eq!(check_quiet_starts(&json!({})), Ok(()));
    }

    #[test]
    fn conditions_are_shown_on_one_line() {
        let mut results = results();
        assert_eq!(machine(&results["conditions"]), "AMD EPYC, 2 processors, Linux 6.1.0, rustc 1.95.0, commit 0123456789ab");
        assert_eq!(run(&results["conditions"]), "2026-01-02T03:04:05Z, 300 rounds, load 0.5");
        results["conditions"]["uncommitted_changes"] = json!(true);
        assert!(machine(&results["conditions"]).ends_with("0123456789ab with uncommitted changes"));
    }
}
