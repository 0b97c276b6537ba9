//! Replies in pieces: split at every byte, and byte by byte. Each piece was read before the next
//! one is sent.

use super::play::{Play, play_all};
use crate::support::bootstrap::ALL;

/// The event, with characters of several bytes.
const EVENT: &str = "{\"\u{e9}\":\"\u{20ac}\"}";

/// Replies that are valid both for `next` and for a POST.
const REPLIES: &[(&str, &[u8])] = &[
    (
        "a length",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 12\r\n\r\n\
          {\"\xc3\xa9\":\"\xe2\x82\xac\"}",
    ),
    (
        "chunks, an extension and a trailer",
        b"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nTransfer-Encoding: chunked\r\n\r\n\
          003;a=b\r\n{\"\xc3\r\n1\r\n\xa9\r\n8\r\n\":\"\xe2\x82\xac\"}\r\n0\r\nX: y\r\n\r\n",
    ),
    (
        "leading interim replies",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n\
          HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 12\r\n\r\n{\"\xc3\xa9\":\"\xe2\x82\xac\"}",
    ),
];

/// Performs one invocation whose two replies arrive in these pieces.
fn invoke<'reply>(play: &mut Play, pieces: impl IntoIterator<Item = &'reply [u8]> + Clone) {
    send(play, pieces.clone());
    assert_eq!(play.take_post().text(), EVENT);
    send(play, pieces);
    play.connection.next();
}

/// Sends the pieces, each once the previous one was read and the function waits for more.
fn send<'reply>(play: &mut Play, pieces: impl IntoIterator<Item = &'reply [u8]>) {
    let mut before = play.function.asleep();
    for (index, piece) in pieces.into_iter().enumerate() {
        if index > 0 {
            play.function.asleep_since(before);
            before = play.function.asleep();
        }
        play.connection.send(piece);
    }
}

#[test]
fn reply_split_anywhere_is_accepted() {
    play_all("splits", REPLIES, |reply| {
        let mut play = Play::begin(&ALL, "echo");
        for at in 1..reply.len() {
            let (one, other) = reply.split_at(at);
            invoke(&mut play, [one, other]);
        }
        play.continues_silently();
    });
}

#[test]
fn reply_byte_by_byte_is_accepted() {
    play_all("dribbled bytes", REPLIES, |reply| {
        let mut play = Play::begin(&ALL, "echo");
        invoke(&mut play, reply.chunks(1));
        play.continues_silently();
    });
}
