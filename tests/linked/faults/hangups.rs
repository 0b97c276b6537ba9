//! Connections that end by RST and by FIN: before, within and after every request and every reply.

use super::play::{EVENT, ID, Play, play_all};
use super::wire;
use crate::support::bootstrap::{ALL, MISBEHAVING};
use crate::support::text;
use At::{Acknowledgement, BeforeNext, Event, InNext, InPost, WholeEvent};

/// The point at which a connection ends.
#[derive(Clone, Copy)]
enum At {
    /// After a complete exchange, before the next request is read.
    BeforeNext,
    /// Within `GET next`.
    InNext,
    /// After these bytes of the reply to `next`.
    Event(&'static str),
    /// After the complete reply to `next`.
    WholeEvent,
    /// Within the POST, after its first bytes were read.
    InPost,
    /// After these bytes of the reply to the POST.
    Acknowledgement(&'static str),
}

const HANGUPS: &[(&str, At)] = &[
    ("before next", BeforeNext),
    ("within next", InNext),
    ("after next", Event("")),
    ("within the status line of an event", Event("HTTP/1.1 2")),
    ("within an interim reply to next", Event("HTTP/1.1 100 Continue\r\n")),
    ("within the name of a header of an event", Event("HTTP/1.1 200 OK\r\nLambda-Run")),
    ("within a header of an event", Event("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: i")),
    ("within the head of an event", Event("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 2\r\n")),
    ("before an event", Event("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 2\r\n\r\n")),
    ("within an event", Event("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 2\r\n\r\n{")),
    ("within a chunk's size", Event("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r")),
    ("within a chunk", Event("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{")),
    ("after a chunk", Event("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}")),
    ("within the last chunk", Event("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")),
    ("after an event", WholeEvent),
    ("within a POST", InPost),
    ("after a POST", Acknowledgement("")),
    ("within the status line of an acknowledgement", Acknowledgement("HTTP/1.1 202")),
    ("within an interim reply to a POST", Acknowledgement("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n")),
    ("within the head of an acknowledgement", Acknowledgement("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n")),
    ("before the body of an acknowledgement", Acknowledgement("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n")),
    ("within the body of an acknowledgement", Acknowledgement("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{")),
    ("within a chunk of an acknowledgement", Acknowledgement("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{")),
];

/// Ends a connection. Returns the bytes that still arrived until the function closed its side, as
/// text.
type HangUp = fn(&mut Play) -> Option<String>;

fn reset(play: &mut Play) -> Option<String> {
    wire::reset(&play.connection);
    play.connection = play.api.accept();
    None
}

#[expect(clippy::unnecessary_wraps, reason = "it is a HangUp")]
fn finish(play: &mut Play) -> Option<String> {
    wire::finish(&play.connection);
    let rest = play.connection.take_all();
    play.connection = play.api.accept();
    Some(String::from_utf8(rest).unwrap())
}

/// [`finish`] without reading further.
fn finish_unread(play: &mut Play) -> Option<String> {
    wire::finish(&play.connection);
    play.connection = play.api.accept();
    None
}

/// The number of bytes that are read of a request that is not read completely.
const TAKEN_BYTES: usize = 20;

fn hang_up_at(hang_up: HangUp, at: At) {
    let mut play = Play::begin(&ALL, "echo");
    let next = format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {}\r\nUser-Agent: aws-lambda-ruchy/", play.api.address());
    let rest = match at {
        BeforeNext | InNext => {
            play.deliver();
            play.connection.acknowledge(202);
            let taken = if let InNext = at { play.connection.take(TAKEN_BYTES).len() } else { 0 };
            let rest = hang_up(&mut play);
            assert!(rest.is_none_or(|rest| rest.starts_with(&next[taken..]) && rest.ends_with("\r\n\r\n")), "only `next` was requested");
            None
        }
        Event(bytes) => {
            play.connection.send(bytes.as_bytes());
            hang_up(&mut play)
        }
        WholeEvent | InPost | Acknowledgement(_) => {
            play.connection.deliver(ID, EVENT.as_bytes());
            return expect_retry(play, hang_up, at);
        }
    };
    assert_eq!(rest.unwrap_or_default(), "");
    play.connection.next();
    play.continues_silently();
}

/// Ends the connection once the event was delivered: the same POST arrives on a new one.
fn expect_retry(mut play: Play, hang_up: HangUp, at: At) {
    let mut first = None;
    let rest = match at {
        Acknowledgement(bytes) => {
            first = Some(play.take_post());
            play.connection.send(bytes.as_bytes());
            hang_up(&mut play).filter(|rest| !rest.is_empty())
        }
        InPost => {
            let start = String::from_utf8(play.connection.take(TAKEN_BYTES)).unwrap();
            hang_up(&mut play).map(|rest| start + &rest)
        }
        _ => hang_up(&mut play),
    };
    let post = play.take_post();
    assert_eq!(post.text(), EVENT);
    assert!(first.is_none_or(|first| first == post), "retried unchanged");
    if let Some(rest) = rest {
        assert!(rest.starts_with(&post.line) && rest.ends_with("\r\nContent-Length: 2\r\n\r\n{}"), "one POST and no more: {rest:?}");
    }
    play.connection.acknowledge(202);
    play.connection.next();
    play.continues_silently();
}

#[test]
fn function_survives_resets_everywhere() {
    play_all("RST", HANGUPS, |at| hang_up_at(reset, *at));
}

#[test]
fn function_survives_fins_everywhere() {
    play_all("FIN", HANGUPS, |at| hang_up_at(finish, *at));
}

/// The way in which a connection ends within a large body, and whether that is the POST's.
const LARGE: &[(&str, (HangUp, bool))] = &[
    ("RST within a large event", (reset, false)),
    ("FIN within a large event", (finish, false)),
    ("RST within a large POST", (reset, true)),
    ("FIN within a large POST", (finish_unread, true)),
];

/// More than the kernel buffers for a peer that does not read.
const LARGE_BYTES: usize = 16 << 20;

#[test]
fn function_survives_hangups_in_large_bodies() {
    play_all("much", LARGE, |(hang_up, in_post)| {
        let mut play = Play::begin_narrow(&MISBEHAVING, "fault_sized");
        if *in_post {
            play.connection.deliver(ID, LARGE_BYTES.to_string().as_bytes());
            play.connection.take(TAKEN_BYTES);
            hang_up(&mut play);
            let post = play.take_post();
            assert!(post.body == text(LARGE_BYTES), "retried completely");
            play.connection.acknowledge(202);
        } else {
            play.connection.send(b"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 6000000\r\n\r\n");
            play.connection.send(&text(5_999_999));
            assert_eq!(hang_up(&mut play).unwrap_or_default(), "");
        }
        play.connection.next();
        play.continues_silently();
    });
}
