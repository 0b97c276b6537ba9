//! The list of what the crate `events` declares is that of its sources.

use ruchy::names::libraries::EVENTS;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The names that a file declares as `pub`, or re-exports.
fn declared(file: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut names = BTreeSet::new();
    for line in text.lines() {
        if let Some(reexport) = line.strip_prefix("pub use ") {
            let path = reexport.trim_end_matches(';');
            let last = path.rsplit("::").next().unwrap_or_default();
            match path.split_once('{') {
                Some((_, all)) => names.extend(all.trim_end_matches('}').split(',').map(|name| name.trim().to_owned())),
                None => drop(names.insert(last.rsplit(" as ").next().unwrap_or(last).to_owned())),
            }
            continue;
        }
        for kind in ["pub struct ", "pub enum ", "pub trait ", "pub const ", "pub fn ", "pub type ", "pub mod "] {
            if let Some(rest) = line.strip_prefix(kind) {
                names.insert(rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect());
            }
        }
    }
    names
}

#[test]
fn the_list_of_events_is_that_of_the_crate() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../handlers/events");
    let file = |module: &str| -> PathBuf {
        match module {
            "" => folder.join("lib.rs"),
            "json" => folder.join("json/lib.rs"),
            _ => folder.join(module).with_extension("rs"),
        }
    };
    let modules: BTreeSet<String> = EVENTS.iter().map(|(module, _)| (*module).to_owned()).filter(|module| !module.is_empty()).collect();
    for (module, items) in EVENTS {
        let mut expected = declared(&file(module));
        if module.is_empty() {
            assert!(expected.is_superset(&modules), "a module is not one of the crate: {modules:?}, {expected:?}");
            expected.retain(|name| !modules.contains(name));
        }
        if *module == "typed" {
            expected.insert("Typed".to_owned());
        }
        let listed: BTreeSet<String> = items.iter().map(|item| (*item).to_owned()).collect();
        assert_eq!(listed, expected, "events::{module}");
    }
}
