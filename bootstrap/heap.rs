//! The handlers' heap. The bootstrap itself allocates nothing.
//!
//! Blocks of powers of two, each size with a list of its free ones; what is larger is a mapping of its own. The one freed last is kept for the
//! next, and the one before it goes back to the kernel. No headers: Rust says a block's size when it gives it back. musl's malloc would do, but is
//! several times the code; what this one gives up is the merging of free neighbours.
//! Where there is no more memory the process ends with a report, so that no caller carries code for it.
#![allow(unsafe_code)]

use crate::crash;
use crate::sys::memory::{self, PAGE_BYTES};
use core::alloc::{GlobalAlloc, Layout};
use core::cell::{Cell, UnsafeCell};
use core::ptr::{self, NonNull};

/// Smallest block, and what every block is aligned to, in bytes.
const BLOCK_BYTES_MIN: usize = 16;
/// Largest block that is not a mapping of its own, in bytes.
const BLOCK_BYTES_MAX: usize = 64 << 10;
/// How many sizes of block there are.
const SIZES: usize = (BLOCK_BYTES_MAX / BLOCK_BYTES_MIN).ilog2() as usize + 1;
/// Memory that the file itself reserves, so that a small function never asks the kernel for any.
const RESERVE_BYTES: usize = 64 << 10;
/// The first of it, which lies in the page of the small statics: a first response that has room here needs no page of its own.
const FIRST_RESERVE_BYTES: usize = 1 << 10;
/// What is asked of the kernel when the reserve is used up, in bytes.
const CHUNK_BYTES: usize = 1 << 20;

const _: () = assert!(BLOCK_BYTES_MAX <= CHUNK_BYTES && RESERVE_BYTES.is_multiple_of(BLOCK_BYTES_MIN));

/// The global allocator of the linked file. Everything in it is zero at the start: it costs no byte of the file.
pub struct Heap {
    /// The free blocks of each size. INVARIANT: each is unused, of its list's size, and begins with the address of the next or null.
    free: [Cell<*mut u8>; SIZES],
    /// Memory that no block was cut from yet: where it begins, and how much there is.
    fresh: Cell<*mut u8>,
    fresh_bytes: Cell<usize>,
    reserves_taken: Cell<u8>,
    /// The mapping that was freed last, or null, and its size in whole pages: a handler that has a large response has one each time, and new
    /// pages are most of what that costs.
    spare: Cell<*mut u8>,
    spare_bytes: Cell<usize>,
}

/// Largest mapping that is kept as the spare one, in bytes: more than Lambda's longest response.
const SPARE_BYTES_MAX: usize = 8 << 20;

#[repr(align(16))]
struct Reserve<const BYTES: usize>(UnsafeCell<[u8; BYTES]>);

#[unsafe(link_section = ".bss..first.heap")]
static FIRST_RESERVE: Reserve<FIRST_RESERVE_BYTES> = Reserve(UnsafeCell::new([0; FIRST_RESERVE_BYTES]));

#[unsafe(link_section = ".bss..reserve.heap")]
static RESERVE: Reserve<RESERVE_BYTES> = Reserve(UnsafeCell::new([0; RESERVE_BYTES]));

// SAFETY: the process has one thread.
unsafe impl Sync for Heap {}
// SAFETY: the process has one thread.
unsafe impl<const BYTES: usize> Sync for Reserve<BYTES> {}

/// What a layout is served from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Blocks of `BLOCK_BYTES_MIN << index` bytes.
    Blocks { index: usize },
    /// A mapping of its own.
    Mapping,
}

impl Source {
    fn of(bytes: usize, align: usize) -> Self {
        if bytes > BLOCK_BYTES_MAX || align > BLOCK_BYTES_MIN {
            return Self::Mapping;
        }
        let units = bytes.saturating_sub(1) / BLOCK_BYTES_MIN;
        Self::Blocks { index: (usize::BITS - units.leading_zeros()) as usize }
    }
}

impl Heap {
    /// A heap that has given out nothing.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "Default is not const")]
    pub const fn new() -> Self {
        Self {
            free: [const { Cell::new(ptr::null_mut()) }; SIZES],
            fresh: Cell::new(ptr::null_mut()),
            fresh_bytes: Cell::new(0),
            reserves_taken: Cell::new(0),
            spare: Cell::new(ptr::null_mut()),
            spare_bytes: Cell::new(0),
        }
    }

    /// The spare mapping where it is large enough, of which what is too much goes back to the kernel; else a new one.
    fn mapping(&self, bytes: usize) -> NonNull<u8> {
        let bytes = bytes.next_multiple_of(PAGE_BYTES);
        if self.spare_bytes.get() < bytes {
            return map(bytes);
        }
        let memory = self.spare.replace(ptr::null_mut());
        let too_many = self.spare_bytes.replace(0) - bytes;
        if too_many > 0 {
            // SAFETY: the spare mapping is not used, and has so many pages behind the first `bytes` bytes.
            unsafe { memory::unmap(memory.add(bytes), too_many) };
        }
        // SAFETY: where there are bytes there is a mapping.
        unsafe { NonNull::new_unchecked(memory) }
    }

    /// Keeps a mapping as the spare one, if it is not too large; the one before goes back to the kernel.
    ///
    /// # Safety
    /// `memory` is a mapping of `bytes` bytes, and not used any more.
    unsafe fn release(&self, memory: *mut u8, bytes: usize) {
        let bytes = bytes.next_multiple_of(PAGE_BYTES);
        let (memory, bytes) =
            if bytes > SPARE_BYTES_MAX { (memory, bytes) } else { (self.spare.replace(memory), self.spare_bytes.replace(bytes)) };
        if bytes > 0 {
            // SAFETY: by the caller's promise, or as the spare mapping, it is not used.
            unsafe { memory::unmap(memory, bytes) };
        }
    }

    fn block(&self, index: usize) -> NonNull<u8> {
        let Some(free) = self.free.get(index) else { crash::out_of_memory() };
        if let Some(block) = NonNull::new(free.get()) {
            // SAFETY: by the invariant of `free` the block is unused and begins with the address of the next.
            free.set(unsafe { block.cast().read() });
            return block;
        }
        let bytes = BLOCK_BYTES_MIN << index;
        while self.fresh_bytes.get() < bytes {
            self.refill();
        }
        let block = self.fresh.get();
        // SAFETY: there are as many bytes, so the block ends within the memory that `fresh` points into.
        self.fresh.set(unsafe { block.add(bytes) });
        self.fresh_bytes.set(self.fresh_bytes.get() - bytes);
        // SAFETY: it points into memory, which is never at address 0.
        unsafe { NonNull::new_unchecked(block) }
    }

    /// The two reserves first, then one mapping after the other. What was left is too small for what is asked and is given up.
    #[cold]
    fn refill(&self) {
        let taken = self.reserves_taken.get();
        let (memory, bytes) = match taken {
            0 => (FIRST_RESERVE.0.get().cast(), FIRST_RESERVE_BYTES),
            1 => (RESERVE.0.get().cast(), RESERVE_BYTES),
            _ => (map(CHUNK_BYTES).as_ptr(), CHUNK_BYTES),
        };
        self.reserves_taken.set(2.min(taken + 1));
        self.fresh.set(memory);
        self.fresh_bytes.set(bytes);
    }
}

fn map(bytes: usize) -> NonNull<u8> {
    memory::map(bytes).unwrap_or_else(|_| crash::out_of_memory())
}

// SAFETY: a block is given out once until it comes back, has at least the size asked for, and is aligned to 16 bytes or, as a mapping, to a
// page. It is never null: where there is no memory the process ends.
unsafe impl GlobalAlloc for Heap {
    #[inline(never)] // else it is copied to wherever a handler allocates
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match Source::of(layout.size(), layout.align()) {
            Source::Blocks { index } => self.block(index).as_ptr(),
            Source::Mapping if layout.align() > PAGE_BYTES => crash::out_of_memory(),
            Source::Mapping => self.mapping(layout.size()).as_ptr(),
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if Source::of(layout.size(), layout.align()) == Source::Mapping && layout.align() <= PAGE_BYTES {
            return map(layout.size()).as_ptr(); // the kernel gives it zeroed
        }
        // SAFETY: the caller's promise is that of `alloc`.
        let memory = unsafe { self.alloc(layout) };
        // SAFETY: the block has at least this size.
        unsafe { memory.write_bytes(0, layout.size()) };
        memory
    }

    #[inline(never)]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        let Source::Blocks { index } = Source::of(layout.size(), layout.align()) else {
            // SAFETY: `alloc` mapped it with this size, and the caller gives it back once.
            unsafe { self.release(memory, layout.size()) };
            return;
        };
        if let Some(free) = self.free.get(index) {
            // SAFETY: the block is the heap's again, at least 16 bytes long and aligned to 16.
            #[expect(clippy::cast_ptr_alignment, reason = "every block is aligned to 16 bytes")]
            unsafe {
                memory.cast::<*mut u8>().write(free.replace(memory));
            };
        }
    }

    #[inline(never)]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        match (Source::of(layout.size(), layout.align()), Source::of(bytes, layout.align())) {
            (Source::Mapping, Source::Mapping) => {
                // SAFETY: `alloc` mapped it with this size.
                let moved = unsafe { memory::remap(memory, layout.size(), bytes) };
                moved.unwrap_or_else(|_| crash::out_of_memory()).as_ptr()
            }
            (before, after) if before == after => memory,
            _ => {
                // SAFETY: the caller promises that `bytes` is a size for this alignment.
                let moved = unsafe { self.alloc(Layout::from_size_align_unchecked(bytes, layout.align())) };
                // SAFETY: both have at least the smaller size, and a new block overlaps no other.
                unsafe { moved.copy_from_nonoverlapping(memory, layout.size().min(bytes)) };
                // SAFETY: the caller gives `memory` up.
                unsafe { self.dealloc(memory, layout) };
                moved
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK_BYTES_MAX, BLOCK_BYTES_MIN, Heap, Source};
    use core::alloc::{GlobalAlloc, Layout};
    use proptest::prelude::*;
    use std::vec::Vec;

    #[test]
    fn a_size_is_served_by_the_smallest_block_that_holds_it() {
        for bytes in [1, 15, 16, 17, 32, 33, 100, 4096, 4097, BLOCK_BYTES_MAX] {
            let Source::Blocks { index } = Source::of(bytes, 8) else { panic!("{bytes} is no mapping") };
            let block = BLOCK_BYTES_MIN << index;
            assert!(block >= bytes && (block == BLOCK_BYTES_MIN || block / 2 < bytes), "{bytes} in {block}");
        }
        assert!(Source::of(BLOCK_BYTES_MAX + 1, 8) == Source::Mapping);
        assert!(Source::of(16, 64) == Source::Mapping);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Take { bytes: usize, align: usize },
        Resize { which: usize, bytes: usize },
        Give { which: usize },
    }

    fn step() -> impl Strategy<Value = Step> {
        let bytes = prop_oneof![1usize..300, 1usize..200_000];
        prop_oneof![
            (bytes.clone(), 0u32..7).prop_map(|(bytes, shift)| Step::Take { bytes, align: 1 << shift }),
            (any::<usize>(), bytes).prop_map(|(which, bytes)| Step::Resize { which, bytes }),
            any::<usize>().prop_map(|which| Step::Give { which }),
        ]
    }

    /// Fills a block with its number, so that an overlap shows.
    fn fill(memory: *mut u8, bytes: usize, tag: u8) {
        // SAFETY: the block has this size.
        unsafe { memory.write_bytes(tag, bytes) };
    }

    fn check(memory: *mut u8, bytes: usize, tag: u8) {
        // SAFETY: the block has this size and was filled.
        let block = unsafe { core::slice::from_raw_parts(memory, bytes) };
        assert!(block.iter().all(|byte| *byte == tag));
    }

    proptest! {
        #[test]
        fn blocks_are_aligned_keep_their_bytes_and_never_overlap(steps in proptest::collection::vec(step(), 1..120)) {
            let heap = Heap::new();
            heap.reserves_taken.set(2); // the reserve is one for all tests
            let mut held: Vec<(*mut u8, Layout, u8)> = Vec::new();
            for (number, step) in steps.into_iter().enumerate() {
                let tag = u8::try_from(number).unwrap();
                match step {
                    Step::Take { bytes, align } => {
                        let layout = Layout::from_size_align(bytes, align).unwrap();
                        // SAFETY: the size is not 0.
                        let memory = unsafe { heap.alloc(layout) };
                        prop_assert_eq!(memory.addr() % align, 0);
                        fill(memory, bytes, tag);
                        held.push((memory, layout, tag));
                    }
                    Step::Resize { which, bytes } if !held.is_empty() => {
                        let which = which % held.len();
                        let (memory, layout, tag) = held[which];
                        // SAFETY: the block is held with this layout.
                        let moved = unsafe { heap.realloc(memory, layout, bytes) };
                        check(moved, bytes.min(layout.size()), tag);
                        fill(moved, bytes, tag);
                        held[which] = (moved, Layout::from_size_align(bytes, layout.align()).unwrap(), tag);
                    }
                    Step::Give { which } if !held.is_empty() => {
                        let (memory, layout, tag) = held.swap_remove(which % held.len());
                        check(memory, layout.size(), tag);
                        // SAFETY: the block is held with this layout, and is let go of.
                        unsafe { heap.dealloc(memory, layout) };
                    }
                    _ => {}
                }
                for (memory, layout, tag) in &held {
                    check(*memory, layout.size(), *tag);
                }
            }
            for (memory, layout, _) in held {
                // SAFETY: the block is held with this layout, and is let go of.
                unsafe { heap.dealloc(memory, layout) };
            }
        }
    }

    #[test]
    fn zeroed_memory_is_zero_though_it_was_used() {
        let heap = Heap::new();
        heap.reserves_taken.set(2);
        for bytes in [24, 100_000] {
            let layout = Layout::from_size_align(bytes, 8).unwrap();
            for _ in 0..2 {
                // SAFETY: the size is not 0, and the block is given back with its layout.
                unsafe {
                    let memory = heap.alloc_zeroed(layout);
                    check(memory, bytes, 0);
                    fill(memory, bytes, 1);
                    heap.dealloc(memory, layout);
                }
            }
        }
    }
}
