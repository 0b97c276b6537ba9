// The file that every program of a corpus is linked into. It provides what the bootstrap provides to functions, calls the
// program that its first argument names, once for each further argument, and prints a transcript.
//
// A transcript has one entry per line: `| ` log (what is printed, then what is printed as errors), `< ` response, `! ` failure, `* ` panic with its line. `+ ` continues an entry.

use ruchy_std::fs::{FileOptions, FileStatus, Whence};
use ruchy_std::lambda::{Context, StreamPiece};
use ruchy_std::log::Stream;
use std::ffi::{CStr, OsStr};
use std::fs::File;
use std::io::{Error, Read, Seek, SeekFrom, Write};
use std::mem::ManuallyDrop;
use std::os::fd::{FromRawFd, IntoRawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

static OUTPUT: Mutex<String> = Mutex::new(String::new());
static ERRORS: Mutex<String> = Mutex::new(String::new());
static STREAMED: Mutex<String> = Mutex::new(String::new());
static PANIC: Mutex<Option<(u32, String)>> = Mutex::new(None);

fn main() {
    let mut events: Vec<String> = std::env::args().skip(1).collect();
    let name = events.remove(0);
    let suffix = format!("{name}.rs");
    std::panic::set_hook(Box::new(move |panic| {
        let message = panic.payload_as_str().unwrap_or("a panic without a message").to_owned();
        let line = panic.location().filter(|place| place.file().ends_with(&suffix)).map_or(0, |place| place.line());
        PANIC.lock().unwrap().get_or_insert((line, message));
    }));
    // A deep recursion that is right must not depend on the size of the main thread's stack.
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(move || {
        if programs::is_handler(&name) {
            for event in events {
                let context = Context::new("request-1", b"");
                invoke(|| programs::call(&name, &context, &event));
            }
        } else {
            invoke(|| {
                programs::run(&name);
                String::new()
            });
        }
    });
    thread.unwrap().join().unwrap();
}

/// Calls `function`, which returns the entry of its outcome or nothing, and prints what it logged, streamed and came to.
fn invoke(function: impl FnOnce() -> String) {
    let result = catch_unwind(AssertUnwindSafe(function));
    for log in [&OUTPUT, &ERRORS] {
        std::mem::take(&mut *log.lock().unwrap()).lines().for_each(|line| println!("| {line}"));
    }
    let streamed = std::mem::take(&mut *STREAMED.lock().unwrap());
    if !streamed.is_empty() {
        println!("~ {}", streamed.replace('\n', "\n+ "));
    }
    match result {
        Ok(entry) if entry.is_empty() => {}
        Ok(entry) => println!("{}", entry.replace('\n', "\n+ ")),
        Err(_) => {
            let (line, message) = PANIC.lock().unwrap().take().expect("the hook saw it");
            println!("* {line}: {}", message.replace('\n', "\n+ "));
        }
    }
}

#[unsafe(no_mangle)]
fn ruchy_lambda_log(stream: Stream, text: &str) {
    let log = if matches!(stream, Stream::Error) { &ERRORS } else { &OUTPUT };
    log.lock().unwrap().push_str(text);
}

#[unsafe(no_mangle)]
fn ruchy_lambda_stream(piece: StreamPiece<'_>) -> bool {
    if let StreamPiece::Bytes(bytes) = piece {
        STREAMED.lock().unwrap().push_str(&String::from_utf8_lossy(bytes));
    }
    true
}

#[unsafe(no_mangle)]
fn ruchy_lambda_header<'head>(_head: &'head [u8], _name: &str) -> Option<&'head str> {
    None
}

#[unsafe(no_mangle)]
fn ruchy_lambda_trace_id(_read: &mut dyn FnMut(&str)) {}

#[unsafe(no_mangle)]
fn ruchy_lambda_variable(name: &str) -> Option<&'static str> {
    std::env::var(name).ok().map(|value| &*value.leak())
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

#[unsafe(no_mangle)]
fn ruchy_lambda_panic(text: &str, place: &'static std::panic::Location<'static>) -> ! {
    panic!("{text} at {place}")
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
