//! `docs/reference/variables.md` names the variables that the sources read, and no others.

use crate::{read, root};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const PREFIX: &str = "RUCHY_LAMBDA_";

/// The names in `text` that begin with the prefix.
fn names(text: &str) -> BTreeSet<String> {
    let rest = text.split(PREFIX).skip(1);
    let name = rest.map(|rest| rest.split(|c: char| !(c.is_ascii_uppercase() || c == '_')).next().unwrap_or_default());
    name.filter(|name| !name.is_empty()).map(|name| format!("{PREFIX}{name}")).collect()
}

/// The names that the options of links have there without the prefix.
fn of_links() -> BTreeSet<String> {
    let source = read(&root().join("cli/src/engine/recipe.rs"));
    let quoted = source.split("#[cfg(test)]").next().unwrap().split('"').skip(1).step_by(2);
    let is_name = |text: &&str| text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    quoted.filter(is_name).map(|name| format!("{PREFIX}{name}")).collect()
}

/// The names in the sources below `folder`, without folders of tests.
fn read_by(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() && !entry.ends_with("tests") && !entry.ends_with("target") {
            found.extend(read_by(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            // Unit tests, at the end of a file, have made-up names.
            found.extend(names(read(&entry).split("#[cfg(test)]\nmod ").next().unwrap()));
        }
    }
    found
}

#[test]
fn variables_are_those_of_the_sources() {
    let documented = names(&read(&root().join("docs/reference/variables.md")));
    let sources = ["bootstrap", "handlers", "cli/src"].map(|folder| read_by(&root().join(folder)));
    let found: BTreeSet<String> = sources.into_iter().flatten().chain(of_links()).collect();
    assert_eq!(documented, found);
}
