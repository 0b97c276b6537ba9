//! `ruchy-lambda package`: writes the archive for Lambda, which contains only `bootstrap`. The same
//! file gives the same bytes. [`manifest`] describes its content. [`handlers`] finds the names of
//! its functions.

pub mod handlers;
pub mod manifest;
pub mod project;
pub mod repository;

use crate::architecture::Architecture;
use crate::number::grouped;
use crate::{Error, elf};
use manifest::Origin;
use std::fs;
use std::fs::Permissions;
use std::io::{self, Cursor, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// zopfli, 15 rounds: the most there is, 255, saves some four bytes more and takes six times as
/// long.
const COMPRESSION_LEVEL: i64 = 24;
/// One round, for files that would take minutes: other runtimes'.
const COMPRESSION_LEVEL_OF_LARGE: i64 = 10;
const LARGE_BYTES: usize = 1 << 20;

/// Packs `bootstrap` as `out`, with its checksum and its manifest next to it; each is written
/// atomically. Its handlers are read by starting `emulated`, a script that runs the file of another
/// processor, or the file itself if this machine can start it. Returns the line for the developer.
///
/// # Errors
/// [`Error::NotDeployable`], [`Error::NoBootstrap`], [`Error::File`].
pub fn run(bootstrap: &Path, out: &Path, architecture: Architecture, emulated: Option<&Path>, origin: &Origin) -> Result<String, Error> {
    let bootstrap = crate::process::executable(bootstrap)?;
    let bytes = fs::read(&bootstrap).map_err(|error| Error::file(&bootstrap, error))?;
    elf::check_deployable(&bootstrap, &bytes, architecture)?;
    // This machine cannot start the file of another processor.
    let answers = emulated.or_else(|| architecture.is_this_machines().then_some(bootstrap.as_path()));
    let handlers = answers.map(handlers::of).transpose()?.flatten();
    let archive = archive(&bytes).map_err(Error::system("packing"))?;
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let manifest = manifest::manifest(&name, &archive, &bytes, handlers.as_deref(), architecture, origin);
    // The archive is written last, so that a reader that finds it also finds its checksum
    // and manifest.
    write_whole(&out.with_extension("zip.sha256"), manifest::checksum_line(&name, &archive).as_bytes())?;
    write_whole(&out.with_extension("manifest.json"), format!("{manifest:#}\n").as_bytes())?;
    write_whole(out, &archive)?;
    let sizes = [archive.len(), bytes.len()].map(|bytes| grouped(bytes as u64));
    Ok(format!("{}  {} bytes (bootstrap {} bytes)", out.display(), sizes[0], sizes[1]))
}

/// A zip with one entry, `bootstrap`: a regular file, mode 755, of the first moment that the format
/// knows.
///
/// # Errors
/// The archiver's.
pub fn archive(bootstrap: &[u8]) -> io::Result<Vec<u8>> {
    let level = if bootstrap.len() > LARGE_BYTES { COMPRESSION_LEVEL_OF_LARGE } else { COMPRESSION_LEVEL };
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(level))
        .last_modified_time(DateTime::default())
        .system(System::Unix)
        .unix_permissions(0o755);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("bootstrap", options)?;
    archive.write_all(bootstrap)?;
    Ok(archive.finish()?.into_inner())
}

/// Writes a temporary file and renames it to `path`, so that a reader never sees a partial
/// file.
///
/// # Errors
/// [`Error::File`].
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let written = || -> io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        // The default mode of a new file, before the umask.
        let mut file = tempfile::Builder::new().permissions(Permissions::from_mode(0o666)).tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    };
    written().map_err(|error| Error::file(path, error))
}

#[cfg(test)]
mod tests {
    use super::{archive, write_whole};
    use std::io::{Cursor, Read as _};
    use zip::ZipArchive;

    #[test]
    fn package_has_one_executable_entry() {
        let bytes: Vec<u8> = (0..1_000_u32).flat_map(|index| (index * index % 509).to_le_bytes()[..2].to_vec()).collect();
        let packed = archive(&bytes).unwrap();
        assert!(packed.len() < bytes.len());
        assert_eq!(packed, archive(&bytes).unwrap());
        let mut read = ZipArchive::new(Cursor::new(&packed)).unwrap();
        assert_eq!(read.len(), 1);
        let mut entry = read.by_index_raw(0).unwrap();
        assert_eq!(entry.name(), "bootstrap");
        assert_eq!(entry.unix_mode(), Some(0o100_755));
        assert_eq!(entry.last_modified().unwrap(), zip::DateTime::default());
        assert!(entry.extra_data().is_none_or(<[u8]>::is_empty));
        let mut deflated = Vec::new();
        entry.read_to_end(&mut deflated).unwrap();
        assert_eq!(miniz_oxide::inflate::decompress_to_vec(&deflated).unwrap(), bytes);
        // A local header, a central one and the end, each naming the file where it must, and not a
        // byte more.
        let overhead = 30 + 9 + 46 + 9 + 22;
        assert_eq!(packed.len() as u64, entry.compressed_size() + overhead);
    }

    #[test]
    fn write_whole_leaves_no_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deeper/out.zip");
        write_whole(&path, b"first").unwrap();
        write_whole(&path, b"second").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"second");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        assert!(write_whole(folder.path(), b"a folder is there").is_err());
    }
}
