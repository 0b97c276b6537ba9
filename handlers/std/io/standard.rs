//! Standard output and standard error, which write to the log, and the standard input of functions,
//! which is empty.

#[cfg(not(feature = "program"))]
use super::Read;
use super::{Result, Write};
use crate::log::{Stream, print, write};
use alloc::string::String;
use core::fmt::Arguments;

#[cfg(feature = "program")]
unsafe extern "Rust" {
    /// Writes the buffered output of a program. The bootstrap defines this function.
    safe fn ruchy_lambda_flush();
}

/// Standard output, which `println!` writes to.
#[derive(Clone, Copy, Debug)]
pub struct Stdout(());

/// Standard error, which `eprintln!` writes to.
#[derive(Clone, Copy, Debug)]
pub struct Stderr(());

/// Standard input, which is empty: a function's input is its event.
#[cfg(not(feature = "program"))]
#[derive(Clone, Copy, Debug)]
pub struct Stdin(());

/// Returns a handle to standard output, which `println!` writes to.
#[must_use]
pub fn stdout() -> Stdout {
    Stdout(())
}

/// Returns a handle to standard error, which `eprintln!` writes to.
#[must_use]
pub fn stderr() -> Stderr {
    Stderr(())
}

/// Returns a handle to standard input, which is empty.
#[cfg(not(feature = "program"))]
#[must_use]
pub fn stdin() -> Stdin {
    Stdin(())
}

/// Implements unbuffered writing to the log. Invalid UTF-8 becomes U+FFFD.
macro_rules! logged {
    ($name:ident, $stream:ident) => {
        impl $name {
            /// Returns a copy of the handle: a function has one thread.
            #[must_use]
            pub fn lock(&self) -> Self {
                *self
            }
        }

        impl Write for $name {
            fn write(&mut self, bytes: &[u8]) -> Result<usize> {
                write(Stream::$stream, &String::from_utf8_lossy(bytes));
                Ok(bytes.len())
            }

            fn flush(&mut self) -> Result<()> {
                #[cfg(feature = "program")]
                ruchy_lambda_flush();
                Ok(())
            }

            /// One call of `write!` is one piece of text, which a log in JSON turns into one
            /// record.
            fn write_fmt(&mut self, arguments: Arguments<'_>) -> Result<()> {
                print(Stream::$stream, arguments, "");
                Ok(())
            }
        }
    };
}

logged!(Stdout, Output);
logged!(Stderr, Error);

#[cfg(not(feature = "program"))]
impl Stdin {
    /// Reads nothing, and returns 0 bytes.
    ///
    /// # Errors
    /// Never fails.
    pub fn read_line(&self, _line: &mut String) -> Result<usize> {
        Ok(0)
    }
}

#[cfg(not(feature = "program"))]
impl Read for Stdin {
    fn read(&mut self, _buffer: &mut [u8]) -> Result<usize> {
        Ok(0)
    }
}
