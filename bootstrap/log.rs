//! Where text goes: a handler's output as it is, the runtime's own complaints as one line on the error stream.
//! A log that cannot be written is no error: the invocation goes on.

use crate::buffer::Buffer;
use crate::sys::{self, Errno};

/// Longest complaint in bytes, its line end included; pieces beyond it are left out.
const COMPLAINT_BYTES_MAX: usize = 4096;

/// A file descriptor that every process is started with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Stream {
    /// Descriptor 1.
    Output = 1,
    /// Descriptor 2.
    Error = 2,
}

/// Writes all of `text`, or as much as the stream takes.
pub fn write(stream: Stream, mut text: &[u8]) {
    while let Ok(written @ 1..) = sys::write(stream, text) {
        text = text.get(written..).unwrap_or_default();
        if text.is_empty() {
            return;
        }
    }
}

/// A part of a complaint.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'text> {
    /// Text, in ASCII or UTF-8.
    Text(&'text [u8]),
    /// A number, in decimal.
    Number(u32),
}

/// Writes one line about the runtime itself, made of `pieces`.
#[cold]
pub fn complain(pieces: &[Piece<'_>]) {
    let mut memory = [0; COMPLAINT_BYTES_MAX];
    let mut line = Buffer::new(&mut memory);
    line.push(b"ruchy-lambda: ");
    for piece in pieces {
        match piece {
            Piece::Text(text) => line.push(text.get(..line.room().saturating_sub(LINE_END.len())).unwrap_or(text)),
            Piece::Number(number) => line.push_integer(*number),
        };
    }
    line.push(LINE_END);
    write(Stream::Error, line.bytes());
}

const LINE_END: &[u8] = b"\n";

/// [`complain`] of a system call that failed.
#[cold]
pub fn complain_of(what: &[u8], errno: Errno) {
    let name = errno.name().as_bytes();
    complain(&[Piece::Text(what), Piece::Text(b": "), Piece::Text(name), Piece::Text(b", errno "), Piece::Number(errno.0.unsigned_abs())]);
}
