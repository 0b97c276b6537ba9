//! Replies and chunked bodies read in the simplest way, with all bytes at hand and everything
//! copied: the reference for the bootstrap.

/// The result of decoding chunks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chunked {
    /// The body without its framing, the trailers with theirs, and the number of bytes of both.
    Complete { body: Vec<u8>, trailers: Vec<u8>, taken: usize },
    /// The bytes are incomplete.
    Partial,
    /// The body is longer than the limit.
    TooLong,
    /// Malformed chunks.
    Malformed,
}

/// Decodes a chunked body (RFC 9112, section 7.1) of `body_bytes_max` bytes at most, whose lines,
/// and whose trailers together, have at most `line_bytes_max`.
#[must_use]
pub fn chunked(bytes: &[u8], body_bytes_max: usize, line_bytes_max: usize) -> Chunked {
    let (mut rest, mut body) = (bytes, Vec::new());
    loop {
        let line = match line(&mut rest, line_bytes_max) {
            Ok(line) => line,
            Err(end) => return end,
        };
        let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
        let digits = String::from_utf8_lossy(digits);
        let digits = digits.trim_matches([' ', '\t']);
        if digits.is_empty() || digits.len() > 15 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Chunked::Malformed;
        }
        let size = usize::from_str_radix(digits, 16).expect("up to fifteen digits");
        if size == 0 {
            break;
        }
        if size > body_bytes_max - body.len() {
            return Chunked::TooLong;
        }
        let Some((data, tail)) = rest.split_at_checked(size) else { return Chunked::Partial };
        body.extend(data);
        rest = tail;
        match self::line(&mut rest, line_bytes_max) {
            Ok(b"") => {}
            Ok(_) => return Chunked::Malformed,
            Err(end) => return end,
        }
    }
    let (trailers, mut room) = (rest, line_bytes_max);
    loop {
        let before = rest.len();
        match line(&mut rest, room) {
            Ok(b"") => {
                let trailers = trailers[..trailers.len() - before].to_vec();
                return Chunked::Complete { body, trailers, taken: bytes.len() - rest.len() };
            }
            Ok(_) => room -= before - rest.len(),
            Err(end) => return end,
        }
    }
}

/// Returns the next line without its CRLF, which counts towards the limit.
fn line<'bytes>(rest: &mut &'bytes [u8], bytes_max: usize) -> Result<&'bytes [u8], Chunked> {
    let feed = rest.iter().position(|byte| *byte == b'\n');
    if feed.map_or(rest.len(), |feed| feed + 1) > bytes_max {
        return Err(Chunked::Malformed);
    }
    let (line, tail) = rest.split_at(feed.ok_or(Chunked::Partial)?);
    *rest = &tail[1..];
    line.strip_suffix(b"\r").ok_or(Chunked::Malformed)
}

/// The head of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub status: u16,
    pub headers: Vec<(String, Vec<u8>)>,
}

impl Head {
    /// Returns the value of the first header with this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
    }
}

/// The replies that a server has sent on one connection.
#[derive(Debug, Default)]
pub struct Sent {
    /// The final replies whose heads are complete.
    pub heads: Vec<Head>,
    /// The number of complete replies among them.
    pub whole: usize,
    /// True if no bytes follow the last complete reply.
    pub ends_whole: bool,
}

/// Reads all replies in `bytes`, up to the first malformed one.
#[must_use]
pub fn replies(mut bytes: &[u8]) -> Sent {
    let mut sent = Sent::default();
    while !bytes.is_empty() {
        let Some((head, tail)) = head(bytes) else { return sent };
        bytes = tail;
        if (100..=199).contains(&head.status) && head.status != 101 {
            continue;
        }
        let body_bytes = body_bytes(&head, bytes);
        sent.heads.push(head);
        let Some(tail) = body_bytes.and_then(|count| bytes.get(count..)) else { return sent };
        bytes = tail;
        sent.whole += 1;
    }
    sent.ends_whole = true;
    sent
}

/// Splits `bytes` into the head at the front and the remainder. It accepts more than the bootstrap:
/// every head that the bootstrap accepts is seen here.
fn head(bytes: &[u8]) -> Option<(Head, &[u8])> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let mut lines = bytes[..end].split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let status = lines.next()?.split(|byte| *byte == b' ').nth(1)?;
    let header = |line: &[u8]| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        Some((String::from_utf8_lossy(&line[..colon]).into_owned(), line[colon + 1..].trim_ascii().to_vec()))
    };
    Some((Head { status: str::from_utf8(status).ok()?.parse().ok()?, headers: lines.filter_map(header).collect() }, &bytes[end + 4..]))
}

/// Returns the length of the body at the front of `bytes`; `None` if it is unknown, or not known
/// yet.
fn body_bytes(head: &Head, bytes: &[u8]) -> Option<usize> {
    if matches!(head.status, 204 | 304) {
        return Some(0);
    }
    match (head.header("transfer-encoding"), head.header("content-length")) {
        (Some(b"chunked"), None) => match chunked(bytes, usize::MAX, usize::MAX) {
            Chunked::Complete { taken, .. } => Some(taken),
            _ => None,
        },
        (None, Some(length)) => str::from_utf8(length).ok()?.parse().ok(),
        _ => None,
    }
}
