//! The command line.
#![allow(unsafe_code)]
#![expect(clippy::no_mangle_with_rust_abi, reason = "the callers are Rust of the same build")]

use crate::slot::Slot;
use core::ffi::{CStr, c_char};

/// The arguments, of which the first is the program's name. INVARIANT: NUL-terminated strings that
/// live as long as the process.
static ARGUMENTS: Slot<Option<&[*const c_char]>> = Slot::new(None);

/// Sets the arguments that [`ruchy_lambda_argument`] returns.
///
/// # Safety
/// Each is a NUL-terminated string, and nothing changes it while the process runs.
pub unsafe fn prepare(arguments: &'static [*const c_char]) {
    ARGUMENTS.set(Some(arguments));
}

/// The argument `index`; 0 is the program's name.
// SAFETY: the facade's declaration has the same type, and no other function has this name.
#[unsafe(no_mangle)]
fn ruchy_lambda_argument(index: usize) -> Option<&'static [u8]> {
    let argument = ARGUMENTS.get()?.get(index)?;
    // SAFETY: the invariant.
    Some(unsafe { CStr::from_ptr(*argument) }.to_bytes())
}
