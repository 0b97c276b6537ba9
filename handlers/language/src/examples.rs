//! Ruchy's own example programs: they lie in the package that cargo installs ruchy from, and stay there.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The version of ruchy whose examples are counted: it stays where the pinned version moves on, so that counts can be compared.
const EXAMPLES_VERSION: &str = "3.212.0";

/// The folder of the examples. Where cargo has not unpacked the package yet, it is asked about it, for which it does.
///
/// # Errors
/// That the package cannot be had.
pub fn folder() -> io::Result<PathBuf> {
    if let Some(found) = unpacked() {
        return Ok(found);
    }
    eprintln!("language: having cargo fetch the package of ruchy {EXAMPLES_VERSION}, for its examples");
    let package = format!("ruchy@{EXAMPLES_VERSION}");
    Command::new("cargo").args(["info", "--quiet", &package]).current_dir("/").stdout(Stdio::null()).status()?;
    unpacked().ok_or_else(|| {
        io::Error::other(format!("the package of ruchy {EXAMPLES_VERSION} is not there: `cargo info {package}` should have unpacked it"))
    })
}

/// In one of the folders, one for each registry, that cargo unpacks packages in.
fn unpacked() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".cargo")))?;
    let registries = std::fs::read_dir(home.join("registry/src")).ok()?;
    let examples = |registry: io::Result<std::fs::DirEntry>| Some(registry.ok()?.path().join(format!("ruchy-{EXAMPLES_VERSION}/examples")));
    registries.filter_map(examples).find(|folder| folder.is_dir())
}

/// Every program below `folder`, in order: its name, which is its path without `.ruchy`, and the file.
///
/// # Errors
/// That a folder cannot be read.
pub fn programs(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(here) = folders.pop() {
        for entry in std::fs::read_dir(here)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "ruchy") {
                let name = path.strip_prefix(folder).unwrap_or(&path).with_extension("");
                found.push((name.to_string_lossy().into_owned(), path));
            }
        }
    }
    found.sort();
    Ok(found)
}
