//! The committed list: every program and what became of it, so that neither a fault that returns nor one that is mended goes unseen.

use crate::Outcome;
use std::collections::BTreeMap;

/// What stands in front of the list.
const HEADER: &str = "# Ruchy's own examples, and what becomes of each as a function here. `just language` checks it, `just language --accept` rewrites it.\n";
/// What cannot be a function, by what programs are about: a word of their names, and why not.
const EXCLUDED: [(&str, &str); 0] = [];

/// Why a program of this name cannot be a function.
#[must_use]
pub fn excluded(name: &str) -> Option<&'static str> {
    EXCLUDED.iter().find(|(excluded, _)| *excluded == name).map(|(_, reason)| *reason)
}

/// The list of `outcomes`, as it is committed.
#[must_use]
pub fn write(outcomes: &BTreeMap<String, Outcome>) -> String {
    outcomes.iter().fold(HEADER.to_owned(), |list, (name, outcome)| list + name + " " + outcome.word() + "\n")
}

/// What a committed list says of each program.
#[must_use]
pub fn read(list: &str) -> BTreeMap<String, String> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(' ')).map(|(name, word)| (name.to_owned(), word.to_owned())).collect()
}
