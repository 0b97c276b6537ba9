//! The files that rustc reads for functions, and their names in messages and panics: the paths of
//! the sources, relative to the project's folder.

use crate::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of files that differ from the source in line endings only. The tool removes this and
/// [`INLINED`] from the names of files.
const PLAIN: &str = "plain";
/// The folder of files with inlined copies.
const INLINED: &str = "inlined";
/// The prefix of a name that the project itself uses.
const ELSEWHERE: &str = "elsewhere";

/// The folders that determine the paths.
#[derive(Clone, Debug)]
pub struct Places {
    /// The folder of the project.
    pub project: PathBuf,
    /// The folder that files are written to.
    pub written: PathBuf,
}

impl Places {
    /// Returns `true` if `source` is in the project's folder.
    #[must_use]
    pub fn is_of_project(&self, source: &Path) -> bool {
        source.starts_with(&self.project)
    }

    /// Returns the name of `source` in messages: its path relative to the project, or relative to
    /// the parent of its folder. Names are unique, because rustc would read one of two files with
    /// the same name twice.
    #[must_use]
    pub fn name(&self, source: &Path) -> PathBuf {
        if let Ok(name) = source.strip_prefix(&self.project) {
            return name.to_owned();
        }
        let folder = source.parent().and_then(Path::file_name).unwrap_or_default();
        let name = Path::new(folder).join(source.file_name().unwrap_or_default());
        if self.project.join(&name).exists() { Path::new(ELSEWHERE).join(name) } else { name }
    }

    /// Writes the file that rustc reads for `source`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write(&self, source: &Path, text: &str) -> Result<PathBuf, Error> {
        self.write_in(PLAIN, source, text)
    }

    /// Writes a file with inlined copies.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write_inlined(&self, source: &Path, text: &str) -> Result<PathBuf, Error> {
        self.write_in(INLINED, source, text)
    }

    fn write_in(&self, folder: &str, source: &Path, text: &str) -> Result<PathBuf, Error> {
        let path = self.written.join(folder).join(self.name(source));
        // An unchanged file is not written, so that cargo does not rebuild it.
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return Ok(path);
        }
        fs::create_dir_all(path.parent().unwrap_or(&path))
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| Error::file(&path, error))?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::Places;
    use std::fs;
    use std::path::Path;

    #[test]
    fn name_is_relative_to_the_project_or_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("project");
        fs::create_dir_all(project.join("handlers")).unwrap();
        fs::write(project.join("handlers/lib.rs"), "").unwrap();
        let places = Places { project: project.clone(), written: folder.path().join("written") };
        let name = |source: &Path| places.name(source).to_str().unwrap().to_owned();
        assert_eq!(name(&project.join("handlers/functions/a.ruchy")), "handlers/functions/a.ruchy");
        assert_eq!(name(&project.join("handlers/lib.rs")), "handlers/lib.rs");
        assert_eq!(name(Path::new("/some/where/functions/a.ruchy")), "functions/a.ruchy");
        assert_eq!(name(Path::new("/some/handlers/lib.rs")), "elsewhere/handlers/lib.rs", "the project's own has that name");
    }

    #[test]
    fn write_skips_unchanged_files() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places { project: folder.path().join("project"), written: folder.path().join("written") };
        let source = Path::new("/functions/a.ruchy");
        let path = places.write(source, "one").unwrap();
        assert_eq!(path, folder.path().join("written/plain/functions/a.ruchy"));
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        places.write(source, "one").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), long_ago);
        places.write(source, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(places.write_inlined(source, "two").unwrap(), folder.path().join("written/inlined/functions/a.ruchy"));
    }
}
