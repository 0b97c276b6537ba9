//! The file that ships: the entry, the panic handler, the global allocator, and the memory they hand down. Nothing else.

#![no_std]
#![no_main]

mod start;

use core::cell::UnsafeCell;
use core::ffi::c_char;
use core::panic::PanicInfo;
use ruchy_lambda::client::INBOX_BYTES;
use ruchy_lambda::environment::Environment;
use ruchy_lambda::heap::Heap;
use ruchy_lambda::{crash, event_loop};

#[global_allocator]
static HEAP: Heap = Heap::new();

/// Where replies are received: zeroed memory behind the file's second segment. It costs no system call, and a page exists once it is
/// written. The first of them is the small statics', so that a small invocation makes one page, and no more.
struct Memory(UnsafeCell<[u8; INBOX_BYTES]>);

// SAFETY: the process has one thread, and `main` takes the one reference.
unsafe impl Sync for Memory {}

#[unsafe(link_section = ".bss..inbox")]
static MEMORY: Memory = Memory(UnsafeCell::new([0; INBOX_BYTES]));

/// Called by `start`.
///
/// # Safety
/// `environment` is the process's environment block, and this is called once.
unsafe fn main(environment: *const *const c_char) -> ! {
    // SAFETY: the caller's promise; nothing here or in a handler changes the environment.
    let environment = unsafe { Environment::new(environment) };
    // SAFETY: `main` is called once, and this is the only place that names MEMORY.
    let inbox = unsafe { &mut *MEMORY.0.get() };
    event_loop::run(environment, handlers::records(), inbox, start::prepare_thread)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    crash::panicked(info)
}
