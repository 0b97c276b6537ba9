//! Traits for reading and writing, with the interface of `std::io`. They are implemented here
//! because the `no_std` libraries for them have errors without error numbers of the kernel.
//!
//! ```
//! use std::io::{self, BufRead, BufReader, BufWriter, ErrorKind, Lines, Stderr, Stdin, Stdout, Write};
//!
//! let mut writer = BufWriter::new(Vec::new());
//! writeln!(writer, "one").unwrap();
//! writer.write_all(b"two\n").unwrap();
//! let bytes = writer.into_inner().unwrap();
//!
//! let mut reader = BufReader::new(&bytes[..]);
//! let mut line = String::new();
//! reader.read_line(&mut line).unwrap();
//! let lines: Lines<_> = reader.lines();
//! assert_eq!(lines.map(|line| line.unwrap()).collect::<Vec<_>>(), ["two"]);
//!
//! assert_eq!(io::Error::from_raw_os_error(2).kind(), ErrorKind::NotFound);
//! let error = io::Error::other("out of paper");
//! assert_eq!((error.kind(), error.raw_os_error()), (ErrorKind::Other, None));
//!
//! let (mut log, mut same_log): (Stdout, Stderr) = (io::stdout(), io::stderr());
//! log.write_all(b"a line of the log\n").unwrap();
//! same_log.write_all(b"another\n").unwrap();
//! let _without_input: Stdin = io::stdin();
//! ```

mod buffered;
mod error;
#[cfg(feature = "program")]
mod input;
mod standard;

pub use buffered::{BufRead, BufReader, BufWriter, Lines};
pub use error::{Error, ErrorKind, Result};
#[cfg(feature = "program")]
pub use input::{Stdin, StdinLock, stdin};
pub use standard::{Stderr, Stdout, stderr, stdout};
#[cfg(not(feature = "program"))]
pub use standard::{Stdin, stdin};

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// The traits, for `use std::io::prelude::*;`.
pub mod prelude {
    pub use super::{BufRead, Read, Seek, Write};
}

/// The error for input that is not valid UTF-8.
const NOT_UTF_8: Error = Error::text(ErrorKind::InvalidData, "stream did not contain valid UTF-8");
/// Minimum size of a read buffer, in bytes.
const READ_BYTES_MIN: usize = 512;

/// A source of bytes.
pub trait Read {
    /// Reads the next bytes into `buffer` and returns their number. 0 means the end of the source,
    /// or an empty `buffer`.
    ///
    /// # Errors
    /// Returns the error of the source.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize>;

    /// Reads until the end, appends to `bytes`, and returns the number of bytes read.
    ///
    /// # Errors
    /// Returns the error of the source, or [`ErrorKind::OutOfMemory`]. Bytes read before the error
    /// remain in `bytes`.
    fn read_to_end(&mut self, bytes: &mut Vec<u8>) -> Result<usize> {
        let start = bytes.len();
        let mut end = start;
        let result = loop {
            if bytes.len() - end < READ_BYTES_MIN
                && let Err(error) = make_room(bytes)
            {
                break Err(error);
            }
            match self.read(bytes.get_mut(end..).unwrap_or_default()) {
                Ok(0) => break Ok(()),
                Ok(read) => end += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        bytes.truncate(end);
        result.map(|()| end - start)
    }

    /// Reads until the end, appends to `text`, and returns the number of bytes read.
    ///
    /// # Errors
    /// As [`Read::read_to_end`], or [`ErrorKind::InvalidData`] if the bytes are not valid UTF-8.
    /// `text` is unchanged after an error.
    fn read_to_string(&mut self, text: &mut String) -> Result<usize> {
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        text.push_str(str::from_utf8(&bytes).map_err(|_| NOT_UTF_8)?);
        Ok(bytes.len())
    }

    /// Fills `buffer`.
    ///
    /// # Errors
    /// Returns the error of the source, or [`ErrorKind::UnexpectedEof`] if it ends before `buffer`
    /// is full.
    fn read_exact(&mut self, mut buffer: &mut [u8]) -> Result<()> {
        while !buffer.is_empty() {
            match self.read(buffer) {
                Ok(0) => return Err(Error::text(ErrorKind::UnexpectedEof, "failed to fill whole buffer")),
                Ok(read) => buffer = buffer.get_mut(read..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Borrows this reader, for functions that take one by value.
    fn by_ref(&mut self) -> &mut Self
    where
        Self: Sized,
    {
        self
    }
}

/// Extends `bytes` with zeros to its capacity, which it first increases by at least
/// [`READ_BYTES_MIN`].
fn make_room(bytes: &mut Vec<u8>) -> Result<()> {
    bytes.try_reserve(READ_BYTES_MIN).map_err(|_| Error::from(ErrorKind::OutOfMemory))?;
    bytes.resize(bytes.capacity(), 0);
    Ok(())
}

/// A destination for bytes.
pub trait Write {
    /// Writes some of `bytes`, and returns the number of bytes written.
    ///
    /// # Errors
    /// Returns the error of the destination.
    fn write(&mut self, bytes: &[u8]) -> Result<usize>;

    /// Writes buffered bytes to the destination.
    ///
    /// # Errors
    /// Returns the error of the destination.
    fn flush(&mut self) -> Result<()>;

    /// Writes all of `bytes`.
    ///
    /// # Errors
    /// Returns the error of the destination, or [`ErrorKind::WriteZero`] if it accepts no more
    /// bytes.
    fn write_all(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            match self.write(bytes) {
                Ok(0) => return Err(Error::text(ErrorKind::WriteZero, "failed to write whole buffer")),
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes formatted text: `write!` and `writeln!` call this method.
    ///
    /// # Errors
    /// As [`Write::write_all`], or [`ErrorKind::Other`] if a value's `Display` implementation
    /// fails.
    fn write_fmt(&mut self, arguments: fmt::Arguments<'_>) -> Result<()> {
        let mut formatted = Formatted { destination: self, result: Ok(()) };
        match fmt::write(&mut formatted, arguments) {
            Ok(()) => Ok(()),
            Err(_) => formatted.result.and(Err(Error::text(ErrorKind::Other, "formatter error"))),
        }
    }

    /// Borrows this writer, for functions that take one by value.
    fn by_ref(&mut self) -> &mut Self
    where
        Self: Sized,
    {
        self
    }
}

/// Adapts a writer to [`fmt::Write`] and keeps its error, which `fmt::Error` cannot carry.
struct Formatted<'destination, W: ?Sized> {
    destination: &'destination mut W,
    result: Result<()>,
}

impl<W: Write + ?Sized> fmt::Write for Formatted<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.result = self.destination.write_all(text.as_bytes());
        if self.result.is_ok() { Ok(()) } else { Err(fmt::Error) }
    }
}

/// A position in a file, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeekFrom {
    /// From the start.
    Start(u64),
    /// Relative to the end.
    End(i64),
    /// Relative to the current position.
    Current(i64),
}

/// A stream with a position that can be changed.
pub trait Seek {
    /// Moves to `place`, and returns the new position in bytes from the start.
    ///
    /// # Errors
    /// Returns an error if the position is before the start.
    fn seek(&mut self, place: SeekFrom) -> Result<u64>;

    /// Moves to the start.
    ///
    /// # Errors
    /// As [`Seek::seek`].
    fn rewind(&mut self) -> Result<()> {
        self.seek(SeekFrom::Start(0)).map(drop)
    }
}

impl<R: Read + ?Sized> Read for &mut R {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        (**self).read(buffer)
    }
}

impl<W: Write + ?Sized> Write for &mut W {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        (**self).write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        (**self).flush()
    }
}

/// Reads from the front of the slice, and shortens it.
impl Read for &[u8] {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let (taken, tail) = self.split_at(self.len().min(buffer.len()));
        if let Some(place) = buffer.get_mut(..taken.len()) {
            place.copy_from_slice(taken);
        }
        *self = tail;
        Ok(taken.len())
    }
}

/// Appends to the vector.
impl Write for Vec<u8> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// Reads `reader` until its end, as a string.
///
/// # Errors
/// Returns the error of the reader, or [`ErrorKind::InvalidData`] if the bytes are not valid UTF-8.
pub fn read_to_string<R: Read>(mut reader: R) -> Result<String> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| NOT_UTF_8)
}

#[cfg(test)]
mod tests {
    use super::{ErrorKind, Read, Result, Write, read_to_string};
    use alloc::string::{String, ToString};
    use alloc::vec;
    use alloc::vec::Vec;

    /// A source and destination that reads and writes at most a given number of bytes per call.
    struct Piecewise<'bytes>(&'bytes [u8], usize, Vec<u8>);

    impl Read for Piecewise<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            let most = self.1.min(buffer.len());
            self.0.read(&mut buffer[..most])
        }
    }

    impl Write for Piecewise<'_> {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            self.2.write(&bytes[..self.1.min(bytes.len())])
        }

        fn flush(&mut self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn read_to_end_collects_pieces_of_any_size() {
        let text = "één ".repeat(3000);
        for bytes in [1, 2, 511, 512, 513, 100_000] {
            assert_eq!(read_to_string(Piecewise(text.as_bytes(), bytes, vec![])).unwrap(), text);
            let mut all = b"before ".to_vec();
            assert_eq!(Piecewise(text.as_bytes(), bytes, vec![]).read_to_end(&mut all).unwrap(), text.len());
            assert_eq!(all, [b"before ", text.as_bytes()].concat());
        }
    }

    #[test]
    fn read_reports_early_end_and_invalid_utf8() {
        let mut four = [0; 4];
        let mut source = Piecewise(b"abcdef", 3, vec![]);
        source.read_exact(&mut four).unwrap();
        assert_eq!(&four, b"abcd");
        let error = source.read_exact(&mut four).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::UnexpectedEof, "failed to fill whole buffer"));
        let mut text = String::from("unchanged");
        let error = (&b"\xff"[..]).read_to_string(&mut text).unwrap_err();
        assert_eq!((error.kind(), text.as_str()), (ErrorKind::InvalidData, "unchanged"));
        assert_eq!(error.to_string(), "stream did not contain valid UTF-8");
    }

    #[test]
    fn write_all_writes_everything_or_fails() {
        let mut destination = Piecewise(b"", 3, vec![]);
        write!(destination, "one and {:>4}", 2).unwrap();
        assert_eq!(destination.2, b"one and    2");
        let error = Piecewise(b"", 0, vec![]).write_all(b"x").unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::WriteZero, "failed to write whole buffer"));
        assert_eq!(write!(Piecewise(b"", 0, vec![]), "seven").unwrap_err().kind(), ErrorKind::WriteZero);
    }
}
