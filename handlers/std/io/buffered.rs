//! Buffered reading, by line or by delimiter, and buffered writing.

use super::{Error, ErrorKind, NOT_UTF_8, Read, Result, Seek, SeekFrom, Write};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// Size of a buffer, in bytes.
const BUFFER_BYTES: usize = 8 << 10;

/// A reader with an internal buffer.
pub trait BufRead: Read {
    /// Returns the buffered bytes, after filling an empty buffer. No bytes mean the end.
    ///
    /// # Errors
    /// Returns the error of the source.
    fn fill_buf(&mut self) -> Result<&[u8]>;

    /// Marks the first `bytes` buffered bytes as read.
    fn consume(&mut self, bytes: usize);

    /// Appends bytes up to and including the first `last`, or up to the end, and returns their
    /// number.
    ///
    /// # Errors
    /// Returns the error of the source, or [`ErrorKind::OutOfMemory`].
    fn read_until(&mut self, last: u8, bytes: &mut Vec<u8>) -> Result<usize> {
        let mut read = 0;
        loop {
            let next = match self.fill_buf() {
                Ok(next) => next,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let found = next.iter().position(|byte| *byte == last);
            let part = found.map_or(next, |place| next.get(..=place).unwrap_or_default());
            bytes.try_reserve(part.len()).map_err(|_| Error::from(ErrorKind::OutOfMemory))?;
            bytes.extend_from_slice(part);
            let part_bytes = part.len();
            self.consume(part_bytes);
            read += part_bytes;
            if found.is_some() || part_bytes == 0 {
                return Ok(read);
            }
        }
    }

    /// Appends a line with its newline, and returns the number of bytes: 0 at the end.
    ///
    /// # Errors
    /// As [`BufRead::read_until`], or [`ErrorKind::InvalidData`] if the line is not valid UTF-8.
    /// `line` is unchanged after an error.
    fn read_line(&mut self, line: &mut String) -> Result<usize> {
        let mut bytes = Vec::new();
        let read = self.read_until(b'\n', &mut bytes)?;
        line.push_str(str::from_utf8(&bytes).map_err(|_| NOT_UTF_8)?);
        Ok(read)
    }

    /// Returns the lines, without their newlines.
    fn lines(self) -> Lines<Self>
    where
        Self: Sized,
    {
        Lines(self)
    }
}

impl BufRead for &[u8] {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        Ok(self)
    }

    fn consume(&mut self, bytes: usize) {
        *self = self.get(bytes..).unwrap_or_default();
    }
}

impl<R: BufRead + ?Sized> BufRead for &mut R {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        (**self).fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        (**self).consume(bytes);
    }
}

/// The iterator over the lines of a reader.
#[derive(Debug)]
pub struct Lines<R>(R);

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = String::new();
        match self.0.read_line(&mut line) {
            Ok(0) => return None,
            Ok(_) => {}
            Err(error) => return Some(Err(error)),
        }
        if line.ends_with('\n') {
            line.pop();
            if line.ends_with('\r') {
                line.pop();
            }
        }
        Some(Ok(line))
    }
}

/// Adds a buffer to a reader.
#[derive(Debug)]
pub struct BufReader<R> {
    source: R,
    memory: Box<[u8]>,
    /// INVARIANT: `start <= end <= memory.len()`. The range holds the bytes that were read but not
    /// returned.
    start: usize,
    end: usize,
}

impl<R> BufReader<R> {
    /// Creates an empty buffer for `source`.
    pub fn new(source: R) -> Self {
        Self { source, memory: vec![0; BUFFER_BYTES].into_boxed_slice(), start: 0, end: 0 }
    }

    /// Returns the source. Buffered bytes are lost.
    pub fn into_inner(self) -> R {
        self.source
    }
}

impl<R: Read> Read for BufReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if self.start == self.end && buffer.len() >= self.memory.len() {
            return self.source.read(buffer);
        }
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for BufReader<R> {
    fn fill_buf(&mut self) -> Result<&[u8]> {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            self.end = self.source.read(&mut self.memory)?;
        }
        Ok(self.memory.get(self.start..self.end).unwrap_or_default())
    }

    fn consume(&mut self, bytes: usize) {
        self.start = self.end.min(self.start + bytes);
    }
}

impl<R: Seek> Seek for BufReader<R> {
    fn seek(&mut self, place: SeekFrom) -> Result<u64> {
        let ahead = (self.end - self.start).try_into().unwrap_or(0);
        let place = if let SeekFrom::Current(offset) = place { SeekFrom::Current(offset.saturating_sub(ahead)) } else { place };
        let reached = self.source.seek(place)?;
        (self.start, self.end) = (0, 0);
        Ok(reached)
    }
}

/// Adds a buffer to a writer. Dropping it writes the buffered bytes and ignores errors: call
/// `flush` before, to see them.
#[derive(Debug)]
pub struct BufWriter<W: Write> {
    /// `None` after [`BufWriter::into_inner`].
    destination: Option<W>,
    kept: Vec<u8>,
}

impl<W: Write> BufWriter<W> {
    /// Creates an empty buffer for `destination`.
    pub fn new(destination: W) -> Self {
        Self { destination: Some(destination), kept: Vec::with_capacity(BUFFER_BYTES) }
    }

    /// Writes the buffered bytes, and returns the destination.
    ///
    /// # Errors
    /// Returns the error of the destination.
    pub fn into_inner(mut self) -> Result<W> {
        self.flush()?;
        self.destination.take().ok_or_else(|| ErrorKind::Other.into())
    }

    fn write_kept(&mut self) -> Result<()> {
        let Some(destination) = &mut self.destination else { return Ok(()) };
        let result = destination.write_all(&self.kept);
        // After an error the bytes are discarded: the destination may have written some of them.
        self.kept.clear();
        result
    }
}

impl<W: Write> Write for BufWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        if self.kept.len() + bytes.len() > BUFFER_BYTES {
            self.write_kept()?;
        }
        match &mut self.destination {
            Some(destination) if bytes.len() >= BUFFER_BYTES => destination.write(bytes),
            _ => self.kept.write(bytes),
        }
    }

    fn flush(&mut self) -> Result<()> {
        self.write_kept()?;
        self.destination.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl<W: Write> Drop for BufWriter<W> {
    fn drop(&mut self) {
        // `drop` cannot return the error.
        let _ = self.write_kept();
    }
}

#[cfg(test)]
mod tests {
    use super::{BUFFER_BYTES, BufRead, BufReader, BufWriter};
    use crate::io::{Read, Result, Write};
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    #[test]
    fn lines_have_no_newlines() {
        let long = "é".repeat(BUFFER_BYTES);
        let text = ["one\n\ntwo\r\n", &long, "\nlast"].concat();
        let lines: Vec<String> = BufReader::new(text.as_bytes()).lines().collect::<Result<_>>().unwrap();
        assert_eq!(lines, ["one", "", "two", &long, "last"]);
        assert_eq!(text.as_bytes().lines().count(), 5);
        assert!(BufReader::new(&b"a\n\xff\n"[..]).lines().nth(1).unwrap().is_err());
        assert!(b"".as_slice().lines().next().is_none());
    }

    #[test]
    fn buf_reader_loses_no_bytes_between_methods() {
        let text = "0123456789".repeat(BUFFER_BYTES / 4);
        let mut reader = BufReader::new(text.as_bytes());
        let mut line = vec![];
        reader.read_until(b'9', &mut line).unwrap();
        let mut tail = String::new();
        reader.read_to_string(&mut tail).unwrap();
        assert_eq!((line.as_slice(), tail.as_str()), (&b"0123456789"[..], &text[10..]));
    }

    #[test]
    fn buf_writer_keeps_order() {
        let mut expected = vec![];
        let mut taken = vec![];
        {
            let mut writer = BufWriter::new(&mut taken);
            for number in 0..3000 {
                write!(writer, "{number},").unwrap();
                write!(expected, "{number},").unwrap();
            }
            let large = [b'x'; 2 * BUFFER_BYTES];
            writer.write_all(&large).unwrap();
            expected.extend_from_slice(&large);
            writer.write_all(b"end").unwrap();
            expected.extend_from_slice(b"end");
        }
        assert!(taken == expected);
        let mut writer = BufWriter::new(vec![]);
        writer.write_all(b"kept").unwrap();
        assert_eq!(writer.into_inner().unwrap(), b"kept");
    }
}
