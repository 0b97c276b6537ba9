//! Which functions there are: every `NAME.ruchy`, and every `NAME.rs` that was not transpiled from one.

use crate::{Error, mark};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a function was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `NAME.ruchy`.
    Ruchy,
    /// `NAME.rs`, by hand.
    Rust,
}

/// One function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The file's name without its ending; what `_HANDLER` spells.
    pub name: String,
    /// The file somebody wrote.
    pub source: PathBuf,
    /// Its language.
    pub origin: Origin,
}

/// Every function in `folders`, by name.
///
/// # Errors
/// [`Error::NoFunctions`], [`Error::DuplicateName`], [`Error::BadName`], [`Error::NoHandler`], [`Error::File`].
pub fn find(folders: &[PathBuf]) -> Result<Vec<Function>, Error> {
    let mut found: BTreeMap<String, Function> = BTreeMap::new();
    for folder in folders {
        for function in sources(folder)? {
            if let Some(other) = found.get(&function.name) {
                return Err(Error::DuplicateName { name: function.name, first: other.source.clone(), second: function.source });
            }
            found.insert(function.name.clone(), function);
        }
    }
    if found.is_empty() {
        return Err(Error::NoFunctions { folders: folders.to_vec() });
    }
    Ok(found.into_values().collect())
}

/// Those of `functions` that `names` lists, or all when it lists none.
///
/// # Errors
/// [`Error::UnknownFunction`].
pub fn select(functions: Vec<Function>, names: &[&str]) -> Result<Vec<Function>, Error> {
    if let Some(name) = names.iter().find(|name| !functions.iter().any(|function| function.name == **name)) {
        return Err(Error::UnknownFunction {
            name: (*name).to_owned(),
            known: functions.into_iter().map(|function| function.name).collect(),
        });
    }
    Ok(functions.into_iter().filter(|function| names.is_empty() || names.contains(&function.name.as_str())).collect())
}

fn sources(folder: &Path) -> Result<Vec<Function>, Error> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| Error::file(folder, error))? {
        paths.push(entry.map_err(|error| Error::file(folder, error))?.path());
    }
    paths.sort();
    let mut functions = Vec::new();
    for path in paths {
        let origin = match path.extension().and_then(|extension| extension.to_str()) {
            Some("ruchy") => Origin::Ruchy,
            Some("rs") => Origin::Rust,
            _ => continue,
        };
        let text = fs::read_to_string(&path).map_err(|error| Error::file(&path, error))?;
        if origin == Origin::Rust && mark::read(&text).is_some() {
            check_not_orphaned(&path)?;
            continue;
        }
        if !text.contains("lambda_handler") {
            return Err(Error::NoHandler { path });
        }
        functions.push(Function { name: name_of(&path)?, source: path, origin });
    }
    Ok(functions)
}

/// A transpiled file whose source is gone would silently stop being a function.
fn check_not_orphaned(transpiled: &Path) -> Result<(), Error> {
    let source = transpiled.with_extension("ruchy");
    if source.exists() {
        return Ok(());
    }
    Err(Error::Refused {
        source: transpiled.to_owned(),
        line: Some(1),
        message: format!("it was transpiled from {}, which is not there. Restore the source, or delete this file.", source.display()),
    })
}

fn name_of(path: &Path) -> Result<String, Error> {
    let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    if is_name(name) { Ok(name.to_owned()) } else { Err(Error::BadName { path: path.to_owned() }) }
}

/// Whether a function can be called `name`.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::{Origin, find, select};
    use std::fs;
    use std::path::PathBuf;

    const HANDLER: &str = "pub fun lambda_handler(event: &str) -> String { event.to_string() }";

    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Vec<PathBuf>) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let path = folder.path().to_owned();
        (folder, vec![path])
    }

    fn failure(files: &[(&str, &str)]) -> String {
        let (_kept, folders) = folder(files);
        find(&folders).unwrap_err().to_string()
    }

    #[test]
    fn ruchy_and_rust_stand_side_by_side_in_order_of_name() {
        let (_kept, folders) = folder(&[("b.ruchy", HANDLER), ("a.rs", HANDLER), ("README.md", "no function")]);
        let functions = find(&folders).unwrap();
        let found: Vec<_> = functions.iter().map(|function| (function.name.as_str(), function.origin)).collect();
        assert_eq!(found, [("a", Origin::Rust), ("b", Origin::Ruchy)]);
        let names =
            |names: &[&str]| -> Vec<_> { select(functions.clone(), names).unwrap().into_iter().map(|function| function.name).collect() };
        assert_eq!(names(&[]), ["a", "b"]);
        assert_eq!(names(&["b"]), ["b"]);
        let unknown = select(functions, &["c"]).unwrap_err().to_string();
        assert!(unknown.contains("`c`") && unknown.contains("a, b"), "{unknown}");
    }

    #[test]
    fn a_transpiled_file_is_no_function_of_its_own() {
        let transpiled = crate::mark::line("a.ruchy", HANDLER) + "\npub fn lambda_handler() {}";
        let (_kept, folders) = folder(&[("a.ruchy", HANDLER), ("a.rs", &transpiled)]);
        assert_eq!(find(&folders).unwrap().len(), 1);
        assert!(failure(&[("a.rs", &transpiled)]).contains("a.ruchy, which is not there"));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert!(failure(&[]).contains("no handlers"));
        assert!(failure(&[("a.ruchy", HANDLER), ("a.rs", HANDLER)]).contains("two handlers are named `a`"));
        assert!(failure(&[("Upper.ruchy", HANDLER)]).contains("Upper.ruchy: a function's file is named"));
        assert!(failure(&[("a.ruchy", "fun other() {}")]).contains("a.ruchy: there is no `lambda_handler`"));
    }
}
