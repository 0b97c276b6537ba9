//! The function's log: the process's output and Lambda's own lines. Copies it to standard error
//! at once, and keeps its tail for callers that ask for it.

use crate::locate::stopped;
use crate::{Error, locate};
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use tokio::net::unix::pipe;

/// The most bytes of an invocation's log that its caller may ask for.
const TAIL_BYTES_MAX: usize = 4_096;
/// The size of a read, and the number of reads before other tasks run. Together they exceed a
/// pipe's capacity.
const READ_BYTES: usize = 16 * 1024;
const READS_MAX: usize = 64;

/// A pipe from the function to standard error.
#[derive(Debug)]
pub struct Log {
    reader: pipe::Receiver,
    writer: OwnedFd,
    tail: Tail,
    /// The prefix of each line. If it is not empty, only whole lines are written, so that
    /// lines of several functions do not mix.
    prefix: String,
    /// Receives the log instead of standard error.
    file: Option<Arc<File>>,
    /// The file with symbols, by which lines are explained that name addresses.
    symbols: Option<Arc<PathBuf>>,
    /// The process whose stack explains lines that say that it still runs.
    process: Option<u32>,
    /// The line that has no end yet.
    line: Vec<u8>,
}

/// The runtime's message before the address that an invocation is at when its deadline is near.
const STILL_RUNNING: &str = "the handler is still running, at 0x";

impl Log {
    /// A log whose lines begin with `prefix` on standard error. Lines that name an address are
    /// followed by its function and source line, if there are `symbols`.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn new(prefix: &str, symbols: Option<Arc<PathBuf>>) -> Result<Self, Error> {
        let (reader, writer) = io::pipe().map_err(Error::system("opening a pipe"))?;
        let reader = pipe::Receiver::from_owned_fd(reader.into()).map_err(Error::system("opening a pipe"))?;
        Ok(Self {
            reader,
            writer: writer.into(),
            tail: Tail::default(),
            prefix: prefix.to_owned(),
            file: None,
            symbols,
            process: None,
            line: Vec::new(),
        })
    }

    /// Writes to `file`, if there is one, instead of standard error.
    #[must_use]
    pub fn to_file(self, file: Option<Arc<File>>) -> Self {
        Self { file, ..self }
    }

    /// The end that a process writes to.
    ///
    /// # Errors
    /// [`Error::System`].
    pub fn output(&self) -> Result<OwnedFd, Error> {
        self.writer.try_clone().map_err(Error::system("copying a pipe's end"))
    }

    /// Passes on what the process writes while `work` is done, and what it has written until then.
    pub async fn during<F: Future>(&mut self, work: F) -> F::Output {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                biased;
                output = &mut work => {
                    // Straight from the pipe: the reactor may not know yet that it has data.
                    self.pass_on(|reader, bytes| Ok(rustix::io::read(reader, bytes)?));
                    return output;
                }
                _ = self.reader.readable() => self.pass_on(pipe::Receiver::try_read),
            }
        }
    }

    /// From now on `process`, a child of this thread, is the one that writes.
    pub fn follow(&mut self, process: Option<u32>) {
        self.process = process;
    }

    /// Adds a line of Lambda's own.
    pub fn line(&mut self, text: &str) {
        let start = if self.tail.in_line { "\n" } else { "" };
        self.write(format!("{start}{text}\n").as_bytes());
    }

    /// Forgets what was kept: a new invocation begins.
    pub fn begin(&mut self) {
        self.tail.bytes.clear();
    }

    /// The end of the log since [`Log::begin`].
    #[must_use]
    pub fn tail(&self) -> &[u8] {
        &self.tail.bytes
    }

    fn pass_on(&mut self, read: impl Fn(&pipe::Receiver, &mut [u8]) -> io::Result<usize>) {
        let mut bytes = [0; READ_BYTES];
        for _ in 0..READS_MAX {
            match read(&self.reader, &mut bytes) {
                Ok(length) if length > 0 => self.write(&bytes[..length]),
                _ => break,
            }
        }
    }

    /// Writes the line that has no end yet.
    pub fn flush(&mut self) {
        if !self.line.is_empty() {
            self.write_prefixed(b"\n");
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.prefix.is_empty() && self.symbols.is_none() {
            self.copy(bytes);
        } else {
            self.write_prefixed(bytes);
        }
        self.tail.push(bytes);
    }

    /// `text` with lines about the addresses in it; where a process still runs, with its stack.
    fn explained(&self, text: &str, symbols: &Path) -> String {
        let stack = self.process.filter(|_| text.contains(STILL_RUNNING)).map(|id| stopped::stack_of(id, symbols)).unwrap_or_default();
        if stack.is_empty() {
            return locate::annotated(text, symbols);
        }
        stack.iter().fold(text.to_owned(), |text, frame| text + "    at " + frame + "\n")
    }

    fn write_prefixed(&mut self, bytes: &[u8]) {
        self.line.extend_from_slice(bytes);
        let Some(end) = memchr::memrchr(b'\n', &self.line) else { return };
        let rest = self.line.split_off(end + 1);
        let mut whole = std::mem::replace(&mut self.line, rest);
        if let Some(symbols) = &self.symbols
            && let Ok(text) = std::str::from_utf8(&whole)
        {
            whole = self.explained(text, symbols).into_bytes();
        }
        let prefixed = whole.split_inclusive(|byte| *byte == b'\n').fold(Vec::new(), |mut text, line| {
            text.extend_from_slice(self.prefix.as_bytes());
            text.extend_from_slice(line);
            text
        });
        self.copy(&prefixed);
    }

    /// Ignores errors: the function continues if standard error is closed.
    fn copy(&self, bytes: &[u8]) {
        let _ = match &self.file {
            Some(file) => (&**file).write_all(bytes),
            None => io::stderr().write_all(bytes),
        };
    }
}

/// The last bytes of what went by.
#[derive(Debug, Default)]
struct Tail {
    bytes: Vec<u8>,
    /// True while the last line has no newline.
    in_line: bool,
}

impl Tail {
    fn push(&mut self, bytes: &[u8]) {
        if let Some(last) = bytes.last() {
            self.in_line = *last != b'\n';
        }
        self.bytes.extend_from_slice(&bytes[bytes.len().saturating_sub(TAIL_BYTES_MAX)..]);
        let excess = self.bytes.len().saturating_sub(TAIL_BYTES_MAX);
        self.bytes.drain(..excess);
    }
}

#[cfg(test)]
mod tests {
    use super::{Log, TAIL_BYTES_MAX, Tail};
    use std::io::Write as _;

    #[test]
    fn log_keeps_its_tail() {
        let mut tail = Tail::default();
        tail.push(b"");
        assert!(!tail.in_line);
        tail.push(b"first");
        assert!(tail.in_line);
        tail.push(&vec![b'x'; TAIL_BYTES_MAX - 5]);
        assert!(tail.bytes.starts_with(b"firstx") && tail.bytes.len() == TAIL_BYTES_MAX);
        tail.push(b"!\n");
        assert!(tail.bytes.starts_with(b"rstx") && tail.bytes.ends_with(b"x!\n") && !tail.in_line);
        tail.push(&vec![b'y'; 3 * TAIL_BYTES_MAX]);
        assert_eq!(tail.bytes, vec![b'y'; TAIL_BYTES_MAX]);
    }

    #[tokio::test]
    async fn log_contains_all_output_written_before_the_end() {
        let mut log = Log::new("", None).unwrap();
        let mut process = std::fs::File::from(log.output().unwrap());
        log.during(async { process.write_all(b"a line\nand a half").unwrap() }).await;
        log.line("START");
        assert_eq!(log.tail(), b"a line\nand a half\nSTART\n");
        log.begin();
        assert_eq!(log.tail(), b"");
    }
}
