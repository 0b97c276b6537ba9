//! The ratios of starts on several hosts, one entry per host: a ratio to another program depends on
//! the processor and the kernel. Pure, except for reading.

use super::figure::{Figure, Measured};
use crate::Error;
use serde_json::{Map, Value, json};
use std::fs;
use std::io;
use std::path::Path;

/// The file with the entries, next to the summaries.
pub const FILE: &str = "hosts.json";
/// The fields that identify a host.
const HOST: [&str; 3] = ["cpu", "cpus", "kernel"];

/// Returns the entries in `folder`; none if the file does not exist.
///
/// # Errors
/// `Error::File`; [`Error::Results`] if it is not a JSON list.
pub fn read(folder: &Path) -> Result<Vec<Value>, Error> {
    let path = folder.join(FILE);
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        bytes => bytes.map_err(|error| Error::file(&path, error))?,
    };
    serde_json::from_slice(&bytes).map_err(|error| Error::results(&path, format!("not a JSON list: {error}"), "just bench-all figures"))
}

/// Returns `hosts` with the ratios among `figures` from the host of `conditions`, replacing its
/// earlier ones.
#[must_use]
pub fn joined(hosts: &[Value], conditions: &Value, figures: &[Figure]) -> Vec<Value> {
    let mut entry = Map::new();
    for field in HOST.iter().chain(&["date", "commit"]) {
        entry.insert((*field).to_owned(), conditions[field].clone());
    }
    let ratios = figures.iter().filter(|figure| figure.command.contains("bench-cold-start")).filter_map(|figure| match figure.measured {
        Ok(Measured::Ratio { median, .. }) => Some((figure.what.clone(), json!(median))),
        _ => None,
    });
    entry.insert("ratios".to_owned(), Value::Object(ratios.collect()));
    let others = hosts.iter().filter(|host| HOST.iter().any(|field| host[field] != conditions[field]));
    others.cloned().chain([Value::Object(entry)]).collect()
}

/// Returns the least and the greatest ratio of the figure `what`; `None` if fewer than two hosts
/// have it.
#[must_use]
pub fn range(hosts: &[Value], what: &str) -> Option<String> {
    let mut ratios: Vec<f64> = hosts.iter().filter_map(|host| host["ratios"][what].as_f64()).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    let [least, .., greatest] = ratios.as_slice() else { return None };
    Some(format!("{least:.2} to {greatest:.2}, {} hosts", ratios.len()))
}

#[cfg(test)]
mod tests {
    use super::{joined, range};
    use crate::figures::figure::{Figure, Measured};
    use serde_json::json;

    fn figure(ratio: f64) -> Figure {
        let (what, measured) = ("of `cpp`".to_owned(), Ok(Measured::exact(ratio)));
        Figure { what, measured, goal: None, counts: None, command: "just peers && just bench-cold-start" }
    }

    #[test]
    fn range_counts_each_host_once() {
        let host = |cpu: &str, date: &str| json!({ "cpu": cpu, "cpus": 2, "kernel": "6.1.0", "date": date, "commit": "0" });
        let one = joined(&[], &host("a", "monday"), &[figure(2.7)]);
        assert_eq!(range(&one, "of `cpp`"), None);
        let two = joined(&one, &host("b", "monday"), &[figure(1.9)]);
        assert_eq!(range(&two, "of `cpp`").as_deref(), Some("1.90 to 2.70, 2 hosts"));
        let again = joined(&two, &host("a", "tuesday"), &[figure(2.5)]);
        assert_eq!((again.len(), range(&again, "of `cpp`").as_deref()), (2, Some("1.90 to 2.50, 2 hosts")));
        assert_eq!(range(&again, "of `zig`"), None);
    }
}
