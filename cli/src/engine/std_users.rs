//! Names the crates that need Rust's `std` in a function that is linked without it.
//!
//! The metadata of a crate holds the hash of each crate that it needs, directly or not. So a crate
//! needs std if its metadata holds the hash of the standard library.

use super::messages::Artifact;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Crates that need std.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StdUser {
    /// The crate of the project's manifest, by its name in Rust.
    pub name: String,
    /// Crates that it uses and that need std.
    pub through: Vec<String>,
}

/// Those of `crates`, declared by the project, that need std. `std_hash` is that of the standard
/// library.
#[must_use]
pub fn find(artifacts: &[Artifact], crates: &BTreeSet<String>, std_hash: &str) -> Vec<StdUser> {
    let libraries: Vec<Library> = artifacts.iter().filter_map(Library::read).collect();
    let users: Vec<&Library> = libraries.iter().filter(|library| contains(&library.metadata, std_hash)).collect();
    let own: Vec<&&Library> = users.iter().filter(|library| crates.contains(&library.name)).collect();
    // One that only another crate of the project brings is not named.
    let is_brought_by_another =
        |library: &Library| own.iter().any(|other| other.name != library.name && contains(&other.metadata, &library.hash));
    let roots = own.iter().filter(|library| !is_brought_by_another(library));
    roots
        .map(|library| {
            let through = users.iter().filter(|other| other.name != library.name && contains(&library.metadata, &other.hash));
            let mut through: Vec<String> = through.map(|other| other.name.clone()).collect();
            through.sort();
            through.dedup();
            StdUser { name: library.name.clone(), through }
        })
        .collect()
}

/// A compiled crate.
struct Library {
    name: String,
    /// The hash in the names of its files.
    hash: String,
    metadata: Vec<u8>,
}

impl Library {
    fn read(artifact: &Artifact) -> Option<Self> {
        let of_type = |extension: &str| artifact.files.iter().find(|file| file.extension().is_some_and(|found| found == extension));
        let file = of_type("rmeta").or_else(|| of_type("rlib"))?;
        Some(Self { name: artifact.name.clone(), hash: hash(file)?, metadata: fs::read(file).ok()? })
    }
}

/// `1a2b` of `libname-1a2b.rlib`.
fn hash(file: &Path) -> Option<String> {
    Some(file.file_stem()?.to_str()?.rsplit_once('-')?.1.to_owned())
}

fn contains(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::{StdUser, find};
    use crate::engine::messages::Artifact;
    use std::fs;

    #[test]
    fn std_users_are_the_crates_of_the_project_that_brought_it() {
        let folder = tempfile::tempdir().unwrap();
        let artifact = |name: &str, hash: &str, needs: &str| {
            let file = folder.path().join(format!("lib{name}-{hash}.rmeta"));
            fs::write(&file, needs).unwrap();
            Artifact { package: name.into(), name: name.into(), files: vec![file], executable: None }
        };
        let artifacts = [
            artifact("memo_map", "aa11", "std-5555"),
            artifact("minijinja", "bb22", "memo_map-aa11 std-5555"),
            artifact("uuid", "cc33", "core-9999"),
            artifact("wraps", "dd44", "minijinja-bb22 memo_map-aa11 std-5555"),
        ];
        let crates = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let minijinja = StdUser { name: "minijinja".into(), through: vec!["memo_map".into()] };
        assert_eq!(find(&artifacts[..3], &crates(&["minijinja", "uuid"]), "5555"), [minijinja]);
        let wraps = StdUser { name: "wraps".into(), through: vec!["memo_map".into(), "minijinja".into()] };
        assert_eq!(find(&artifacts, &crates(&["minijinja", "uuid", "wraps"]), "5555"), [wraps]);
        assert_eq!(find(&artifacts, &crates(&["uuid"]), "5555"), []);
    }
}
