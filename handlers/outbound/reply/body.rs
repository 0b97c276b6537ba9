//! Decodes the body of a reply incrementally (RFC 9112, section 7). Pure; buffers nothing.

use super::head::{Framing, Malformed};

/// Maximum length of a chunk header, and of the trailers, in bytes.
pub const LINES_BYTES_MAX: usize = 16 * 1024;

/// The state of a body that is being received.
#[derive(Clone, Debug)]
pub struct BodyReader {
    state: State,
    /// Length of the current chunk header, or of the trailers.
    line_bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The number of remaining bytes.
    Length(u64),
    UntilClose,
    /// The digits of a chunk's size.
    Size {
        size: u64,
        digits: u32,
    },
    Extension {
        size: u64,
    },
    SizeFeed {
        size: u64,
    },
    Chunk(u64),
    ChunkReturn,
    ChunkFeed,
    /// The start of a trailer line.
    Trailer,
    InTrailer,
    TrailerFeed,
    LastFeed,
    Done,
}

/// The result of one step.
#[derive(Debug, PartialEq, Eq)]
pub struct Step<'input> {
    /// The number of consumed bytes of the input.
    pub consumed: usize,
    /// Decoded bytes of the body.
    pub data: &'input [u8],
}

impl BodyReader {
    /// Creates a reader for a body with this framing.
    #[must_use]
    pub fn new(framing: Framing) -> Self {
        let state = match framing {
            Framing::Length(0) => State::Done,
            Framing::Length(bytes) => State::Length(bytes),
            Framing::Chunked => State::Size { size: 0, digits: 0 },
            Framing::UntilClose => State::UntilClose,
        };
        Self { state, line_bytes: 0 }
    }

    /// Returns `true` if the body is complete.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Handles the end of the connection. Returns `true` if it completes the body.
    pub fn ends_with_connection(&mut self) -> bool {
        if self.state == State::UntilClose {
            self.state = State::Done;
        }
        self.is_done()
    }

    /// Decodes the next part of `input`. Nothing is consumed if `input` is empty or the body is
    /// complete.
    ///
    /// # Errors
    /// [`Malformed::Chunk`].
    pub fn next<'input>(&mut self, input: &'input [u8]) -> Result<Step<'input>, Malformed> {
        let mut consumed = 0;
        loop {
            let remaining = input.get(consumed..).unwrap_or_default();
            match self.state {
                State::Done => return Ok(Step { consumed, data: &[] }),
                State::UntilClose => return Ok(Step { consumed: input.len(), data: remaining }),
                State::Length(left) | State::Chunk(left) => {
                    let taken = usize::try_from(left).map_or(remaining.len(), |left| left.min(remaining.len()));
                    let left = left - taken as u64;
                    let in_chunk = matches!(self.state, State::Chunk(_));
                    self.state = match (left, in_chunk) {
                        (0, true) => State::ChunkReturn,
                        (0, false) => State::Done,
                        (left, true) => State::Chunk(left),
                        (left, false) => State::Length(left),
                    };
                    return Ok(Step { consumed: consumed + taken, data: remaining.get(..taken).unwrap_or_default() });
                }
                state => {
                    let Some(byte) = remaining.first() else { return Ok(Step { consumed, data: &[] }) };
                    self.state = self.take_byte(state, *byte).ok_or(Malformed::Chunk)?;
                    consumed += 1;
                }
            }
        }
    }

    /// Returns the state after `byte` of a chunk header, of the end of a chunk, or of the trailers.
    fn take_byte(&mut self, state: State, byte: u8) -> Option<State> {
        self.line_bytes += 1;
        if self.line_bytes > LINES_BYTES_MAX {
            return None;
        }
        Some(match (state, byte) {
            (State::Size { size, digits }, b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F') if digits < 15 => {
                let digit = char::from(byte).to_digit(16)?;
                State::Size { size: size << 4 | u64::from(digit), digits: digits + 1 }
            }
            (State::Size { size, digits: 1.. } | State::Extension { size }, b'\r') => State::SizeFeed { size },
            (State::Size { size, digits: 1.. }, b';' | b' ' | b'\t') | (State::Extension { size }, b'\t' | b' '..) => {
                State::Extension { size }
            }
            (State::SizeFeed { size: 0 } | State::TrailerFeed, b'\n') => State::Trailer,
            (State::SizeFeed { size }, b'\n') => {
                self.line_bytes = 0;
                State::Chunk(size)
            }
            (State::ChunkReturn, b'\r') => State::ChunkFeed,
            (State::ChunkFeed, b'\n') => State::Size { size: 0, digits: 0 },
            (State::Trailer, b'\r') => State::LastFeed,
            (State::Trailer | State::InTrailer, b'\t' | b' '..) => State::InTrailer,
            (State::InTrailer, b'\r') => State::TrailerFeed,
            (State::LastFeed, b'\n') => State::Done,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{BodyReader, Framing, Malformed};
    use proptest::prelude::{any, prop, proptest};
    use std::format;
    use std::vec::Vec;

    /// Returns the body in `input`, which arrives in pieces of `piece` bytes; the number of
    /// unconsumed bytes; and `true` if the body is complete.
    fn read(framing: Framing, input: &[u8], piece: usize) -> Result<(Vec<u8>, usize, bool), Malformed> {
        let (mut reader, mut body, mut used) = (BodyReader::new(framing), Vec::new(), 0);
        let mut arrived = 0;
        while arrived < input.len() {
            arrived = (arrived + piece).min(input.len());
            loop {
                let step = reader.next(&input[used..arrived])?;
                used += step.consumed;
                body.extend_from_slice(step.data);
                if step.consumed == 0 {
                    break;
                }
            }
        }
        Ok((body, input.len() - used, reader.is_done()))
    }

    #[test]
    fn body_ends_at_its_length() {
        assert_eq!(read(Framing::Length(3), b"abcdef", 2), Ok((b"abc".to_vec(), 3, true)));
        assert_eq!(read(Framing::Length(0), b"abc", 2), Ok((Vec::new(), 3, true)));
        assert_eq!(read(Framing::Length(9), b"abc", 1), Ok((b"abc".to_vec(), 0, false)));
        let mut reader = BodyReader::new(Framing::Length(9));
        assert!(!reader.ends_with_connection());
    }

    #[test]
    fn body_without_a_length_ends_with_the_connection() {
        assert_eq!(read(Framing::UntilClose, b"abc", 2), Ok((b"abc".to_vec(), 0, false)));
        assert!(BodyReader::new(Framing::UntilClose).ends_with_connection());
    }

    #[test]
    fn chunks_are_joined_for_every_split() {
        let input = b"3\r\nabc\r\n00A;x=\"y\"\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\nnext";
        for piece in 1..=input.len() {
            assert_eq!(read(Framing::Chunked, input, piece), Ok((b"abc0123456789".to_vec(), 4, true)), "{piece}");
        }
    }

    #[test]
    fn chunks_that_are_ambiguous_are_rejected() {
        for input in [
            "\r\n",
            "x\r\n",
            "-1\r\n",
            "3\nabc",
            "3\r\nabcd\r\n",
            "3\r\nabc\n0\r\n\r\n",
            "3;\n\r\nabc",
            "0\r\n\n",
            "1111111111111111\r\n",
            " 3\r\n",
        ] {
            assert_eq!(read(Framing::Chunked, input.as_bytes(), 100), Err(Malformed::Chunk), "{input:?}");
        }
        let long = format!("3;{}", "x".repeat(20_000));
        assert_eq!(read(Framing::Chunked, long.as_bytes(), 100), Err(Malformed::Chunk));
    }

    proptest! {
        #[test]
        fn chunked_body_is_what_was_sent(chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 0..10), piece in 1usize..50) {
            let mut input = Vec::new();
            for chunk in &chunks {
                input.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                input.extend_from_slice(chunk);
                input.extend_from_slice(b"\r\n");
            }
            input.extend_from_slice(b"0\r\n\r\n");
            assert_eq!(read(Framing::Chunked, &input, piece), Ok((chunks.concat(), 0, true)));
        }

        #[test]
        fn chunked_body_never_panics(input in any::<Vec<u8>>(), piece in 1usize..9) {
            let _ = read(Framing::Chunked, &input, piece);
        }
    }
}
