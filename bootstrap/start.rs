//! The parts of a C start that this file needs: the environment on the initial stack, and libc's
//! block for the thread.
//!
//! musl's own start is not linked (the linker script names another entry, and nothing else refers
//! to musl's). It reads the auxiliary vector and the program headers, sets up thread-local
//! variables and runs constructors, none of which this file has. The thread's block, where musl
//! keeps errno, is set up after the first request, and only if a handler's dependency needs it. The
//! linker script asserts that nothing else of musl's start is needed.
#![allow(unsafe_code)]

use core::ffi::{c_char, c_int, c_void};
use ruchy_lambda::slot::Memory;

/// Larger than musl's `struct pthread` on every processor, in bytes.
const THREAD_BLOCK_BYTES: usize = 512;

#[repr(align(64))]
#[expect(dead_code, reason = "used only by musl")]
struct ThreadBlock([u8; THREAD_BLOCK_BYTES]);

/// Used only by musl.
#[unsafe(link_section = ".bss..reserve.thread")]
static THREAD_BLOCK: Memory<ThreadBlock> = Memory::new(ThreadBlock([0; THREAD_BLOCK_BYTES]));

unsafe extern "C" {
    /// musl's `src/env/__init_tls.c`: makes a zeroed block this thread's, by the system calls
    /// `set_tid_address` and, on `x86_64`, `arch_prctl`.
    fn __init_tp(block: *mut c_void) -> c_int;
    /// Defined by the linker script: its address is 2 if something in the file reads the thread's
    /// block (errno, for example), else 1.
    static ruchy_lambda_errno: c_void;
}

/// Sets up libc's block of this process's thread, if something is linked that reads it.
pub fn prepare_thread() {
    if (&raw const ruchy_lambda_errno).addr() > 1 {
        // SAFETY: the block is large enough, aligned, and static. It is zeroed, or, in a worker, a
        // copy of the supervisor's, of which musl rewrites what differs. It fails only if the
        // kernel has no thread pointer.
        unsafe { __init_tp(THREAD_BLOCK.get().cast()) };
    }
}

/// The environment block on the initial stack.
///
/// # Safety
/// `stack` points at the argument count; the arguments, a null pointer and the environment follow
/// it.
pub unsafe fn environment(stack: *const usize) -> *const *const c_char {
    // SAFETY: the caller's promise.
    unsafe { stack.add(*stack + 2).cast() }
}
