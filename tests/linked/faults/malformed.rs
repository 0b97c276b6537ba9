//! Replies of every shape, each to `next` and to a POST. A malformed reply costs the connection,
//! and the request is retried; a well-formed one counts.

use super::play::{EVENT, Play, play_all};
use super::wire;
use crate::support::bootstrap::ALL;
use Answer::{Dropped, Kept, Lost, TooLarge};
use Then::{Eof, Open};

/// The server's action after the bytes.
#[derive(Clone, Copy)]
enum Then {
    /// It waits.
    Open,
    /// It closes its side.
    Eof,
}

/// The function's reaction to the bytes.
#[derive(Clone, Copy)]
enum Answer {
    /// A reply with this body.
    Kept(&'static str),
    /// A reply with this body, the last on its connection.
    Dropped(&'static str),
    /// No reply: the connection is dropped, and the request retried on another.
    Lost,
    /// A reply whose event is too large.
    TooLarge,
}

type Row = (&'static str, (&'static str, Then, Answer));

/// A reply that is valid up to its last headers. For a POST it is an acknowledgement, which ignores
/// the headers of an event.
macro_rules! reply {
    ($($rest:literal),+) => {
        concat!("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\n", $($rest),+)
    };
}

/// A reply with these additional header lines.
macro_rules! lines {
    ($lines:literal) => {
        reply!($lines, "Content-Length: 2\r\n\r\n{}")
    };
}

/// A reply that begins with this line.
macro_rules! status {
    ($line:literal) => {
        concat!($line, "Lambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 2\r\n\r\n{}")
    };
}

/// A reply in chunks.
macro_rules! chunks {
    ($chunks:literal) => {
        reply!("Transfer-Encoding: chunked\r\n\r\n", $chunks)
    };
}

const STATUS_LINES: &[Row] = &[
    ("HTTP/1.0", (status!("HTTP/1.0 200 OK\r\n"), Open, Dropped(EVENT))),
    ("HTTP/1.0 that keeps alive", (status!("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"), Open, Dropped(EVENT))),
    ("HTTP/2.0", (status!("HTTP/2.0 200 OK\r\n"), Open, Lost)),
    ("HTTP/0.9", ("<html>not found</html>\n", Open, Lost)),
    ("no version", (status!("200 OK\r\n"), Open, Lost)),
    ("a name in lower case", (status!("http/1.1 200 OK\r\n"), Open, Lost)),
    ("another protocol", (status!("ICY 200 OK\r\n"), Open, Lost)),
    ("rubbish", (status!("!@#$%^&*()\r\n"), Open, Lost)),
    ("only blanks", (status!("        \r\n"), Open, Lost)),
    ("an empty line", (status!("\r\nHTTP/1.1 200 OK\r\n"), Open, Lost)),
    ("a leading blank", (status!(" HTTP/1.1 200 OK\r\n"), Open, Lost)),
    ("two blanks", (status!("HTTP/1.1  200 OK\r\n"), Open, Lost)),
    ("a tab", (status!("HTTP/1.1\t200 OK\r\n"), Open, Lost)),
    ("no status", (status!("HTTP/1.1\r\n"), Open, Lost)),
    ("an empty status", (status!("HTTP/1.1 \r\n"), Open, Lost)),
    ("two digits", (status!("HTTP/1.1 20 OK\r\n"), Open, Lost)),
    ("four digits", (status!("HTTP/1.1 2000 OK\r\n"), Open, Lost)),
    ("a status below 100", (status!("HTTP/1.1 099 OK\r\n"), Open, Lost)),
    ("a negative status", (status!("HTTP/1.1 -20 OK\r\n"), Open, Lost)),
    ("a status in words", (status!("HTTP/1.1 two OK\r\n"), Open, Lost)),
    ("a NUL in the version", (status!("HTTP/1\0.1 200 OK\r\n"), Open, Lost)),
    ("a NUL in the status", (status!("HTTP/1.1 20\0 OK\r\n"), Open, Lost)),
    ("a NUL after the status", (status!("HTTP/1.1 200\0OK\r\n"), Open, Lost)),
    ("a leading control byte", (status!("\u{1}HTTP/1.1 200 OK\r\n"), Open, Lost)),
    ("no reason", (status!("HTTP/1.1 200\r\n"), Open, Kept(EVENT))),
    ("an empty reason", (status!("HTTP/1.1 200 \r\n"), Open, Kept(EVENT))),
    ("control bytes in the reason, which is ignored", (status!("HTTP/1.1 200 \u{1}\0\u{7f}\r\n"), Open, Kept(EVENT))),
    ("a bare LF", (status!("HTTP/1.1 200 OK\n"), Open, Lost)),
    ("a TLS alert", ("\x15\x03\x01\0\x02\x02\x46", Eof, Lost)),
    ("a TLS handshake that contains a newline", ("\x16\x03\x03\0\x7a\x02\0\0\x76\x03\x03\n", Open, Lost)),
    ("HTTP/2 settings", ("\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64", Eof, Lost)),
    ("HTTP/2 goodbye", ("\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x01HTTP/1.1 required\n", Open, Lost)),
    ("SSH", ("SSH-2.0-OpenSSH_9.6\r\n", Open, Lost)),
    ("NULs", ("\0\0\0\0\0\0\0\0", Eof, Lost)),
    ("a request", ("GET / HTTP/1.1\r\nHost: function\r\n\r\n", Open, Lost)),
];

const INTERIM: &[Row] = &[
    ("100", (concat!("HTTP/1.1 100 Continue\r\n\r\n", lines!("")), Open, Kept(EVENT))),
    ("103 with headers", (concat!("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", lines!("")), Open, Kept(EVENT))),
    ("102, 100, 199", (concat!("HTTP/1.1 102 P\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 199 ?\r\n\r\n", lines!("")), Open, Kept(EVENT))),
    (
        "headers of an interim reply are not the reply's",
        (concat!("HTTP/1.1 103 E\r\nLambda-Runtime-Aws-Request-Id: other\r\n\r\n", lines!("")), Open, Kept(EVENT)),
    ),
    (
        "a length in an interim reply is not the reply's",
        (concat!("HTTP/1.1 103 E\r\nContent-Length: 9\r\n\r\n", lines!("")), Open, Kept(EVENT)),
    ),
    (
        "close in an interim reply is not the reply's",
        (concat!("HTTP/1.1 103 E\r\nConnection: close\r\n\r\n", lines!("")), Open, Kept(EVENT)),
    ),
    ("101", (concat!("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", lines!("")), Open, Lost)),
    ("100 without a final reply", ("HTTP/1.1 100 Continue\r\n\r\n", Eof, Lost)),
    ("100 and rubbish", ("HTTP/1.1 100 Continue\r\n\r\nrubbish\r\n", Open, Lost)),
];

const HEADERS: &[Row] = &[
    ("a NUL in a name", (lines!("X\0Y: z\r\n"), Open, Lost)),
    ("a NUL in a value", (lines!("X: y\0z\r\n"), Open, Lost)),
    ("a NUL in the request id", ("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: i\0d\r\nContent-Length: 2\r\n\r\n{}", Open, Lost)),
    ("0x01 in a name", (lines!("X\u{1}: y\r\n"), Open, Lost)),
    ("0x01 in a value", (lines!("X: \u{1}\r\n"), Open, Lost)),
    ("0x1f in a value", (lines!("X: \u{1f}\r\n"), Open, Lost)),
    ("DEL in a name", (lines!("X\u{7f}: y\r\n"), Open, Lost)),
    ("DEL in a value", (lines!("X: y\u{7f}\r\n"), Open, Lost)),
    ("ESC in a value", (lines!("X: \u{1b}[31m\r\n"), Open, Lost)),
    ("a bare CR in a name", (lines!("X\rY: z\r\n"), Open, Lost)),
    ("a bare CR in a value", (lines!("X: y\rContent-Length: 1\r\n"), Open, Lost)),
    ("CR CR LF", (lines!("X: y\r\r\n"), Open, Lost)),
    ("a bare LF", (lines!("X: y\n"), Open, Lost)),
    ("bare LFs alone", ("HTTP/1.1 200 OK\nLambda-Runtime-Aws-Request-Id: id\nContent-Length: 2\n\n{}", Open, Lost)),
    ("a bare LF at the end of the head", (reply!("Content-Length: 2\r\n\n{}"), Open, Lost)),
    ("a folded line, by a blank", (lines!("X: y\r\n z\r\n"), Open, Lost)),
    ("a folded line, by a tab", (lines!("X: y\r\n\tz\r\n"), Open, Lost)),
    ("a folded line with a colon", (lines!("X: y\r\n Content-Length: 1\r\n"), Open, Lost)),
    ("a blank before the colon", (lines!("X : y\r\n"), Open, Lost)),
    ("a tab before the colon", (lines!("X\t: y\r\n"), Open, Lost)),
    ("a blank in a name", (lines!("X Y: z\r\n"), Open, Lost)),
    ("no name", (lines!(": y\r\n"), Open, Lost)),
    ("no colon", (lines!("X\r\n"), Open, Lost)),
    ("a name beyond ASCII", (lines!("X\u{e9}: y\r\n"), Open, Lost)),
    ("a value beyond ASCII", (lines!("X: \u{e9}\u{20ac}\r\n"), Open, Kept(EVENT))),
    ("a tab in a value", (lines!("X: a\tb\r\n"), Open, Kept(EVENT))),
    ("an empty value", (lines!("X:\r\n"), Open, Kept(EVENT))),
    ("only blanks for a value", (lines!("X: \t  \r\n"), Open, Kept(EVENT))),
    ("names in odd case", ("HTTP/1.1 200 OK\r\nlAMBDA-rUNTIME-aWS-rEQUEST-iD:id\r\nCONTENT-LENGTH:2\r\n\r\n{}", Open, Kept(EVENT))),
    ("close", (lines!("Connection: close\r\n"), Open, Dropped(EVENT))),
    ("close in odd case", (lines!("connection: CLOSE\r\n"), Open, Dropped(EVENT))),
    ("keep-alive", (lines!("Connection: keep-alive\r\n"), Open, Kept(EVENT))),
    ("keep-alive, and close on another line", (lines!("Connection: keep-alive\r\nConnection: close\r\n"), Open, Dropped(EVENT))),
];

const LENGTHS: &[Row] = &[
    ("too long, then EOF", (reply!("Content-Length: 3\r\n\r\n{}"), Eof, Lost)),
    ("too short, then more", (reply!("Content-Length: 2\r\n\r\n{}{}"), Open, Dropped(EVENT))),
    ("none at all, with bytes", (reply!("Content-Length: 0\r\n\r\n{}"), Open, Dropped(""))),
    ("a second reply in the same read", (concat!(lines!(""), "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"), Open, Dropped(EVENT))),
    ("a second event in the same read", (concat!(lines!(""), lines!("")), Open, Dropped(EVENT))),
    ("half a second reply in the same read", (concat!(lines!(""), "HTTP/1.1 2"), Open, Dropped(EVENT))),
    ("a CRLF after the body", (reply!("Content-Length: 2\r\n\r\n{}\r\n"), Open, Dropped(EVENT))),
    ("negative", (reply!("Content-Length: -2\r\n\r\n{}"), Open, Lost)),
    ("with a sign", (reply!("Content-Length: +2\r\n\r\n{}"), Open, Lost)),
    ("hexadecimal", (reply!("Content-Length: 0x2\r\n\r\n{}"), Open, Lost)),
    ("a fraction", (reply!("Content-Length: 2.0\r\n\r\n{}"), Open, Lost)),
    ("a list", (reply!("Content-Length: 2, 2\r\n\r\n{}"), Open, Lost)),
    ("a blank in it", (reply!("Content-Length: 2 2\r\n\r\n{}"), Open, Lost)),
    ("empty", (reply!("Content-Length: \r\n\r\n{}"), Open, Lost)),
    ("in words", (reply!("Content-Length: two\r\n\r\n{}"), Open, Lost)),
    ("20 digits", (reply!("Content-Length: 99999999999999999999\r\n\r\n{}"), Open, Lost)),
    ("20 digits with the value 2", (reply!("Content-Length: 00000000000000000002\r\n\r\n{}"), Open, Lost)),
    ("2^64", (reply!("Content-Length: 18446744073709551616\r\n\r\n{}"), Open, Lost)),
    ("2^64 + 2", (reply!("Content-Length: 18446744073709551618\r\n\r\n{}"), Open, Lost)),
    ("2^63", (reply!("Content-Length: 9223372036854775808\r\n\r\n{}"), Open, TooLarge)),
    ("2^63 - 1", (reply!("Content-Length: 9223372036854775807\r\n\r\n{}"), Open, TooLarge)),
    ("2^32 + 2", (reply!("Content-Length: 4294967298\r\n\r\n{}"), Open, TooLarge)),
    ("leading zeros", (reply!("Content-Length: 0002\r\n\r\n{}"), Open, Kept(EVENT))),
    ("twice the same", (reply!("Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"), Open, Kept(EVENT))),
    ("twice, the second longer", (reply!("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"), Open, Lost)),
    ("twice, the second shorter", (reply!("Content-Length: 2\r\nContent-Length: 0\r\n\r\n{}"), Open, Lost)),
    ("before chunked", (reply!("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("after chunked", (reply!("Transfer-Encoding: chunked\r\nContent-Length: 12\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("until the close", (reply!("\r\n{}"), Eof, Dropped(EVENT))),
    ("until the close, which is at once", (reply!("\r\n"), Eof, Dropped(""))),
];

const CODINGS: &[Row] = &[
    ("gzip, chunked", (reply!("Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("gzip", (reply!("Transfer-Encoding: gzip\r\n\r\n{}"), Open, Lost)),
    ("identity", (reply!("Transfer-Encoding: identity\r\n\r\n{}"), Open, Lost)),
    ("chunked, chunked", (reply!("Transfer-Encoding: chunked, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("chunked on two lines", (reply!("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("chunked, identity", (reply!("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("nearly chunked", (reply!("Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("empty", (reply!("Transfer-Encoding:\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("chunked by a vertical tab", (reply!("Transfer-Encoding: \u{b}chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("odd case and blanks", (reply!("Transfer-Encoding: \t CHUNKED \r\n\r\n2\r\n{}\r\n0\r\n\r\n"), Open, Kept(EVENT))),
];

const CHUNKS: &[Row] = &[
    ("two", (chunks!("1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"), Open, Kept(EVENT))),
    ("none but the last", (chunks!("0\r\n\r\n"), Open, Kept(""))),
    ("several zeros for the last", (chunks!("2\r\n{}\r\n000\r\n\r\n"), Open, Kept(EVENT))),
    ("an extension", (chunks!("2;a=b\r\n{}\r\n0;last\r\n\r\n"), Open, Kept(EVENT))),
    ("an extension in quotes", (chunks!("2 ; a=\"b;c\"\r\n{}\r\n0\r\n\r\n"), Open, Kept(EVENT))),
    ("trailers", (chunks!("2\r\n{}\r\n0\r\nX: y\r\nContent-Length: 9\r\n\r\n"), Open, Kept(EVENT))),
    ("a size in capitals", (chunks!("A\r\n{\"a\":true}\r\n0\r\n\r\n"), Open, Kept("{\"a\":true}"))),
    ("a size with leading zeros", (chunks!("002\r\n{}\r\n0\r\n\r\n"), Open, Kept(EVENT))),
    ("a size that is not a number", (chunks!("zz\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("no size", (chunks!("\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("an extension without a size", (chunks!(";a=b\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("a negative size", (chunks!("-2\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("a size with a sign", (chunks!("+2\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("a size with 0x", (chunks!("0x2\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("a size with a blank in it", (chunks!("0 2\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("a size with a NUL", (chunks!("2\0\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("17 digits", (chunks!("10000000000000002\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("17 digits with the value 2", (chunks!("00000000000000002\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("2^64 - 1", (chunks!("ffffffffffffffff\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("2^60 - 1", (chunks!("fffffffffffffff\r\n{}\r\n0\r\n\r\n"), Open, TooLarge)),
    ("2^60 - 1 after another", (chunks!("2\r\n{}\r\nfffffffffffffff\r\n"), Open, TooLarge)),
    ("longer than its size", (chunks!("2\r\n{}}\r\n0\r\n\r\n"), Open, Lost)),
    ("shorter than its size", (chunks!("5\r\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("no CRLF after the data", (chunks!("2\r\n{}0\r\n\r\n"), Open, Lost)),
    ("a bare LF after the data", (chunks!("2\r\n{}\n0\r\n\r\n"), Open, Lost)),
    ("a bare LF after the size", (chunks!("2\n{}\r\n0\r\n\r\n"), Open, Lost)),
    ("a bare LF after the last size", (chunks!("2\r\n{}\r\n0\n\r\n"), Open, Lost)),
    ("a bare LF at the end", (chunks!("2\r\n{}\r\n0\r\n\n"), Open, Lost)),
    ("no last one", (chunks!("2\r\n{}\r\n"), Eof, Lost)),
    ("no end after the last one", (chunks!("2\r\n{}\r\n0\r\n"), Eof, Lost)),
    ("EOF in a size", (chunks!("2"), Eof, Lost)),
    ("EOF in a chunk", (chunks!("2\r\n{"), Eof, Lost)),
    ("EOF in a trailer", (chunks!("2\r\n{}\r\n0\r\nX: "), Eof, Lost)),
    ("bytes after the end", (chunks!("2\r\n{}\r\n0\r\n\r\n{}"), Open, Dropped(EVENT))),
];

/// Plays the bytes as the reply to `next`.
fn to_next(&(bytes, then, answer): &(&str, Then, Answer)) {
    let mut play = Play::begin(&ALL, "echo");
    send(&play, bytes, then);
    if !matches!(answer, Kept(_)) {
        play.reconnected();
    }
    let expected = match answer {
        Kept(event) | Dropped(event) => {
            assert_eq!(play.take_post().text(), event);
            play.connection.acknowledge(202);
            ""
        }
        Lost => "",
        TooLarge => {
            let post = play.connection.answer("id");
            assert!(post.line.ends_with("/error HTTP/1.1"), "{post:?}");
            assert_eq!(post.header("Lambda-Runtime-Function-Error-Type"), Some("Runtime.EventTooLarge"));
            "Runtime.EventTooLarge"
        }
    };
    play.connection.next();
    let error = play.continues();
    assert!(error.contains(expected) && error.is_empty() == expected.is_empty(), "{error}");
}

/// Plays the bytes as the reply to a POST.
fn to_post(&(bytes, then, answer): &(&str, Then, Answer)) {
    let mut play = Play::begin(&ALL, "echo");
    let post = play.deliver();
    send(&play, bytes, then);
    if !matches!(answer, Kept(_)) {
        play.reconnected();
    }
    if let Lost = answer {
        assert_eq!(play.take_post(), post, "retried unchanged");
        play.connection.acknowledge(202);
    }
    play.connection.next();
    play.continues_silently();
}

fn send(play: &Play, bytes: &str, then: Then) {
    use std::io::Write;
    play.connection.stream().write_all(bytes.as_bytes()).unwrap();
    if let Eof = then {
        wire::finish(&play.connection);
    }
}

/// Plays a table as replies to `next` and to a POST.
fn play_both(group: &str, rows: &[Row]) {
    play_all(&format!("{group}, to next"), rows, to_next);
    play_all(&format!("{group}, to a POST"), rows, to_post);
}

#[test]
fn status_lines() {
    play_both("status lines", STATUS_LINES);
}

#[test]
fn interim_replies() {
    play_both("interim replies", INTERIM);
}

#[test]
fn headers() {
    play_both("headers", HEADERS);
}

#[test]
fn lengths() {
    play_both("Content-Length", LENGTHS);
}

#[test]
fn transfer_codings() {
    play_both("Transfer-Encoding", CODINGS);
}

#[test]
fn chunks() {
    play_both("chunks", CHUNKS);
}
