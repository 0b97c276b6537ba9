//! The global allocator of files with the real `std`: dlmalloc in Rust, shared by all threads under
//! one lock. ARCHITECTURE.md has the measurements for this choice.
#![allow(unsafe_code)]

use crate::signals::crash;
use core::alloc::{GlobalAlloc, Layout};
use dlmalloc::GlobalDlmalloc;

/// The allocator. It records failures, so that the abort that follows is reported as out of memory.
pub struct SharedHeap;

#[inline]
fn noted(memory: *mut u8) -> *mut u8 {
    if memory.is_null() {
        crash::set_out_of_memory(true);
    }
    memory
}

// SAFETY: every call is one of an allocator that upholds the trait's contract.
unsafe impl GlobalAlloc for SharedHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise; likewise below.
        noted(unsafe { GlobalDlmalloc.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see above.
        noted(unsafe { GlobalDlmalloc.alloc_zeroed(layout) })
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: see above.
        unsafe { GlobalDlmalloc.dealloc(memory, layout) };
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: see above.
        noted(unsafe { GlobalDlmalloc.realloc(memory, layout, bytes) })
    }
}
