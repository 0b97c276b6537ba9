//! Replies at the limits: the longest head, line and event, and each with one byte more.

use super::play::{EVENT, ID, Play, play_all};
use crate::support::bootstrap::{ALL, MISBEHAVING};
use ruchy_lambda::http::parser::{CHUNK_LINE_BYTES_MAX, HEAD_BYTES_MAX};
use ruchy_lambda::runtime_api::invocation::EVENT_BYTES_MAX;

const START: &str = "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\n";
const LENGTH: &str = "Content-Length: 2\r\n\r\n";

/// Returns a reply whose head has `bytes` bytes, with one long header.
fn with_head_of(bytes: usize) -> String {
    let padding = "p".repeat(bytes - START.len() - "Padding: \r\n".len() - LENGTH.len());
    format!("{START}Padding: {padding}\r\n{LENGTH}{EVENT}")
}

/// Returns a reply whose head has `bytes` bytes, in the shortest possible lines.
fn with_short_lines_of(bytes: usize) -> String {
    let (lines, rest) = ((bytes - START.len() - LENGTH.len()) / 4 - 1, (bytes - START.len() - LENGTH.len()) % 4);
    format!("{START}{}a:{}\r\n{LENGTH}{EVENT}", "a:\r\n".repeat(lines), "b".repeat(rest))
}

/// Returns a reply whose heads, interim ones included, have `bytes` bytes.
fn with_interim_heads_of(bytes: usize) -> String {
    let interim = "HTTP/1.1 100 C\r\n\r\n";
    let count = (bytes - 1000) / interim.len();
    interim.repeat(count) + &with_head_of(bytes - count * interim.len())
}

fn with_status_line_of(bytes: usize) -> String {
    let line = START.replacen("OK", &"k".repeat(bytes - "HTTP/1.1 200 \r\n".len()), 1);
    line + LENGTH + EVENT
}

fn with_lines(count: usize) -> String {
    let lines = (0..count).fold(String::new(), |lines, number| lines + &format!("Header-{number}: value\r\n"));
    format!("{START}{lines}{LENGTH}{EVENT}")
}

/// Returns a reply whose chunk header line has `bytes` bytes.
fn with_chunk_line_of(bytes: usize) -> String {
    let extension = "e".repeat(bytes - "2;\r\n".len());
    format!("{START}Transfer-Encoding: chunked\r\n\r\n2;{extension}\r\n{EVENT}\r\n0\r\n\r\n")
}

/// Returns a reply with `bytes` bytes after its last chunk.
fn with_trailers_of(bytes: usize) -> String {
    let trailer = "t".repeat(bytes - "X:\r\n\r\n".len());
    format!("{START}Transfer-Encoding: chunked\r\n\r\n2\r\n{EVENT}\r\n0\r\nX:{trailer}\r\n\r\n")
}

/// Builds a reply of a size.
type Sized = fn(usize) -> String;

/// Each with its size, and whether it is accepted.
const HEADS: &[(&str, (Sized, usize, bool))] = &[
    ("the longest head", (with_head_of, HEAD_BYTES_MAX, true)),
    ("a head one byte too long", (with_head_of, HEAD_BYTES_MAX + 1, false)),
    ("a head of twice the longest", (with_head_of, HEAD_BYTES_MAX * 2, false)),
    ("the longest head, in short lines", (with_short_lines_of, HEAD_BYTES_MAX, true)),
    ("a head in short lines, one byte too long", (with_short_lines_of, HEAD_BYTES_MAX + 1, false)),
    ("the longest heads, most of them interim", (with_interim_heads_of, HEAD_BYTES_MAX, true)),
    ("interim heads, one byte too long", (with_interim_heads_of, HEAD_BYTES_MAX + 1, false)),
    ("a status line of a megabyte", (with_status_line_of, 1 << 20, true)),
    ("a status line too long", (with_status_line_of, HEAD_BYTES_MAX + 1, false)),
    ("10,000 header lines", (with_lines, 10_000, true)),
    ("100,000 header lines", (with_lines, 100_000, false)),
    ("the longest line of a chunk", (with_chunk_line_of, CHUNK_LINE_BYTES_MAX, true)),
    ("a chunk's line one byte too long", (with_chunk_line_of, CHUNK_LINE_BYTES_MAX + 1, false)),
    ("the longest trailers", (with_trailers_of, CHUNK_LINE_BYTES_MAX, true)),
    ("trailers one byte too long", (with_trailers_of, CHUNK_LINE_BYTES_MAX + 1, false)),
];

#[test]
fn next_limits_heads_and_lines() {
    play_all("sizes, to next", HEADS, |(reply, size, is_taken)| {
        let mut play = Play::begin(&ALL, "echo");
        play.connection.try_send(reply(*size).as_bytes());
        if *is_taken {
            assert_eq!(play.take_post().text(), EVENT);
            play.connection.acknowledge(202);
        } else {
            play.reconnected();
        }
        play.connection.next();
        play.continues_silently();
    });
}

#[test]
fn post_limits_heads_and_lines() {
    play_all("sizes, to a POST", HEADS, |(reply, size, is_taken)| {
        let mut play = Play::begin(&ALL, "echo");
        let post = play.deliver();
        play.connection.try_send(reply(*size).as_bytes());
        if !*is_taken {
            play.reconnected();
            assert_eq!(play.take_post(), post);
            play.connection.acknowledge(202);
        }
        play.connection.next();
        play.continues_silently();
    });
}

/// The sizes of client contexts, in bytes.
const CONTEXTS: &[(&str, usize)] =
    &[("none", 0), ("1 MB", 1_000_000), ("1 MB and a byte", 1_000_001), ("1 MiB", 1 << 20), ("1 MiB and a byte", (1 << 20) + 1)];

#[test]
fn next_accepts_large_client_contexts() {
    play_all("client contexts", CONTEXTS, |bytes| {
        let mut play = Play::begin(&MISBEHAVING, "fault_context");
        let context = "c".repeat(*bytes);
        play.connection.send(format!("{START}Lambda-Runtime-Client-Context: {context}\r\n{LENGTH}{EVENT}").as_bytes());
        assert_eq!(play.take_post().text(), bytes.to_string());
        play.connection.acknowledge(202);
        play.connection.next();
        play.continues_silently();
    });
}

/// Frames an event of this many bytes.
type Framing = fn(usize) -> Vec<u8>;

fn sized(bytes: usize) -> Vec<u8> {
    format!("{START}Content-Length: {bytes}\r\n\r\n{}", "e".repeat(bytes)).into_bytes()
}

fn one_chunk(bytes: usize) -> Vec<u8> {
    format!("{START}Transfer-Encoding: chunked\r\n\r\n{bytes:x}\r\n{}\r\n0\r\n\r\n", "e".repeat(bytes)).into_bytes()
}

fn many_chunks(bytes: usize) -> Vec<u8> {
    let whole = "a\r\neeeeeeeeee\r\n".repeat(bytes / 10) + &"1\r\ne\r\n".repeat(bytes % 10);
    format!("{START}Transfer-Encoding: chunked\r\n\r\n{whole}0\r\n\r\n").into_bytes()
}

const EVENTS: &[(&str, (Framing, usize))] = &[
    ("the largest event", (sized, EVENT_BYTES_MAX)),
    ("an event one byte too large", (sized, EVENT_BYTES_MAX + 1)),
    ("the largest event in one chunk", (one_chunk, EVENT_BYTES_MAX)),
    ("an event in one chunk, one byte too large", (one_chunk, EVENT_BYTES_MAX + 1)),
    ("the largest event in small chunks", (many_chunks, EVENT_BYTES_MAX)),
    ("an event in small chunks, one byte too large", (many_chunks, EVENT_BYTES_MAX + 1)),
    ("an event of 20 MB", (sized, 20_000_000)),
    ("an event of 20 MB in one chunk", (one_chunk, 20_000_000)),
    ("an event of 20 MB in small chunks", (many_chunks, 20_000_000)),
];

#[test]
fn next_limits_events() {
    play_all("events", EVENTS, |(framing, bytes)| {
        let mut play = Play::begin(&ALL, "echo");
        play.connection.try_send(&framing(*bytes));
        if *bytes <= EVENT_BYTES_MAX {
            assert!(play.take_post().body == vec![b'e'; *bytes]);
            play.connection.acknowledge(202);
            play.connection.next();
            play.continues_silently();
        } else {
            play.reconnected();
            let post = play.connection.answer(ID);
            assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some("Runtime.EventTooLarge"));
            play.connection.next();
            assert_eq!(play.continues().lines().count(), 1);
        }
    });
}
