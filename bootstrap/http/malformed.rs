//! Errors of the HTTP/1.1 response parser. Pure.

use crate::text::bytes::{slice, trim};

/// The reason why bytes are not a valid HTTP/1.1 reply. The connection cannot be used further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The first line is not `HTTP/1.x`, a space and three digits.
    StatusLine,
    /// A header without a colon, with a blank in its name, or a value with a control character; or
    /// a line that does not end in CRLF.
    Header,
    /// A `Content-Length` that is not a number, is too large, or occurs twice with different
    /// values; a `Transfer-Encoding` other than one `chunked`, or together with a `Content-Length`.
    Framing,
    /// A chunk whose size is not a hexadecimal number, or that is longer than its size.
    Chunk,
    /// A head longer than `HEAD_BYTES_MAX`, or a chunk header or trailers longer than
    /// `CHUNK_LINE_BYTES_MAX`.
    HeadTooLong,
    /// The peer closed the connection before the reply was complete.
    Truncated,
    /// The peer closed the connection before the first byte.
    Nothing,
}

impl Malformed {
    /// Returns a description for the log.
    #[must_use]
    pub fn reason(self) -> &'static [u8] {
        let start = REASON_BYTES * self as usize;
        trim(slice(REASONS, start, start + REASON_BYTES))
    }
}

/// In the order of [`Malformed`], each padded with blanks to the length of the longest: a table of
/// strings would be larger.
const REASONS: &[u8] = b"\
bad status line\
bad header     \
bad framing    \
bad chunk      \
head too long  \
truncated      \
no reply       ";
const REASON_BYTES: usize = 15;
