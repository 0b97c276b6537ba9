//! The shipped file of a function that is linked with the real `std` (`std = true`): the entry
//! after musl's start, the panic hook, the global allocator, and the memory for replies. Nothing
//! else.
//!
//! `std`'s own start does not run: `main` is C's. So std prints no message for a panic or a stack
//! overflow, has no program arguments, and has not ignored SIGPIPE. [`prepare`] sets up what
//! functions need of that, after the first request.

#![no_main]

use handlers as _; // the functions: their records are in the section that `registry::records` reads
use ruchy_lambda::config::environment::Environment;
use ruchy_lambda::host::shared_heap::SharedHeap;
use ruchy_lambda::runtime_api::client::INBOX_BYTES;
use ruchy_lambda::signals::crash;
use ruchy_lambda::slot::Memory;
use ruchy_lambda::{event_loop, log, thread};
use std::ffi::{c_char, c_int};
use std::panic::{self, PanicHookInfo};

/// Replies are received here: see `main.rs`.
#[unsafe(link_section = ".bss..inbox")]
static INBOX: Memory<[u8; INBOX_BYTES]> = Memory::new([0; INBOX_BYTES]);

#[global_allocator]
static HEAP: SharedHeap = SharedHeap;

/// Called once, by musl's start.
///
/// # Safety
/// `environment` is the environment as the kernel laid it out.
#[unsafe(no_mangle)]
unsafe extern "C" fn main(_count: c_int, _arguments: *const *const c_char, environment: *const *const c_char) -> c_int {
    thread::serve_here();
    // SAFETY: the caller's promise; libc may change its list of pointers, but not the strings.
    let environment = unsafe { Environment::new(environment) };
    // SAFETY: this function is called once, and nothing else names INBOX.
    let inbox = unsafe { &mut *INBOX.get() };
    event_loop::run(environment, registry::records(), inbox, prepare)
}

/// Runs once in each process that serves, before any code of the function.
fn prepare() {
    panic::set_hook(Box::new(report));
    // As std's own start does: writing to a closed connection returns an error instead of ending
    // the process.
    log::ignore_write_signals();
}

/// Reports a panic of any thread, and ends the process.
fn report(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let text = match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text.as_str(),
        _ => "a value that is not text",
    };
    let Some(place) = info.location() else { return }; // there always is one; otherwise it is reported as an abort
    crash::panicked_with(text, place)
}
