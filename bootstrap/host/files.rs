//! The file system functions that the `std` facade declares. Only those that a handler calls are
//! linked.
#![allow(unsafe_code)]
#![expect(clippy::no_mangle_with_rust_abi, reason = "the callers are Rust of the same build")]

use crate::log;
use crate::sys::{self, Errno, file};
use core::ffi::CStr;
use registry::{FileOptions, FileStatus, Whence};

/// Permissions of a new folder, before the process's umask.
const FOLDER_MODE: u32 = 0o777;

fn number(errno: Errno) -> i32 {
    errno.number().cast_signed()
}

// SAFETY: the facade's declaration has the same type, and no other function has this name; likewise
// below.
#[unsafe(no_mangle)]
fn ruchy_lambda_file_open(path: &CStr, options: &FileOptions) -> Result<u32, i32> {
    let access = match (options.read, options.write || options.append) {
        (_, false) => file::O_RDONLY,
        (false, true) => file::O_WRONLY,
        (true, true) => file::O_RDWR,
    };
    let also = |is_set, flag| if is_set { flag } else { 0 };
    let flags = access
        | also(options.append, file::O_APPEND)
        | also(options.truncate, file::O_TRUNC)
        | also(options.create || options.create_new, file::O_CREAT)
        | also(options.create_new, file::O_EXCL);
    file::open(path, flags, options.mode).map_err(number)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_file_close(descriptor: u32) {
    file::close(descriptor);
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_file_read(descriptor: u32, buffer: &mut [u8]) -> Result<usize, i32> {
    file::read(descriptor, buffer).map_err(number)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_file_write(descriptor: u32, bytes: &[u8]) -> Result<usize, i32> {
    log::ignore_write_signals();
    sys::write(descriptor, bytes, b"").map_err(number)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_file_seek(descriptor: u32, offset: i64, whence: Whence) -> Result<u64, i32> {
    let whence = match whence {
        Whence::Start => file::SEEK_SET,
        Whence::Current => file::SEEK_CUR,
        Whence::End => file::SEEK_END,
    };
    file::seek(descriptor, offset, whence).map_err(number)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_file_truncate(descriptor: u32, bytes: u64) -> Result<(), i32> {
    log::ignore_write_signals();
    file::truncate(descriptor, bytes).map_err(number)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_file_sync(descriptor: u32) -> Result<(), i32> {
    file::sync(descriptor).map_err(number)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_file_status(descriptor: Option<u32>, path: &CStr) -> Result<FileStatus, i32> {
    let status = file::status(descriptor, path).map_err(number)?;
    let kind = status.st_mode & file::S_IFMT;
    Ok(FileStatus {
        bytes: status.st_size.cast_unsigned(),
        mode: status.st_mode & !file::S_IFMT,
        is_file: kind == file::S_IFREG,
        is_folder: kind == file::S_IFDIR,
        modified_s: status.st_mtime,
        modified_ns: status.st_mtime_nsec.cast_unsigned(),
    })
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_file_remove(path: &CStr) -> Result<(), i32> {
    file::remove(path).map_err(number)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_folder_remove(path: &CStr) -> Result<(), i32> {
    file::remove_folder(path).map_err(number)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_folder_make(path: &CStr) -> Result<(), i32> {
    file::make_folder(path, FOLDER_MODE).map_err(number)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_file_rename(from: &CStr, to: &CStr) -> Result<(), i32> {
    file::rename(from, to).map_err(number)
}
