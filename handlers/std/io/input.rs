//! Standard input of a plain program: the feature `program`.

use super::{BufRead, Error, Lines, Read, Result};
use alloc::string::String;
use alloc::vec::Vec;

unsafe extern "Rust" {
    /// Calls `take` with the bytes that come next, none at the end; it returns how many it takes. An error is the kernel's number. The
    /// bootstrap defines it.
    safe fn ruchy_lambda_input(take: &mut dyn FnMut(&[u8]) -> usize) -> core::result::Result<(), i32>;
}

/// Standard input. All values read from one buffer.
#[derive(Clone, Copy, Debug)]
pub struct Stdin(());

/// Standard input, with bytes that were read and not taken.
#[derive(Debug)]
pub struct StdinLock {
    /// INVARIANT: `start <= block.len()`.
    block: Vec<u8>,
    start: usize,
}

/// Standard input.
#[must_use]
pub fn stdin() -> Stdin {
    Stdin(())
}

/// Lets `take` have the bytes that come next.
fn next(mut take: impl FnMut(&[u8]) -> usize) -> Result<()> {
    ruchy_lambda_input(&mut take).map_err(Error::from_raw_os_error)
}

impl Stdin {
    /// For the methods of [`BufRead`].
    #[must_use]
    pub fn lock(&self) -> StdinLock {
        StdinLock { block: Vec::new(), start: 0 }
    }

    /// Appends a line, with its newline, and returns its size in bytes: 0 at the end.
    ///
    /// # Errors
    /// The kernel's, and text that is not UTF-8. `line` is then unchanged.
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

    /// The lines, without their newlines.
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
