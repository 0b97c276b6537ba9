// The file that all programs are linked into: what the bootstrap provides to functions, from the real std, and a call of the program named.
// The lines of the programs stand where the comment in `main` is.

use ruchy_std::fs::{FileOptions, FileStatus, Whence};
use ruchy_std::log::Stream;
use std::ffi::{CStr, OsStr};
use std::fs::File;
use std::io::{Error, Read, Seek, SeekFrom, Write};
use std::mem::ManuallyDrop;
use std::os::fd::{FromRawFd, IntoRawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

fn main() {
    match std::env::args().nth(1).unwrap_or_default().as_str() {
        // programs
        other => panic!("no program is named {other}"),
    }
}

#[unsafe(no_mangle)]
fn ruchy_lambda_log(stream: Stream, text: &str) {
    let written = match stream {
        Stream::Output => std::io::stdout().write_all(text.as_bytes()),
        Stream::Error => std::io::stderr().write_all(text.as_bytes()),
    };
    written.expect("the stream is open");
}

#[unsafe(no_mangle)]
fn ruchy_lambda_variable(name: &str) -> Option<&'static str> {
    std::env::var(name).ok().map(|value| &*value.leak())
}

#[unsafe(no_mangle)]
fn ruchy_lambda_trace_id(_: &mut dyn FnMut(&str)) {}

#[unsafe(no_mangle)]
fn ruchy_lambda_deadline_had_passed() -> bool {
    false
}

#[unsafe(no_mangle)]
fn ruchy_lambda_epoch_ns() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64
}

#[unsafe(no_mangle)]
fn ruchy_lambda_epoch_ms() -> u64 {
    ruchy_lambda_epoch_ns() / 1_000_000
}

#[unsafe(no_mangle)]
fn ruchy_lambda_steady_ns() -> u64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

#[unsafe(no_mangle)]
fn ruchy_lambda_pause(milliseconds: u64) {
    std::thread::sleep(std::time::Duration::from_millis(milliseconds));
}

#[unsafe(no_mangle)]
fn ruchy_lambda_random(bytes: &mut [u8]) -> bool {
    File::open("/dev/urandom").and_then(|mut file| file.read_exact(bytes)).is_ok()
}

#[unsafe(no_mangle)]
fn ruchy_lambda_abort() -> ! {
    std::process::abort()
}

fn path(text: &CStr) -> &Path {
    Path::new(OsStr::from_bytes(text.to_bytes()))
}

fn number(error: Error) -> i32 {
    error.raw_os_error().unwrap_or(5) // EIO
}

fn opened(descriptor: u32) -> ManuallyDrop<File> {
    // SAFETY: the facade hands over what it was given by `ruchy_lambda_file_open`, and closes it once.
    ManuallyDrop::new(unsafe { File::from_raw_fd(descriptor.cast_signed()) })
}

#[unsafe(no_mangle)]
fn ruchy_lambda_file_open(name: &CStr, options: &FileOptions) -> Result<u32, i32> {
    let file = File::options()
        .read(options.read)
        .write(options.write)
        .append(options.append)
        .truncate(options.truncate)
        .create(options.create)
        .create_new(options.create_new)
        .mode(options.mode)
        .open(path(name));
    file.map(|file| file.into_raw_fd().cast_unsigned()).map_err(number)
}

#[unsafe(no_mangle)]
fn ruchy_lambda_file_close(descriptor: u32) {
    drop(ManuallyDrop::into_inner(opened(descriptor)));
}

#[unsafe(no_mangle)]
fn ruchy_lambda_file_read(descriptor: u32, buffer: &mut [u8]) -> Result<usize, i32> {
    opened(descriptor).read(buffer).map_err(number)
}

#[unsafe(no_mangle)]
fn ruchy_lambda_file_write(descriptor: u32, bytes: &[u8]) -> Result<usize, i32> {
    opened(descriptor).write(bytes).map_err(number)
}

#[unsafe(no_mangle)]
fn ruchy_lambda_file_seek(descriptor: u32, offset: i64, whence: Whence) -> Result<u64, i32> {
    let place = match whence {
        Whence::Start => SeekFrom::Start(offset.cast_unsigned()),
        Whence::Current => SeekFrom::Current(offset),
        Whence::End => SeekFrom::End(offset),
    };
    opened(descriptor).seek(place).map_err(number)
}

#[unsafe(no_mangle)]
fn ruchy_lambda_file_truncate(descriptor: u32, bytes: u64) -> Result<(), i32> {
    opened(descriptor).set_len(bytes).map_err(number)
}

#[unsafe(no_mangle)]
fn ruchy_lambda_file_sync(descriptor: u32) -> Result<(), i32> {
    opened(descriptor).sync_all().map_err(number)
}

#[unsafe(no_mangle)]
fn ruchy_lambda_file_status(descriptor: Option<u32>, name: &CStr) -> Result<FileStatus, i32> {
    let status = match descriptor {
        Some(descriptor) => opened(descriptor).metadata(),
        None => std::fs::metadata(path(name)),
    };
    let status = status.map_err(number)?;
    Ok(FileStatus {
        bytes: status.len(),
        mode: status.permissions().mode(),
        is_file: status.is_file(),
        is_folder: status.is_dir(),
        modified_s: status.mtime(),
        modified_ns: status.mtime_nsec().cast_unsigned(),
    })
}

#[unsafe(no_mangle)]
fn ruchy_lambda_file_remove(name: &CStr) -> Result<(), i32> {
    std::fs::remove_file(path(name)).map_err(number)
}

#[unsafe(no_mangle)]
fn ruchy_lambda_file_rename(from: &CStr, to: &CStr) -> Result<(), i32> {
    std::fs::rename(path(from), path(to)).map_err(number)
}

#[unsafe(no_mangle)]
fn ruchy_lambda_folder_make(name: &CStr) -> Result<(), i32> {
    std::fs::create_dir(path(name)).map_err(number)
}

#[unsafe(no_mangle)]
fn ruchy_lambda_folder_remove(name: &CStr) -> Result<(), i32> {
    std::fs::remove_dir(path(name)).map_err(number)
}
