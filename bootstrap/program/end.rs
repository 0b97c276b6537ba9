//! The end of a program: its exit status, panics, and exhausted memory.
#![allow(unsafe_code)]
#![expect(clippy::no_mangle_with_rust_abi, reason = "the callers are Rust of the same build")]

use crate::exit::PANICKED;
use crate::program::output;
use crate::slot::Slot;
use crate::sys;
use core::fmt::{self, Write};
use core::panic::{Location, PanicInfo};

/// True once a panic is being reported: the message of a panic may panic itself.
static HAS_PANICKED: Slot<bool> = Slot::new(false);

/// Writes what was printed, and ends the process.
pub fn exit(status: i32) -> ! {
    output::flush();
    sys::exit(status)
}

// SAFETY: the facade's declaration has the same type, and no other function has this name.
#[unsafe(no_mangle)]
fn ruchy_lambda_exit(status: i32) -> ! {
    exit(status)
}

/// Prints the message and the place of a panic, and ends the process with the status 101.
#[cold]
pub fn panicked(info: &PanicInfo<'_>) -> ! {
    begin(info.location());
    if let Some(text) = info.message().as_str() {
        output::print_error(text.as_bytes());
    } else {
        write!(Printed, "{}", info.message()).ok(); // `Printed` returns no error
    }
    output::print_error(b"\n");
    exit(PANICKED)
}

/// [`panicked`] for a message that needs no formatting.
#[cold]
pub fn panicked_with(text: &str, place: &Location<'_>) -> ! {
    begin(Some(place));
    output::print_error(text.as_bytes());
    output::print_error(b"\n");
    exit(PANICKED)
}

/// Prints that the heap is full, and ends the process.
#[cold]
#[inline(never)]
pub fn out_of_memory() -> ! {
    output::print_error(b"memory allocation failed: out of memory\n");
    exit(PANICKED)
}

fn begin(place: Option<&Location<'_>>) {
    if HAS_PANICKED.get() {
        sys::exit(PANICKED);
    }
    HAS_PANICKED.set(true);
    output::print_error(b"thread 'main' panicked at ");
    if let Some(place) = place {
        output::print_error(place.file().as_bytes());
        for number in [place.line(), place.column()] {
            output::print_error(b":");
            output::print_error(itoa::Buffer::new().format(number).as_bytes());
        }
    }
    output::print_error(b":\n");
}

/// Standard error, for `core::fmt`.
struct Printed;

impl Write for Printed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        output::print_error(text.as_bytes());
        Ok(())
    }
}
