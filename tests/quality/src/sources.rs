//! The files of this repository that people write. Corpora and the files of tools are left out.

use crate::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders and files with code and text.
const FOLDERS: [&str; 13] = [
    "ARCHITECTURE.md",
    "Cargo.toml",
    "README.md",
    "bootstrap",
    "bench",
    "build.rs",
    "cli",
    "deploy",
    "docs",
    "handlers",
    "linker",
    "ruchy",
    "tests",
];
/// Folders below these that hold no code of this project: builds, inputs of tests, environments of
/// tools.
const LEFT_OUT: [&str; 5] = ["target", "corpus", "corpora", "seeds", "node_modules"];

/// A file.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its path from the folder of the repository.
    pub name: String,
    pub text: String,
}

/// Returns the files of `root` whose names end in one of `extensions`, in the order of their names.
///
/// # Errors
/// The file or folder that cannot be read.
pub fn read(root: &Path, extensions: &[&str]) -> Result<Vec<Source>, Error> {
    let mut paths = Vec::new();
    for folder in FOLDERS {
        collect(&root.join(folder), extensions, &mut paths)?;
    }
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        Ok(Source { name, text })
    };
    paths.into_iter().map(read).collect()
}

fn collect(path: &Path, extensions: &[&str], paths: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |error| format!("{}: {error}", path.display());
    if !path.is_dir() {
        if path.extension().is_some_and(|extension| extensions.iter().any(|known| extension == *known)) {
            paths.push(path.to_owned());
        }
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !LEFT_OUT.contains(&name.as_str()) && !name.starts_with('.') && !path.is_symlink() {
            collect(&path, extensions, paths)?;
        }
    }
    Ok(())
}
