//! The standard streams that a program prints to. Standard output is buffered: by lines on a
//! terminal, otherwise by blocks. Standard error is not buffered. The order between both is kept.
#![allow(unsafe_code)]
#![expect(clippy::no_mangle_with_rust_abi, reason = "the callers are Rust of the same build")]

use crate::exit::PANICKED;
use crate::slot::{Memory, Slot};
use crate::sys;
use registry::Stream;

/// Size of the buffer, in bytes.
const BUFFER_BYTES: usize = 16 << 10;

/// Text of standard output that is not written yet. Only [`with_buffer`] uses it.
#[unsafe(link_section = ".bss..reserve.output")]
static BUFFER: Memory<[u8; BUFFER_BYTES]> = Memory::new([0; BUFFER_BYTES]);
/// The number of bytes in it. INVARIANT: at most [`BUFFER_BYTES`].
static FILLED: Slot<usize> = Slot::new(0);
/// The buffering mode.
static BUFFERING: Slot<Buffering> = Slot::new(Buffering::Unknown);

/// The first value is 0, so that the static needs no bytes of the file.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Buffering {
    /// Nothing was printed yet.
    Unknown,
    Lines,
    Blocks,
}

/// Prints `text`. The `std` facade declares this function and calls it.
// SAFETY: the facade's declaration has the same type, and no other function has this name; likewise
// below.
#[unsafe(no_mangle)]
fn ruchy_lambda_log(stream: Stream, text: &str) {
    match stream {
        Stream::Output => print(text.as_bytes()),
        Stream::Error => print_error(text.as_bytes()),
    }
}

/// Writes what is in the buffer.
// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_flush() {
    flush();
}

fn print(text: &[u8]) {
    let filled = FILLED.get();
    if BUFFERING.get() == Buffering::Unknown {
        choose_buffering();
    }
    let is_written = BUFFERING.get() == Buffering::Lines && text.contains(&b'\n');
    // SAFETY: no other reference to the buffer exists: this function calls nothing that uses it
    // while it has one.
    match unsafe { &mut *BUFFER.get() }.get_mut(filled..filled + text.len()) {
        Some(room) if !is_written => {
            room.copy_from_slice(text);
            FILLED.set(filled + text.len());
        }
        _ => write_with(text),
    }
}

#[cold]
fn choose_buffering() {
    BUFFERING.set(if sys::file::is_terminal(Stream::Output as u32) { Buffering::Lines } else { Buffering::Blocks });
}

/// Prints `text` to standard error, after what was printed to standard output.
#[inline(never)]
pub fn print_error(text: &[u8]) {
    flush();
    // Nothing can report that standard error fails.
    write_all(Stream::Error as u32, text, b"").ok();
}

/// Writes what is in the buffer.
pub fn flush() {
    if FILLED.get() > 0 {
        write_with(b"");
    }
}

/// Writes the buffer, and then `text`.
#[inline(never)]
fn write_with(text: &[u8]) {
    let filled = FILLED.get();
    FILLED.set(0);
    // SAFETY: as in `print`; writing uses no other reference to it.
    let buffered = unsafe { &*BUFFER.get() }.get(..filled).unwrap_or_default();
    if write_all(Stream::Output as u32, buffered, text).is_err() {
        print_error(b"failed printing to stdout\n");
        sys::exit(PANICKED);
    }
}

fn write_all(descriptor: u32, mut first: &[u8], mut second: &[u8]) -> Result<(), sys::Errno> {
    while first.len() + second.len() > 0 {
        let written = match sys::write(descriptor, first, second) {
            Err(error) if error.is_try_again() && sys::wait_for_room(descriptor) => continue,
            result => result?,
        };
        let of_first = written.min(first.len());
        first = first.get(of_first..).unwrap_or_default();
        second = second.get(written - of_first..).unwrap_or_default();
    }
    Ok(())
}
