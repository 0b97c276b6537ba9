//! Which functions there are: every `NAME.ruchy`, and every `NAME.rs` that was not transpiled from one and is no code that functions share: a file
//! without a `lambda_handler` that another includes by `mod NAME;`.

use crate::{Error, mark, modules, source};
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

/// Every function in `folders`, by name. Whether one can be built, [`Function::check`] says: nobody who wants one is kept from it by another.
///
/// # Errors
/// [`Error::NoFunctions`], [`Error::DuplicateName`], [`Error::File`].
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

impl Function {
    /// The files that a developer writes for it: its source, and the code that it shares with others.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        let shared = if self.origin == Origin::Rust { modules::of(&self.source) } else { Vec::new() };
        std::iter::once(self.source.clone()).chain(shared).collect()
    }

    /// What is wrong with it that can be told without a compiler.
    ///
    /// # Errors
    /// [`Error::BadName`], [`Error::NoHandler`], [`Error::File`]; [`Error::Refused`] where it was transpiled from what is gone.
    pub fn check(&self) -> Result<(), Error> {
        let path = self.source.clone();
        if !is_name(&self.name) {
            return Err(Error::BadName { path });
        }
        let text = source::read(&path)?;
        if self.origin == Origin::Rust && mark::read(&text).is_some() {
            return Err(orphaned(path));
        }
        if text.contains("lambda_handler") { Ok(()) } else { Err(Error::NoHandler { path }) }
    }
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
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // An editor's, and where it points to there may be nothing.
        if name.starts_with('.') || origin == Origin::Rust && is_transpiled(&path)? {
            continue;
        }
        functions.push(Function { name, source: path, origin });
    }
    without_shared_code(&mut functions);
    Ok(functions)
}

/// Removes files of Rust that have no handler and that others include.
fn without_shared_code(functions: &mut Vec<Function>) {
    let is_rust = |function: &&Function| function.origin == Origin::Rust;
    if functions.iter().filter(is_rust).all(|function| defines_handler(&function.source)) {
        return;
    }
    let included: Vec<PathBuf> = functions.iter().filter(is_rust).flat_map(|function| modules::of(&function.source)).collect();
    functions.retain(|function| !included.contains(&function.source) || defines_handler(&function.source));
}

fn defines_handler(source: &Path) -> bool {
    source::read(source)
        .is_ok_and(|text| text.lines().any(|line| line.trim_start().trim_start_matches("pub ").starts_with("fn lambda_handler")))
}

/// Whether it was made of the source beside it. One whose source is gone would silently stop being a function, and is one that cannot be built.
fn is_transpiled(path: &Path) -> Result<bool, Error> {
    let bytes = fs::read(path).map_err(|error| Error::file(path, error))?;
    Ok(mark::read(&String::from_utf8_lossy(&bytes)).is_some() && path.with_extension("ruchy").exists())
}

fn orphaned(transpiled: PathBuf) -> Error {
    let source = transpiled.with_extension("ruchy");
    let message = format!("it was transpiled from {}, which is not there. Restore the source, or delete this file.", source.display());
    Error::Refused { source: transpiled, line: Some(1), message }
}

/// Whether a function can be called `name`.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A function's name as near to `text` as can be, if there is one: `my_function` for `My-Function`.
#[must_use]
pub fn as_name(text: &str) -> Option<String> {
    let name: String =
        text.chars().map(|character| if matches!(character, '-' | ' ' | '.') { '_' } else { character.to_ascii_lowercase() }).collect();
    is_name(&name).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{Function, Origin, as_name, find, select};
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
        let checked = find(&folders).and_then(|functions| functions.iter().try_for_each(Function::check));
        checked.unwrap_err().to_string()
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
    fn a_name_that_is_none_may_be_nearly_one() {
        for (text, name) in
            [("My-Function", Some("my_function")), ("two words", Some("two_words")), ("1st", None), ("", None), ("../up", None)]
        {
            assert_eq!(as_name(text).as_deref(), name, "{text}");
        }
    }

    #[test]
    fn a_function_that_cannot_be_built_is_in_nobodys_way() {
        let (kept, folders) = folder(&[("a.rs", HANDLER), ("empty.ruchy", ""), ("two words.ruchy", HANDLER), (".#a.ruchy", "")]);
        fs::write(kept.path().join("bytes.rs"), b"// \xff lambda_handler").unwrap();
        let functions = find(&folders).unwrap();
        let well: Vec<_> = functions.iter().map(|function| (function.name.as_str(), function.check().is_ok())).collect();
        assert_eq!(well, [("a", true), ("bytes", false), ("empty", false), ("two words", false)]);
    }

    #[test]
    fn shared_code_is_not_a_function() {
        let user = format!("mod shared;\n{HANDLER}").replace("fun ", "fn ");
        let shared = "//! Shared by every lambda_handler.\npub fn one() -> u64 { 1 }";
        let (kept, folders) = folder(&[("a.rs", &user), ("b.ruchy", HANDLER), ("shared.rs", shared)]);
        let names = || find(&folders).unwrap().into_iter().map(|function| function.name).collect::<Vec<_>>();
        assert_eq!(names(), ["a", "b"]);
        // A function that another includes stays one.
        fs::write(kept.path().join("shared.rs"), "pub fn lambda_handler(event: &str) -> &str { event }").unwrap();
        assert_eq!(names(), ["a", "b", "shared"]);
        let message = failure(&[("shared.rs", "pub fn one() -> u64 { 1 }")]);
        assert!(message.contains("`mod shared;`"), "{message}");
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
