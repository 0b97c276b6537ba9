//! The shipped file: the entry in Rust, the panic handler, the global allocator, and the memory for
//! replies. Nothing else.

#![no_std]
#![no_main]

mod start;

use core::panic::PanicInfo;
use handlers as _; // the functions: their records are in the section that `registry::records` reads
use ruchy_lambda::config::environment::Environment;
use ruchy_lambda::event_loop;
use ruchy_lambda::host::Allocator;
use ruchy_lambda::runtime_api::client::INBOX_BYTES;
use ruchy_lambda::signals::crash;
use ruchy_lambda::slot::Memory;

ruchy_lambda::entry!(begin);

#[global_allocator]
static HEAP: Allocator = Allocator::new();

/// Replies are received here: zeroed memory after the file's second segment. It costs no system
/// call, and a page exists once it is written. Its first page also holds the small statics, so a
/// small invocation writes only one page. Only [`begin`] uses it.
#[unsafe(link_section = ".bss..inbox")]
static INBOX: Memory<[u8; INBOX_BYTES]> = Memory::new([0; INBOX_BYTES]);

/// Called once, by the entry point in `arch`.
///
/// # Safety
/// `stack` points at the argument count; the arguments, a null pointer and the environment follow
/// it.
#[unsafe(link_section = ".text..start")]
unsafe extern "C" fn begin(stack: *const usize) -> ! {
    // SAFETY: the caller's promise; nothing in the process changes the environment.
    let environment = unsafe { Environment::new(start::environment(stack)) };
    // SAFETY: this function is called once, and nothing else names INBOX.
    let inbox = unsafe { &mut *INBOX.get() };
    event_loop::run(environment, registry::records(), inbox, start::prepare_thread)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    crash::panicked(info)
}
