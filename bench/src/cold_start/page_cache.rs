//! A file's pages in the page cache: dropped and counted, so that a start finds them there or does
//! not.

use crate::Error;
use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
use nix::libc;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};

/// A file that is kept open, so that no later path lookup is needed.
#[derive(Debug)]
pub struct CachedFile {
    path: PathBuf,
    file: File,
    bytes: usize,
}

impl CachedFile {
    /// Opens `path` and writes dirty pages to the disk: only clean pages can be dropped.
    ///
    /// # Errors
    /// `Error::File`.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let open = || -> io::Result<Self> {
            let file = File::open(path)?;
            file.sync_all()?;
            let bytes = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
            Ok(Self { path: path.to_owned(), file, bytes })
        };
        open().map_err(|error| Error::file(path, error))
    }

    /// Drops its pages from the page cache.
    ///
    /// # Errors
    /// `Error::File`.
    pub fn drop_pages(&self) -> Result<(), Error> {
        posix_fadvise(&self.file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED).map_err(|errno| Error::file(&self.path, errno.into()))
    }

    /// Returns the number of its pages in the page cache.
    ///
    /// # Errors
    /// `Error::File`.
    #[allow(unsafe_code)]
    pub fn resident_pages(&self) -> Result<usize, Error> {
        let failed = || Error::file(&self.path, io::Error::last_os_error());
        let page_bytes = rustix::param::page_size();
        let mut pages = vec![0_u8; self.bytes.div_ceil(page_bytes)];
        if pages.is_empty() {
            return Ok(0);
        }
        // SAFETY: a new mapping that is never accessed: it serves only to query the file's pages,
        // and loads none.
        let mapping = unsafe { libc::mmap(std::ptr::null_mut(), self.bytes, libc::PROT_NONE, libc::MAP_SHARED, self.file.as_raw_fd(), 0) };
        if mapping == libc::MAP_FAILED {
            return Err(failed());
        }
        // SAFETY: the mapping has this length, and `pages` has a byte for each of its pages.
        let answered = unsafe { libc::mincore(mapping, self.bytes, pages.as_mut_ptr()) } == 0;
        let answer = if answered { Ok(pages.iter().filter(|&&page| page & 1 == 1).count()) } else { Err(failed()) };
        // SAFETY: the mapping made above; nothing refers to it.
        unsafe { libc::munmap(mapping, self.bytes) };
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::CachedFile;

    #[test]
    fn resident_pages_counts_cached_pages() {
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, vec![7; 10_000]).unwrap();
        let file = CachedFile::open(&path).unwrap();
        std::fs::read(&path).unwrap();
        assert_eq!(file.resident_pages().unwrap(), 10_000_usize.div_ceil(rustix::param::page_size()));
        // Some file systems, such as tmpfs, cannot drop pages, so their number is not asserted.
        file.drop_pages().unwrap();
        file.resident_pages().unwrap();
        std::fs::write(folder.path().join("empty"), "").unwrap();
        assert_eq!(CachedFile::open(&folder.path().join("empty")).unwrap().resident_pages().unwrap(), 0);
    }
}
