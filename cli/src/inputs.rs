//! The source files of a function, and a hash of each: they determine whether it has to be rebuilt.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};

/// Two are equal if the files and their contents are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs(BTreeMap<PathBuf, Option<u64>>);

impl Inputs {
    /// The contents that `files` have now; a file may be missing.
    pub fn of(files: impl IntoIterator<Item = PathBuf>) -> Self {
        Self(files.into_iter().map(|file| (std::path::absolute(&file).unwrap_or(file.clone()), hash(&file))).collect())
    }

    /// Adds `files` with the contents that they have now. Those that are known keep theirs.
    pub fn add(&mut self, files: &[PathBuf]) {
        for (file, hash) in Self::of(files.iter().cloned()).0 {
            self.0.entry(file).or_insert(hash);
        }
    }

    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }
}

fn hash(file: &Path) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    hasher.write(&fs::read(file).ok()?);
    Some(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::Inputs;
    use std::fs;

    #[test]
    fn inputs_differ_when_contents_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("a"), "1").unwrap();
        let mut inputs = Inputs::of([path("a"), path("missing")]);
        fs::write(path("a"), "1").unwrap();
        assert_eq!(inputs, Inputs::of([path("a"), path("missing")]));
        fs::write(path("b"), "2").unwrap();
        inputs.add(&[path("b"), path("a")]);
        assert_eq!(inputs, Inputs::of([path("a"), path("missing"), path("b")]));
        fs::write(path("missing"), "").unwrap();
        assert_ne!(inputs, Inputs::of([path("a"), path("missing"), path("b")]));
    }
}
