//! The conditions of a measurement: date, machine, versions and commit.

use serde_json::{Value, json};
use std::fs;
use std::process::Command;

/// All of them, for the results.
#[must_use]
pub fn conditions() -> Value {
    json!({
        "date": output_of("date", &["-u", "+%Y-%m-%dT%H:%M:%SZ"]),
        "kernel": file("/proc/sys/kernel/osrelease"),
        "cpu": fs::read_to_string("/proc/cpuinfo").ok().as_deref().and_then(cpu),
        "cpus": std::thread::available_parallelism().ok().map(usize::from),
        "load_average": file("/proc/loadavg").as_deref().and_then(|text| text.split(' ').next()?.parse::<f64>().ok()),
        "rustc": output_of("rustc", &["--version"]),
        "commit": output_of("git", &["rev-parse", "HEAD"]),
        "uncommitted_changes": output_of("git", &["status", "--porcelain"]).map(|changes| !changes.is_empty()),
    })
}

fn file(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}

/// Returns the output of a program; `None` if the program is missing or fails.
fn output_of(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The model's name in `/proc/cpuinfo`.
fn cpu(info: &str) -> Option<&str> {
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim())
}

#[cfg(test)]
mod tests {
    use super::{conditions, cpu};

    #[test]
    fn conditions_have_processor_model() {
        assert_eq!(cpu("processor\t: 0\nmodel\t\t: 2\nmodel name\t: AMD EPYC: x\nstepping\t: 1\n"), Some("AMD EPYC: x"));
        assert_eq!(cpu("processor\t: 0\n"), None);
    }

    #[test]
    fn conditions_have_date_and_kernel() {
        let conditions = conditions();
        assert!(conditions["date"].as_str().is_some_and(|date| date.len() == 20), "{conditions}");
        assert!(conditions["kernel"].is_string() && conditions["cpus"].as_u64() >= Some(1), "{conditions}");
    }
}
