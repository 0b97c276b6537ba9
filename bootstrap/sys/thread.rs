//! Threads that functions start when linked with the real `std`. Each gets a stack for the handlers
//! of faults, and leaves the signals of the process to the serving thread.

use super::memory::{self, PAGE_BYTES_MAX};
use super::signal;
use core::ffi::{c_int, c_void};
use core::ptr;

/// Size of a thread's stack for handlers of faults, in bytes. A report is handed over from there,
/// not built there: see `signals/crash.rs`.
const STACK_BYTES: usize = 64 << 10;
/// Size of the guard before that stack, in bytes: an overflow faults there.
const GUARD_BYTES: usize = PAGE_BYTES_MAX;
const MAPPING_BYTES: usize = GUARD_BYTES + STACK_BYTES;

/// A thread's first function.
type Routine = unsafe extern "C" fn(*mut c_void) -> *mut c_void;

/// The function that a thread calls, and its argument. It is at the lowest address of the
/// thread's stack for handlers, and is read before that stack is used.
struct Start {
    routine: Routine,
    argument: *mut c_void,
}

unsafe extern "C" {
    /// musl's `pthread_create`; that name is a weak alias of this one.
    fn __pthread_create(
        thread: *mut libc::pthread_t,
        attributes: *const libc::pthread_attr_t,
        routine: Routine,
        argument: *mut c_void,
    ) -> c_int;
}

/// Replaces musl's `pthread_create`, which std and C libraries call.
///
/// # Safety
/// The same as `pthread_create`'s.
#[unsafe(no_mangle)]
unsafe extern "C" fn pthread_create(
    thread: *mut libc::pthread_t,
    attributes: *const libc::pthread_attr_t,
    routine: Routine,
    argument: *mut c_void,
) -> c_int {
    let Ok(mapping) = memory::map(MAPPING_BYTES) else { return libc::EAGAIN };
    let mapping = mapping.as_ptr();
    // SAFETY: the first pages of a mapping that is new.
    if unsafe { memory::protect(mapping, GUARD_BYTES) }.is_err() {
        // SAFETY: it is the whole mapping, which nothing uses.
        unsafe { memory::unmap(mapping, MAPPING_BYTES) };
        return libc::EAGAIN;
    }
    // SAFETY: it is within the mapping.
    let stack: *mut c_void = unsafe { mapping.add(GUARD_BYTES) }.cast();
    // SAFETY: the stack is new, aligned to a page, and larger.
    unsafe { stack.cast::<Start>().write(Start { routine, argument }) };
    // A thread inherits the mask of its creator.
    let mask = signal::block_process_signals();
    // SAFETY: the caller's promise; `begin` is given what it expects.
    let error = unsafe { __pthread_create(thread, attributes, begin, stack) };
    signal::set_mask(mask);
    if error != 0 {
        // SAFETY: it is the whole mapping, and no thread was started that uses it.
        unsafe { memory::unmap(mapping, MAPPING_BYTES) };
    }
    error
}

/// Starts a thread. A thread that ends without returning (`pthread_exit`) keeps its stack for
/// handlers.
///
/// # Safety
/// `stack` is the thread's stack for handlers, with a [`Start`] in it.
unsafe extern "C" fn begin(stack: *mut c_void) -> *mut c_void {
    // SAFETY: the caller's promise.
    let Start { routine, argument } = unsafe { stack.cast::<Start>().read() };
    // SAFETY: the caller's promise.
    unsafe { signal::set_thread_alternate_stack(stack, STACK_BYTES) };
    // SAFETY: both were passed to `pthread_create`.
    let result = unsafe { routine(argument) };
    // SAFETY: null disables the stack.
    unsafe { signal::set_thread_alternate_stack(ptr::null_mut(), 0) };
    // SAFETY: it is the whole mapping, and no handler uses it any more.
    unsafe { memory::unmap(stack.cast::<u8>().sub(GUARD_BYTES), MAPPING_BYTES) };
    result
}
