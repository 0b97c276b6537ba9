//! The `[[test]]` targets of a project's manifest: `cargo test` and editors see functions in Rust
//! as such. Pure.

use crate::Error;
use std::path::Path;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

/// The manifest `text` with a test target for the function `name` in the file `path`, which is in
/// Rust.
///
/// # Errors
/// [`Error::NotToml`].
pub fn with(text: &str, manifest: &Path, name: &str, path: &str) -> Result<String, Error> {
    let mut document: DocumentMut = text.parse().map_err(|error| Error::NotToml { path: manifest.to_owned(), error })?;
    let tests = document.entry("test").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let Some(tests) = tests.as_array_of_tables_mut() else { return Ok(text.to_owned()) };
    if tests.iter().any(|test| name_of(test) == Some(name)) {
        return Ok(text.to_owned());
    }
    let mut target = Table::new();
    target["name"] = value(name);
    target["path"] = value(path);
    if tests.is_empty() {
        target.decor_mut().set_prefix("\n# `cargo test` and editors see functions in Rust as test targets.\n");
    }
    tests.push(target);
    Ok(document.to_string())
}

/// The manifest `text` without the test target `name`, if `is_missing` is true of its file.
#[must_use]
pub fn without_stale(text: &str, name: &str, is_missing: impl Fn(&str) -> bool) -> String {
    let Ok(mut document) = text.parse::<DocumentMut>() else { return text.to_owned() };
    let Some(tests) = document.get_mut("test").and_then(Item::as_array_of_tables_mut) else { return text.to_owned() };
    let Some(index) = tests.iter().position(|test| name_of(test) == Some(name) && path_of(test).is_some_and(&is_missing)) else {
        return text.to_owned();
    };
    tests.remove(index);
    if tests.is_empty() {
        document.remove("test");
    }
    document.to_string()
}

/// The names and the files of the test targets in the folder `folder` whose files `is_missing` is
/// true of.
#[must_use]
pub fn stale(document: &DocumentMut, folder: &str, is_missing: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let tests = document.get("test").and_then(Item::as_array_of_tables);
    let targets = tests.into_iter().flatten().filter_map(|test| Some((name_of(test)?, path_of(test)?)));
    let is_stale = |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')) && is_missing(path);
    targets.filter(|(_, path)| is_stale(path)).map(|(name, path)| (name.to_owned(), path.to_owned())).collect()
}

fn name_of(test: &Table) -> Option<&str> {
    test.get("name")?.as_str()
}

fn path_of(test: &Table) -> Option<&str> {
    test.get("path")?.as_str()
}

#[cfg(test)]
mod tests {
    use super::{stale, with, without_stale};
    use std::path::Path;

    const MANIFEST: &str = "[package]\nname = \"shop\" # a comment\n\n[dependencies]\nserde = \"1\"\n";

    fn path() -> &'static Path {
        Path::new("Cargo.toml")
    }

    #[test]
    fn new_function_in_rust_is_a_test_target_once() {
        let once = with(MANIFEST, path(), "orders", "functions/orders.rs").unwrap();
        assert!(once.contains("\n[[test]]\nname = \"orders\"\npath = \"functions/orders.rs\"\n"), "{once}");
        for line in MANIFEST.lines() {
            assert!(once.contains(line), "{line}: {once}");
        }
        assert_eq!(with(&once, path(), "orders", "functions/orders.rs").unwrap(), once);
        assert!(with(&once, path(), "b", "functions/b.rs").unwrap().contains("name = \"b\""));
    }

    #[test]
    fn target_is_removed_if_its_file_is_missing() {
        let one = with(MANIFEST, path(), "orders", "functions/orders.rs").unwrap();
        let without = |text: &str, is_missing: bool| without_stale(text, "orders", |_| is_missing);
        assert_eq!((without(&one, false), without(MANIFEST, true)), (one.clone(), MANIFEST.to_owned()));
        assert_eq!(without(&one, true), MANIFEST);
        let two = with(&one, path(), "b", "functions/b.rs").unwrap();
        let left = without(&two, true);
        assert!(left.contains("name = \"b\"") && !left.contains("orders"), "{left}");
        let found = |text: &str| stale(&text.parse().unwrap(), "functions", |path| path == "functions/orders.rs");
        assert_eq!(found(&two), [("orders".to_owned(), "functions/orders.rs".to_owned())]);
        assert!(found(&left).is_empty());
    }
}
