//! dlmalloc, over the kernel's mappings.
#![allow(unsafe_code, missing_docs)]

use crate::{crash, sys::memory};
use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use dlmalloc::{Allocator, Dlmalloc};

pub struct Heap(UnsafeCell<Dlmalloc<Kernel>>);

// SAFETY: the process has one thread.
unsafe impl Sync for Heap {}

struct Kernel;

// SAFETY: what is mapped is mapped until it is given back.
unsafe impl Allocator for Kernel {
    fn alloc(&self, bytes: usize) -> (*mut u8, usize, u32) {
        (memory::map(bytes).map_or(core::ptr::null_mut(), |memory| memory.as_ptr()), bytes, 0)
    }

    fn remap(&self, memory: *mut u8, before: usize, after: usize, can_move: bool) -> *mut u8 {
        if !can_move {
            return core::ptr::null_mut();
        }
        // SAFETY: the caller's promise: it was mapped with this size.
        unsafe { memory::remap(memory, before, after) }.map_or(core::ptr::null_mut(), |memory| memory.as_ptr())
    }

    fn free_part(&self, memory: *mut u8, before: usize, after: usize) -> bool {
        // SAFETY: the caller's promise: what is behind is not used.
        unsafe { memory::unmap(memory.add(after), before - after) };
        true
    }

    fn free(&self, memory: *mut u8, bytes: usize) -> bool {
        // SAFETY: the caller's promise: it is not used.
        unsafe { memory::unmap(memory, bytes) };
        true
    }

    fn can_release_part(&self, _: u32) -> bool {
        true
    }

    fn allocates_zeros(&self) -> bool {
        true
    }

    fn page_size(&self) -> usize {
        memory::PAGE_BYTES
    }
}

impl Heap {
    pub const fn new() -> Self {
        Self(UnsafeCell::new(Dlmalloc::new_with_allocator(Kernel)))
    }
}

// SAFETY: dlmalloc's promises.
unsafe impl GlobalAlloc for Heap {
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread, and the caller's promises.
        let memory = unsafe { (*self.0.get()).malloc(layout.size(), layout.align()) };
        if memory.is_null() { crash::out_of_memory() } else { memory }
    }

    #[inline(never)]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: one thread, and the caller's promises.
        unsafe { (*self.0.get()).free(memory, layout.size(), layout.align()) }
    }

    #[inline(never)]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: one thread, and the caller's promises.
        let moved = unsafe { (*self.0.get()).realloc(memory, layout.size(), layout.align(), bytes) };
        if moved.is_null() { crash::out_of_memory() } else { moved }
    }
}
