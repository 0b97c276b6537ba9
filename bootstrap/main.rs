//! The file that ships: C `main`, the panic handler, the global allocator, and the memory they hand down. Nothing else.
//!
//! musl's start-up code calls `main`; see `event_loop` for what happens then.

#![no_std]
#![no_main]

use core::cell::UnsafeCell;
use core::ffi::{c_char, c_int};
use core::panic::PanicInfo;
use ruchy_lambda::client::INBOX_BYTES;
use ruchy_lambda::environment::Environment;
use ruchy_lambda::heap::Heap;
use ruchy_lambda::{crash, event_loop};

#[global_allocator]
static HEAP: Heap = Heap::new();

/// Where events are received: zeroed memory behind the file's second segment. It costs no system call, and a page exists once it is written.
#[repr(align(4096))]
struct Inbox(UnsafeCell<[u8; INBOX_BYTES]>);

// SAFETY: the process has one thread, and `main` takes the one reference.
unsafe impl Sync for Inbox {}

#[unsafe(link_section = ".bss.reserve.inbox")]
static INBOX: Inbox = Inbox(UnsafeCell::new([0; INBOX_BYTES]));

/// Called by musl once its start-up is done.
///
/// # Safety
/// `environment` is the environment block, as C has it; `main` is called once.
#[unsafe(no_mangle)]
unsafe extern "C" fn main(_count: c_int, _arguments: *const *const c_char, environment: *const *const c_char) -> c_int {
    // SAFETY: the caller's promise; nothing here or in a handler calls setenv.
    let environment = unsafe { Environment::new(environment) };
    // SAFETY: `main` is called once, and this is the only place that names INBOX.
    let inbox = unsafe { &mut *INBOX.0.get() };
    event_loop::run(environment, handlers::records(), inbox)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    crash::panicked(info)
}
