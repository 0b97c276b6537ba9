//! Compares the chunk decoder with the naive decoder on chunked bodies that have a structure, and
//! sometimes a flaw: complete and in pieces, in a buffer of exactly the required size.

use crate::draw::Draw;
use crate::naive::{Chunked, chunked};
use ruchy_lambda::http::parser::{CHUNK_LINE_BYTES_MAX, Parser, Progress, buffer_bytes};

const STATUS_LINE: &[u8] = b"HTTP/1.1 200\r\n";
const HEADER: &[u8] = b"Transfer-Encoding: chunked\r\n\r\n";

/// Writes a chunked body.
fn write(draw: &mut Draw) -> Vec<u8> {
    let mut body = Vec::new();
    let count = draw.byte() % 24;
    for _ in 0..count {
        let data = match draw.byte() {
            repeated @ 0..=31 => vec![b'a'; usize::from(repeated) * 67],
            _ => draw.run().to_vec(),
        };
        write_line(draw, &mut body, data.len());
        body.extend(&data);
        body.extend(b"\r\n");
    }
    write_line(draw, &mut body, 0);
    for _ in 0..draw.byte() % 4 {
        body.extend(b"Trailer: ");
        body.extend(filler(draw));
        body.extend(b"\r\n");
    }
    body.extend(b"\r\n");
    body
}

fn write_line(draw: &mut Draw, body: &mut Vec<u8>, size: usize) {
    let style = draw.byte();
    let zeros = "0".repeat(usize::from(style >> 4));
    let line = if style & 1 == 0 { format!("{zeros}{size:x}") } else { format!("{zeros}{size:X}") };
    body.extend(line.bytes());
    if style & 2 != 0 {
        body.extend(b" \t");
    }
    if style & 4 != 0 {
        body.extend(b";x=");
        body.extend(filler(draw));
    }
    body.extend(b"\r\n");
}

/// Returns a string whose length is sometimes close to the limit of a line.
fn filler(draw: &mut Draw) -> Vec<u8> {
    match draw.byte() {
        short @ 0..=127 => vec![b'e'; short.into()],
        long @ 128..=191 => vec![b'e'; CHUNK_LINE_BYTES_MAX - usize::from(long - 128)],
        _ => draw.run().to_vec(),
    }
}

/// Parses `bytes`, in pieces of `piece_bytes` at most, in a buffer of `room` bytes.
fn parse(bytes: &[u8], body_bytes_max: usize, piece_bytes: usize, room: usize) -> Chunked {
    let mut parser = Parser::new(body_bytes_max);
    let (mut buffer, mut filled, mut rest) = (vec![0; room], 0, bytes);
    loop {
        let free = buffer.len() - filled;
        let (piece, tail) = rest.split_at(rest.len().min(free).min(piece_bytes));
        if piece.is_empty() {
            // If there is no room for the remainder, the received bytes are not a reply.
            return if free == 0 && !rest.is_empty() { Chunked::Malformed } else { Chunked::Partial };
        }
        buffer[filled..filled + piece.len()].copy_from_slice(piece);
        filled += piece.len();
        rest = tail;
        match parser.advance(&mut buffer, &mut filled) {
            Err(_) => return Chunked::Malformed,
            Ok(Progress::Partial) => {}
            Ok(Progress::Complete) => {
                let reply = parser.reply(&buffer);
                if reply.oversized {
                    return Chunked::TooLong;
                }
                // Trailers are not kept. Bytes after the reply are accepted, but only to end the
                // connection.
                return Chunked::Complete { body: reply.body.to_vec(), trailers: Vec::new(), taken: usize::from(parser.keeps_alive()) };
            }
        }
    }
}

/// Writes a chunked body, possibly damages or truncates it, and parses it.
pub fn check(bytes: &[u8]) {
    let mut draw = Draw(bytes);
    let body_bytes_max = draw.one_of(&[50_000, 0, 1, 255, 4096, 20_000]);
    let piece_bytes = draw.one_of(&[usize::MAX, 1, 2, 3, 7, 100, 1000, 4095, 4096, 4097]);
    let (flaw, at, byte) = (draw.byte() % 8, draw.word(), draw.byte());
    let mut body = write(&mut draw);
    let at = at % body.len();
    match flaw {
        0 => body[at] = byte,
        1 => body.truncate(at),
        2 => body.insert(at, byte),
        3 => drop(body.remove(at)),
        4 => body.push(byte),
        _ => {}
    }

    let expected = match chunked(&body, body_bytes_max, CHUNK_LINE_BYTES_MAX) {
        Chunked::Complete { body: joined, taken, .. } => {
            Chunked::Complete { body: joined, trailers: Vec::new(), taken: usize::from(taken == body.len()) }
        }
        other => other,
    };
    let head_bytes = STATUS_LINE.len() + HEADER.len();
    let reply = [STATUS_LINE, HEADER, &body].concat();
    let ample = parse(&reply, body_bytes_max, usize::MAX, reply.len() + 1);
    assert_eq!(ample, expected);
    let same = |other: Chunked| match (&ample, other) {
        // Bytes after a complete reply may not have arrived yet.
        (Chunked::Complete { body, .. }, Chunked::Complete { body: other, .. }) => assert_eq!(*body, other),
        // An excessive line may be detected only with the next byte.
        (ample, other) => assert_eq!(*ample, other),
    };
    same(parse(&reply, body_bytes_max, piece_bytes, reply.len() + 1));
    same(parse(&reply, body_bytes_max, piece_bytes, buffer_bytes(head_bytes, body_bytes_max)));
}
