//! Where text goes: a handler's output as it is, the runtime's own complaints as one line on the error stream.
//! A log that cannot be written is no error: the invocation goes on.
#![allow(unsafe_code)]

use crate::sys::{self, WRITE_PIECES_MAX};
use handlers::Stream;

/// What a handler prints: the `std` facade declares this function and calls it.
// SAFETY: the facade's declaration has the same type, and no other function has this name.
#[unsafe(no_mangle)]
#[expect(clippy::no_mangle_with_rust_abi, reason = "its caller is Rust of the same build")]
fn ruchy_lambda_log(stream: Stream, text: &str) {
    let mut text = text.as_bytes();
    while !text.is_empty()
        && let Ok(written @ 1..) = sys::write(stream, &[text])
    {
        text = text.get(written..).unwrap_or_default();
    }
}

/// Most pieces that a complaint is made of; the line's beginning and end are two more.
const PIECES_MAX: usize = WRITE_PIECES_MAX - 2;

/// Writes one line about the runtime itself, made of `pieces`, in one call and without a copy.
#[cold]
#[inline(never)]
pub fn complain(pieces: &[&[u8]]) {
    let mut line: [&[u8]; PIECES_MAX + 2] = [b"\n"; PIECES_MAX + 2];
    let mut places = line.iter_mut();
    let mut used = 2;
    if let Some(first) = places.next() {
        *first = b"ruchy-lambda: ";
    }
    for (place, piece) in places.zip(pieces) {
        *place = piece;
        used += 1;
    }
    sys::write(Stream::Error, line.get(..used).unwrap_or(&line)).ok(); // whoever reads the log may have hung up
}
