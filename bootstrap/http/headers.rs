//! The header lines of a reply that the parser has accepted. Pure.

use crate::http::line::split_header;
use crate::text::bytes::{eq_ignore_ascii_case, split_once, without_last};

/// Iterates over the headers in `lines`, in the order received: each a name, and a value without
/// surrounding blanks.
pub fn headers(mut lines: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    core::iter::from_fn(move || {
        let (line, after) = split_once(lines, b'\n');
        lines = after?;
        split_header(without_last(line, b'\r')?)
    })
}

/// Returns the value of the first header called `name`, compared without case; empty if there is
/// none.
#[inline(never)]
#[must_use]
pub fn header<'head>(lines: &'head [u8], name: &[u8]) -> &'head [u8] {
    headers(lines).find(|(this, _)| eq_ignore_ascii_case(this, name)).map_or(b"", |(_, value)| value)
}
