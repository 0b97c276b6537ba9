//! Decompresses gzip bodies (RFC 1952) with `miniz_oxide`. Pure.

use crate::error::{Error, Kind};
use alloc::vec::Vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

/// Length of the checksum and the size at the end, in bytes.
const TRAILER_BYTES: usize = 8;

/// Decompresses one gzip member to at most `bytes_max` bytes.
pub(crate) fn decompress(gzip: &[u8], bytes_max: usize) -> Result<Vec<u8>, Error> {
    let damaged = || Error::new(Kind::MalformedReply, &["the reply's gzip data is corrupt"]);
    let deflated = after_header(gzip).ok_or_else(damaged)?;
    let (deflated, trailer) = deflated.split_at_checked(deflated.len().wrapping_sub(TRAILER_BYTES)).ok_or_else(damaged)?;
    let bytes = decompress_to_vec_with_limit(deflated, bytes_max).map_err(|error| {
        if error.status == TINFLStatus::HasMoreOutput {
            Error::new(Kind::TooLarge, &["the reply's decompressed body exceeds the limit set by reply_bytes_max"])
        } else {
            damaged()
        }
    })?;
    let (checksum, length) = trailer.split_at(4);
    #[expect(clippy::cast_possible_truncation, reason = "the length modulo 2³²")]
    let is_whole = length == (bytes.len() as u32).to_le_bytes() && checksum == crc32(&bytes).to_le_bytes();
    if is_whole { Ok(bytes) } else { Err(damaged()) }
}

/// Returns the data after the header (RFC 1952, section 2.3).
fn after_header(gzip: &[u8]) -> Option<&[u8]> {
    let [0x1f, 0x8b, 8, flags, _, _, _, _, _, _, data @ ..] = gzip else { return None };
    let mut data = data;
    if flags & 4 != 0 {
        let (bytes, after) = data.split_first_chunk()?;
        data = after.get(usize::from(u16::from_le_bytes(*bytes))..)?;
    }
    for text in [8, 16] {
        if flags & text != 0 {
            let end = data.iter().position(|byte| *byte == 0)?;
            data = data.get(end + 1..)?;
        }
    }
    if flags & 2 != 0 {
        data = data.get(2..)?;
    }
    (flags & 0xe0 == 0).then_some(data)
}

/// The checksum of RFC 1952, section 8, computed bit by bit: bodies are small, and a table would be
/// larger than this function.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |checksum, byte| {
        (0..8).fold(checksum ^ u32::from(*byte), |checksum, _| checksum >> 1 ^ (0xedb8_8320 & 0u32.wrapping_sub(checksum & 1)))
    })
}

#[cfg(test)]
mod tests {
    use super::{crc32, decompress};
    use crate::error::Kind;
    use std::vec::Vec;

    /// Python: `gzip.compress(b"hello hello hello hello", mtime=0)`.
    const HELLO: [u8; 28] = [
        0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0x02, 0xff, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x27, 0x01, 0xe3, 0x51, 0x3d, 0x8d,
        0x17, 0, 0, 0,
    ];

    #[test]
    fn gzip_is_decompressed() {
        assert_eq!(decompress(&HELLO, 23).unwrap(), b"hello hello hello hello");
        // With an extra field, a name, a comment and a checksum of the header.
        let mut long = Vec::from(&HELLO[..10]);
        long[3] = 4 | 8 | 16 | 2;
        long.extend_from_slice(b"\x02\x00xyname\0comment\0ab");
        long.extend_from_slice(&HELLO[10..]);
        assert_eq!(decompress(&long, 23).unwrap(), b"hello hello hello hello");
    }

    #[test]
    fn gzip_rejects_corrupt_and_too_long_data() {
        assert_eq!(decompress(&HELLO, 22).unwrap_err().kind(), Kind::TooLarge);
        for end in 0..HELLO.len() {
            assert_eq!(decompress(&HELLO[..end], 100).unwrap_err().kind(), Kind::MalformedReply, "{end}");
        }
        // Except the time, the level and the system (bytes 4 to 9), which are ignored.
        for at in (0..4).chain(10..HELLO.len()) {
            let mut damaged = HELLO;
            damaged[at] ^= 0x40;
            assert!(decompress(&damaged, 100).is_err(), "{at}");
        }
    }

    #[test]
    fn checksum_is_that_of_rfc_1952() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
