//! The file that ships: the entry, the panic handler, the global allocator, and the memory they hand down. Nothing else.

#![no_std]
#![no_main]

mod start;

use core::cell::UnsafeCell;
use core::ffi::c_char;
use core::panic::PanicInfo;
use ruchy_lambda::client::Buffers;
use ruchy_lambda::environment::Environment;
use ruchy_lambda::heap::Heap;
use ruchy_lambda::{crash, event_loop};

#[global_allocator]
static HEAP: Heap = Heap::new();

/// Where replies are received: zeroed memory behind the file's second segment. It costs no system call, and a page exists once it is
/// written.
#[repr(align(4096))]
struct Memory(UnsafeCell<Buffers>);

// SAFETY: the process has one thread, and `main` takes the one reference.
unsafe impl Sync for Memory {}

#[unsafe(link_section = ".bss.reserve.buffers")]
static MEMORY: Memory = Memory(UnsafeCell::new(Buffers::new()));

/// Called by `start`.
///
/// # Safety
/// `environment` is the process's environment block, and this is called once.
unsafe fn main(environment: *const *const c_char) -> ! {
    // SAFETY: the caller's promise; nothing here or in a handler changes the environment.
    let environment = unsafe { Environment::new(environment) };
    // SAFETY: `main` is called once, and this is the only place that names MEMORY.
    let buffers = unsafe { &mut *MEMORY.0.get() };
    event_loop::run(environment, handlers::records(), buffers, start::renew_thread)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    crash::panicked(info)
}
