//! The sources that a build of a function reads: the runtime, the facade, the events, the linker
//! script.
//!
//! An installed tool carries those of its own version and unpacks them into the user's cache, into
//! a folder named by a hash of their contents. A tool that was built for development reads them in
//! the repository.

use crate::Error;
use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

mod carried {
    include!(concat!(env!("OUT_DIR"), "/carried.rs"));
}

/// The commit that this tool was built from, or why that is unknown.
pub const COMMIT: &str = carried::COMMIT;

/// The folder that names this cache, in the user's folder of caches.
const CACHE: &str = "ruchy-lambda";

/// The sources, unpacked.
#[derive(Clone, Debug)]
pub struct Sdk {
    /// The folder that holds them, laid out as the repository is.
    pub root: PathBuf,
}

impl Sdk {
    /// The sources of this tool's version, unpacked unless that was done before.
    ///
    /// # Errors
    /// [`Error::File`] if they cannot be written, [`Error::Refused`] if there is no folder to write
    /// them to.
    pub fn unpacked() -> Result<Self, Error> {
        if let Some(root) = carried::IN_PLACE {
            return Ok(Self { root: PathBuf::from(root) });
        }
        let root = cache()?.join(carried::KEY);
        unpack(&root, carried::FILES).map_err(|error| Error::file(&root, error))?;
        Ok(Self { root })
    }

    /// The file or folder called `name`, relative to the repository.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }
}

/// The folder of this tool in the user's cache: `RUCHY_LAMBDA_CACHE`, or what the XDG base
/// directory specification says.
///
/// # Errors
/// [`Error::Refused`] without a home folder.
pub fn cache() -> Result<PathBuf, Error> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = variable("RUCHY_LAMBDA_CACHE") {
        return std::path::absolute(&folder).map_err(|error| Error::file(&folder, error));
    }
    // The specification has relative paths ignored.
    let folder = variable("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
    let folder = folder.or_else(|| std::env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(".cache")));
    folder.map(|folder| folder.join(CACHE)).ok_or_else(|| {
        Error::Refused(
            "no folder for the cache: HOME is not set. Set HOME, or RUCHY_LAMBDA_CACHE to a folder that can be written.".to_owned(),
        )
    })
}

/// Writes `files` into `root`, atomically. A complete copy is not changed.
fn unpack(root: &Path, files: &[(&str, &[u8])]) -> io::Result<()> {
    let is_whole = |(name, bytes): &(&str, &[u8])| fs::metadata(root.join(name)).is_ok_and(|file| file.len() == bytes.len() as u64);
    if files.iter().all(is_whole) {
        return Ok(());
    }
    let parent = root.parent().unwrap_or(root);
    fs::create_dir_all(parent)?;
    let written = tempfile::Builder::new().prefix(".unpacking-").tempdir_in(parent)?;
    // Readable by all, whatever the umask: a build may run as another user.
    fs::set_permissions(written.path(), Permissions::from_mode(0o755))?;
    for (name, bytes) in files {
        let path = written.path().join(name);
        let folder = path.parent().unwrap_or(&path);
        fs::create_dir_all(folder)?;
        for folder in folder.ancestors().take_while(|folder| *folder != written.path()) {
            fs::set_permissions(folder, Permissions::from_mode(0o755))?;
        }
        let mut file = fs::File::create(&path)?;
        file.write_all(bytes)?;
        file.set_permissions(Permissions::from_mode(0o644))?;
    }
    // A damaged copy is moved away first: a rename onto a non-empty folder fails.
    let damaged = tempfile::Builder::new().prefix(".damaged-").tempdir_in(parent)?;
    let _ = fs::rename(root, damaged.path().join("root"));
    match fs::rename(written.path(), root) {
        // Another process was faster.
        Err(_) if files.iter().all(is_whole) => Ok(()),
        Err(error) => Err(error),
        Ok(()) => {
            // It has been moved.
            let _ = written.keep();
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::unpack;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    const FILES: &[(&str, &[u8])] = &[("a", b"one"), ("folder/deeper/b", b"two")];

    #[test]
    fn sdk_is_unpacked_whole_and_restored_if_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("cache/key");
        unpack(&root, FILES).unwrap();
        assert_eq!(fs::read(root.join("folder/deeper/b")).unwrap(), b"two");
        let mode = |name: &str| fs::metadata(root.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("a"), mode("folder"), mode("folder/deeper")), (0o644, 0o755, 0o755));
        let untouched = fs::metadata(root.join("a")).unwrap().modified().unwrap();
        unpack(&root, FILES).unwrap();
        assert_eq!(fs::metadata(root.join("a")).unwrap().modified().unwrap(), untouched);
        fs::remove_file(root.join("folder/deeper/b")).unwrap();
        unpack(&root, FILES).unwrap();
        assert_eq!(fs::read(root.join("folder/deeper/b")).unwrap(), b"two");
        let left: Vec<_> = fs::read_dir(folder.path().join("cache")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["key"], "nothing temporary is left");
    }
}
