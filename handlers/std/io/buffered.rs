//! Reading line by line, and writing little by little, with few calls of the kernel.

use super::{Error, ErrorKind, NOT_UTF_8, Read, Result, Seek, SeekFrom, Write};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// What is read or written at once, in bytes.
const BUFFER_BYTES: usize = 8 << 10;

/// What can show the bytes that it is about to give.
pub trait BufRead: Read {
    /// The bytes that come next: none at the end.
    ///
    /// # Errors
    /// The source's; likewise below.
    fn fill_buf(&mut self) -> Result<&[u8]>;

    /// Has so many of them be read.
    fn consume(&mut self, bytes: usize);

    /// Appends what comes until the first `last`, which is included, or the end, and says how many bytes that was.
    ///
    /// # Errors
    /// See above; and that there is no memory for it.
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

    /// Appends a line, with its end, and says how many bytes that was: 0 at the end.
    ///
    /// # Errors
    /// See above; and that it is not UTF-8. `line` is then as it was.
    fn read_line(&mut self, line: &mut String) -> Result<usize> {
        let mut bytes = Vec::new();
        let read = self.read_until(b'\n', &mut bytes)?;
        line.push_str(str::from_utf8(&bytes).map_err(|_| NOT_UTF_8)?);
        Ok(read)
    }

    /// The lines, without their ends.
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

/// Line by line.
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

/// Reads some kilobytes at a time from `R`.
#[derive(Debug)]
pub struct BufReader<R> {
    source: R,
    memory: Box<[u8]>,
    /// INVARIANT: `start <= end <= memory.len()`, which holds what was read and not yet given.
    start: usize,
    end: usize,
}

impl<R> BufReader<R> {
    /// Of which nothing was read yet.
    pub fn new(source: R) -> Self {
        Self { source, memory: vec![0; BUFFER_BYTES].into_boxed_slice(), start: 0, end: 0 }
    }

    /// What it reads from; what it has read is not read again.
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

/// Writes some kilobytes at a time to `W`, the last when it is dropped; who would know of an error flushes it before.
#[derive(Debug)]
pub struct BufWriter<W: Write> {
    /// There until it is asked for.
    destination: Option<W>,
    kept: Vec<u8>,
}

impl<W: Write> BufWriter<W> {
    /// To which nothing was written yet.
    pub fn new(destination: W) -> Self {
        Self { destination: Some(destination), kept: Vec::with_capacity(BUFFER_BYTES) }
    }

    /// What it writes to, to which all was written.
    ///
    /// # Errors
    /// The destination's.
    pub fn into_inner(mut self) -> Result<W> {
        self.flush()?;
        self.destination.take().ok_or_else(|| ErrorKind::Other.into())
    }

    fn write_kept(&mut self) -> Result<()> {
        let Some(destination) = &mut self.destination else { return Ok(()) };
        let result = destination.write_all(&self.kept);
        // What has failed is not tried once more: the destination may have taken a part of it.
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
        // Nobody is left to be told.
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
    fn lines_are_given_without_their_ends() {
        let long = "é".repeat(BUFFER_BYTES);
        let text = ["one\n\ntwo\r\n", &long, "\nlast"].concat();
        let lines: Vec<String> = BufReader::new(text.as_bytes()).lines().collect::<Result<_>>().unwrap();
        assert_eq!(lines, ["one", "", "two", &long, "last"]);
        assert_eq!(text.as_bytes().lines().count(), 5);
        assert!(BufReader::new(&b"a\n\xff\n"[..]).lines().nth(1).unwrap().is_err());
        assert!(b"".as_slice().lines().next().is_none());
    }

    #[test]
    fn what_was_shown_is_not_lost_to_who_reads_on() {
        let text = "0123456789".repeat(BUFFER_BYTES / 4);
        let mut reader = BufReader::new(text.as_bytes());
        let mut line = vec![];
        reader.read_until(b'9', &mut line).unwrap();
        let mut rest = String::new();
        reader.read_to_string(&mut rest).unwrap();
        assert_eq!((line.as_slice(), rest.as_str()), (&b"0123456789"[..], &text[10..]));
    }

    #[test]
    fn all_that_is_written_arrives_in_order() {
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
