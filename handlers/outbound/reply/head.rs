//! Parses the head of a reply (RFC 9112): status line and headers. Pure. Rejects ambiguous input,
//! which two parsers could read differently.

use crate::url::push_number;
use alloc::string::String;
use alloc::vec::Vec;

/// Maximum length of a head, in bytes.
pub const HEAD_BYTES_MAX: usize = 64 * 1024;

/// A violation of HTTP/1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The status line is not `HTTP/1.x NNN …`.
    StatusLine,
    /// A header line has an invalid name, a control character, or no CRLF.
    Header,
    /// There are two lengths, a length and a transfer coding, or a coding other than `chunked`.
    Framing,
    /// A chunk header is not a hexadecimal size, or the chunk does not end with CRLF.
    Chunk,
    /// The head exceeds [`HEAD_BYTES_MAX`].
    HeadTooLong,
    /// The compressed body is corrupt.
    Compression,
}

impl Malformed {
    /// Returns a description for messages.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::StatusLine => "the status line is not HTTP/1.1",
            Self::Header => "a header line is invalid",
            Self::Framing => "the length of the body is ambiguous",
            Self::Chunk => "a chunk is invalid",
            Self::HeadTooLong => "the head exceeds 64 KiB",
            Self::Compression => "the gzip data is corrupt",
        }
    }
}

/// The end of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// After this number of bytes.
    Length(u64),
    /// After the chunk of size 0.
    Chunked,
    /// At the end of the connection.
    UntilClose,
}

/// The headers of a reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<u8>);

impl Headers {
    /// Returns an iterator over the headers in their order: names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.0.split(|byte| *byte == b'\n').filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            Some((line.get(..colon)?, trim(line.get(colon + 1..)?)))
        })
    }

    /// Returns the value of the first header `name`, compared without case, if it is valid UTF-8.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.iter().find(|(other, _)| other.eq_ignore_ascii_case(name.as_bytes()))?;
        core::str::from_utf8(value).ok()
    }

    /// Returns the values of all headers `name`, compared without case.
    pub fn all<'headers>(&'headers self, name: &str) -> impl Iterator<Item = &'headers str> {
        self.iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name.as_bytes()))
            .filter_map(|(_, value)| core::str::from_utf8(value).ok())
    }
}

/// The head of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The status code, 100 to 999.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The end of the body, if the reply has one.
    pub framing: Framing,
    /// `true` if the server allows another request on this connection.
    pub keep_alive: bool,
}

/// Returns the index after the empty line that ends the head, if `bytes` contains it. The first
/// `*scanned` bytes were searched before.
#[must_use]
pub fn end_of_head(bytes: &[u8], scanned: &mut usize) -> Option<usize> {
    // The empty line may begin in the bytes that were searched before.
    let from = scanned.saturating_sub(3);
    let found = bytes.get(from..)?.windows(4).position(|window| window == b"\r\n\r\n");
    *scanned = bytes.len();
    found.map(|at| from + at + 4)
}

/// Parses a head, including the empty line at its end.
///
/// # Errors
/// [`Malformed`].
pub fn parse(bytes: &[u8]) -> Result<Head, Malformed> {
    let lines = bytes.strip_suffix(b"\r\n\r\n").ok_or(Malformed::Header)?;
    let end = lines.iter().position(|byte| *byte == b'\n').map_or(lines.len(), |feed| feed + 1);
    let status_line = lines.get(..end).unwrap_or_default();
    let status_line = status_line.strip_suffix(b"\r\n").unwrap_or(status_line);
    let (minor, status) = parse_status_line(status_line).ok_or(Malformed::StatusLine)?;
    let headers = lines.get(end..).unwrap_or_default();
    let (mut length, mut chunked, mut keep_alive) = (None, false, minor >= 1);
    let mut kept = Vec::with_capacity(headers.len());
    for line in headers.split(|byte| *byte == b'\n').filter(|_| !headers.is_empty()) {
        let is_last = kept.len() + line.len() == headers.len();
        let text = if is_last { line } else { line.strip_suffix(b"\r").ok_or(Malformed::Header)? };
        let (name, value) = parse_header(text).ok_or(Malformed::Header)?;
        if name.eq_ignore_ascii_case(b"content-length") {
            let number = decimal(value).ok_or(Malformed::Framing)?;
            if length.is_some_and(|other| other != number) {
                return Err(Malformed::Framing);
            }
            length = Some(number);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Malformed::Framing);
            }
            chunked = true;
        } else if name.eq_ignore_ascii_case(b"connection") {
            for option in value.split(|byte| *byte == b',').map(trim) {
                keep_alive = (keep_alive || option.eq_ignore_ascii_case(b"keep-alive")) && !option.eq_ignore_ascii_case(b"close");
            }
        }
        kept.extend_from_slice(line);
        kept.push(b'\n');
    }
    let framing = match (length, chunked) {
        (Some(_), true) => return Err(Malformed::Framing),
        (Some(length), false) => Framing::Length(length),
        (None, true) => Framing::Chunked,
        (None, false) => Framing::UntilClose,
    };
    Ok(Head { status, headers: Headers(kept), framing, keep_alive })
}

/// Parses `HTTP/1.x NNN REASON` into the minor version and the status.
fn parse_status_line(line: &[u8]) -> Option<(u8, u16)> {
    let version = line.strip_prefix(b"HTTP/1.")?;
    let [minor @ (b'0' | b'1'), b' ', digits @ ..] = version else { return None };
    let [a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', reason @ ..] = digits else { return None };
    let ends = reason.is_empty() || reason.starts_with(b" ");
    let status = [a, b, c].into_iter().fold(0, |status, digit| status * 10 + u16::from(digit - b'0'));
    (ends && reason.iter().all(|byte| is_in_value(*byte))).then_some((minor - b'0', status))
}

fn parse_header(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = (line.get(..colon)?, line.get(colon + 1..)?);
    let is_valid = !name.is_empty() && name.iter().all(|byte| is_in_name(*byte)) && value.iter().all(|byte| is_in_value(*byte));
    is_valid.then(|| (name, trim(value)))
}

/// Returns `true` for a character of a token (RFC 9110, section 5.6.2).
#[must_use]
pub fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Returns `true` for a character of a header's value: control characters are invalid, except tab.
#[must_use]
pub fn is_in_value(byte: u8) -> bool {
    byte == b'\t' || byte >= b' ' && byte != 0x7f
}

/// Parses 1 to 18 digits without a sign.
fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    digits.iter().try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u64::from(digit - b'0')))
}

/// Removes spaces, tabs and carriage returns from both ends.
fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r', trimmed @ ..] | [trimmed @ .., b' ' | b'\t' | b'\r'] = bytes {
        bytes = trimmed;
    }
    bytes
}

/// Formats `status`.
#[must_use]
pub fn status_text(status: u16) -> String {
    let mut text = String::new();
    push_number(&mut text, status);
    text
}

#[cfg(test)]
mod tests {
    use super::{Framing, Malformed, end_of_head, parse};
    use proptest::prelude::{any, proptest};
    use std::format;

    fn framing(headers: &str) -> Result<Framing, Malformed> {
        parse(format!("HTTP/1.1 200 OK\r\n{headers}\r\n").as_bytes()).map(|head| head.framing)
    }

    #[test]
    fn head_is_parsed() {
        let head = parse(b"HTTP/1.1 404 Not Found\r\nContent-Type:  text/plain \r\nSet-Cookie: a\r\nset-cookie: b\r\n\r\n").unwrap();
        assert_eq!((head.status, head.keep_alive, head.framing), (404, true, Framing::UntilClose));
        assert_eq!((head.headers.get("content-type"), head.headers.get("absent")), (Some("text/plain"), None));
        assert!(head.headers.all("Set-Cookie").eq(["a", "b"]));
        assert_eq!(parse(b"HTTP/1.0 200\r\n\r\n").map(|head| head.keep_alive), Ok(false));
    }

    #[test]
    fn head_determines_the_framing() {
        assert_eq!(framing(""), Ok(Framing::UntilClose));
        assert_eq!(framing("Content-Length: 0\r\n"), Ok(Framing::Length(0)));
        assert_eq!(framing("content-length: 5\r\nContent-Length: 5\r\n"), Ok(Framing::Length(5)));
        assert_eq!(framing("Transfer-Encoding: Chunked\r\n"), Ok(Framing::Chunked));
    }

    #[test]
    fn head_determines_connection_reuse() {
        let kept = |headers: &str| parse(format!("HTTP/1.1 200 OK\r\n{headers}\r\n").as_bytes()).unwrap().keep_alive;
        assert!(kept("") && kept("Connection: keep-alive\r\n"));
        assert!(!kept("Connection: close\r\n") && !kept("connection: foo, Close\r\n"));
    }

    #[test]
    fn head_rejects_ambiguous_input() {
        for headers in [
            "Content-Length: 1\r\nContent-Length: 2\r\n",
            "Content-Length: +1\r\n",
            "Content-Length: 1, 1\r\n",
            "Content-Length: \r\n",
            "Content-Length: 9999999999999999999\r\n",
            "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        ] {
            assert_eq!(framing(headers), Err(Malformed::Framing), "{headers}");
        }
        for headers in ["A\r\n", "A : b\r\n", ": b\r\n", " A: b\r\n", "A: b\r\n c\r\n", "A: b\nC: d\r\n", "A: \0\r\n", "A: b\rc\r\n"] {
            assert_eq!(framing(headers), Err(Malformed::Header), "{headers:?}");
        }
        for line in [
            "HTTP/2 200 OK",
            "HTTP/1.1 20 OK",
            "HTTP/1.1 2000",
            "HTTP/1.1  200 OK",
            "ICY 200 OK",
            "",
            "HTTP/1.1 099 x",
            "HTTP/1.1 200 a\nb",
        ] {
            assert_eq!(parse(format!("{line}\r\n\r\n").as_bytes()).map(|head| head.status), Err(Malformed::StatusLine), "{line}");
        }
    }

    #[test]
    fn end_of_head_is_found_for_every_split() {
        let bytes = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody";
        let end = bytes.len() - 4;
        let mut scanned = 0;
        for filled in 0..bytes.len() {
            assert_eq!(end_of_head(&bytes[..filled], &mut scanned), (filled >= end).then_some(end), "{filled}");
            if filled >= end {
                break;
            }
        }
    }

    proptest! {
        #[test]
        fn head_agrees_with_httparse(bytes in "HTTP/1\\.[01] [1-9][0-9]{2}( [a-zA-Z ]{0,5})?\r\n([A-Za-z-]{1,9}: ?[ -~]{0,12}\r\n){0,4}\r\n") {
            let mut headers = [httparse::EMPTY_HEADER; 8];
            let mut reply = httparse::Response::new(&mut headers);
            if let (Ok(head), Ok(status)) = (parse(bytes.as_bytes()), reply.parse(bytes.as_bytes())) {
                assert!(status.is_complete());
                assert_eq!(Some(head.status), reply.code);
                let theirs: Vec<(&[u8], &[u8])> = reply.headers.iter().map(|header| (header.name.as_bytes(), header.value)).collect();
                assert_eq!(head.headers.iter().collect::<Vec<_>>(), theirs);
            }
        }

        #[test]
        fn head_never_panics(bytes in any::<Vec<u8>>()) {
            let _ = parse(&[&b"HTTP/1.1 200 OK\r\n"[..], &bytes, b"\r\n\r\n"].concat());
        }
    }
    use std::vec::Vec;
}
