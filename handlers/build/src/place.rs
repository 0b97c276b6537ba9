//! Where the files are that rustc reads in a function's place, and by which name messages and panics know them: the source's own, from the
//! project's folder on.

use crate::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// What is read as it was written, but for its lines. The tool takes this and [`INLINED`] off the names of files.
const PLAIN: &str = "plain";
/// What has copies in it.
const INLINED: &str = "inlined";
/// In front of a name that the project has given away.
const ELSEWHERE: &str = "elsewhere";

/// The folders that matter.
#[derive(Clone, Debug)]
pub struct Places {
    /// The project's.
    pub project: PathBuf,
    /// What is written goes there.
    pub written: PathBuf,
}

impl Places {
    /// Whether `source` belongs to the project.
    #[must_use]
    pub fn is_of_project(&self, source: &Path) -> bool {
        source.starts_with(&self.project)
    }

    /// What `source` is called: its path in the project, or that in its folder. No two files of one name: rustc would read one of them twice.
    #[must_use]
    pub fn name(&self, source: &Path) -> PathBuf {
        if let Ok(name) = source.strip_prefix(&self.project) {
            return name.to_owned();
        }
        let folder = source.parent().and_then(Path::file_name).unwrap_or_default();
        let name = Path::new(folder).join(source.file_name().unwrap_or_default());
        if self.project.join(&name).exists() { Path::new(ELSEWHERE).join(name) } else { name }
    }

    /// Writes what rustc reads for `source`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write(&self, source: &Path, text: &str) -> Result<PathBuf, Error> {
        self.write_in(PLAIN, source, text)
    }

    /// [`Self::write`] of a file with copies.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write_inlined(&self, source: &Path, text: &str) -> Result<PathBuf, Error> {
        self.write_in(INLINED, source, text)
    }

    fn write_in(&self, folder: &str, source: &Path, text: &str) -> Result<PathBuf, Error> {
        let path = self.written.join(folder).join(self.name(source));
        // One that is as it was is left alone, and so is what cargo made of it.
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
    fn a_source_is_named_from_the_project_on_and_one_elsewhere_from_its_folder_on() {
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
    fn a_file_that_would_be_the_same_is_not_written_again() {
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
