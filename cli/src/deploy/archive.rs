//! Checks an archive before its upload: reports what Lambda cannot unpack or start.

use crate::architecture::Architecture;
use crate::package::handlers::{self, Start};
use crate::package::manifest::code_sha256;
use crate::{Error, elf};
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use zip::{CompressionMethod, ZipArchive};

/// The one file that Lambda starts.
const ENTRY: &str = "bootstrap";
/// Lambda's limit for an archive in a call; larger archives are uploaded to S3.
pub const ARCHIVE_BYTES_MAX: u64 = 50 << 20;
/// Lambda's limit for an unpacked archive.
const UNPACKED_BYTES_MAX: u64 = 250 << 20;
/// A regular file, as the upper bits of its mode say it.
const REGULAR: u32 = 0o100_000;
const KIND: u32 = 0o170_000;
/// Lambda starts it as another user than the one it is unpacked for.
const RUN_BY_ALL: u32 = 0o555;

/// An archive that Lambda can unpack and start.
#[derive(Clone, Debug)]
pub struct Archive {
    pub path: PathBuf,
    /// As Lambda will have it.
    pub code_sha256: String,
    pub bytes: u64,
    pub bootstrap: Vec<u8>,
}

impl Archive {
    /// Reads it, and checks what Lambda would.
    ///
    /// # Errors
    /// [`Error::BadArchive`], [`Error::NotDeployable`].
    pub fn read(path: &Path, architecture: Architecture) -> Result<Self, Error> {
        let bad = |reason| Error::BadArchive { path: path.to_owned(), reason };
        let bytes = fs::read(path).map_err(|error| bad(format!("it cannot be read ({error})")))?;
        let bootstrap = bootstrap(&bytes).map_err(bad)?;
        elf::check_deployable(&path.join(ENTRY), &bootstrap, architecture)?;
        Ok(Self { path: path.to_owned(), code_sha256: code_sha256(&bytes), bytes: bytes.len() as u64, bootstrap })
    }

    /// Checks that the bootstrap has this handler, by starting it for that handler if this
    /// machine can run it.
    ///
    /// # Errors
    /// [`Error::NoHandler`]; those of starting it.
    pub fn check_handler(&self, handler: &str, architecture: Architecture) -> Result<(), Error> {
        if !architecture.is_this_machines() {
            return Ok(());
        }
        let folder = tempfile::tempdir().map_err(Error::system("making a folder"))?;
        let path = folder.path().join(ENTRY);
        write_executable(&path, &self.bootstrap).map_err(|error| Error::file(&path, error))?;
        let reason = match handlers::start(&path, handler)? {
            Start::Ready => return Ok(()),
            Start::Refused(message) => message,
            Start::Silent => "it exited before it requested an event".to_owned(),
        };
        Err(Error::NoHandler { path: self.path.clone(), handler: handler.to_owned(), reason })
    }
}

fn write_executable(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new().create_new(true).write(true).mode(0o755).open(path)?.write_all(bytes)
}

/// The bytes of `bootstrap`, or what is wrong.
fn bootstrap(bytes: &[u8]) -> Result<Vec<u8>, String> {
    if bytes.len() as u64 > ARCHIVE_BYTES_MAX {
        return Err(format!("it has {} bytes; expected at most {ARCHIVE_BYTES_MAX}, Lambda's limit for an upload", bytes.len()));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("it is not a zip file ({error})"))?;
    let Some(index) = archive.index_for_name(ENTRY) else {
        let names: Vec<&str> = archive.file_names().take(5).collect();
        return Err(format!("it has no file `{ENTRY}` at its root; found: {}", names.join(", ")));
    };
    let mut entry = archive.by_index_raw(index).map_err(|error| error.to_string())?;
    let (mode, method, size, checksum) = (entry.unix_mode().unwrap_or_default(), entry.compression(), entry.size(), entry.crc32());
    if mode & KIND != REGULAR && mode & KIND != 0 {
        return Err(format!("its `{ENTRY}` is not a regular file (mode {mode:o})"));
    }
    if mode & RUN_BY_ALL != RUN_BY_ALL {
        return Err(format!("its `{ENTRY}` is not executable (mode {:o}; expected 755): Lambda could not start it", mode & 0o777));
    }
    if !matches!(method, CompressionMethod::Deflated | CompressionMethod::Stored) {
        return Err(format!("its `{ENTRY}` is compressed with {method}; expected deflate"));
    }
    if size > UNPACKED_BYTES_MAX {
        return Err(format!("its `{ENTRY}` has {size} bytes; expected at most {UNPACKED_BYTES_MAX}, Lambda's limit"));
    }
    let mut packed = Vec::new();
    entry.read_to_end(&mut packed).map_err(|error| format!("it cannot be read ({error})"))?;
    let unpacked = if method == CompressionMethod::Stored {
        Some(packed)
    } else {
        decompress_to_vec_with_limit(&packed, usize::try_from(size).unwrap_or(0)).ok()
    };
    unpacked
        .filter(|unpacked| crc32fast::hash(unpacked) == checksum)
        .ok_or_else(|| format!("its `{ENTRY}` is damaged: its checksum does not match"))
}

#[cfg(test)]
mod tests {
    use super::{Archive, bootstrap};
    use crate::architecture::Architecture;
    use crate::elf::tests::{AARCH64, X86_64, file};
    use std::io::{Cursor, Write as _};
    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    fn zipped(name: &str, mode: u32, bytes: &[u8]) -> Vec<u8> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).unix_permissions(mode);
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(name, options).unwrap();
        archive.write_all(bytes).unwrap();
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn archive_check_reports_files_lambda_cannot_start() {
        assert_eq!(bootstrap(&zipped("bootstrap", 0o755, b"it")).unwrap(), b"it");
        for (archive, reason) in [
            (zipped("bootstrap", 0o644, b"it"), "is not executable (mode 644; expected 755)"),
            (zipped("bootstrap", 0o700, b"it"), "is not executable (mode 700"),
            (zipped("target/bootstrap", 0o755, b"it"), "no file `bootstrap` at its root; found: target/bootstrap"),
            (b"not a zip".to_vec(), "not a zip file"),
        ] {
            let message = bootstrap(&archive).unwrap_err();
            assert!(message.contains(reason), "{message}");
        }
        let mut broken = zipped("bootstrap", 0o755, b"it");
        let place = broken.windows(2).position(|pair| pair == b"it").unwrap();
        broken[place] = b'x';
        assert!(bootstrap(&broken).unwrap_err().contains("is damaged"));
    }

    #[test]
    fn archive_that_is_missing_names_the_command_that_writes_one() {
        let message = Archive::read(std::path::Path::new("none.zip"), Architecture::X86_64).unwrap_err().to_string();
        let (reason, advice) = message.split_once(". ").unwrap();
        assert!(reason.starts_with("none.zip: it cannot be read (No such file or directory"), "{message}");
        assert!(advice.ends_with(" package` writes a valid one."), "{message}");
    }

    #[test]
    fn archive_checks_processor_of_function() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.zip");
        for (machine, is_right) in [(X86_64, true), (AARCH64, false)] {
            std::fs::write(&path, zipped("bootstrap", 0o755, &file(machine, 2, 1, b""))).unwrap();
            let read = Archive::read(&path, Architecture::X86_64);
            assert_eq!(read.is_ok(), is_right);
            if let Err(error) = read {
                assert!(error.to_string().contains("it is for arm64; expected x86_64"), "{error}");
            }
        }
    }
}
