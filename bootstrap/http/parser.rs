//! The HTTP/1.1 response parser (RFC 9112). It allocates nothing, copies no header and takes bytes
//! as they come: the caller appends received bytes to one buffer and calls [`Parser::advance`]
//! until a reply is complete. Pure.
//!
//! It rejects replies that could be read in two ways: lines must end in CRLF, and a reply with two
//! lengths, or with a length and a transfer coding, is malformed. Chunks are joined in place; a
//! body that came in one chunk is not moved.

use crate::http::line;
use crate::http::malformed::Malformed;
use crate::text::bytes::{eq_ignore_ascii_case, find, number, slice, without_last};

/// Longest head in bytes, interim replies included. Lambda's headers may reach 1 MB (client
/// context).
pub const HEAD_BYTES_MAX: usize = (1 << 20) + (16 << 10);
/// Longest chunk header line, extensions included, and longest trailers, in bytes.
pub const CHUNK_LINE_BYTES_MAX: usize = 4096;

/// Size in bytes of a buffer that holds any reply whose head and body have at most these sizes. In
/// a chunked reply, the first chunk's header line stays before the body, and one more line or the
/// trailers follow it.
#[must_use]
pub const fn buffer_bytes(head_bytes_max: usize, body_bytes_max: usize) -> usize {
    head_bytes_max + CHUNK_LINE_BYTES_MAX + body_bytes_max + CHUNK_LINE_BYTES_MAX
}

/// The result of [`Parser::advance`]. An incomplete reply is not an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// More bytes are needed.
    Partial,
    /// [`Parser::reply`] has the whole reply.
    Complete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    StatusLine,
    HeaderLine,
    /// Bytes of the body: a body with a length, one chunk, or everything until the connection is
    /// closed.
    Data,
    ChunkLine,
    ChunkDataEnd,
    TrailerLine,
    Complete,
    /// The body is longer than `body_bytes_max`; the remaining bytes are not read.
    Oversized,
}

/// The state of one reply that is being received. It stores offsets and borrows nothing between
/// calls.
///
/// INVARIANT: `head_start <= head_end <= body_start <= body_end <= position <= scanned <= *filled`,
/// except that `head_end`, `body_start` and `body_end` are 0 until the head is complete.
#[derive(Clone, Debug)]
pub struct Parser {
    phase: Phase,
    body_bytes_max: usize,
    /// Start of the bytes that no phase has consumed.
    position: usize,
    /// End of the bytes that were searched for the end of the present line.
    scanned: usize,
    /// Bytes consumed of lines that share a limit: the heads, one chunk header, or the trailers.
    section_bytes: usize,
    head_start: usize,
    head_end: usize,
    body_start: usize,
    body_end: usize,
    /// Bytes of the sized body, or of the present chunk, that have not been received.
    remaining: usize,
    status: u16,
    content_length: Option<usize>,
    chunked: bool,
    until_close: bool,
    keep_alive: bool,
}

/// A complete reply, borrowed from the buffer it was received into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply<'buffer> {
    /// The status code, 200 to 999.
    pub status: u16,
    /// The header lines as received, each with its CRLF.
    pub head: &'buffer [u8],
    /// The body, chunks joined; empty when it is oversized.
    pub body: &'buffer [u8],
    /// True if the body exceeded the limit and was not read.
    pub oversized: bool,
}

impl Parser {
    /// Creates a parser for one reply whose body has at most `body_bytes_max` bytes.
    #[must_use]
    pub const fn new(body_bytes_max: usize) -> Self {
        Self {
            phase: Phase::StatusLine,
            body_bytes_max,
            position: 0,
            scanned: 0,
            section_bytes: 0,
            head_start: 0,
            head_end: 0,
            body_start: 0,
            body_end: 0,
            remaining: 0,
            status: 0,
            content_length: None,
            chunked: false,
            until_close: false,
            keep_alive: false,
        }
    }

    /// Parses what was received. `buffer[..*filled]` holds every byte since the reply began; the
    /// caller appends to it and increases `filled` between calls. Joining chunks may decrease
    /// `filled`.
    ///
    /// # Errors
    /// [`Malformed`], after which the parser must not be called again.
    pub fn advance(&mut self, buffer: &mut [u8], filled: &mut usize) -> Result<Progress, Malformed> {
        loop {
            let more = match self.phase {
                Phase::Data => self.take_data(buffer, *filled),
                Phase::Complete | Phase::Oversized => {
                    // Bytes after the reply were not requested.
                    self.keep_alive &= self.position == *filled;
                    return Ok(Progress::Complete);
                }
                _ => {
                    let line_start = self.position;
                    match self.take_line(buffer, *filled)? {
                        Some(line) => self.take_any_line(line_start, line).map(|()| true)?,
                        None => false,
                    }
                }
            };
            if !more {
                self.close_gap(buffer, filled);
                return Ok(Progress::Partial);
            }
        }
    }

    /// Handles the end of the connection: a body without a length ends here, any other reply is
    /// truncated.
    ///
    /// # Errors
    /// [`Malformed::Truncated`], or [`Malformed::Nothing`] if nothing was received.
    pub fn finish(&mut self) -> Result<Progress, Malformed> {
        match self.phase {
            Phase::Data if self.until_close => {
                self.phase = Phase::Complete;
                Ok(Progress::Complete)
            }
            Phase::StatusLine if self.scanned == 0 => Err(Malformed::Nothing),
            _ => Err(Malformed::Truncated),
        }
    }

    /// Returns the reply, after [`Progress::Complete`].
    #[must_use]
    pub fn reply<'buffer>(&self, buffer: &'buffer [u8]) -> Reply<'buffer> {
        Reply {
            status: self.status,
            head: slice(buffer, self.head_start, self.head_end),
            body: slice(buffer, self.body_start, self.body_end),
            oversized: self.phase == Phase::Oversized,
        }
    }

    /// True if the status line of the final reply has been read.
    #[must_use]
    pub fn has_status(&self) -> bool {
        self.phase != Phase::StatusLine && self.status >= 200
    }

    /// True if the connection can be reused: the server allows it, and nothing follows the complete
    /// reply.
    #[must_use]
    pub fn keeps_alive(&self) -> bool {
        self.keep_alive
    }

    /// Returns the next line without its CRLF, if its end has been received, and advances the
    /// position past it.
    fn take_line<'buffer>(&mut self, buffer: &'buffer [u8], filled: usize) -> Result<Option<&'buffer [u8]>, Malformed> {
        let unseen = slice(buffer, self.scanned, filled);
        let feed = find(unseen, b'\n');
        self.scanned += feed.map_or(unseen.len(), |feed| feed + 1);
        let in_head = matches!(self.phase, Phase::StatusLine | Phase::HeaderLine);
        let bytes_max = if in_head { HEAD_BYTES_MAX } else { CHUNK_LINE_BYTES_MAX };
        if self.section_bytes + (self.scanned - self.position) > bytes_max {
            return Err(Malformed::HeadTooLong);
        }
        if feed.is_none() {
            return Ok(None);
        }
        let line = slice(buffer, self.position, self.scanned - 1);
        self.section_bytes += self.scanned - self.position;
        self.position = self.scanned;
        without_last(line, b'\r').map(Some).ok_or(Malformed::Header)
    }

    /// Starts a group of lines that share a limit.
    fn begin_section(&mut self, phase: Phase) {
        self.phase = phase;
        self.section_bytes = 0;
    }

    #[inline(never)] // inlined, it would spill registers of the loop
    fn take_any_line(&mut self, line_start: usize, line: &[u8]) -> Result<(), Malformed> {
        match self.phase {
            Phase::StatusLine => self.take_status_line(line),
            Phase::HeaderLine => self.take_header_line(line_start, line),
            Phase::ChunkLine => self.take_chunk_line(line),
            // Trailers are ignored.
            Phase::TrailerLine if !line.is_empty() => Ok(()),
            Phase::TrailerLine => {
                self.phase = Phase::Complete;
                Ok(())
            }
            _ if line.is_empty() => {
                self.begin_section(Phase::ChunkLine);
                Ok(())
            }
            _ => Err(Malformed::Chunk),
        }
    }

    fn take_status_line(&mut self, line: &[u8]) -> Result<(), Malformed> {
        let (keep_alive, status) = line::status_line(line).ok_or(Malformed::StatusLine)?;
        self.status = status;
        self.keep_alive = keep_alive;
        self.content_length = None;
        self.chunked = false;
        self.head_start = self.position;
        self.phase = Phase::HeaderLine;
        Ok(())
    }

    fn take_header_line(&mut self, line_start: usize, line: &[u8]) -> Result<(), Malformed> {
        if line.is_empty() {
            self.head_end = line_start;
            return self.begin_body();
        }
        let (name, value) = line::checked_header(line)?;
        if eq_ignore_ascii_case(name, b"Content-Length") {
            let length = number(value, 10, 19).ok_or(Malformed::Framing)?;
            if self.content_length.is_some_and(|previous| previous != length) {
                return Err(Malformed::Framing);
            }
            self.content_length = Some(length);
        } else if eq_ignore_ascii_case(name, b"Transfer-Encoding") {
            if self.chunked || !eq_ignore_ascii_case(value, b"chunked") {
                return Err(Malformed::Framing);
            }
            self.chunked = true;
        } else if eq_ignore_ascii_case(name, b"Connection") {
            // `close` in a list of options is not recognised. The peer then closes the connection,
            // and the request is retried.
            self.keep_alive &= !eq_ignore_ascii_case(value, b"close");
        }
        Ok(())
    }

    /// Selects the phase after the empty line (RFC 9112, section 6.3).
    fn begin_body(&mut self) -> Result<(), Malformed> {
        if self.chunked && self.content_length.is_some() {
            return Err(Malformed::Framing);
        }
        self.body_start = self.position;
        self.body_end = self.position;
        self.phase = match (self.status, self.content_length) {
            (101, _) => return Err(Malformed::StatusLine), // no upgrade was requested
            (100..=199, _) => Phase::StatusLine,           // interim: the final reply follows
            (204 | 304, _) => Phase::Complete,
            _ if self.chunked => {
                self.section_bytes = 0;
                Phase::ChunkLine
            }
            (_, length) => {
                self.until_close = length.is_none();
                self.keep_alive &= !self.until_close;
                self.begin_data(length.unwrap_or(usize::MAX), self.until_close)
            }
        };
        Ok(())
    }

    /// Returns the phase for `bytes` more bytes of body. A body that would exceed the limit is not
    /// read, and the connection cannot be reused.
    fn begin_data(&mut self, bytes: usize, until_close: bool) -> Phase {
        if !until_close && bytes > self.body_bytes_max - (self.body_end - self.body_start) {
            return self.oversized();
        }
        self.remaining = bytes;
        Phase::Data
    }

    fn oversized(&mut self) -> Phase {
        self.body_end = self.body_start;
        self.keep_alive = false;
        Phase::Oversized
    }

    fn take_data(&mut self, buffer: &mut [u8], filled: usize) -> bool {
        let taken = self.remaining.min(filled - self.position);
        move_down(buffer, self.position, self.body_end, taken);
        self.position += taken;
        self.scanned = self.position;
        self.body_end += taken;
        self.remaining -= taken;
        if self.until_close && self.body_end - self.body_start > self.body_bytes_max {
            self.phase = self.oversized();
        } else if self.remaining > 0 {
            return false;
        } else {
            self.begin_section(if self.chunked { Phase::ChunkDataEnd } else { Phase::Complete });
        }
        true
    }

    fn take_chunk_line(&mut self, line: &[u8]) -> Result<(), Malformed> {
        let size = line::chunk_line(line).ok_or(Malformed::Chunk)?;
        if self.body_start == self.body_end {
            // The body begins at the first chunk.
            self.body_start = self.position;
            self.body_end = self.position;
        }
        if size == 0 {
            self.begin_section(Phase::TrailerLine);
        } else {
            self.phase = self.begin_data(size, false);
        }
        Ok(())
    }

    /// Moves the unconsumed bytes, at most an incomplete line, to the end of the joined body. So a
    /// body in a million small chunks needs no more room than a body in one chunk.
    #[inline(never)] // chunked replies are rare
    fn close_gap(&mut self, buffer: &mut [u8], filled: &mut usize) {
        let gap = self.position - self.body_end;
        if gap == 0 || self.body_end == self.body_start {
            return;
        }
        move_down(buffer, self.position, self.body_end, *filled - self.position);
        self.position -= gap;
        self.scanned -= gap;
        *filled -= gap;
    }
}

/// Moves `count` bytes from `from` down to `to`; the ranges may overlap. Does nothing if they are
/// equal, or not in the buffer, which [`Parser`]'s invariant excludes.
fn move_down(buffer: &mut [u8], from: usize, to: usize, count: usize) {
    if from <= to {
        return;
    }
    let distance = from - to;
    if let Some(region) = buffer.get_mut(to..from + count)
        && distance <= region.len()
    {
        region.copy_within(distance.., 0);
    }
}

#[cfg(test)]
mod tests;
