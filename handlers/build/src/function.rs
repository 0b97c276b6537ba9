//! Finds functions: each `NAME.ruchy` and `NAME.rs` in a folder, except shared code, which is a
//! file without a `lambda_handler` that another file includes with `mod NAME;`.

use crate::{Error, modules, source};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The language of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `NAME.ruchy`.
    Ruchy,
    /// `NAME.rs`.
    Rust,
}

impl Origin {
    /// Returns the language of the file `path`, by its extension.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "ruchy" => Some(Self::Ruchy),
            "rs" => Some(Self::Rust),
            _ => None,
        }
    }
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The name of the file without its extension: the value of `_HANDLER`.
    pub name: String,
    /// The path of the file.
    pub source: PathBuf,
    pub origin: Origin,
}

/// Finds all functions in `folders`, sorted by name. Functions that cannot be built are included;
/// [`crate::compile::check`] reports them without affecting others.
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

/// Selects the functions in `names`, or all if `names` is empty.
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
    /// Returns all files of the function: its source, and shared code. For a missing Ruchy module
    /// the possible paths are included, so that they can be watched.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        std::iter::once(self.source.clone()).chain(modules::of(&self.source)).collect()
    }
}

/// Returns the functions in `folder`, without subfolders.
///
/// # Errors
/// [`Error::File`].
pub fn sources(folder: &Path) -> Result<Vec<Function>, Error> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| Error::file(folder, error))? {
        paths.push(entry.map_err(|error| Error::file(folder, error))?.path());
    }
    paths.sort();
    let mut functions = Vec::new();
    for path in paths {
        let Some(origin) = Origin::of(&path) else { continue };
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // Temporary files of editors, which may be dangling symbolic links.
        if name.starts_with('.') {
            continue;
        }
        functions.push(Function { name, source: path, origin });
    }
    without_shared_code(&mut functions);
    Ok(functions)
}

/// Removes files without a handler that others include.
fn without_shared_code(functions: &mut Vec<Function>) {
    let has_handler: Vec<bool> = functions.iter().map(|function| defines_handler(&function.source)).collect();
    if !has_handler.contains(&false) {
        return;
    }
    let included: Vec<PathBuf> = functions.iter().flat_map(|function| modules::of(&function.source)).collect();
    let mut has_handler = has_handler.into_iter();
    functions.retain(|function| has_handler.next() == Some(true) || !included.contains(&function.source));
}

/// Returns `true` if the file `source` defines a `lambda_handler`.
#[must_use]
pub fn defines_handler(source: &Path) -> bool {
    let defines = |line: &str| !line.starts_with("//") && (line.contains("fn lambda_handler") || line.contains("fun lambda_handler"));
    source::read(source).is_ok_and(|text| text.lines().any(|line| defines(line.trim_start())))
}

/// Returns `true` if `name` is valid as the name of a function for Lambda, cargo and the file
/// system.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= NAME_BYTES_MAX
        && bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// Maximum length of a function's name on Lambda, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// Converts `name` to a part of a Rust identifier.
#[must_use]
pub fn identifier(name: &str) -> String {
    name.replace('-', "_")
}

/// Converts `text` to a similar valid name, if there is one: `My function` to `my_function`.
#[must_use]
pub fn as_name(text: &str) -> Option<String> {
    let name: String =
        text.chars().map(|character| if matches!(character, ' ' | '.') { '_' } else { character.to_ascii_lowercase() }).collect();
    is_name(&name).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{Origin, as_name, find, select};
    use crate::compile::check;
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
        let checked = find(&folders).and_then(|functions| functions.iter().try_for_each(|function| check(function, false).map(drop)));
        checked.unwrap_err().to_string()
    }

    #[test]
    fn find_sorts_ruchy_and_rust_by_name() {
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
    fn as_name_converts_similar_names() {
        for (text, name) in
            [("My.function", Some("my_function")), ("two words", Some("two_words")), ("1st", None), ("", None), ("../up", None)]
        {
            assert_eq!(as_name(text).as_deref(), name, "{text}");
        }
    }

    #[test]
    fn find_includes_functions_that_cannot_be_built() {
        let (kept, folders) = folder(&[("a.rs", HANDLER), ("empty.ruchy", ""), ("two words.ruchy", HANDLER), (".#a.ruchy", "")]);
        fs::write(kept.path().join("bytes.rs"), b"// \xff lambda_handler").unwrap();
        let functions = find(&folders).unwrap();
        let well: Vec<_> = functions.iter().map(|function| (function.name.as_str(), check(function, false).is_ok())).collect();
        assert_eq!(well, [("a", true), ("bytes", false), ("empty", false), ("two words", false)]);
    }

    #[test]
    fn find_omits_shared_rust() {
        let user = format!("mod shared;\n{HANDLER}").replace("fun ", "fn ");
        let shared = "//! Shared by every lambda_handler.\npub fn one() -> u64 { 1 }";
        let (kept, folders) = folder(&[("a.rs", &user), ("b.ruchy", HANDLER), ("shared.rs", shared)]);
        let names = || find(&folders).unwrap().into_iter().map(|function| function.name).collect::<Vec<_>>();
        assert_eq!(names(), ["a", "b"]);
        // A function that another includes remains a function.
        fs::write(kept.path().join("shared.rs"), "pub fn lambda_handler(event: &str) -> &str { event }").unwrap();
        assert_eq!(names(), ["a", "b", "shared"]);
        let message = failure(&[("shared.rs", "pub fn one() -> u64 { 1 }")]);
        assert!(message.contains("`mod shared;`"), "{message}");
    }

    #[test]
    fn find_omits_shared_ruchy() {
        let user = format!("mod prices;\n{HANDLER}");
        let deeper = "mod taxes;\npub fun net(n: i64) -> i64 { n }";
        let (kept, folders) = folder(&[("a.ruchy", &user), ("prices.ruchy", deeper)]);
        fs::create_dir(kept.path().join("prices")).unwrap();
        fs::write(kept.path().join("prices/taxes.ruchy"), "pub fun rate() -> i64 { 19 }").unwrap();
        let functions = find(&folders).unwrap();
        assert_eq!(functions.iter().map(|function| function.name.as_str()).collect::<Vec<_>>(), ["a"]);
        let files = ["a.ruchy", "prices.ruchy", "prices/taxes.ruchy"].map(|file| kept.path().join(file));
        let existing: Vec<_> = functions[0].files().into_iter().filter(|file| file.exists()).collect();
        assert_eq!(existing, files);
        let message = failure(&[("prices.ruchy", deeper)]);
        assert!(message.contains("`mod NAME;`"), "{message}");
    }

    #[test]
    fn find_rejects_two_functions_of_one_name() {
        let user = format!("mod a;\n{HANDLER}").replace("fun ", "fn ");
        let shared = "pub fn one() -> u64 { 1 }";
        let (_kept, folders) = folder(&[("a.ruchy", HANDLER), ("a.rs", shared), ("b.rs", &user)]);
        let found: Vec<_> = find(&folders).unwrap().into_iter().map(|function| (function.name, function.origin)).collect();
        assert_eq!(found, [("a".to_owned(), Origin::Ruchy), ("b".to_owned(), Origin::Rust)]);
        // A file that an earlier version generated.
        let generated = "// @generated by an earlier version\npub fn lambda_handler(event: &str) -> String { event.to_string() }";
        let message = failure(&[("a.ruchy", HANDLER), ("a.rs", generated)]);
        assert!(message.contains("two handlers are named `a`") && message.contains("delete it"), "{message}");
    }

    #[test]
    fn errors_name_the_file_and_the_rule() {
        assert!(failure(&[]).contains("no functions"));
        assert!(failure(&[("a.ruchy", HANDLER), ("a.rs", HANDLER)]).contains("two handlers are named `a`"));
        assert!(failure(&[("1st.ruchy", HANDLER)]).contains("1st.ruchy: a function's file name must be"));
        assert!(failure(&[("a.ruchy", "fun other() {}")]).contains("this file has no `lambda_handler`"));
    }
}
