//! The functions of a project: files in its folder `functions` and in the folders below it.
//!
//! - `functions/NAME.rs` or `NAME.ruchy` is a function, unless it has no handler and another file
//!   includes it as a module.
//! - `functions/NAME/main.rs` or `main.ruchy` is the function NAME; its modules are in the same
//!   folder.
//! - Another file in a folder below is a function if it has a `lambda_handler`.

use crate::Error;
use handlers_build::function::{self, Function, Origin};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The stem of the file that a function's folder has.
const MAIN: &str = "main";

/// The functions in `folder`, by name.
///
/// # Errors
/// [`Error::Functions`] if two have one name, [`Error::File`].
pub fn find(folder: &Path) -> Result<Vec<Function>, Error> {
    let mut found = BTreeMap::new();
    if folder.is_dir() {
        for function in function::sources(folder)? {
            insert(&mut found, function)?;
        }
        for entry in read(folder)? {
            if entry.is_dir() {
                below(&entry, &mut found)?;
            }
        }
    }
    Ok(found.into_values().collect())
}

/// Adds the functions in `folder`, which is below the folder of functions.
fn below(folder: &Path, found: &mut BTreeMap<String, Function>) -> Result<(), Error> {
    for path in read(folder)? {
        if path.is_dir() {
            below(&path, found)?;
            continue;
        }
        let Some(origin) = Origin::of(&path) else { continue };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = if stem == MAIN { folder.file_name().unwrap_or_default().to_string_lossy().into_owned() } else { stem };
        if function::defines_handler(&path) {
            insert(found, Function { name, source: path, origin })?;
        }
    }
    Ok(())
}

fn insert(found: &mut BTreeMap<String, Function>, function: Function) -> Result<(), Error> {
    let (name, second) = (function.name.clone(), function.source.clone());
    match found.insert(name.clone(), function) {
        None => Ok(()),
        Some(first) => Err(handlers_build::Error::DuplicateName { name, first: first.source, second }.into()),
    }
}

/// The entries of `folder` in order, without hidden ones.
fn read(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| Error::file(folder, error))? {
        let entry = entry.map_err(|error| Error::file(folder, error))?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::find;
    use std::fs;

    #[test]
    fn functions_are_found_in_folders_and_modules_are_not_functions() {
        let folder = tempfile::tempdir().unwrap();
        let handler = "pub fn lambda_handler(event: &str) -> &str { event }";
        for (name, text) in [
            ("a.rs", format!("mod shared;\n{handler}")),
            ("shared.rs", "pub fn one() {}".to_owned()),
            ("my-orders/main.rs", format!("mod parse;\n{handler}")),
            ("my-orders/parse.rs", "pub fn two() {}".to_owned()),
            ("admin/report.ruchy", "pub fun lambda_handler(event: &str) -> String { event.to_string() }".to_owned()),
            ("admin/deep/er.rs", handler.to_owned()),
            (".hidden/x.rs", handler.to_owned()),
            ("broken.ruchy", "fun".to_owned()),
        ] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let names: Vec<_> = find(folder.path()).unwrap().into_iter().map(|function| function.name).collect();
        assert_eq!(names, ["a", "broken", "er", "my-orders", "report"]);
        fs::write(folder.path().join("er.rs"), handler).unwrap();
        assert!(find(folder.path()).unwrap_err().to_string().contains("two handlers are named `er`"));
        assert!(find(&folder.path().join("missing")).unwrap().is_empty());
    }
}
