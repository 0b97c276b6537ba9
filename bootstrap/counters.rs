//! Writes the counters of an instrumented link, for `ruchy-lambda pgo` and `coverage`: the feature
//! `instrument`, which no file that ships has.
//!
//! LLVM's own writer needs constructors and C's standard streams, which this file lacks. The
//! functions used here, which fill a buffer, need neither.
#![allow(unsafe_code)]

use crate::host::variables;
use crate::log::log_error;
use crate::sys::{self, file, memory, process};
use core::ffi::{CStr, c_int};
use core::slice;

/// Longest path of the file, in bytes, with its NUL.
const PATH_BYTES_MAX: usize = 4096;
/// Permissions of the file, before the process's umask.
const MODE: u32 = 0o666;

unsafe extern "C" {
    /// LLVM's profiler runtime: the size of what the next function writes, in bytes.
    safe fn __llvm_profile_get_size_for_buffer() -> u64;
    /// Writes the counters to `buffer`, which has that size; 0 if that went well.
    fn __llvm_profile_write_buffer(buffer: *mut u8) -> c_int;
}

/// Writes the counters to the file that `RUCHY_LAMBDA_COUNTERS` names, if it is set. A path that
/// ends in `/` is a folder, in which the file has the process's number: several processes that
/// inherit the variable have a file each.
pub fn write() {
    let Some(path) = variables::value("RUCHY_LAMBDA_COUNTERS") else { return };
    if !written(path) {
        log_error(b"RUCHY_LAMBDA_COUNTERS=", path.as_bytes(), b": cannot write the counters");
    }
}

fn written(path: &str) -> bool {
    let mut text = [0; PATH_BYTES_MAX];
    let mut number = itoa::Buffer::new();
    let parts = if path.ends_with('/') { [path, number.format(process::id()), ".profraw"] } else { [path, "", ""] };
    let mut end = 0;
    for part in parts {
        let Some(place) = text.get_mut(end..end + part.len()) else { return false };
        place.copy_from_slice(part.as_bytes());
        end += part.len();
    }
    let Ok(path) = CStr::from_bytes_until_nul(&text) else { return false };
    let Ok(bytes) = usize::try_from(__llvm_profile_get_size_for_buffer()) else { return false };
    let Ok(buffer) = memory::map(bytes) else { return false };
    // SAFETY: the buffer has the size that the profiler runtime returned.
    if unsafe { __llvm_profile_write_buffer(buffer.as_ptr()) } != 0 {
        return false;
    }
    let Ok(descriptor) = file::open(path, file::O_WRONLY | file::O_CREAT | file::O_TRUNC, MODE) else { return false };
    // SAFETY: the buffer is a mapping of this size, which nothing writes to any more.
    let mut rest = unsafe { slice::from_raw_parts(buffer.as_ptr(), bytes) };
    while !rest.is_empty() {
        let Ok(written @ 1..) = sys::write(descriptor, rest, b"") else { return false };
        rest = rest.get(written..).unwrap_or_default();
    }
    file::close(descriptor);
    true
}
