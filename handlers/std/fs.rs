//! File system access. On Lambda a function can write to `/tmp` only (512 MB, unless configured
//! otherwise: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html>).
//!
//! ```
//! use std::fs;
//!
//! pub fn lambda_handler(event: &str) -> Result<String, std::io::Error> {
//!     fs::write("/tmp/last-event", event)?;
//!     fs::read_to_string("/tmp/last-event")
//! }
//! ```
//!
//! ```
//! use std::fs::{self, File, Metadata, OpenOptions};
//! use std::io::{Read, Seek, SeekFrom, Write};
//! use std::path::Path;
//!
//! let folder = Path::new("/tmp").join(format!("example-{}", std::random::generator().u64(..)));
//! fs::create_dir_all(folder.join("old")).unwrap();
//! fs::create_dir(folder.join("new")).unwrap();
//!
//! let first = folder.join("old/log");
//! let mut file = File::create(&first).unwrap();
//! file.write_all(b"one\n").unwrap();
//! file.sync_all().unwrap();
//! OpenOptions::new().append(true).open(&first).unwrap().write_all(b"two\n").unwrap();
//!
//! let mut file = File::options().read(true).write(true).open(&first).unwrap();
//! file.seek(SeekFrom::Start(4)).unwrap();
//! let mut text = String::new();
//! file.read_to_string(&mut text).unwrap();
//! assert_eq!(text, "two\n");
//! file.set_len(4).unwrap();
//!
//! let (second, third) = (folder.join("new/log"), folder.join("kept"));
//! assert_eq!(fs::copy(&first, &second).unwrap(), 4);
//! fs::rename(&second, &third).unwrap();
//! let metadata: Metadata = fs::metadata(&third).unwrap();
//! assert!(metadata.is_file() && !metadata.is_dir() && metadata.modified().is_ok());
//!
//! for file in [first, third] {
//!     fs::remove_file(file).unwrap();
//! }
//! for folder in [folder.join("old"), folder.join("new"), folder] {
//!     fs::remove_dir(folder).unwrap();
//! }
//! ```

use crate::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom, Write};
use crate::path::Path;
use crate::time::{Duration, SystemTime, UNIX_EPOCH};
use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::CStr;

// Defined by the bootstrap. Errors are error numbers of the kernel.
unsafe extern "Rust" {
    safe fn ruchy_lambda_file_open(path: &CStr, options: &FileOptions) -> core::result::Result<u32, i32>;
    safe fn ruchy_lambda_file_close(descriptor: u32);
    safe fn ruchy_lambda_file_read(descriptor: u32, buffer: &mut [u8]) -> core::result::Result<usize, i32>;
    safe fn ruchy_lambda_file_write(descriptor: u32, bytes: &[u8]) -> core::result::Result<usize, i32>;
    safe fn ruchy_lambda_file_seek(descriptor: u32, offset: i64, whence: Whence) -> core::result::Result<u64, i32>;
    safe fn ruchy_lambda_file_truncate(descriptor: u32, bytes: u64) -> core::result::Result<(), i32>;
    safe fn ruchy_lambda_file_sync(descriptor: u32) -> core::result::Result<(), i32>;
    /// Returns the status of `path`, or of the open file if `path` is empty.
    safe fn ruchy_lambda_file_status(descriptor: Option<u32>, path: &CStr) -> core::result::Result<FileStatus, i32>;
    safe fn ruchy_lambda_file_remove(path: &CStr) -> core::result::Result<(), i32>;
    safe fn ruchy_lambda_file_rename(from: &CStr, to: &CStr) -> core::result::Result<(), i32>;
    safe fn ruchy_lambda_folder_make(path: &CStr) -> core::result::Result<(), i32>;
    safe fn ruchy_lambda_folder_remove(path: &CStr) -> core::result::Result<(), i32>;
}

/// Closes the descriptor of a socket.
pub(crate) fn close(descriptor: u32) {
    ruchy_lambda_file_close(descriptor);
}

/// Options of `open(2)`, as the bootstrap receives them.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one of the kernel's flags")]
pub struct FileOptions {
    pub read: bool,
    pub write: bool,
    pub append: bool,
    pub truncate: bool,
    pub create: bool,
    pub create_new: bool,
    /// Permissions of a new file, before the process's umask is applied.
    pub mode: u32,
}

/// The status of a file, as the bootstrap returns it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct FileStatus {
    pub bytes: u64,
    pub mode: u32,
    pub is_file: bool,
    pub is_folder: bool,
    pub modified_s: i64,
    pub modified_ns: u64,
}

/// The position that a [`SeekFrom`] is relative to, as the bootstrap receives it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Whence {
    Start,
    Current,
    End,
}

/// Permissions of a new file before the process's umask is applied: read and write for all.
const MODE: u32 = 0o666;

/// Options that control how a file is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions(FileOptions);

impl Default for OpenOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// Declares one method per option.
macro_rules! options {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        pub fn $name(&mut self, $name: bool) -> &mut Self {
            self.0.$name = $name;
            self
        }
    )*};
}

impl OpenOptions {
    /// Returns options with everything turned off.
    #[must_use]
    pub fn new() -> Self {
        Self(FileOptions { read: false, write: false, append: false, truncate: false, create: false, create_new: false, mode: MODE })
    }

    options! {
        /// Opens the file for reading.
        read
        /// Opens the file for writing.
        write
        /// Every write appends to the file, even if other processes write to it as well.
        append
        /// Truncates the file to 0 bytes when it is opened.
        truncate
        /// Creates the file if it does not exist.
        create
        /// Creates the file, and fails if it exists.
        create_new
    }

    /// Opens the file at `path` with these options.
    ///
    /// # Errors
    /// Returns the error of `open(2)`, or [`ErrorKind::InvalidInput`] if the options contradict
    /// each other.
    pub fn open<P: AsRef<Path>>(&self, path: P) -> Result<File> {
        let FileOptions { read, write, append, truncate, create, create_new, .. } = self.0;
        let writes = write || append;
        let has_no_access_mode = !read && !writes;
        let creates_without_writing = !writes && (truncate || create || create_new);
        let appends_and_truncates = append && truncate && !create_new;
        if has_no_access_mode || creates_without_writing || appends_and_truncates {
            return Err(Error::from_raw_os_error(libc::EINVAL));
        }
        open(path.as_ref(), &self.0)
    }
}

fn open(path: &Path, options: &FileOptions) -> Result<File> {
    call(path, |path| ruchy_lambda_file_open(path, options)).map(File)
}

/// Maximum length of a path in bytes, with its terminating NUL (`PATH_MAX`).
const PATH_BYTES_MAX: usize = 4096;

/// Makes a system call with `path` as a NUL-terminated string.
fn call<T>(path: &Path, call: impl FnOnce(&CStr) -> core::result::Result<T, i32>) -> Result<T> {
    let mut memory = [0; PATH_BYTES_MAX];
    let text = path.as_str().as_bytes();
    if text.len() >= PATH_BYTES_MAX {
        return Err(Error::from_raw_os_error(libc::ENAMETOOLONG));
    }
    // Byte by byte: `copy_from_slice` contains a panic that the compiler cannot remove, and a panic
    // links `core::fmt`.
    memory.iter_mut().zip(text).for_each(|(place, byte)| *place = *byte);
    match CStr::from_bytes_until_nul(&memory) {
        Ok(path) if path.count_bytes() == text.len() => call(path).map_err(Error::from_raw_os_error),
        _ => Err(Error::text(ErrorKind::InvalidInput, "file name contained an unexpected NUL byte")),
    }
}

/// An open file. It is closed when dropped.
#[derive(Debug)]
pub struct File(u32);

impl Drop for File {
    fn drop(&mut self) {
        ruchy_lambda_file_close(self.0);
    }
}

impl File {
    /// Opens an existing file for reading.
    ///
    /// # Errors
    /// Returns the error of `open(2)`.
    pub fn open<P: AsRef<Path>>(path: P) -> Result<Self> {
        OpenOptions::new().read(true).open(path)
    }

    /// Opens a file for writing: creates it, or truncates an existing one.
    ///
    /// # Errors
    /// Returns the error of `open(2)`.
    pub fn create<P: AsRef<Path>>(path: P) -> Result<Self> {
        OpenOptions::new().write(true).create(true).truncate(true).open(path)
    }

    /// Returns options with everything turned off: [`OpenOptions::new`].
    #[must_use]
    pub fn options() -> OpenOptions {
        OpenOptions::new()
    }

    /// Returns the file's metadata.
    ///
    /// # Errors
    /// Returns the error of `statx(2)`.
    pub fn metadata(&self) -> Result<Metadata> {
        ruchy_lambda_file_status(Some(self.0), c"").map(Metadata).map_err(Error::from_raw_os_error)
    }

    /// Sets the file's size in bytes: truncates it, or extends it with zeros.
    ///
    /// # Errors
    /// Returns the error of `ftruncate(2)`.
    pub fn set_len(&self, bytes: u64) -> Result<()> {
        ruchy_lambda_file_truncate(self.0, bytes).map_err(Error::from_raw_os_error)
    }

    /// Waits until all data and metadata are on the storage device.
    ///
    /// # Errors
    /// Returns the error of `fsync(2)`.
    pub fn sync_all(&self) -> Result<()> {
        ruchy_lambda_file_sync(self.0).map_err(Error::from_raw_os_error)
    }
}

/// The kernel keeps the file's position, so a shared reference can read and write as well.
macro_rules! read_and_written {
    ($($file:ty)*) => {$(
        impl Read for $file {
            fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
                ruchy_lambda_file_read(self.0, buffer).map_err(Error::from_raw_os_error)
            }
        }

        impl Write for $file {
            fn write(&mut self, bytes: &[u8]) -> Result<usize> {
                ruchy_lambda_file_write(self.0, bytes).map_err(Error::from_raw_os_error)
            }

            fn flush(&mut self) -> Result<()> {
                Ok(()) // writes are not buffered
            }
        }

        impl Seek for $file {
            fn seek(&mut self, place: SeekFrom) -> Result<u64> {
                let (offset, whence) = match place {
                    SeekFrom::Start(bytes) => (i64::try_from(bytes).map_err(|_| Error::from_raw_os_error(libc::EINVAL))?, Whence::Start),
                    SeekFrom::Current(bytes) => (bytes, Whence::Current),
                    SeekFrom::End(bytes) => (bytes, Whence::End),
                };
                ruchy_lambda_file_seek(self.0, offset, whence).map_err(Error::from_raw_os_error)
            }
        }
    )*};
}

read_and_written! { File &File }

/// Metadata of a file or folder.
#[derive(Clone, Debug)]
pub struct Metadata(FileStatus);

#[expect(clippy::len_without_is_empty, reason = "std has none")]
impl Metadata {
    /// Returns the size in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.bytes
    }

    /// Returns `true` for a regular file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.0.is_file
    }

    /// Returns `true` for a folder.
    #[must_use]
    pub fn is_dir(&self) -> bool {
        self.0.is_folder
    }

    /// Returns the time of the last modification.
    ///
    /// # Errors
    /// Never fails; a `Result` because std's method returns one.
    pub fn modified(&self) -> Result<SystemTime> {
        let seconds = Duration::from_secs(self.0.modified_s.unsigned_abs());
        let start = if self.0.modified_s < 0 { UNIX_EPOCH - seconds } else { UNIX_EPOCH + seconds };
        Ok(start + Duration::from_nanos(self.0.modified_ns))
    }
}

/// Returns the metadata of the file or folder at `path`. Symbolic links are followed.
///
/// # Errors
/// Returns the error of `statx(2)`.
pub fn metadata<P: AsRef<Path>>(path: P) -> Result<Metadata> {
    let path = path.as_ref();
    // `statx(2)` interprets the empty path as an open descriptor, or as the current folder.
    if path.as_str().is_empty() {
        return Err(Error::from_raw_os_error(libc::ENOENT));
    }
    call(path, |path| ruchy_lambda_file_status(None, path)).map(Metadata)
}

/// Returns `true` if a file or folder exists at `path`.
///
/// # Errors
/// Returns the error of `statx(2)`, unless it is [`ErrorKind::NotFound`].
pub fn exists<P: AsRef<Path>>(path: P) -> Result<bool> {
    match metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Reads a whole file into memory.
///
/// # Errors
/// Returns the error of `open(2)` or `read(2)`, or [`ErrorKind::OutOfMemory`].
pub fn read<P: AsRef<Path>>(path: P) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a whole file as a string.
///
/// # Errors
/// As [`read`], or [`ErrorKind::InvalidData`] if the file is not valid UTF-8.
pub fn read_to_string<P: AsRef<Path>>(path: P) -> Result<String> {
    crate::io::read_to_string(File::open(path)?)
}

/// Writes `content` as the whole content of a file. Creates the file, or truncates an existing one.
///
/// # Errors
/// Returns the error of `open(2)` or `write(2)`.
pub fn write<P: AsRef<Path>, C: AsRef<[u8]>>(path: P, content: C) -> Result<()> {
    File::create(path)?.write_all(content.as_ref())
}

/// Bytes copied per system call.
const COPY_BYTES: usize = 16 << 10;

/// Copies the content of the file `from` to `to`, and returns the number of bytes. A new file gets
/// the permissions of `from`, less the process's umask.
///
/// # Errors
/// Returns the error of `open(2)`, `read(2)` or `write(2)`, or [`ErrorKind::InvalidInput`] if
/// `from` is not a regular file.
pub fn copy<P: AsRef<Path>, Q: AsRef<Path>>(from: P, to: Q) -> Result<u64> {
    let mut from = File::open(from)?;
    let status = from.metadata()?;
    if !status.is_file() {
        return Err(Error::text(ErrorKind::InvalidInput, "the source path is neither a regular file nor a symlink to a regular file"));
    }
    let options = FileOptions { mode: status.0.mode, ..OpenOptions::new().write(true).create(true).truncate(true).0 };
    let mut to = open(to.as_ref(), &options)?;
    let mut memory = alloc::vec![0; COPY_BYTES];
    let mut copied = 0;
    loop {
        let read = from.read(&mut memory)?;
        if read == 0 {
            return Ok(copied);
        }
        to.write_all(memory.get(..read).unwrap_or_default())?;
        copied += read as u64;
    }
}

/// Renames the file or folder `from` to `to`, and replaces what exists at `to`.
///
/// # Errors
/// Returns the error of `rename(2)`.
pub fn rename<P: AsRef<Path>, Q: AsRef<Path>>(from: P, to: Q) -> Result<()> {
    call(from.as_ref(), |from| Ok(call(to.as_ref(), |to| ruchy_lambda_file_rename(from, to))))?
}

/// Removes a file.
///
/// # Errors
/// Returns the error of `unlink(2)`.
pub fn remove_file<P: AsRef<Path>>(path: P) -> Result<()> {
    call(path.as_ref(), ruchy_lambda_file_remove)
}

/// Removes an empty folder.
///
/// # Errors
/// Returns the error of `rmdir(2)`.
pub fn remove_dir<P: AsRef<Path>>(path: P) -> Result<()> {
    call(path.as_ref(), ruchy_lambda_folder_remove)
}

/// Creates a folder.
///
/// # Errors
/// Returns the error of `mkdir(2)`.
pub fn create_dir<P: AsRef<Path>>(path: P) -> Result<()> {
    call(path.as_ref(), ruchy_lambda_folder_make)
}

/// Creates a folder and all its missing parents. A folder that exists already is not an error.
///
/// # Errors
/// Returns the error of `mkdir(2)`.
pub fn create_dir_all<P: AsRef<Path>>(path: P) -> Result<()> {
    create_all(path.as_ref())
}

fn create_all(path: &Path) -> Result<()> {
    if path.as_str().is_empty() {
        return Ok(());
    }
    match (create_unless_exists(path), path.parent()) {
        (Err(error), Some(parent)) if error.kind() == ErrorKind::NotFound => {
            create_all(parent)?;
            create_unless_exists(path)
        }
        (result, _) => result,
    }
}

fn create_unless_exists(path: &Path) -> Result<()> {
    match create_dir(path) {
        Err(error) if error.kind() != ErrorKind::NotFound && path.is_dir() => Ok(()),
        result => result,
    }
}
