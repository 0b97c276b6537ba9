//! A recorder around the heap, for `ruchy-lambda memory`: the feature `observe`, which no shipped
//! file has.
//!
//! Each call of the heap is a record in the file that `RUCHY_LAMBDA_OBSERVE` names, by a mapping
//! that is shared with the readers of the file. So no call writes it, and what was recorded stays
//! if the process is killed. Layout, in words of 64 bits:
//!
//! ```text
//! header   0: MAGIC   1: number of records   2: records that had no room
//! record   0: kind    1: size   2: new size of a resize   3: alignment   4: address   5: new address   6: frames   7…: return addresses
//! ```
#![allow(unsafe_code)]
#![expect(clippy::cast_possible_truncation, reason = "words have 64 bits, as addresses have")]

use crate::arch;
use crate::host::heap::Heap;
use crate::host::variables;
use crate::sys::{file, memory};
use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::ffi::CStr;
use core::ptr;

/// The first word of the file: `RLHEAP01`.
pub const MAGIC: u64 = u64::from_le_bytes(*b"RLHEAP01");
/// Size of the file, in bytes; its maker sets it.
pub const FILE_BYTES: usize = 1 << 30;
/// Words of the header and of a record.
pub const RECORD_WORDS: usize = 32;
/// Most return addresses of a record.
pub const FRAMES_MAX: usize = RECORD_WORDS - 7;
/// Most bytes between two frames of the stack.
const FRAME_BYTES_MAX: usize = 8 << 20;
/// Longest path of the file, in bytes, with its NUL.
const PATH_BYTES_MAX: usize = 4096;
const RECORDS_MAX: u64 = (FILE_BYTES / (RECORD_WORDS * size_of::<u64>()) - 1) as u64;

/// The operation that a record describes.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Kind {
    Allocate = 1,
    Free = 2,
    Resize = 3,
}

/// The heap with its recorder.
pub struct Observed {
    heap: Heap,
    /// The mapping, or null: nothing is recorded.
    words: Cell<*mut u64>,
    /// True once the file was looked for.
    is_prepared: Cell<bool>,
}

// SAFETY: the process has one thread.
unsafe impl Sync for Observed {}

impl Observed {
    /// Creates an empty heap.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "Default is not const")]
    pub const fn new() -> Self {
        Self { heap: Heap::new(), words: Cell::new(ptr::null_mut()), is_prepared: Cell::new(false) }
    }

    /// Maps the file, if there is one.
    fn prepare(&self) {
        self.is_prepared.set(true);
        let Some(path) = variables::value("RUCHY_LAMBDA_OBSERVE") else { return };
        let mut text = [0; PATH_BYTES_MAX];
        let Some(place) = text.get_mut(..path.len()) else { return };
        place.copy_from_slice(path.as_bytes());
        let Ok(path) = CStr::from_bytes_until_nul(&text) else { return };
        let Ok(descriptor) = file::open(path, file::O_RDWR, 0) else { return };
        if let Ok(mapped) = memory::map_shared(descriptor, FILE_BYTES) {
            self.words.set(mapped.as_ptr().cast());
            // SAFETY: the mapping has a header.
            unsafe { self.words.get().write(MAGIC) };
        }
        file::close(descriptor);
    }

    #[inline(never)]
    fn record(&self, kind: Kind, layout: Layout, new_bytes: usize, address: *mut u8, moved: *mut u8) {
        if !self.is_prepared.get() {
            self.prepare();
        }
        let words = self.words.get();
        if words.is_null() {
            return;
        }
        // SAFETY: the mapping has a header, and room for a record at each index below the limit;
        // nothing else in the process writes to it.
        unsafe {
            let count = words.add(1).read();
            if count >= RECORDS_MAX {
                words.add(2).write(words.add(2).read() + 1);
                return;
            }
            let record = words.add((count as usize + 1) * RECORD_WORDS);
            let fixed =
                [kind as u64, layout.size() as u64, new_bytes as u64, layout.align() as u64, address.addr() as u64, moved.addr() as u64];
            for (index, word) in fixed.into_iter().enumerate() {
                record.add(index).write(word);
            }
            record.add(6).write(frames(record.add(7)));
            words.add(1).write(count + 1);
        }
    }
}

/// Writes the return addresses of the callers to `to`, the innermost first, and returns their
/// number.
///
/// # Safety
/// `to` has room for [`FRAMES_MAX`] words. Each function keeps its frame pointer: the link has
/// `-C force-frame-pointers`.
unsafe fn frames(to: *mut u64) -> u64 {
    let mut frame = arch::frame_pointer();
    let mut count = 0;
    while (count as usize) < FRAMES_MAX {
        // SAFETY: a frame begins with the address of the one before and the return address; both
        // are on the stack.
        let (before, return_address) = unsafe { (*frame, *frame.add(1)) };
        // SAFETY: the caller's promise.
        unsafe { to.add(count as usize).write(return_address as u64) };
        count += 1;
        let distance = before.wrapping_sub(frame.addr());
        if distance == 0 || distance > FRAME_BYTES_MAX || before % size_of::<usize>() != 0 {
            break; // the outermost frame, or none
        }
        frame = frame.with_addr(before);
    }
    count
}

// SAFETY: every call is forwarded to the heap, which upholds the trait's contract.
unsafe impl GlobalAlloc for Observed {
    #[inline(never)]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise; likewise below.
        let memory = unsafe { self.heap.alloc(layout) };
        self.record(Kind::Allocate, layout, 0, memory, ptr::null_mut());
        memory
    }

    #[inline(never)]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see above.
        let memory = unsafe { self.heap.alloc_zeroed(layout) };
        self.record(Kind::Allocate, layout, 0, memory, ptr::null_mut());
        memory
    }

    #[inline(never)]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        self.record(Kind::Free, layout, 0, memory, ptr::null_mut());
        // SAFETY: see above.
        unsafe { self.heap.dealloc(memory, layout) };
    }

    #[inline(never)]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_bytes: usize) -> *mut u8 {
        // SAFETY: see above.
        let moved = unsafe { self.heap.realloc(memory, layout, new_bytes) };
        self.record(Kind::Resize, layout, new_bytes, memory, moved);
        moved
    }
}
