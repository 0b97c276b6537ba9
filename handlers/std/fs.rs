//! Files: the part of the file system that a function can write to is `/tmp`.

use crate::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom, Write};
use crate::path::Path;
use crate::time::{Duration, SystemTime, UNIX_EPOCH};
use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::CStr;

// Errors are the kernel's numbers. The bootstrap defines these.
unsafe extern "Rust" {
    safe fn ruchy_lambda_file_open(path: &CStr, options: &FileOptions) -> core::result::Result<u32, i32>;
    safe fn ruchy_lambda_file_close(descriptor: u32);
    safe fn ruchy_lambda_file_read(descriptor: u32, buffer: &mut [u8]) -> core::result::Result<usize, i32>;
    safe fn ruchy_lambda_file_write(descriptor: u32, bytes: &[u8]) -> core::result::Result<usize, i32>;
    safe fn ruchy_lambda_file_seek(descriptor: u32, offset: i64, whence: Whence) -> core::result::Result<u64, i32>;
    safe fn ruchy_lambda_file_truncate(descriptor: u32, bytes: u64) -> core::result::Result<(), i32>;
    safe fn ruchy_lambda_file_sync(descriptor: u32) -> core::result::Result<(), i32>;
    /// Of `path`; or of the open file, where that is empty.
    safe fn ruchy_lambda_file_status(descriptor: Option<u32>, path: &CStr) -> core::result::Result<FileStatus, i32>;
    safe fn ruchy_lambda_file_remove(path: &CStr) -> core::result::Result<(), i32>;
    safe fn ruchy_lambda_file_rename(from: &CStr, to: &CStr) -> core::result::Result<(), i32>;
    safe fn ruchy_lambda_folder_make(path: &CStr) -> core::result::Result<(), i32>;
    safe fn ruchy_lambda_folder_remove(path: &CStr) -> core::result::Result<(), i32>;
}

/// Closes a descriptor, which is a socket's.
pub(crate) fn close(descriptor: u32) {
    ruchy_lambda_file_close(descriptor);
}

/// What a file is opened for, as the bootstrap takes it.
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
    /// Permissions of a new file, of which the process's mask takes some.
    pub mode: u32,
}

/// What the bootstrap tells of a file.
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

/// Where a [`SeekFrom`] counts from, as the bootstrap takes it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Whence {
    Start,
    Current,
    End,
}

/// Permissions of a new file: everybody's to read and write, of which the process's mask takes some.
const MODE: u32 = 0o666;

/// How a file is to be opened.
#[derive(Clone, Debug)]
pub struct OpenOptions(FileOptions);

impl Default for OpenOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// What can be said in options: a method for each.
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
    /// For nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self(FileOptions { read: false, write: false, append: false, truncate: false, create: false, create_new: false, mode: MODE })
    }

    options! {
        /// To be read.
        read
        /// To be written.
        write
        /// To be written behind what is there, whoever else writes.
        append
        /// To be emptied first.
        truncate
        /// To be made, where there is none.
        create
        /// To be made; that there is one is an error.
        create_new
    }

    /// Opens it.
    ///
    /// # Errors
    /// The kernel's; and that the options contradict each other.
    pub fn open<P: AsRef<Path>>(&self, path: P) -> Result<File> {
        let FileOptions { read, write, append, truncate, create, create_new, .. } = self.0;
        let writes = write || append;
        let is_for_nothing = !read && !writes;
        let makes_to_read = !writes && (truncate || create || create_new);
        let keeps_and_empties = append && truncate && !create_new;
        if is_for_nothing || makes_to_read || keeps_and_empties {
            return Err(Error::from_raw_os_error(libc::EINVAL));
        }
        open(path.as_ref(), &self.0)
    }
}

fn open(path: &Path, options: &FileOptions) -> Result<File> {
    call(path, |path| ruchy_lambda_file_open(path, options)).map(File)
}

/// Longest path that the kernel takes, in bytes, with the zero behind it.
const PATH_BYTES_MAX: usize = 4096;

/// Makes a call with a path as the kernel takes them.
fn call<T>(path: &Path, call: impl FnOnce(&CStr) -> core::result::Result<T, i32>) -> Result<T> {
    let mut memory = [0; PATH_BYTES_MAX];
    let text = path.as_str().as_bytes();
    if text.len() >= PATH_BYTES_MAX {
        return Err(Error::from_raw_os_error(libc::ENAMETOOLONG));
    }
    // Byte by byte: `copy_from_slice` can panic, as far as the compiler knows, and a panic brings `core::fmt`.
    memory.iter_mut().zip(text).for_each(|(place, byte)| *place = *byte);
    match CStr::from_bytes_until_nul(&memory) {
        Ok(path) if path.count_bytes() == text.len() => call(path).map_err(Error::from_raw_os_error),
        _ => Err(Error::text(ErrorKind::InvalidInput, "file name contained an unexpected NUL byte")),
    }
}

/// An open file, which is closed when it is dropped.
#[derive(Debug)]
pub struct File(u32);

impl Drop for File {
    fn drop(&mut self) {
        ruchy_lambda_file_close(self.0);
    }
}

impl File {
    /// Opens a file that is there, to read it.
    ///
    /// # Errors
    /// The kernel's; likewise below.
    pub fn open<P: AsRef<Path>>(path: P) -> Result<Self> {
        OpenOptions::new().read(true).open(path)
    }

    /// Makes a file, or empties the one that is there, to write it.
    ///
    /// # Errors
    /// See above.
    pub fn create<P: AsRef<Path>>(path: P) -> Result<Self> {
        OpenOptions::new().write(true).create(true).truncate(true).open(path)
    }

    /// Options that say nothing yet.
    #[must_use]
    pub fn options() -> OpenOptions {
        OpenOptions::new()
    }

    /// What the file system knows of it.
    ///
    /// # Errors
    /// See above.
    pub fn metadata(&self) -> Result<Metadata> {
        ruchy_lambda_file_status(Some(self.0), c"").map(Metadata).map_err(Error::from_raw_os_error)
    }

    /// Makes it so many bytes long, by zeros or by leaving out the rest.
    ///
    /// # Errors
    /// See above.
    pub fn set_len(&self, bytes: u64) -> Result<()> {
        ruchy_lambda_file_truncate(self.0, bytes).map_err(Error::from_raw_os_error)
    }

    /// Waits until what was written would outlast the machine.
    ///
    /// # Errors
    /// See above.
    pub fn sync_all(&self) -> Result<()> {
        ruchy_lambda_file_sync(self.0).map_err(Error::from_raw_os_error)
    }
}

/// The kernel knows where it is: whoever has the file may read and write it.
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
                Ok(()) // nothing is kept back
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

/// What the file system knows of a file or a folder.
#[derive(Clone, Debug)]
pub struct Metadata(FileStatus);

#[expect(clippy::len_without_is_empty, reason = "std has none")]
impl Metadata {
    /// How long it is, in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.0.bytes
    }

    /// Whether it is a file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.0.is_file
    }

    /// Whether it is a folder.
    #[must_use]
    pub fn is_dir(&self) -> bool {
        self.0.is_folder
    }

    /// When it was written last.
    ///
    /// # Errors
    /// None.
    pub fn modified(&self) -> Result<SystemTime> {
        let seconds = Duration::from_secs(self.0.modified_s.unsigned_abs());
        let start = if self.0.modified_s < 0 { UNIX_EPOCH - seconds } else { UNIX_EPOCH + seconds };
        Ok(start + Duration::from_nanos(self.0.modified_ns))
    }
}

/// What the file system knows of what is at `path`.
///
/// # Errors
/// The kernel's; likewise below.
pub fn metadata<P: AsRef<Path>>(path: P) -> Result<Metadata> {
    let path = path.as_ref();
    // The empty path would be an open file, or this folder.
    if path.as_str().is_empty() {
        return Err(Error::from_raw_os_error(libc::ENOENT));
    }
    call(path, |path| ruchy_lambda_file_status(None, path)).map(Metadata)
}

/// Whether something is at `path`.
///
/// # Errors
/// That it cannot be told.
pub fn exists<P: AsRef<Path>>(path: P) -> Result<bool> {
    match metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// All that a file holds.
///
/// # Errors
/// See above; and that there is no memory for it.
pub fn read<P: AsRef<Path>>(path: P) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// All that a file holds, as text.
///
/// # Errors
/// See above; and that it is not UTF-8.
pub fn read_to_string<P: AsRef<Path>>(path: P) -> Result<String> {
    crate::io::read_to_string(File::open(path)?)
}

/// Has a file, which is made or emptied first, hold `content`.
///
/// # Errors
/// See above.
pub fn write<P: AsRef<Path>, C: AsRef<[u8]>>(path: P, content: C) -> Result<()> {
    File::create(path)?.write_all(content.as_ref())
}

/// What is copied at once, in bytes.
const COPY_BYTES: usize = 16 << 10;

/// Has the file `to` hold what `from` does, and returns how many bytes that is. A new one gets its permissions, less what the process's mask takes.
///
/// # Errors
/// See above.
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

/// Gives what is at `from` the name `to`, in the place of what had it.
///
/// # Errors
/// See above.
pub fn rename<P: AsRef<Path>, Q: AsRef<Path>>(from: P, to: Q) -> Result<()> {
    call(from.as_ref(), |from| Ok(call(to.as_ref(), |to| ruchy_lambda_file_rename(from, to))))?
}

/// Removes a file.
///
/// # Errors
/// See above.
pub fn remove_file<P: AsRef<Path>>(path: P) -> Result<()> {
    call(path.as_ref(), ruchy_lambda_file_remove)
}

/// Removes a folder that is empty.
///
/// # Errors
/// See above.
pub fn remove_dir<P: AsRef<Path>>(path: P) -> Result<()> {
    call(path.as_ref(), ruchy_lambda_folder_remove)
}

/// Makes a folder.
///
/// # Errors
/// See above.
pub fn create_dir<P: AsRef<Path>>(path: P) -> Result<()> {
    call(path.as_ref(), ruchy_lambda_folder_make)
}

/// Makes a folder, and those that it is to be in. One that is there is no error.
///
/// # Errors
/// See above.
pub fn create_dir_all<P: AsRef<Path>>(path: P) -> Result<()> {
    make_all(path.as_ref())
}

fn make_all(path: &Path) -> Result<()> {
    if path.as_str().is_empty() {
        return Ok(());
    }
    match (make_unless_there(path), path.parent()) {
        (Err(error), Some(parent)) if error.kind() == ErrorKind::NotFound => {
            make_all(parent)?;
            make_unless_there(path)
        }
        (result, _) => result,
    }
}

fn make_unless_there(path: &Path) -> Result<()> {
    match create_dir(path) {
        Err(error) if error.kind() != ErrorKind::NotFound && path.is_dir() => Ok(()),
        result => result,
    }
}
