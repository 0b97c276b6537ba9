//! The encoding of text files: UTF-8 is kept, a byte order mark is removed, UTF-16 is converted;
//! pure.

use std::fmt::{self, Display, Formatter};

/// An encoding that is not supported, or broken text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    Utf32,
    /// UTF-16 with an unpaired surrogate or half a code unit.
    BrokenUtf16,
    /// Not UTF-8, and not marked as another encoding; the offset of the first invalid byte.
    NotUtf8 {
        offset: usize,
    },
}

/// Returns `bytes` as UTF-8 without a byte order mark.
///
/// UTF-16 is recognized by its byte order mark, or by a first character in ASCII, which all JSON
/// has.
///
/// # Errors
/// [`Unreadable`].
pub fn to_utf8(bytes: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
    match bytes[..] {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, _, ..] | [_, 0, 0, 0, ..] => Err(Unreadable::Utf32),
        [0xff, 0xfe, ref text @ ..] => utf16(text, u16::from_le_bytes),
        [0xfe, 0xff, ref text @ ..] => utf16(text, u16::from_be_bytes),
        [1..0x80, 0, ..] => utf16(&bytes, u16::from_le_bytes),
        [0, 1..0x80, ..] => utf16(&bytes, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, ref text @ ..] => utf8(text.to_vec()),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
    match std::str::from_utf8(&bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Unreadable::NotUtf8 { offset: error.valid_up_to() }),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Vec<u8>, Unreadable> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(Unreadable::BrokenUtf16);
    }
    let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
    String::from_utf16(&units).map(String::into_bytes).map_err(|_| Unreadable::BrokenUtf16)
}

impl Display for Unreadable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Utf32 => f.write_str("it is encoded in UTF-32; expected UTF-8 or UTF-16. Save it as UTF-8"),
            Self::BrokenUtf16 => f.write_str("it is encoded in UTF-16 and has an unpaired surrogate or half a code unit. Save it as UTF-8"),
            Self::NotUtf8 { offset } => {
                write!(f, "the byte at offset {offset} is not UTF-8; the encoding is perhaps Latin-1 or Windows-1252. Save it as UTF-8")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Unreadable, to_utf8};

    const TEXT: &str = "{\"a\":\"é€😀\"}\r\n";

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn to_utf8_reads_utf8_and_utf16_with_and_without_mark() {
        let marked = format!("\u{feff}{TEXT}");
        for bytes in [
            TEXT.into(),
            marked.clone().into_bytes(),
            utf16(&marked, u16::to_le_bytes),
            utf16(&marked, u16::to_be_bytes),
            utf16(TEXT, u16::to_le_bytes),
            utf16(TEXT, u16::to_be_bytes),
        ] {
            assert_eq!(to_utf8(bytes).unwrap(), TEXT.as_bytes());
        }
        for short in [&b""[..], b"1", b"{}", "é".as_bytes(), b"\xef\xbb\xbf"] {
            assert_eq!(to_utf8(short.to_vec()).unwrap(), short.strip_prefix(b"\xef\xbb\xbf").unwrap_or(short));
        }
    }

    #[test]
    fn to_utf8_names_other_encodings() {
        for (bytes, error) in [
            (&b"\xff\xfe\0\0{\0\0\0"[..], Unreadable::Utf32),
            (b"\0\0\xfe\xff\0\0\0{", Unreadable::Utf32),
            (b"{\0\0\0}\0\0\0", Unreadable::Utf32),
            (b"\0\0\0{\0\0\0}", Unreadable::Utf32),
            (b"\xff\xfe{\0}", Unreadable::BrokenUtf16),
            (b"\xfe\xff\xd8\x3d", Unreadable::BrokenUtf16),
            (b"\"caf\xe9\"", Unreadable::NotUtf8 { offset: 4 }),
        ] {
            assert_eq!(to_utf8(bytes.to_vec()), Err(error), "{bytes:?}");
        }
    }
}
