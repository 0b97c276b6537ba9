//! Files, by path and by descriptor number. The caller closes what it opened.

use super::{Descriptor, Errno, call, call_of_five, socket::beyond_standard_streams};
use core::ffi::{CStr, c_int};
use core::mem::zeroed;

pub use libc::{
    O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, S_IFDIR, S_IFMT, S_IFREG, SEEK_CUR, SEEK_END, SEEK_SET, stat,
};

/// The folder that relative paths start at.
const HERE: usize = libc::AT_FDCWD as usize;

fn address(path: &CStr) -> usize {
    path.as_ptr().expose_provenance()
}

/// Opens `path`; a new file gets the permissions `mode`. The descriptor is closed on exec.
///
/// # Errors
/// The kernel's; likewise below.
pub fn open(path: &CStr, flags: c_int, mode: u32) -> Result<u32, Errno> {
    let flags = (flags | libc::O_CLOEXEC) as usize;
    // SAFETY: the path ends with a zero byte and lives through the call.
    let opened = unsafe { call_of_five(libc::SYS_openat, HERE, address(path), flags, mode as usize, 0) };
    Ok(beyond_standard_streams(Descriptor(opened? as c_int))?.into_number())
}

/// Closes a descriptor.
pub fn close(descriptor: u32) {
    drop(Descriptor(descriptor as c_int));
}

/// Reads into `buffer`. Returns 0 at the end of the file.
///
/// # Errors
/// See above.
pub fn read(descriptor: u32, buffer: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the pointer and the length describe `buffer`, which is borrowed exclusively through
    // the call.
    unsafe { call(libc::SYS_read, descriptor as usize, buffer.as_mut_ptr().expose_provenance(), buffer.len()) }
}

/// Returns true if the descriptor is a terminal.
#[cfg(feature = "program")]
#[must_use]
pub fn is_terminal(descriptor: u32) -> bool {
    /// Larger than the kernel's `struct termios`, in bytes.
    const TERMIOS_BYTES: usize = 64;
    let mut settings = [0_u8; TERMIOS_BYTES];
    // SAFETY: the call writes its struct, which is smaller than `settings`.
    unsafe { call(libc::SYS_ioctl, descriptor as usize, libc::TCGETS as usize, settings.as_mut_ptr().expose_provenance()) }.is_ok()
}

/// Seeks to `offset` relative to `whence`. Returns the new position.
///
/// # Errors
/// See above.
pub fn seek(descriptor: u32, offset: i64, whence: c_int) -> Result<u64, Errno> {
    // SAFETY: no pointers are passed.
    Ok(unsafe { call(libc::SYS_lseek, descriptor as usize, offset as usize, whence as usize) }? as u64)
}

/// Sets the length of the file.
///
/// # Errors
/// See above.
pub fn truncate(descriptor: u32, bytes: u64) -> Result<(), Errno> {
    // SAFETY: no pointers are passed.
    unsafe { call(libc::SYS_ftruncate, descriptor as usize, bytes as usize, 0) }.map(drop)
}

/// Flushes the file to the device (`fsync`).
///
/// # Errors
/// See above.
pub fn sync(descriptor: u32) -> Result<(), Errno> {
    // SAFETY: no pointers are passed.
    unsafe { call(libc::SYS_fsync, descriptor as usize, 0, 0) }.map(drop)
}

/// Returns the metadata of `path`, or of the open file if `path` is empty.
///
/// # Errors
/// See above.
pub fn status(descriptor: Option<u32>, path: &CStr) -> Result<stat, Errno> {
    // SAFETY: all zero bits are a valid stat.
    let mut status: stat = unsafe { zeroed() };
    let memory = (&raw mut status).expose_provenance();
    let start = descriptor.map_or(HERE, |number| number as usize);
    // SAFETY: the path ends with a zero byte; the other pointer describes `status`, which the call
    // writes; both live through it.
    unsafe { call_of_five(libc::SYS_newfstatat, start, address(path), memory, libc::AT_EMPTY_PATH as usize, 0) }?;
    Ok(status)
}

/// Removes a file.
///
/// # Errors
/// See above.
pub fn remove(path: &CStr) -> Result<(), Errno> {
    // SAFETY: the path ends with a zero byte and lives through the call.
    unsafe { call(libc::SYS_unlinkat, HERE, address(path), 0) }.map(drop)
}

/// Removes an empty folder.
///
/// # Errors
/// See above.
pub fn remove_folder(path: &CStr) -> Result<(), Errno> {
    // SAFETY: the path ends with a zero byte and lives through the call.
    unsafe { call(libc::SYS_unlinkat, HERE, address(path), libc::AT_REMOVEDIR as usize) }.map(drop)
}

/// Creates a folder.
///
/// # Errors
/// See above.
pub fn make_folder(path: &CStr, mode: u32) -> Result<(), Errno> {
    // SAFETY: the path ends with a zero byte and lives through the call.
    unsafe { call(libc::SYS_mkdirat, HERE, address(path), mode as usize) }.map(drop)
}

/// Renames `from` to `to`, and replaces an existing `to`.
///
/// # Errors
/// See above.
pub fn rename(from: &CStr, to: &CStr) -> Result<(), Errno> {
    // SAFETY: both paths end with a zero byte and live through the call.
    unsafe { call_of_five(libc::SYS_renameat, HERE, address(from), HERE, address(to), 0) }.map(drop)
}
