//! The response parser on raw bytes: it must never panic, its result must not depend on the split,
//! it must keep its guarantees about the result, and must read the same headers as httparse.

use httparse::{EMPTY_HEADER, Status};
use ruchy_lambda::http::headers::headers;
use ruchy_lambda::http::malformed::Malformed;
use ruchy_lambda::http::parser::{Parser, Progress};

const BODY_BYTES_MAX: usize = 4096;

/// A complete reply.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    status: u16,
    body: Vec<u8>,
    oversized: bool,
}

/// Parses `pieces`, followed by a close if the reply is incomplete.
fn parse<'bytes>(pieces: impl IntoIterator<Item = &'bytes [u8]>) -> Result<Outcome, Malformed> {
    let mut parser = Parser::new(BODY_BYTES_MAX);
    let mut buffer = Vec::new();
    let mut filled = 0;
    let mut progress = Progress::Partial;
    for piece in pieces {
        buffer.truncate(filled);
        buffer.extend_from_slice(piece);
        filled = buffer.len();
        progress = parser.advance(&mut buffer, &mut filled)?;
        assert!(filled <= buffer.len(), "joining chunks never adds bytes");
        if progress == Progress::Complete {
            break;
        }
    }
    if progress == Progress::Partial {
        progress = parser.finish()?;
        assert!(!parser.keeps_alive(), "a body that ends with the connection is the last");
    }
    assert_eq!(progress, Progress::Complete);
    let reply = parser.reply(&buffer);
    assert!((200..=999).contains(&reply.status) && reply.body.len() <= BODY_BYTES_MAX);
    assert!(!reply.oversized || reply.body.is_empty() && !parser.keeps_alive());
    same_headers(reply.head);
    Ok(Outcome { status: reply.status, body: reply.body.to_vec(), oversized: reply.oversized })
}

/// Checks that httparse reads the same headers, if it accepts them: it allows fewer names.
fn same_headers(head: &[u8]) {
    let ours: Vec<_> = headers(head).collect();
    for (name, value) in &ours {
        assert!(!name.is_empty() && !value.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)));
    }
    let mut memory = [EMPTY_HEADER; 64];
    if let Ok(Status::Complete((end, theirs))) = httparse::parse_headers(&[head, b"\r\n"].concat(), &mut memory) {
        assert_eq!(end, head.len() + 2);
        let theirs: Vec<_> = theirs.iter().map(|header| (header.name.as_bytes(), header.value)).collect();
        assert_eq!(ours, theirs);
    }
}

/// Parses `bytes` as a whole, in two pieces and byte by byte.
pub fn check(bytes: &[u8]) {
    let whole = parse([bytes]);
    // The last byte selects the split into two: in a valid reply it belongs to the body.
    let at = bytes.last().map_or(0, |last| bytes.len() * usize::from(*last) / 256);
    let (one, other) = bytes.split_at(at);
    assert_eq!(parse([one, other]), whole);
    assert_eq!(parse(bytes.chunks(1)), whole);
}
