//! Functions and where they are: each `NAME.ruchy` and each `NAME.rs` of a folder, unless it is code that functions share: a file without a
//! `lambda_handler` that another includes by `mod NAME;`.

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
    /// The language of the file `path`, by its ending.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "ruchy" => Some(Self::Ruchy),
            "rs" => Some(Self::Rust),
            _ => None,
        }
    }
}

/// One function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The file's name without its ending; what `_HANDLER` spells.
    pub name: String,
    /// Its file.
    pub source: PathBuf,
    pub origin: Origin,
}

/// Every function in `folders`, by name. One that cannot be built is found too: [`crate::compile::check`] reports it, and no other is affected.
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
    /// The files that it is made of: its source, and the code that it shares with others. Of a module in Ruchy that has no file yet the places
    /// where one may be are among them, so that they can be watched.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        std::iter::once(self.source.clone()).chain(modules::of(&self.source)).collect()
    }
}

/// The functions in `folder` itself.
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
        // An editor's, and where it points to there may be nothing.
        if name.starts_with('.') {
            continue;
        }
        functions.push(Function { name, source: path, origin });
    }
    without_shared_code(&mut functions);
    Ok(functions)
}

/// Removes files that have no handler and that others include.
fn without_shared_code(functions: &mut Vec<Function>) {
    let has_handler: Vec<bool> = functions.iter().map(|function| defines_handler(&function.source)).collect();
    if !has_handler.contains(&false) {
        return;
    }
    let included: Vec<PathBuf> = functions.iter().flat_map(|function| modules::of(&function.source)).collect();
    let mut has_handler = has_handler.into_iter();
    functions.retain(|function| has_handler.next() == Some(true) || !included.contains(&function.source));
}

/// Whether the file `source` defines a `lambda_handler`.
#[must_use]
pub fn defines_handler(source: &Path) -> bool {
    let defines = |line: &str| !line.starts_with("//") && (line.contains("fn lambda_handler") || line.contains("fun lambda_handler"));
    source::read(source).is_ok_and(|text| text.lines().any(|line| defines(line.trim_start())))
}

/// Whether a function can be called `name`: Lambda has functions of such names, and so have cargo and the file system.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= NAME_BYTES_MAX
        && bytes.next().is_some_and(|first| first.is_ascii_alphabetic())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// The longest name of a function that Lambda accepts, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// `name` as a part of an identifier in Rust.
#[must_use]
pub fn identifier(name: &str) -> String {
    name.replace('-', "_")
}

/// A function's name as near to `text` as can be, if there is one: `my_function` for `My function`.
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
            [("My.function", Some("my_function")), ("two words", Some("two_words")), ("1st", None), ("", None), ("../up", None)]
        {
            assert_eq!(as_name(text).as_deref(), name, "{text}");
        }
    }

    #[test]
    fn a_function_that_cannot_be_built_is_in_nobodys_way() {
        let (kept, folders) = folder(&[("a.rs", HANDLER), ("empty.ruchy", ""), ("two words.ruchy", HANDLER), (".#a.ruchy", "")]);
        fs::write(kept.path().join("bytes.rs"), b"// \xff lambda_handler").unwrap();
        let functions = find(&folders).unwrap();
        let well: Vec<_> = functions.iter().map(|function| (function.name.as_str(), check(function, false).is_ok())).collect();
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
    fn shared_code_in_ruchy_is_not_a_function() {
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
    fn a_file_of_rust_beside_one_of_ruchy_is_shared_code_or_one_function_too_many() {
        let user = format!("mod a;\n{HANDLER}").replace("fun ", "fn ");
        let shared = "pub fn one() -> u64 { 1 }";
        let (_kept, folders) = folder(&[("a.ruchy", HANDLER), ("a.rs", shared), ("b.rs", &user)]);
        let found: Vec<_> = find(&folders).unwrap().into_iter().map(|function| (function.name, function.origin)).collect();
        assert_eq!(found, [("a".to_owned(), Origin::Ruchy), ("b".to_owned(), Origin::Rust)]);
        // As an earlier version left it there.
        let generated = "// @generated by an earlier version\npub fn lambda_handler(event: &str) -> String { event.to_string() }";
        let message = failure(&[("a.ruchy", HANDLER), ("a.rs", generated)]);
        assert!(message.contains("two handlers are named `a`") && message.contains("delete it"), "{message}");
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert!(failure(&[]).contains("no handlers"));
        assert!(failure(&[("a.ruchy", HANDLER), ("a.rs", HANDLER)]).contains("two handlers are named `a`"));
        assert!(failure(&[("1st.ruchy", HANDLER)]).contains("1st.ruchy: a function's file is named"));
        assert!(failure(&[("a.ruchy", "fun other() {}")]).contains("there is no `lambda_handler` in this file"));
    }
}
