//! Standard input of plain programs: the feature `program`.

use super::{BufRead, Error, Lines, Read, Result};
use alloc::string::String;
use alloc::vec::Vec;

unsafe extern "Rust" {
    /// Calls `take` with the next bytes, none at the end; `take` returns the number of bytes it
    /// consumes. An error is an error number of the kernel. The bootstrap defines this function.
    safe fn ruchy_lambda_input(take: &mut dyn FnMut(&[u8]) -> usize) -> core::result::Result<(), i32>;
}

/// A handle to standard input. All handles share one buffer.
#[derive(Clone, Copy, Debug)]
pub struct Stdin(());

/// A handle to standard input with bytes that were read but not returned.
#[derive(Debug)]
pub struct StdinLock {
    /// INVARIANT: `start <= block.len()`.
    block: Vec<u8>,
    start: usize,
}

/// Returns a handle to standard input.
#[must_use]
pub fn stdin() -> Stdin {
    Stdin(())
}

/// Passes the next bytes to `take`.
fn next(mut take: impl FnMut(&[u8]) -> usize) -> Result<()> {
    ruchy_lambda_input(&mut take).map_err(Error::from_raw_os_error)
}

impl Stdin {
    /// Returns a handle that implements [`BufRead`].
    #[must_use]
    pub fn lock(&self) -> StdinLock {
        StdinLock { block: Vec::new(), start: 0 }
    }

    /// Appends a line with its newline, and returns the number of bytes: 0 at the end.
    ///
    /// # Errors
    /// Returns the error of `read(2)`, or an error if the line is not valid UTF-8. `line` is
    /// unchanged after an error.
    pub fn read_line(&self, line: &mut String) -> Result<usize> {
        let mut bytes = Vec::new();
        let mut is_complete = false;
        while !is_complete {
            next(|block| {
                let newline = block.iter().position(|byte| *byte == b'\n');
                let taken = newline.map_or(block.len(), |place| place + 1);
                is_complete = newline.is_some() || block.is_empty();
                bytes.extend_from_slice(block.get(..taken).unwrap_or_default());
                taken
            })?;
        }
        line.push_str(str::from_utf8(&bytes).map_err(|_| super::NOT_UTF_8)?);
        Ok(bytes.len())
    }

    /// Returns the lines, without their newlines.
    #[must_use]
    pub fn lines(self) -> Lines<StdinLock> {
        self.lock().lines()
    }
}

impl Read for Stdin {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let mut read = 0;
        next(|block| {
            read = block.len().min(buffer.len());
            if let (Some(to), Some(from)) = (buffer.get_mut(..read), block.get(..read)) {
                to.copy_from_slice(from);
            }
            read
        })?;
        Ok(read)
    }
}

impl Read for StdinLock {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for StdinLock {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        if self.start == self.block.len() {
            self.start = 0;
            self.block.clear();
            let block = &mut self.block;
            next(|bytes| {
                block.extend_from_slice(bytes);
                bytes.len()
            })?;
        }
        Ok(self.block.get(self.start..).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.start = self.block.len().min(self.start + bytes);
    }
}
