//! rlsf, over one large mapping, of which the kernel makes the pages that are written.
#![allow(unsafe_code, missing_docs)]

use crate::{crash, sys::memory};
use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::NonNull;

/// Size of the mapping, in bytes.
const ARENA_BYTES: usize = 1 << 30;

type Inner = rlsf::Tlsf<'static, u32, u32, 28, 32>;

pub struct Heap(UnsafeCell<Inner>);

// SAFETY: the process has one thread.
unsafe impl Sync for Heap {}

impl Heap {
    pub const fn new() -> Self {
        Self(UnsafeCell::new(rlsf::Tlsf::new()))
    }

    #[inline(never)]
    fn more(inner: &mut Inner) {
        let Ok(arena) = memory::map(ARENA_BYTES) else { crash::out_of_memory() };
        // SAFETY: the mapping is new.
        unsafe { inner.insert_free_block_ptr(NonNull::slice_from_raw_parts(arena, ARENA_BYTES)) };
    }
}

// SAFETY: the library's promises.
unsafe impl GlobalAlloc for Heap {
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the process has one thread.
        let inner = unsafe { &mut *self.0.get() };
        loop {
            if let Some(memory) = inner.allocate(layout) {
                return NonNull::as_ptr(memory);
            }
            Self::more(inner);
        }
    }

    #[inline(never)]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the process has one thread.
        let inner = unsafe { &mut *self.0.get() };
        // SAFETY: the caller's promises.
        unsafe { inner.deallocate(NonNull::new_unchecked(memory), layout.align()) };
    }

    #[inline(never)]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: one thread, and the caller's promises.
        let moved = unsafe {
            let layout = Layout::from_size_align_unchecked(bytes, layout.align());
            (*self.0.get()).reallocate(NonNull::new_unchecked(memory), layout)
        };
        moved.unwrap_or_else(|| crash::out_of_memory()).as_ptr()
    }
}
