//! Reading and writing: the traits, over whatever does it. A library's traits have errors without the kernel's numbers, so these are our own.

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

/// What the traits' users import at once.
pub mod prelude {
    pub use super::{BufRead, Read, Seek, Write};
}

/// Where text was wanted and is none.
const NOT_UTF_8: Error = Error::text(ErrorKind::InvalidData, "stream did not contain valid UTF-8");
/// Least room that is read into, in bytes.
const READ_BYTES_MIN: usize = 512;

/// What can be read.
pub trait Read {
    /// Reads into `buffer` what comes next: as many bytes as it says. 0 is the end, or a buffer of no bytes.
    ///
    /// # Errors
    /// The source's; likewise below.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize>;

    /// Appends all that is left to `bytes`, and says how much that was.
    ///
    /// # Errors
    /// See above; and that there is no memory for it. What came before is in `bytes`.
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

    /// Appends all that is left to `text`, and says how many bytes that was.
    ///
    /// # Errors
    /// See above; and that it is not UTF-8. `text` is then as it was.
    fn read_to_string(&mut self, text: &mut String) -> Result<usize> {
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        text.push_str(str::from_utf8(&bytes).map_err(|_| NOT_UTF_8)?);
        Ok(bytes.len())
    }

    /// Fills `buffer`.
    ///
    /// # Errors
    /// See above; and that there was not so much.
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

    /// This, for whoever would take it by value.
    fn by_ref(&mut self) -> &mut Self
    where
        Self: Sized,
    {
        self
    }
}

/// Lengthens `bytes` by zeros: to all that it has memory for, of which there is at least [`READ_BYTES_MIN`].
fn make_room(bytes: &mut Vec<u8>) -> Result<()> {
    bytes.try_reserve(READ_BYTES_MIN).map_err(|_| Error::from(ErrorKind::OutOfMemory))?;
    bytes.resize(bytes.capacity(), 0);
    Ok(())
}

/// Where can be written to.
pub trait Write {
    /// Writes as much of `bytes` as is taken, and says how much that was.
    ///
    /// # Errors
    /// The destination's; likewise below.
    fn write(&mut self, bytes: &[u8]) -> Result<usize>;

    /// Has what was kept back written.
    ///
    /// # Errors
    /// See above.
    fn flush(&mut self) -> Result<()>;

    /// Writes all of `bytes`.
    ///
    /// # Errors
    /// See above; and that no more was taken.
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

    /// What `write!` and `writeln!` call.
    ///
    /// # Errors
    /// See above; and that a value could not be formatted.
    fn write_fmt(&mut self, arguments: fmt::Arguments<'_>) -> Result<()> {
        let mut formatted = Formatted { destination: self, result: Ok(()) };
        match fmt::write(&mut formatted, arguments) {
            Ok(()) => Ok(()),
            Err(_) => formatted.result.and(Err(Error::text(ErrorKind::Other, "formatter error"))),
        }
    }

    /// This, for whoever would take it by value.
    fn by_ref(&mut self) -> &mut Self
    where
        Self: Sized,
    {
        self
    }
}

/// Writes what is formatted, and keeps the error that formatting has no place for.
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

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeekFrom {
    /// So many bytes behind the start.
    Start(u64),
    /// So many bytes behind the end.
    End(i64),
    /// So many bytes behind the present place.
    Current(i64),
}

/// What can go on from another place.
pub trait Seek {
    /// Goes there, and says how far behind the start that is.
    ///
    /// # Errors
    /// That there is no such place.
    fn seek(&mut self, place: SeekFrom) -> Result<u64>;

    /// Goes to the start.
    ///
    /// # Errors
    /// See above.
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

/// Takes from the front.
impl Read for &[u8] {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let (taken, rest) = self.split_at(self.len().min(buffer.len()));
        if let Some(place) = buffer.get_mut(..taken.len()) {
            place.copy_from_slice(taken);
        }
        *self = rest;
        Ok(taken.len())
    }
}

/// Appends.
impl Write for Vec<u8> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// All that `reader` has, as text.
///
/// # Errors
/// The reader's; and that it is not UTF-8.
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

    /// Reads and takes so many bytes at a time.
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
    fn all_is_read_in_whatever_pieces_it_comes() {
        let text = "één ".repeat(3000);
        for bytes in [1, 2, 511, 512, 513, 100_000] {
            assert_eq!(read_to_string(Piecewise(text.as_bytes(), bytes, vec![])).unwrap(), text);
            let mut all = b"before ".to_vec();
            assert_eq!(Piecewise(text.as_bytes(), bytes, vec![]).read_to_end(&mut all).unwrap(), text.len());
            assert_eq!(all, [b"before ", text.as_bytes()].concat());
        }
    }

    #[test]
    fn what_is_missing_and_what_is_no_text_is_told() {
        let mut four = [0; 4];
        let mut source = Piecewise(b"abcdef", 3, vec![]);
        source.read_exact(&mut four).unwrap();
        assert_eq!(&four, b"abcd");
        let error = source.read_exact(&mut four).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::UnexpectedEof, "failed to fill whole buffer"));
        let mut text = String::from("as it was");
        let error = (&b"\xff"[..]).read_to_string(&mut text).unwrap_err();
        assert_eq!((error.kind(), text.as_str()), (ErrorKind::InvalidData, "as it was"));
        assert_eq!(error.to_string(), "stream did not contain valid UTF-8");
    }

    #[test]
    fn all_is_written_or_it_is_said_that_it_is_not() {
        let mut destination = Piecewise(b"", 3, vec![]);
        write!(destination, "one and {:>4}", 2).unwrap();
        assert_eq!(destination.2, b"one and    2");
        let error = Piecewise(b"", 0, vec![]).write_all(b"x").unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::WriteZero, "failed to write whole buffer"));
        assert_eq!(write!(Piecewise(b"", 0, vec![]), "seven").unwrap_err().kind(), ErrorKind::WriteZero);
    }
}
