//! The stack of a handler that crashes, for its report: the feature `stack-trace`, which
//! `stack-trace = true` in a project's Cargo.toml sets.
//!
//! Files that ship have no frame pointers and no unwind tables, so return addresses cannot be
//! distinguished from other words. The report has every word of the stack that points into the
//! code; the tool, which has the symbols, finds the callers among them (`cli/src/locate/`).
#![allow(unsafe_code)]

use crate::slot::Slot;
use crate::sys::memory::PAGE_BYTES_MAX;
use crate::sys::signal::Caught;
use crate::text::buffer::Buffer;
use core::ptr::{self, with_exposed_provenance};

/// The largest part of the stack that is searched, in words.
const WORDS_MAX: usize = 4096;
/// Room for one address, its quotes and a comma, and for the end of the report, in bytes.
const ADDRESS_BYTES: usize = 32;
/// Most bytes of a report that the addresses occupy.
pub const STACK_BYTES_MAX: usize = 1024;

/// The end of the part of the stack that handlers use: an address in a frame that encloses theirs.
/// Written before the first handler runs.
static END: Slot<usize> = Slot::new(0);
/// The instruction and the stack pointer of the crash, or zeros. Only the handler of faults uses
/// it.
static CRASH: Slot<(usize, usize)> = Slot::new((0, 0));

unsafe extern "C" {
    // The linker script defines them.
    static __first_code_start: u8;
    static __first_code_stop: u8;
    static __code_start: u8;
    static __code_stop: u8;
}

/// Handlers are called by functions that the function with the local variable `frame` calls.
pub fn begin(frame: &usize) {
    END.set(ptr::from_ref(frame).expose_provenance());
}

/// Records where a handler was interrupted by the signal that reports its crash.
pub fn record(caught: &Caught, has_overflown: bool) {
    // The page of the address that has caused an overflow does not exist; those above it do.
    let first = if has_overflown { (caught.address | (PAGE_BYTES_MAX - 1)).wrapping_add(1) } else { 0 };
    CRASH.set((caught.instruction, caught.stack.max(first)));
}

/// Inserts `,"stack":["0x…",…]` before the last brace of the report of a crash: the instruction,
/// and then the words of the stack that point into the code.
pub fn insert(body: &mut Buffer<'_>) {
    let (instruction, stack) = CRASH.get();
    if instruction == 0 {
        return;
    }
    let room_min = body.room().saturating_sub(STACK_BYTES_MAX).max(ADDRESS_BYTES);
    body.pop();
    body.push(b",\"stack\":[\"");
    body.push_address(instruction);
    body.push(b"\"");
    for address in (stack & !(size_of::<usize>() - 1)..END.get()).step_by(size_of::<usize>()).take(WORDS_MAX) {
        // SAFETY: the words from the stack pointer, or from the page above that of an overflow, up
        // to a frame that still exists are mapped and aligned, and this thread, which is in a
        // signal handler with another stack, does not change them. Any content is valid as a
        // number.
        let word = unsafe { with_exposed_provenance::<usize>(address).read_volatile() };
        if is_code(word) && body.room() > room_min {
            body.push(b",\"");
            body.push_address(word);
            body.push(b"\"");
        }
    }
    body.push(b"]}");
}

/// Returns true if `address` is in the code of the start, or in the remaining code.
fn is_code(address: usize) -> bool {
    let first = (&raw const __first_code_start).addr()..(&raw const __first_code_stop).addr();
    let code = (&raw const __code_start).addr()..(&raw const __code_stop).addr();
    first.contains(&address) || code.contains(&address)
}
