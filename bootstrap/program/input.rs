//! Standard input, read in blocks.
#![allow(unsafe_code)]
#![expect(clippy::no_mangle_with_rust_abi, reason = "the callers are Rust of the same build")]

use crate::program::output;
use crate::slot::{Memory, Slot};
use crate::sys::file;

/// Size of a block, in bytes.
const BLOCK_BYTES: usize = 8 << 10;
/// The descriptor of standard input.
const STANDARD_INPUT: u32 = 0;

/// The block that was read last.
#[unsafe(link_section = ".bss..reserve.input")]
static BLOCK: Memory<[u8; BLOCK_BYTES]> = Memory::new([0; BLOCK_BYTES]);
/// Start and end of the bytes in it that the program has not taken. INVARIANT: start <= end <=
/// `BLOCK_BYTES`.
static START: Slot<usize> = Slot::new(0);
static END: Slot<usize> = Slot::new(0);

/// Calls `take` with the next bytes (none at the end of the input); it returns how many it takes.
/// Text printed earlier, such as a prompt, is written first.
// SAFETY: the facade's declaration has the same type, and no other function has this name.
#[unsafe(no_mangle)]
fn ruchy_lambda_input(take: &mut dyn FnMut(&[u8]) -> usize) -> Result<(), i32> {
    if START.get() == END.get() {
        output::flush();
        // SAFETY: no other reference to the block exists: `take` gets one below, and cannot call
        // this function meanwhile, since it is the facade's.
        let block = unsafe { &mut *BLOCK.get() };
        let read = file::read(STANDARD_INPUT, block).map_err(|errno| errno.number().cast_signed())?;
        START.set(0);
        END.set(read);
    }
    let start = START.get();
    // SAFETY: nothing writes to the block while `take` runs, see above.
    let next = unsafe { &*BLOCK.get() }.get(start..END.get()).unwrap_or_default();
    START.set(start + take(next).min(next.len()));
    Ok(())
}
