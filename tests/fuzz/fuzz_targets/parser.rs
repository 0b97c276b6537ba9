//! The response parser on what a fuzzer invents: it must never panic, must say the same however the bytes are split, and must keep its
//! promises about what it returns.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ruchy_lambda::http::{Malformed, Parser, Progress};

const BODY_BYTES_MAX: usize = 4096;

/// Status, body and whether it is oversized; `None` for an incomplete reply.
type Outcome = Result<Option<(u16, Vec<u8>, bool)>, Malformed>;

fn parse<'bytes>(pieces: impl IntoIterator<Item = &'bytes [u8]>) -> Outcome {
    let mut parser = Parser::new(BODY_BYTES_MAX);
    let mut buffer = Vec::new();
    let mut filled = 0;
    for piece in pieces {
        buffer.truncate(filled);
        buffer.extend_from_slice(piece);
        filled = buffer.len();
        let progress = parser.advance(&mut buffer, &mut filled)?;
        assert!(filled <= buffer.len(), "joining chunks only makes bytes fewer");
        if progress == Progress::Complete {
            let reply = parser.reply(&buffer);
            assert!(reply.status >= 200 && reply.body.len() <= BODY_BYTES_MAX);
            for (name, value) in headers(reply.head) {
                assert!(!name.is_empty() && !value.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)));
            }
            return Ok(Some((reply.status, reply.body.to_vec(), reply.oversized)));
        }
    }
    Ok(None)
}

fuzz_target!(|bytes: &[u8]| {
    let whole = parse([bytes]);
    // The last byte says where to split in two: in what was a reply, it is body.
    let at = bytes.last().map_or(0, |last| bytes.len() * usize::from(*last) / 256);
    let (one, other) = bytes.split_at(at);
    assert_eq!(parse([one, other]), whole);
    assert_eq!(parse(bytes.chunks(1)), whole);
});
