//! The start: from the stack that the kernel laid out to a call of Rust. The first instructions are in `arch`.
//!
//! musl's own start is left out of the file (the linker script names this entry, and nothing else refers to that one). It walks the
//! auxiliary vector and the program headers, sets up thread-local variables and runs constructors, none of which this file has. The part
//! that a handler's dependencies may need comes when the first request is on the wire: the thread's block, where musl keeps errno, of which
//! the bootstrap itself makes no use. What other parts of musl would miss is asserted absent by the linker script.
#![allow(unsafe_code)]

use core::cell::UnsafeCell;
use core::ffi::{c_char, c_int, c_void};

ruchy_lambda::entry!(begin);

/// More than musl's `struct pthread` has on any processor, in bytes.
const THREAD_BLOCK_BYTES: usize = 512;

#[repr(align(64))]
struct ThreadBlock(UnsafeCell<[u8; THREAD_BLOCK_BYTES]>);

// SAFETY: the process has one thread, and only musl touches the block.
unsafe impl Sync for ThreadBlock {}

#[unsafe(link_section = ".bss..reserve.thread")]
static THREAD_BLOCK: ThreadBlock = ThreadBlock(UnsafeCell::new([0; THREAD_BLOCK_BYTES]));

unsafe extern "C" {
    /// musl's `src/env/__init_tls.c`: makes a zeroed block this thread's, by the system calls `set_tid_address` and, on `x86_64`, `arch_prctl`.
    fn __init_tp(block: *mut c_void) -> c_int;
    /// The linker script's: at address 2 where something in the file reads the thread's block, errno among it, else at 1.
    static ruchy_lambda_errno: c_void;
}

/// Has musl know of this process's thread, where something is linked that needs to.
pub fn prepare_thread() {
    if (&raw const ruchy_lambda_errno).addr() > 1 {
        // SAFETY: the block is large enough and aligned, and lives as long as the process; it is zeroed, or a copy of what musl wrote in the
        // process that this one was started from, and musl sets anew what differs. It fails only where the kernel knows no thread pointer.
        unsafe { __init_tp(THREAD_BLOCK.0.get().cast()) };
    }
}

/// Called once, by the instructions above.
///
/// # Safety
/// `stack` points at the argument count, which the arguments, a null pointer and the environment follow.
unsafe extern "C" fn begin(stack: *const usize) -> ! {
    // SAFETY: the caller's promise: behind the count, so many arguments and a null pointer the environment begins.
    let environment: *const *const c_char = unsafe { stack.add(*stack + 2).cast() };
    // SAFETY: it is the environment, and this is the one call.
    unsafe { crate::main(environment) }
}
