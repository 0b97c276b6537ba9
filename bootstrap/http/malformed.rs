//! The ways in which bytes are not an HTTP/1.1 reply. Pure.

use crate::text::bytes::{slice, trim};

/// Why the bytes are no HTTP/1.1 reply that can be trusted. The connection they came from is of no further use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The first line is not `HTTP/1.x`, a space and three digits.
    StatusLine,
    /// A header without a colon, with a blank in its name, or a value with a control character; or a line that does not end in CRLF.
    Header,
    /// A `Content-Length` that is no number, too large to be one, or stands twice with different values; a `Transfer-Encoding` other than
    /// one `chunked`, or one beside a `Content-Length`.
    Framing,
    /// A chunk whose size is no hexadecimal number, or that is longer than it says.
    Chunk,
    /// A head longer than [`HEAD_BYTES_MAX`], or a chunk's line or trailers longer than [`CHUNK_LINE_BYTES_MAX`].
    HeadTooLong,
    /// The peer closed the connection before the reply was complete.
    Truncated,
    /// The peer closed the connection before the first byte.
    Nothing,
}

impl Malformed {
    /// What is wrong with the reply, for a line of log.
    #[must_use]
    pub fn reason(self) -> &'static [u8] {
        let start = REASON_BYTES * self as usize;
        trim(slice(REASONS, start, start + REASON_BYTES))
    }
}

/// In the order of [`Malformed`], each as long as the longest, with blanks behind it: a table of strings would be larger.
const REASONS: &[u8] = b"\
bad status line\
bad header     \
bad framing    \
bad chunk      \
head too long  \
cut short      \
no reply       ";
const REASON_BYTES: usize = 15;
