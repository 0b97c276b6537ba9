//! The handlers' heap. The bootstrap itself allocates nothing.
//!
//! Size classes of powers of two, each with a free list; a larger block is a separate mapping. The
//! mapping freed last is kept as a spare. Mappings are only ever released as a whole, so the
//! kernel's page size does not matter. Blocks have no headers: Rust passes a block's size to
//! `dealloc`. musl's malloc is several times the code; what this heap lacks is the merging of free
//! neighbours. Instead it discards all free lists when the last block was freed, as happens at the
//! end of an invocation that keeps nothing, and cuts its memory again. If memory is exhausted the
//! process ends with a report, so that no caller carries code for it.
#![allow(unsafe_code)]

#[cfg(feature = "program")]
use crate::program::end as crash;
#[cfg(not(feature = "program"))]
use crate::signals::crash;
use crate::slot::Memory;
use crate::sys::memory::{self, PAGE_BYTES_MIN};
use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::ptr::{self, NonNull};

/// Smallest block, and what every block is aligned to, in bytes.
const BLOCK_BYTES_MIN: usize = 16;
/// Largest block that is not a separate mapping, in bytes.
const BLOCK_BYTES_MAX: usize = 64 << 10;
/// The number of size classes.
const SIZES: usize = (BLOCK_BYTES_MAX / BLOCK_BYTES_MIN).ilog2() as usize + 1;
/// Memory that the file itself reserves, so that a small function never asks the kernel for any.
const RESERVE_BYTES: usize = 64 << 10;
/// The first part of it, in the page of the small statics: a first response that fits here needs no
/// further page.
const FIRST_RESERVE_BYTES: usize = 1 << 10;
/// Size of a mapping that is requested when the reserve is used up, in bytes.
const CHUNK_BYTES: usize = 1 << 20;

const _: () = assert!(BLOCK_BYTES_MAX <= CHUNK_BYTES && RESERVE_BYTES.is_multiple_of(BLOCK_BYTES_MIN));

/// The global allocator of the linked file. Everything in it is zero at the start: it costs no byte
/// of the file.
pub struct Heap {
    cut: Cut,
    /// The number of blocks in use. It cannot overflow: that many blocks would occupy 64 GiB.
    used: Cell<u32>,
    /// The chunks that were mapped. INVARIANT: each begins with the address of the next or null.
    chunks: Cell<*mut u8>,
    /// Those of them that no block was cut from since the last reset.
    unused_chunks: Cell<*mut u8>,
    /// The mapping that was freed last, or null, and its size: a handler that builds a large
    /// response needs one in every invocation, and new pages are most of its cost.
    spare: Cell<*mut u8>,
    spare_bytes: Cell<usize>,
    /// The spare mapping that is a block again, or null, and its size. It is lent as a whole even
    /// for a smaller block, because blocks grow: a text of 6 MiB begins with 128 KiB.
    lent: Cell<*mut u8>,
    lent_bytes: Cell<usize>,
}

/// The part of the memory from which blocks were cut.
struct Cut {
    /// The free blocks of each size. INVARIANT: each is unused, of its list's size, and begins with
    /// the address of the next or null.
    free: [Cell<*mut u8>; SIZES],
    /// Memory that no block was cut from yet: where it begins, and how much there is. The last of
    /// it is cut first.
    fresh: Cell<*mut u8>,
    fresh_bytes: Cell<usize>,
    /// The origin of that memory.
    stage: Cell<Stage>,
}

/// The origin of the fresh memory. (The first value is 0, so that the static needs no bytes of the
/// file.)
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
#[repr(u8)]
enum Stage {
    Nothing,
    FirstReserve,
    Reserve,
    Chunk,
}

/// The stage at the start and after a reset. (All tests share the reserves, so none uses them.)
const FIRST_STAGE: Stage = if cfg!(test) { Stage::Reserve } else { Stage::Nothing };

/// Largest mapping that is kept as the spare one, in bytes: more than Lambda's longest response.
const SPARE_BYTES_MAX: usize = 8 << 20;

#[repr(align(16))]
struct Reserve<const BYTES: usize>([u8; BYTES]);

#[unsafe(link_section = ".bss..first.heap")]
static FIRST_RESERVE: Memory<Reserve<FIRST_RESERVE_BYTES>> = Memory::new(Reserve([0; FIRST_RESERVE_BYTES]));

#[unsafe(link_section = ".bss..reserve.heap")]
static RESERVE: Memory<Reserve<RESERVE_BYTES>> = Memory::new(Reserve([0; RESERVE_BYTES]));

// SAFETY: the process has one thread.
unsafe impl Sync for Heap {}

/// Returns the size class of a layout, whose blocks have `BLOCK_BYTES_MIN << index` bytes; from
/// [`SIZES`] on, it is a separate mapping. No layout has 0 bytes here.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a few instructions, and fewer in place")]
fn index(layout: Layout) -> usize {
    if layout.align() > BLOCK_BYTES_MIN {
        return SIZES; // no block is aligned enough
    }
    // The number of bits of the last byte's offset, minus those of the smallest block.
    ((layout.size().wrapping_sub(1) | (BLOCK_BYTES_MIN - 1)).ilog2() - (BLOCK_BYTES_MIN - 1).ilog2()) as usize
}

impl Heap {
    /// Creates an empty heap.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "Default is not const")]
    pub const fn new() -> Self {
        Self {
            cut: Cut {
                free: [const { Cell::new(ptr::null_mut()) }; SIZES],
                fresh: Cell::new(ptr::null_mut()),
                fresh_bytes: Cell::new(0),
                stage: Cell::new(FIRST_STAGE),
            },
            used: Cell::new(0),
            chunks: Cell::new(ptr::null_mut()),
            unused_chunks: Cell::new(ptr::null_mut()),
            spare: Cell::new(ptr::null_mut()),
            spare_bytes: Cell::new(0),
            lent: Cell::new(ptr::null_mut()),
            lent_bytes: Cell::new(0),
        }
    }

    /// Memory of at least `bytes` bytes: the spare mapping, as a whole, or a new one.
    fn mapping(&self, bytes: usize) -> NonNull<u8> {
        match NonNull::new(self.spare.get()) {
            Some(memory) if self.spare_bytes.get() >= bytes && self.lent.get().is_null() => {
                self.lent.set(self.spare.replace(ptr::null_mut()));
                self.lent_bytes.set(self.spare_bytes.replace(0));
                memory
            }
            _ => map(bytes),
        }
    }

    /// Ends the use of a mapping as a block of `bytes` bytes. Returns the size of the mapping.
    fn take_back(&self, memory: *mut u8, bytes: usize) -> usize {
        if memory != self.lent.get() {
            return bytes;
        }
        self.lent.set(ptr::null_mut());
        self.lent_bytes.get()
    }

    /// Keeps a mapping as the spare one, if it is not too large; the previous spare one is returned
    /// to the kernel.
    ///
    /// # Safety
    /// `memory` is an unused block of `bytes` bytes that is a separate mapping.
    unsafe fn release(&self, memory: *mut u8, bytes: usize) {
        let bytes = self.take_back(memory, bytes);
        let (memory, bytes) =
            if bytes > SPARE_BYTES_MAX { (memory, bytes) } else { (self.spare.replace(memory), self.spare_bytes.replace(bytes)) };
        if bytes > 0 {
            // SAFETY: by the caller's promise, or as the spare mapping, it is not used, and it is a
            // whole mapping. (The kernel rounds the size up to its pages.)
            unsafe { memory::unmap(memory, bytes) };
        }
    }

    /// Resizes a block that is a separate mapping and remains one.
    ///
    /// # Safety
    /// As `realloc`'s.
    unsafe fn remapped(&self, memory: NonNull<u8>, before: usize, after: usize) -> NonNull<u8> {
        if memory.as_ptr() == self.lent.get() && after <= self.lent_bytes.get() {
            return memory;
        }
        let before = self.take_back(memory.as_ptr(), before);
        // SAFETY: by the caller's promise the block is in use, and it is a whole mapping.
        unsafe { memory::remap(memory.as_ptr(), before, after) }.unwrap_or_else(|_| crash::out_of_memory())
    }

    fn block(&self, free: &Cell<*mut u8>, index: usize) -> NonNull<u8> {
        self.used.set(self.used.get() + 1);
        if let Some(block) = NonNull::new(free.get()) {
            // SAFETY: by the invariant of `free` the block is unused and begins with the address of
            // the next.
            free.set(unsafe { block.cast().read() });
            return block;
        }
        let bytes = BLOCK_BYTES_MIN << index;
        while self.cut.fresh_bytes.get() < bytes {
            self.refill();
        }
        let rest = self.cut.fresh_bytes.get() - bytes;
        self.cut.fresh_bytes.set(rest);
        // SAFETY: it is the last block of the memory that `fresh` points to, which is never at
        // address 0.
        unsafe { NonNull::new_unchecked(self.cut.fresh.get().add(rest)) }
    }

    /// Takes the two reserves first, then one chunk after the other. The remainder of the last one
    /// is too small for the request and is given up.
    #[cold]
    #[inline(never)]
    fn refill(&self) {
        let stage = self.cut.stage.get();
        let (next, memory, bytes) = if stage >= Stage::Reserve {
            (Stage::Chunk, self.chunk(), CHUNK_BYTES - BLOCK_BYTES_MIN)
        } else if stage == Stage::FirstReserve {
            (Stage::Reserve, RESERVE.get().cast(), RESERVE_BYTES)
        } else {
            (Stage::FirstReserve, FIRST_RESERVE.get().cast(), FIRST_RESERVE_BYTES)
        };
        self.cut.stage.set(next);
        self.cut.fresh.set(memory);
        self.cut.fresh_bytes.set(bytes);
    }

    /// Returns the usable part of a chunk: an unused one, or a new one.
    fn chunk(&self) -> *mut u8 {
        let mut chunk: *mut *mut u8 = self.unused_chunks.get().cast();
        if chunk.is_null() {
            chunk = map(CHUNK_BYTES).as_ptr().cast();
            // SAFETY: the chunk is new.
            unsafe { chunk.write(self.chunks.replace(chunk.cast())) };
        } else {
            // SAFETY: by the invariant of `chunks`.
            self.unused_chunks.set(unsafe { chunk.read() });
        }
        // SAFETY: a chunk is larger.
        unsafe { chunk.cast::<u8>().add(BLOCK_BYTES_MIN) }
    }

    /// Implements `realloc`. The result is never null, so callers need no check.
    ///
    /// # Safety
    /// As `realloc`'s.
    #[inline(never)]
    unsafe fn resized(&self, memory: NonNull<u8>, before: Layout, after: Layout) -> NonNull<u8> {
        let (from, to) = (index(before), index(after));
        if from >= SIZES && to >= SIZES {
            // SAFETY: the caller's promise.
            return unsafe { self.remapped(memory, before.size(), after.size()) };
        }
        if from == to {
            return memory;
        }
        // SAFETY: the layout's size is not 0, by the caller's promise, and what `alloc` returns is
        // not null.
        let moved = unsafe { NonNull::new_unchecked(self.alloc(after)) };
        // SAFETY: both have at least the smaller size, and a new block overlaps no other.
        unsafe { memory.copy_to_nonoverlapping(moved, before.size().min(after.size())) };
        // SAFETY: the caller gives `memory` up.
        unsafe { self.dealloc(memory.as_ptr(), before) };
        moved
    }

    /// Forgets all blocks: none is used.
    #[cold]
    fn reset(&self) {
        for free in &self.cut.free {
            free.set(ptr::null_mut());
        }
        self.unused_chunks.set(self.chunks.get());
        self.cut.fresh_bytes.set(0);
        self.cut.stage.set(FIRST_STAGE);
    }
}

fn map(bytes: usize) -> NonNull<u8> {
    memory::map(bytes).unwrap_or_else(|_| crash::out_of_memory())
}

// SAFETY: a block is handed out once until it is freed, has at least the requested size, and is
// aligned to 16 bytes or, as a mapping, to a page. It is never null: if there is no memory, the
// process ends.
unsafe impl GlobalAlloc for Heap {
    #[inline(never)] // otherwise it would be copied to each place where a handler allocates
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let index = index(layout);
        match self.cut.free.get(index) {
            Some(free) => self.block(free, index).as_ptr(),
            None if layout.align() > PAGE_BYTES_MIN => crash::out_of_memory(),
            None => self.mapping(layout.size()).as_ptr(),
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if index(layout) >= SIZES && layout.align() <= PAGE_BYTES_MIN {
            return map(layout.size()).as_ptr(); // the kernel zeroes new mappings
        }
        // SAFETY: the caller's promise is that of `alloc`.
        let memory = unsafe { self.alloc(layout) };
        // SAFETY: the block has at least this size.
        unsafe { memory.write_bytes(0, layout.size()) };
        memory
    }

    #[inline(never)]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        let Some(free) = self.cut.free.get(index(layout)) else {
            // SAFETY: `alloc` mapped it with this size, and the caller gives it back once.
            unsafe { self.release(memory, layout.size()) };
            return;
        };
        // SAFETY: the block is the heap's again, at least 16 bytes long and aligned to 16.
        #[expect(clippy::cast_ptr_alignment, reason = "every block is aligned to 16 bytes")]
        unsafe {
            memory.cast::<*mut u8>().write(free.replace(memory));
        };
        self.used.set(self.used.get() - 1);
        if self.used.get() == 0 && self.cut.stage.get() == Stage::Chunk {
            self.reset();
        }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        // SAFETY: the caller's promises: it was allocated, so is not null, and `bytes` is a size
        // for this alignment.
        unsafe { self.resized(NonNull::new_unchecked(memory), layout, Layout::from_size_align_unchecked(bytes, layout.align())).as_ptr() }
    }
}

#[cfg(test)]
mod tests;
