//! The end of the process, and random bytes, for handlers.
#![allow(unsafe_code)]
#![expect(clippy::no_mangle_with_rust_abi, reason = "the callers are Rust of the same build")]

#[cfg(feature = "program")]
use crate::program::end as crash;
#[cfg(not(feature = "program"))]
use crate::signals::crash;
use crate::sys;
use core::panic::Location;

// SAFETY: the facade's declaration has the same type, and no other function has this name; likewise
// below.
#[unsafe(no_mangle)]
fn ruchy_lambda_panic(text: &str, place: &'static Location<'static>) -> ! {
    crash::panicked_with(text, place)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_abort() -> ! {
    sys::process::abort()
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_random(mut bytes: &mut [u8]) -> bool {
    while !bytes.is_empty() {
        let Ok(filled @ 1..) = sys::random::fill(bytes) else { return false };
        bytes = bytes.get_mut(filled..).unwrap_or_default();
    }
    true
}
