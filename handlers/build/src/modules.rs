//! The files that a function's file includes with `mod NAME;`: shared code.

use ruchy::modules::Loader as _;
use std::fs;
use std::path::{Path, PathBuf};
use syn::{Expr, ExprLit, Item, ItemMod, Lit, Meta};

/// Returns all files that `source` includes with `mod NAME;`, directly or indirectly. A file that
/// cannot be read or parsed includes none. For Ruchy, the paths that a missing module may have are
/// included if their folders exist.
#[must_use]
pub fn of(source: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if source.extension().is_some_and(|extension| extension == "ruchy") {
        let mut loader = |path: &Path| {
            if path != source && path.parent().is_some_and(Path::is_dir) {
                found.push(path.to_owned());
            }
            ruchy::modules::Files.load(path)
        };
        let _ = ruchy::modules::parse(source, &mut loader);
    } else {
        // The build script includes a function's file with `#[path]`, so its modules are in the
        // same folder, as for a `mod.rs`.
        add(source, source.parent().unwrap_or(Path::new("")), &mut found);
    }
    found
}

/// Adds the files that `file` includes. `folder` is the folder in which rustc looks for its
/// modules.
fn add(file: &Path, folder: &Path, found: &mut Vec<PathBuf>) {
    let Some(parsed) = fs::read_to_string(file).ok().and_then(|text| syn::parse_file(&text).ok()) else { return };
    for item in parsed.items {
        let Item::Mod(module) = item else { continue };
        if module.content.is_some() {
            continue;
        }
        let Some((path, folder)) = place(&module, file, folder) else { continue };
        if !found.contains(&path) {
            found.push(path.clone());
            add(&path, &folder, found);
        }
    }
}

/// Returns the file of `module`, and the folder in which rustc looks for its modules.
fn place(module: &ItemMod, file: &Path, folder: &Path) -> Option<(PathBuf, PathBuf)> {
    let name = module.ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    if let Some(path) = module.attrs.iter().find_map(|attribute| path_of(&attribute.meta)) {
        let path = file.parent()?.join(path);
        let folder = path.parent()?.to_owned();
        return Some((path, folder));
    }
    let inner = folder.join(name);
    let sibling = folder.join(format!("{name}.rs"));
    let nested = inner.join("mod.rs");
    [sibling, nested].into_iter().find(|path| path.is_file()).map(|path| (path, inner))
}

/// Returns the value of `#[path = "…"]`.
fn path_of(attribute: &Meta) -> Option<String> {
    let Meta::NameValue(pair) = attribute else { return None };
    match &pair.value {
        Expr::Lit(ExprLit { lit: Lit::Str(path), .. }) if pair.path.is_ident("path") => Some(path.value()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::of;
    use std::fs;

    #[test]
    fn modules_of_ruchy_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, text) in [
            ("a.ruchy", "mod shared\nmod folder\nmod missing\nmod inline {\n    mod y;\n}\n// mod comment\nuse shared::one\n"),
            ("shared.ruchy", "mod deep"),
            ("shared/deep.ruchy", ""),
            ("folder/mod.ruchy", "mod part"),
            ("folder/part.ruchy", "not { Ruchy"),
            ("inline/y.ruchy", ""),
        ] {
            fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            fs::write(path(name), text).unwrap();
        }
        let found = of(&path("a.ruchy"));
        let existing: Vec<_> = found.iter().filter(|path| path.exists()).cloned().collect();
        let expected = ["shared.ruchy", "shared/deep.ruchy", "folder/mod.ruchy", "folder/part.ruchy", "inline/y.ruchy"].map(path);
        assert_eq!(existing, expected);
        assert!(found.contains(&path("missing.ruchy")) && !found.contains(&path("missing/mod.ruchy")), "{found:?}");
    }

    #[test]
    fn modules_of_rust_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for (name, text) in [
            (
                "a.rs",
                "mod shared;\npub(crate) mod folder;\n#[path = \"other/named.rs\"]\nmod x;\nmod missing;\nmod inline { mod y; }\n// mod comment;",
            ),
            ("shared.rs", "mod deep;"),
            ("shared/deep.rs", "mod shared { }"),
            ("folder/mod.rs", "mod part;"),
            ("folder/part.rs", "not Rust"),
            ("other/named.rs", "mod near;"),
            ("other/near.rs", ""),
            ("b.rs", ""),
        ] {
            fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            fs::write(path(name), text).unwrap();
        }
        let expected = ["shared.rs", "shared/deep.rs", "folder/mod.rs", "folder/part.rs", "other/named.rs", "other/near.rs"].map(path);
        assert_eq!(of(&path("a.rs")), expected);
        assert!(of(&path("b.rs")).is_empty() && of(&path("none.rs")).is_empty());
    }
}
