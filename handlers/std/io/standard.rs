//! The streams that every program has: two that go to the log, and, for a function, one that has nothing to read.

#[cfg(not(feature = "program"))]
use super::Read;
use super::{Result, Write};
use crate::log::{Stream, print, write};
use alloc::string::String;
use core::fmt::Arguments;

#[cfg(feature = "program")]
unsafe extern "Rust" {
    /// Writes what a program has printed. The bootstrap defines it.
    safe fn ruchy_lambda_flush();
}

/// Where `println!` goes.
#[derive(Clone, Copy, Debug)]
pub struct Stdout(());

/// Where `eprintln!` goes.
#[derive(Clone, Copy, Debug)]
pub struct Stderr(());

/// Nothing: a function's input is its event.
#[cfg(not(feature = "program"))]
#[derive(Clone, Copy, Debug)]
pub struct Stdin(());

/// Where `println!` goes.
#[must_use]
pub fn stdout() -> Stdout {
    Stdout(())
}

/// Where `eprintln!` goes.
#[must_use]
pub fn stderr() -> Stderr {
    Stderr(())
}

/// Nothing: a function's input is its event.
#[cfg(not(feature = "program"))]
#[must_use]
pub fn stdin() -> Stdin {
    Stdin(())
}

/// Each piece is logged at once, what is no UTF-8 in it marked.
macro_rules! logged {
    ($name:ident, $stream:ident) => {
        impl $name {
            /// The same: there is one thread.
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

            /// As one piece: a log in JSON makes a record of each.
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
    /// No line: 0 bytes.
    ///
    /// # Errors
    /// None.
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
