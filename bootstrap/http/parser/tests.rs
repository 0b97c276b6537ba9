//! Tests of the parser, in layers: a table of replies and their meaning, a table of invalid
//! replies, every prefix is incomplete, every split equals the whole, and replies generated from a
//! model by proptest.

use super::{CHUNK_LINE_BYTES_MAX, HEAD_BYTES_MAX, Malformed, Parser, Progress, buffer_bytes};
use crate::http::headers::headers;
use proptest::prelude::*;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

/// A reply as the parser returned it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parsed {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    oversized: bool,
    keeps_alive: bool,
}

const BODY_BYTES_MAX: usize = 1000;

/// Feeds `pieces` one after the other. Returns `None` if they are not a complete reply.
fn parse_pieces<'bytes>(pieces: impl IntoIterator<Item = &'bytes [u8]>) -> Result<Option<Parsed>, Malformed> {
    let mut parser = Parser::new(BODY_BYTES_MAX);
    let mut buffer = Vec::new();
    let mut filled = 0;
    let mut progress = Progress::Partial;
    for piece in pieces {
        buffer.truncate(filled);
        buffer.extend_from_slice(piece);
        filled = buffer.len();
        progress = parser.advance(&mut buffer, &mut filled)?;
        assert!(filled <= buffer.len());
    }
    let reply = parser.reply(&buffer);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((progress == Progress::Complete).then(|| Parsed {
        status: reply.status,
        headers: headers(reply.head).map(|(name, value)| (text(name), text(value))).collect(),
        body: reply.body.into(),
        oversized: reply.oversized,
        keeps_alive: parser.keeps_alive(),
    }))
}

fn parse(bytes: &[u8]) -> Result<Option<Parsed>, Malformed> {
    parse_pieces([bytes])
}

fn parsed(status: u16, headers: &[(&str, &str)], body: &str) -> Parsed {
    Parsed {
        status,
        headers: headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
        body: body.into(),
        oversized: false,
        keeps_alive: true,
    }
}

/// Replies and their meaning. The first two were captured from the emulator.
fn replies() -> Vec<(&'static str, Parsed)> {
    let close = |parsed: Parsed| Parsed { keeps_alive: false, ..parsed };
    vec![
        (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: 3fcd8bfe\r\nDate: Sun, 22 Nov 2026 08:51:56 GMT\r\nContent-Length: 16\r\n\r\n{\"mode\":\"plain\"}",
            parsed(
                200,
                &[
                    ("Content-Type", "application/json"),
                    ("Lambda-Runtime-Aws-Request-Id", "3fcd8bfe"),
                    ("Date", "Sun, 22 Nov 2026 08:51:56 GMT"),
                    ("Content-Length", "16"),
                ],
                "{\"mode\":\"plain\"}",
            ),
        ),
        (
            "HTTP/1.1 202 Accepted\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n",
            parsed(202, &[("Content-Length", "16")], "{\"status\":\"OK\"}\n"),
        ),
        ("HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n", parsed(200, &[("content-length", "0")], "")),
        ("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nab", parsed(200, &[("Content-Length", "2")], "ab")),
        ("HTTP/1.1 200 \r\nA:\r\nContent-Length: \t2 \t\r\n\r\nab", parsed(200, &[("A", ""), ("Content-Length", "2")], "ab")),
        ("HTTP/1.1 204 No Content\r\n\r\n", parsed(204, &[], "")),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", parsed(304, &[("Content-Length", "5")], "")),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
            parsed(200, &[("Content-Length", "1"), ("Content-Length", "1")], "a"),
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
            parsed(200, &[("Transfer-Encoding", "Chunked")], "hello"),
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n00A ;name=\"value\"\r\n, wide wor\r\n2\r\nld\r\n0\r\nTrailer: x\r\n\r\n",
            parsed(200, &[("Transfer-Encoding", "chunked")], "hello, wide world"),
        ),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", parsed(200, &[("Transfer-Encoding", "chunked")], "")),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
            parsed(200, &[("Content-Length", "1")], "a"),
        ),
        (
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\na",
            close(parsed(200, &[("Connection", "close"), ("Content-Length", "1")], "a")),
        ),
        (
            "HTTP/1.1 200 OK\r\nconnection: CLOSE\r\nContent-Length: 1\r\n\r\na",
            close(parsed(200, &[("connection", "CLOSE"), ("Content-Length", "1")], "a")),
        ),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na", close(parsed(200, &[("Content-Length", "1")], "a"))),
    ]
}

#[test]
fn parser_reads_each_reply_of_the_table() {
    for (bytes, expected) in replies() {
        assert_eq!(parse(bytes.as_bytes()), Ok(Some(expected)), "{bytes:?}");
    }
}

#[test]
fn parser_reports_every_prefix_as_partial() {
    for (bytes, _) in replies() {
        for length in 0..bytes.len() {
            assert_eq!(parse(&bytes.as_bytes()[..length]), Ok(None), "{:?}", &bytes[..length]);
        }
    }
}

#[test]
fn parser_result_does_not_depend_on_the_split() {
    for (bytes, expected) in replies() {
        for at in 0..=bytes.len() {
            let (one, other) = bytes.as_bytes().split_at(at);
            assert_eq!(parse_pieces([one, other]), Ok(Some(expected.clone())), "{bytes:?} at {at}");
        }
        assert_eq!(parse_pieces(bytes.as_bytes().chunks(1)), Ok(Some(expected)), "{bytes:?} by the byte");
    }
}

#[test]
fn parser_ends_the_connection_after_surplus_bytes() {
    for (bytes, expected) in replies() {
        let more = bytes.to_string() + "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
        assert_eq!(parse(more.as_bytes()), Ok(Some(Parsed { keeps_alive: false, ..expected })), "{bytes:?}");
    }
}

#[test]
fn parser_refuses_malformed_replies() {
    let chunked = |rest: &str| "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_string() + rest;
    for (bytes, error) in [
        ("HTTP/2.0 200 OK\r\n".into(), Malformed::StatusLine),
        ("HTTP/1.2 200 OK\r\n".into(), Malformed::StatusLine),
        ("http/1.1 200 OK\r\n".into(), Malformed::StatusLine),
        ("HTTP/1.1 20 OK\r\n".into(), Malformed::StatusLine),
        ("HTTP/1.1 2000 OK\r\n".into(), Malformed::StatusLine),
        ("HTTP/1.1 099 OK\r\n".into(), Malformed::StatusLine),
        ("HTTP/1.1  200 OK\r\n".into(), Malformed::StatusLine),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n".into(), Malformed::StatusLine),
        ("\r\n".into(), Malformed::StatusLine),
        ("\0\x01\x02\n".into(), Malformed::Header),
        ("HTTP/1.1 200 OK\n".into(), Malformed::Header),
        ("HTTP/1.1 200 OK\r\nA: b\n".into(), Malformed::Header),
        ("HTTP/1.1 200 OK\r\nno colon\r\n".into(), Malformed::Header),
        ("HTTP/1.1 200 OK\r\n: no name\r\n".into(), Malformed::Header),
        ("HTTP/1.1 200 OK\r\nA : b\r\n".into(), Malformed::Header),
        ("HTTP/1.1 200 OK\r\nA: b\r\r\n".into(), Malformed::Header),
        ("HTTP/1.1 200 OK\r\nContent-Length: \r1\r\n".into(), Malformed::Header),
        ("HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n".into(), Malformed::Header),
        ("HTTP/1.1 200 OK\r\nA: b\0c\r\n".into(), Malformed::Header),
        ("HTTP/1.1 200 OK\r\nA: b\rc\r\n".into(), Malformed::Header),
        ("HTTP/1.1 200 OK\r\nA\x7f: b\r\n".into(), Malformed::Header),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n".into(), Malformed::Framing),
        ("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n".into(), Malformed::Framing),
        ("HTTP/1.1 200 OK\r\nContent-Length: \r\n".into(), Malformed::Framing),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n".into(), Malformed::Framing),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0x10\r\n".into(), Malformed::Framing),
        ("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n".into(), Malformed::Framing),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n".into(), Malformed::Framing),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n".into(), Malformed::Framing),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n".into(), Malformed::Framing),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n".into(), Malformed::Framing),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n".into(), Malformed::Framing),
        (chunked("\r\n"), Malformed::Chunk),
        (chunked("g\r\n"), Malformed::Chunk),
        (chunked("1\r\r\n"), Malformed::Chunk),
        (chunked("-1\r\n"), Malformed::Chunk),
        (chunked("0x1\r\n"), Malformed::Chunk),
        (chunked("10000000000000000\r\n"), Malformed::Chunk),
        (chunked("1\r\nab\r\n"), Malformed::Chunk),
        (chunked("1\r\na0\r\n\r\n"), Malformed::Chunk),
        (chunked("1\r\na\n"), Malformed::Header),
        (chunked("1\n"), Malformed::Header),
    ] {
        let bytes: String = bytes;
        assert_eq!(parse(bytes.as_bytes()), Err(error), "{bytes:?}");
    }
}

#[test]
fn parser_limits_heads_and_chunk_lines_to_the_byte() {
    let padding = |total: usize, frame: &str| "p".repeat(total - frame.len());
    let head = |total: usize| {
        let frame = "HTTP/1.1 200 OK\r\nPadding: \r\nContent-Length: 0\r\n\r\n";
        frame.replacen("Padding: ", &format!("Padding: {}", padding(total, frame)), 1)
    };
    assert!(parse(head(HEAD_BYTES_MAX).as_bytes()).unwrap().is_some());
    assert_eq!(parse(head(HEAD_BYTES_MAX + 1).as_bytes()), Err(Malformed::HeadTooLong));
    // A line can be too long before its end is received.
    let endless = format!("HTTP/1.1 200 OK\r\nA: {}", "a".repeat(HEAD_BYTES_MAX));
    assert_eq!(parse(endless.as_bytes()), Err(Malformed::HeadTooLong));
    let chunk = |total: usize| {
        let line = format!("0;{}\r\n", padding(total, "0;\r\n"));
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{line}\r\n")
    };
    assert!(parse(chunk(CHUNK_LINE_BYTES_MAX).as_bytes()).unwrap().is_some());
    assert_eq!(parse(chunk(CHUNK_LINE_BYTES_MAX + 1).as_bytes()), Err(Malformed::HeadTooLong));
    let lines = "A: b\r\n".repeat(10_000);
    assert_eq!(parse(format!("HTTP/1.1 200 OK\r\n{lines}Content-Length: 0\r\n\r\n").as_bytes()).unwrap().unwrap().headers.len(), 10_001);
}

// Found by the fuzzer: the start of a line was computed before the start of the buffer after joined
// chunks had moved down.
#[test]
fn parser_accepts_chunk_lines_longer_than_the_body() {
    let long = "x".repeat(1000);
    let reply = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1;{long}\r\nb\r\n0\r\nTrailer: {long}\r\nTrailer: {long}\r\n\r\n"
    );
    let expected = parsed(200, &[("Transfer-Encoding", "chunked")], "ab");
    assert_eq!(parse_pieces(reply.as_bytes().chunks(1)), Ok(Some(expected)));
    // Trailers are limited too, in whatever pieces they arrive.
    let endless = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n{}",
        "Trailer: x\r\n".repeat(CHUNK_LINE_BYTES_MAX / 12 + 1)
    );
    assert_eq!(parse_pieces(endless.as_bytes().chunks(1000)), Err(Malformed::HeadTooLong));
}

#[test]
fn parser_keeps_the_head_of_an_oversized_reply() {
    for (bytes, oversized) in [
        (format!("HTTP/1.1 200 OK\r\nContent-Length: {BODY_BYTES_MAX}\r\n\r\n{}", "a".repeat(BODY_BYTES_MAX)), false),
        (format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", BODY_BYTES_MAX + 1), true),
        (format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", "9".repeat(19)), true),
        (format!("HTTP/1.1 200 OK\r\n\r\n{}", "a".repeat(BODY_BYTES_MAX + 1)), true),
        (format!("HTTP/1.1 200 OK\r\n\r\n{}", "a".repeat(BODY_BYTES_MAX + 2)), true),
        (format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n", BODY_BYTES_MAX + 1), true),
        (format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n{BODY_BYTES_MAX:x}\r\n"), true),
        (format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n{}\r\n", "f".repeat(15)), true),
    ] {
        let parsed = parse(bytes.as_bytes()).unwrap().unwrap();
        assert_eq!(parse_pieces(bytes.as_bytes().chunks(7)), Ok(Some(parsed.clone())), "however it comes");
        assert_eq!((parsed.status, parsed.oversized, parsed.keeps_alive), (200, oversized, !oversized), "{bytes:?}");
        assert_eq!(parsed.body.len(), if oversized { 0 } else { BODY_BYTES_MAX });
    }
}

#[test]
fn parser_ends_a_body_without_length_at_close() {
    let end = |bytes: &[u8]| {
        let mut buffer = bytes.to_vec();
        let mut filled = buffer.len();
        let mut parser = Parser::new(BODY_BYTES_MAX);
        assert_eq!(parser.advance(&mut buffer, &mut filled), Ok(Progress::Partial));
        parser.finish().map(|progress| (progress, parser.reply(&buffer).body.to_vec(), parser.keeps_alive()))
    };
    assert_eq!(end(b"HTTP/1.1 200 OK\r\n\r\nall of it"), Ok((Progress::Complete, b"all of it".to_vec(), false)));
    for cut in
        ["HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"]
    {
        assert_eq!(end(cut.as_bytes()), Err(Malformed::Truncated), "{cut:?}");
    }
}

#[test]
fn parser_joins_many_chunks_without_extra_room() {
    let mut parser = Parser::new(BODY_BYTES_MAX);
    let mut buffer = [0; 256];
    let mut filled = 0;
    let mut feed = |bytes: &[u8]| {
        buffer[filled..filled + bytes.len()].copy_from_slice(bytes);
        filled += bytes.len();
        (parser.advance(&mut buffer, &mut filled).unwrap(), filled)
    };
    let (_, head) = feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for count in 1..=150 {
        let (progress, filled) = feed(b"1;x=\"yyyyyyyyyyyyyyyyyyyy\"\r\na\r\n");
        assert_eq!(progress, Progress::Partial);
        assert!(filled <= head + count + 40, "{filled} bytes kept of {count} chunks");
    }
    assert_eq!(feed(b"0\r\n\r\n").0, Progress::Complete);
    assert_eq!(parser.reply(&buffer).body, [b'a'; 150]);
}

/// A reply before serialization.
#[derive(Clone, Debug)]
struct Model {
    status: u16,
    headers: Vec<(String, String)>,
    chunks: Vec<Vec<u8>>,
    chunked: bool,
}

impl Model {
    fn body(&self) -> Vec<u8> {
        self.chunks.concat()
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("HTTP/1.1 {} Reason\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend(format!("X-{name}: {value}\r\n").bytes());
        }
        if !self.chunked {
            bytes.extend(format!("Content-Length: {}\r\n\r\n", self.body().len()).bytes());
            bytes.extend(self.body());
            return bytes;
        }
        bytes.extend(b"Transfer-Encoding: chunked\r\n\r\n");
        for chunk in self.chunks.iter().filter(|chunk| !chunk.is_empty()) {
            bytes.extend(format!("{:x}\r\n", chunk.len()).bytes());
            bytes.extend(chunk);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"0\r\n\r\n");
        bytes
    }
}

fn model() -> impl Strategy<Value = Model> {
    let headers = proptest::collection::vec(("[A-Za-z0-9-]{1,12}", "[!-~]([ -~]{0,20}[!-~])?"), 0..6);
    let chunks = proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..10);
    (200u16..600, headers, chunks, any::<bool>()).prop_map(|(status, headers, chunks, chunked)| Model {
        status: if matches!(status, 204 | 304) { 200 } else { status },
        headers,
        chunks,
        chunked,
    })
}

#[test]
fn parser_buffer_size_fits_a_reply_at_every_limit() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let line = |size: usize| format!("{size:04x};{}\r\n", "x".repeat(CHUNK_LINE_BYTES_MAX - 7));
    let trailers = "x".repeat(CHUNK_LINE_BYTES_MAX - 4) + "\r\n\r\n";
    for body in ["", &(line(BODY_BYTES_MAX) + &"a".repeat(BODY_BYTES_MAX) + "\r\n")] {
        let reply = format!("{head}{body}{}{trailers}", line(0));
        let (mut parser, mut rest) = (Parser::new(BODY_BYTES_MAX), reply.as_bytes());
        let body_bytes = if body.is_empty() { 0 } else { BODY_BYTES_MAX };
        let (mut buffer, mut filled) = (vec![0; buffer_bytes(head.len(), body_bytes)], 0);
        let mut progress = Progress::Partial;
        while progress == Progress::Partial {
            let (piece, tail) = rest.split_at(rest.len().min(buffer.len() - filled));
            assert!(!piece.is_empty(), "no room for {} bytes", rest.len());
            buffer[filled..filled + piece.len()].copy_from_slice(piece);
            filled += piece.len();
            rest = tail;
            progress = parser.advance(&mut buffer, &mut filled).unwrap();
        }
        assert_eq!(parser.reply(&buffer).body.len(), body_bytes);
    }
}

proptest! {
    #[test]
    fn parser_reads_back_any_model_in_any_split(model in model(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        let bytes = model.bytes();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.push(bytes.len());
        cuts.sort_unstable();
        let mut start = 0;
        let pieces = cuts.iter().map(|end| { let piece = &bytes[start..*end]; start = *end; piece });
        let parsed = parse_pieces(pieces).unwrap().unwrap();
        prop_assert_eq!(parsed.status, model.status);
        prop_assert_eq!(&parsed.body, &model.body());
        let read: Vec<_> = parsed.headers.iter().filter(|(name, _)| name.starts_with("X-")).cloned().collect();
        let written: Vec<_> = model.headers.iter().map(|(name, value)| (format!("X-{name}"), value.clone())).collect();
        prop_assert_eq!(read, written);
    }

    #[test]
    fn parser_result_of_damaged_replies_ignores_splits(model in model(), at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
        let mut bytes = model.bytes();
        let index = at.index(bytes.len());
        bytes[index] = byte;
        let (one, other) = bytes.split_at(cut.index(bytes.len()));
        let whole = parse(&bytes);
        let split = parse_pieces([one, other]);
        // Bytes after the end of a reply affect only `keeps_alive`, and only if they had arrived by
        // then.
        let without_fate = |result: Result<Option<Parsed>, Malformed>| result.map(|parsed| parsed.map(|parsed| Parsed { keeps_alive: true, headers: vec![], ..parsed }));
        let text = |result: &Result<Option<Parsed>, Malformed>| format!("{result:?}");
        prop_assert_eq!(text(&without_fate(whole)), text(&without_fate(split)));
    }
}

#[test]
fn malformed_reasons_match_their_variants() {
    assert_eq!(Malformed::StatusLine.reason(), b"bad status line");
    assert_eq!(Malformed::Header.reason(), b"bad header");
    assert_eq!(Malformed::Framing.reason(), b"bad framing");
    assert_eq!(Malformed::Chunk.reason(), b"bad chunk");
    assert_eq!(Malformed::HeadTooLong.reason(), b"head too long");
    assert_eq!(Malformed::Truncated.reason(), b"truncated");
    assert_eq!(Malformed::Nothing.reason(), b"no reply");
}
