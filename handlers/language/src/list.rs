//! The committed list: every program and what became of it, so that neither a fault that returns nor one that is mended goes unseen.

use crate::Outcome;
use std::collections::BTreeMap;

/// What stands in front of the list.
const HEADER: &str = "# Ruchy's own examples, and what becomes of each as a function here. `just language` checks it, `just language --accept` rewrites it.\n";
/// Why a program can be no function.
const ACTORS: &str = "actors: they run beside one another, on tokio";
const DATA_FRAMES: &str = "data frames: they are polars'";
const ASYNC: &str = "async: nothing runs beside an invocation";
const NOTEBOOKS: &str = "notebooks: it is cells of one";
const THREADS: &str = "threads: there is one";
/// The programs that can be none, by name.
const EXCLUDED: [(&str, &str); 15] = [
    ("08_dataframes", DATA_FRAMES),
    ("09_async_await", ASYNC),
    ("21_concurrency", THREADS),
    ("actor_chat_demo", ACTORS),
    ("actors/basic_counter", ACTORS),
    ("actors/ping_pong", ACTORS),
    ("actors/supervision", ACTORS),
    ("data_science_workflow", NOTEBOOKS),
    ("dataframe_complete", DATA_FRAMES),
    ("dataframe_demo", DATA_FRAMES),
    ("dataframe_pipeline", DATA_FRAMES),
    ("dataframe_quick_start", DATA_FRAMES),
    ("simple_actor", ACTORS),
    ("stateful_actor", ACTORS),
    ("titanic_dataframe", DATA_FRAMES),
];

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
