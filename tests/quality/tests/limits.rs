//! The limits of `tests/quality.toml` hold.

use quality::figures::{self, Figures};
use quality::{markers, root, sources};

#[test]
fn functions_are_within_the_limits_of_complexity() {
    let limits = Figures::read(&root()).unwrap().limits();
    assert_eq!((limits.cyclomatic, limits.cognitive), (15, 10), "the limits of the project");
    let functions = figures::functions(&sources::read(&root(), &["rs"]).unwrap()).unwrap();
    assert!(functions.len() > 3000, "{}", functions.len());
    let faults = limits.faults(&functions);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_file_has_a_marker_of_unfinished_work() {
    let sources = sources::read(&root(), &["c", "just", "ld", "md", "py", "rs", "ruchy", "sh", "toml"]).unwrap();
    assert!(sources.len() > 500, "{}", sources.len());
    let found: Vec<String> = sources
        .iter()
        .flat_map(|source| markers::find(&source.text).map(|(line, text)| format!("{}:{line}: {}", source.name, text.trim())))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn accepted_mutants_have_reasons() {
    let accepted = Figures::read(&root()).unwrap().accepted();
    assert!(accepted.values().all(|reason| reason.len() > 10), "{accepted:?}");
}
