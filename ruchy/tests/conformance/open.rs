//! The cases that do not pass yet: lines of `open.txt`, each `CORPUS/CASE: reason`.

use std::collections::BTreeMap;

const OPEN: &str = include_str!("open.txt");

/// The open cases of `corpus` with their reasons.
pub fn of(corpus: &str) -> BTreeMap<&'static str, &'static str> {
    let lines = OPEN.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let parts = lines.map(|line| line.split_once(": ").unwrap_or_else(|| panic!("open.txt: `{line}` has no reason")));
    parts.filter_map(|(case, reason)| Some((case.strip_prefix(corpus)?.strip_prefix('/')?, reason))).collect()
}
