//! What results have to say of how they were made, and that they do; pure.

use serde_json::Value;

/// Without any of these a figure means nothing.
pub const FIELDS: [&str; 9] = ["commit", "cpu", "cpus", "date", "kernel", "load_average", "rounds", "rustc", "uncommitted_changes"];

/// That `results` has `conditions`, and in them every field, known.
///
/// # Errors
/// The fields that are missing.
pub fn check(results: &Value) -> Result<(), String> {
    let missing: Vec<&str> = FIELDS.into_iter().filter(|field| results["conditions"][field].is_null()).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("its conditions do not say: {}", missing.join(", "))) }
}

/// For people: the machine and the tree, as one run's benches share them.
#[must_use]
pub fn machine(conditions: &Value) -> String {
    let text = |field: &str| conditions[field].as_str().unwrap_or_default().to_owned();
    let commit: String = text("commit").chars().take(COMMIT_DIGITS).collect();
    let changes = if conditions["uncommitted_changes"] == true { " with uncommitted changes" } else { "" };
    let rustc: String = text("rustc").split(' ').take(2).collect::<Vec<_>>().join(" ");
    format!("{}, {} processors, Linux {}, {rustc}, commit {commit}{changes}", text("cpu"), conditions["cpus"], text("kernel"))
}

/// For people: when, how often, and what else the machine had to do.
#[must_use]
pub fn run(conditions: &Value) -> String {
    let date = conditions["date"].as_str().unwrap_or_default();
    format!("{date}, {} rounds, load {}", conditions["rounds"], conditions["load_average"])
}

/// Enough of a commit's name to find it by.
const COMMIT_DIGITS: usize = 12;

#[cfg(test)]
mod tests {
    use super::{FIELDS, check, machine, run};
    use serde_json::{Value, json};

    fn results() -> Value {
        json!({ "conditions": {
            "commit": "0123456789abcdef", "cpu": "AMD EPYC", "cpus": 2, "date": "2026-01-02T03:04:05Z", "kernel": "6.1.0",
            "load_average": 0.5, "rounds": 300, "rustc": "rustc 1.95.0 (59807616e 2026-04-14)", "uncommitted_changes": false,
        } })
    }

    #[test]
    fn each_field_is_asked_for() {
        assert_eq!(check(&results()), Ok(()));
        for field in FIELDS {
            let mut results = results();
            results["conditions"][field] = Value::Null;
            assert_eq!(check(&results), Err(format!("its conditions do not say: {field}")));
        }
        assert!(check(&json!({})).unwrap_err().contains("commit, cpu"));
    }

    #[test]
    fn people_read_them_in_a_line() {
        let mut results = results();
        assert_eq!(machine(&results["conditions"]), "AMD EPYC, 2 processors, Linux 6.1.0, rustc 1.95.0, commit 0123456789ab");
        assert_eq!(run(&results["conditions"]), "2026-01-02T03:04:05Z, 300 rounds, load 0.5");
        results["conditions"]["uncommitted_changes"] = json!(true);
        assert!(machine(&results["conditions"]).ends_with("0123456789ab with uncommitted changes"));
    }
}
