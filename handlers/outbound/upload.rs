//! A request body that is read in parts: with a known length, or in chunks (RFC 9112, section 7.1).
//! Pure.

use crate::error::{Error, Kind};
use crate::url::push_number;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// Maximum size of a part, in bytes: with the frame of a chunk it fits in a TLS record.
const PART_BYTES: usize = (1 << 14) - 8;

/// Returns the header line for a body of this length, or of an unknown length.
pub(crate) fn header(bytes: Option<u64>) -> String {
    let Some(bytes) = bytes else { return String::from("Transfer-Encoding: chunked\r\n") };
    let mut line = String::from("Content-Length: ");
    push_number(&mut line, bytes);
    line.push_str("\r\n");
    line
}

/// Fills the buffer and returns the number of bytes: 0 at the end, `None` to cancel the request.
pub(crate) type Read<'read> = &'read mut dyn FnMut(&mut [u8]) -> Option<usize>;

/// A body in progress.
pub(crate) struct Upload<'read> {
    /// The bytes that are missing of a body whose length is known.
    missing: Option<u64>,
    read: Read<'read>,
}

impl<'read> Upload<'read> {
    pub(crate) fn new(bytes: Option<u64>, read: Read<'read>) -> Self {
        Self { missing: bytes, read }
    }

    /// Appends the next part to `sent`, with the frame of a chunk if the length is unknown. Returns
    /// `false` at the end of the body.
    ///
    /// # Errors
    /// [`Kind::InvalidRequest`] if the body is cancelled, or shorter or longer than announced.
    pub(crate) fn next(&mut self, sent: &mut Vec<u8>) -> Result<bool, Error> {
        let mut buffer = vec![0; PART_BYTES];
        let bytes = (self.read)(&mut buffer).ok_or_else(|| invalid("the body was cancelled"))?;
        let part = buffer.get(..bytes).ok_or_else(|| invalid("the body: expected at most as many bytes as the buffer has"))?;
        if let Some(missing) = &mut self.missing {
            let expected = "the body: expected as many bytes as were announced";
            *missing = missing.checked_sub(bytes as u64).ok_or_else(|| invalid(expected))?;
            if bytes == 0 && *missing > 0 {
                return Err(invalid(expected));
            }
            sent.extend_from_slice(part);
        } else {
            push_hexadecimal(sent, bytes);
            for bytes in [b"\r\n", part, b"\r\n"] {
                sent.extend_from_slice(bytes);
            }
        }
        Ok(bytes > 0)
    }
}

fn push_hexadecimal(text: &mut Vec<u8>, number: usize) {
    let digits = (usize::BITS - number.leading_zeros()).div_ceil(4).max(1);
    for digit in (0..digits).rev() {
        text.extend(b"0123456789abcdef".get(number >> (4 * digit) & 15));
    }
}

fn invalid(message: &str) -> Error {
    Error::new(Kind::InvalidRequest, &[message])
}

#[cfg(test)]
mod tests {
    use super::{PART_BYTES, Upload, header, push_hexadecimal};
    use std::string::String;
    use std::vec::Vec;

    /// Returns all that is sent of a body with these parts.
    fn sent(bytes: Option<u64>, parts: &[&str]) -> Option<String> {
        let (mut parts, mut sent) = (parts.iter(), Vec::new());
        let mut read = |buffer: &mut [u8]| {
            let part = parts.next().map_or("", |part| part);
            buffer[..part.len()].copy_from_slice(part.as_bytes());
            Some(part.len())
        };
        let mut upload = Upload::new(bytes, &mut read);
        while upload.next(&mut sent).ok()? {}
        Some(String::from_utf8(sent).unwrap())
    }

    #[test]
    fn upload_announces_and_checks_the_length() {
        assert_eq!(header(Some(5)), "Content-Length: 5\r\n");
        assert_eq!(sent(Some(5), &["ab", "cde"]).as_deref(), Some("abcde"));
        assert_eq!(sent(Some(0), &[]).as_deref(), Some(""));
        for (bytes, parts) in [(4, ["ab", "cde"]), (6, ["ab", "cde"]), (1, ["", ""])] {
            assert_eq!(sent(Some(bytes), &parts), None, "{bytes}");
        }
    }

    #[test]
    fn upload_of_unknown_length_is_in_chunks() {
        assert_eq!(header(None), "Transfer-Encoding: chunked\r\n");
        assert_eq!(sent(None, &["ab", "0123456789abcdefg"]).as_deref(), Some("2\r\nab\r\n11\r\n0123456789abcdefg\r\n0\r\n\r\n"));
        assert_eq!(sent(None, &[]).as_deref(), Some("0\r\n\r\n"));
    }

    #[test]
    fn upload_rejects_a_length_beyond_the_buffer() {
        for result in [None, Some(PART_BYTES + 1)] {
            assert!(Upload::new(None, &mut |_| result).next(&mut Vec::new()).is_err());
        }
    }

    #[test]
    fn hexadecimal_numbers_have_no_leading_zeros() {
        for number in [0, 1, 15, 16, 255, 4096, 16384, usize::MAX] {
            let mut text = Vec::new();
            push_hexadecimal(&mut text, number);
            assert_eq!(String::from_utf8(text).unwrap(), std::format!("{number:x}"));
        }
    }
}
