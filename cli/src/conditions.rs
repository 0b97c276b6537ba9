//! Under what conditions a run was made: without them its figures mean nothing.

use serde_json::{Value, json};
use std::fs;
use std::process::Command;

/// All of them, for the results.
#[must_use]
pub fn conditions() -> Value {
    json!({
        "date": said("date", &["-u", "+%Y-%m-%dT%H:%M:%SZ"]),
        "kernel": file("/proc/sys/kernel/osrelease"),
        "cpu": fs::read_to_string("/proc/cpuinfo").ok().as_deref().and_then(cpu),
        "cpus": std::thread::available_parallelism().ok().map(usize::from),
        "load_average": file("/proc/loadavg").as_deref().and_then(|text| text.split(' ').next()?.parse::<f64>().ok()),
        "rustc": said("rustc", &["--version"]),
        "commit": said("git", &["rev-parse", "HEAD"]),
        "uncommitted_changes": said("git", &["status", "--porcelain"]).map(|changes| !changes.is_empty()),
    })
}

fn file(path: &str) -> Option<String> {
    Some(fs::read_to_string(path).ok()?.trim().to_owned())
}

/// Returns the output of a program; `None` if the program is missing or fails.
fn said(program: &str, arguments: &[&str]) -> Option<String> {
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
    fn the_model_is_found() {
        assert_eq!(cpu("processor\t: 0\nmodel\t\t: 2\nmodel name\t: AMD EPYC: x\nstepping\t: 1\n"), Some("AMD EPYC: x"));
        assert_eq!(cpu("processor\t: 0\n"), None);
    }

    #[test]
    fn the_date_and_the_kernel_are_known_everywhere() {
        let conditions = conditions();
        assert!(conditions["date"].as_str().is_some_and(|date| date.len() == 20), "{conditions}");
        assert!(conditions["kernel"].is_string() && conditions["cpus"].as_u64() >= Some(1), "{conditions}");
    }
}
