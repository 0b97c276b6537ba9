//! Connections that end: by RST and by FIN, before, within and behind every request and every reply.

use super::play::{EVENT, ID, Play, play_all};
use super::wire;
use crate::support::bootstrap::{ALL, MISBEHAVING};
use crate::support::text;
use At::{Acknowledgement, BeforeNext, Event, InNext, InPost, WholeEvent};

/// Where a connection ends.
#[derive(Clone, Copy)]
enum At {
    /// Behind a whole exchange, the next request not being read.
    BeforeNext,
    /// Within `GET next`.
    InNext,
    /// Behind these bytes of the reply to `next`.
    Event(&'static str),
    /// Behind the whole reply to `next`.
    WholeEvent,
    /// Within the POST, its first bytes being read.
    InPost,
    /// Behind these bytes of the reply to the POST.
    Acknowledgement(&'static str),
}

const HANGUPS: &[(&str, At)] = &[
    ("before next", BeforeNext),
    ("within next", InNext),
    ("behind next", Event("")),
    ("within the status line of an event", Event("HTTP/1.1 2")),
    ("within an interim reply to next", Event("HTTP/1.1 100 Continue\r\n")),
    ("within the name of a header of an event", Event("HTTP/1.1 200 OK\r\nLambda-Run")),
    ("within a header of an event", Event("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: i")),
    ("within the head of an event", Event("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 2\r\n")),
    ("in front of an event", Event("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 2\r\n\r\n")),
    ("within an event", Event("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 2\r\n\r\n{")),
    ("within a chunk's size", Event("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r")),
    ("within a chunk", Event("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{")),
    ("behind a chunk", Event("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}")),
    ("within the last chunk", Event("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")),
    ("behind an event", WholeEvent),
    ("within a POST", InPost),
    ("behind a POST", Acknowledgement("")),
    ("within the status line of an acknowledgement", Acknowledgement("HTTP/1.1 202")),
    ("within an interim reply to a POST", Acknowledgement("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n")),
    ("within the head of an acknowledgement", Acknowledgement("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n")),
    ("in front of the body of an acknowledgement", Acknowledgement("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n")),
    ("within the body of an acknowledgement", Acknowledgement("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n{")),
    ("within a chunk of an acknowledgement", Acknowledgement("HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{")),
];

/// How a connection ends. Returns what still came on it, until the function closed its side too, as text.
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

/// As [`finish`], where nothing more is read either.
fn finish_unread(play: &mut Play) -> Option<String> {
    wire::finish(&play.connection);
    play.connection = play.api.accept();
    None
}

/// How many bytes of a request are read where it is not read to its end.
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
            assert!(rest.is_none_or(|rest| rest.starts_with(&next[taken..]) && rest.ends_with("\r\n\r\n")), "only `next` was asked for");
            None
        }
        Event(bytes) => {
            play.connection.send(bytes.as_bytes());
            hang_up(&mut play)
        }
        WholeEvent | InPost | Acknowledgement(_) => {
            play.connection.deliver(ID, EVENT.as_bytes());
            return answer_again(play, hang_up, at);
        }
    };
    assert_eq!(rest.unwrap_or_default(), "");
    play.connection.next();
    play.goes_on_silently();
}

/// The connection ends once the event is there: the same POST comes on a new one.
fn answer_again(mut play: Play, hang_up: HangUp, at: At) {
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
    assert!(first.is_none_or(|first| first == post), "sent again as it was");
    if let Some(rest) = rest {
        assert!(rest.starts_with(&post.line) && rest.ends_with("\r\nContent-Length: 2\r\n\r\n{}"), "one POST and no more: {rest:?}");
    }
    play.connection.acknowledge(202);
    play.connection.next();
    play.goes_on_silently();
}

#[test]
fn connections_reset() {
    play_all("RST", HANGUPS, |at| hang_up_at(reset, *at));
}

#[test]
fn connections_finished() {
    play_all("FIN", HANGUPS, |at| hang_up_at(finish, *at));
}

/// How a connection ends within a large body, and whether that is the POST's.
const LARGE: &[(&str, (HangUp, bool))] = &[
    ("RST within a large event", (reset, false)),
    ("FIN within a large event", (finish, false)),
    ("RST within a large POST", (reset, true)),
    ("FIN within a large POST", (finish_unread, true)),
];

/// More than the kernel keeps for a peer that does not read.
const LARGE_BYTES: usize = 16 << 20;

#[test]
fn connections_that_end_within_much() {
    play_all("much", LARGE, |(hang_up, in_post)| {
        let mut play = Play::begin_narrow(&MISBEHAVING, "fault_sized");
        if *in_post {
            play.connection.deliver(ID, LARGE_BYTES.to_string().as_bytes());
            play.connection.take(TAKEN_BYTES);
            hang_up(&mut play);
            let post = play.take_post();
            assert!(post.body == text(LARGE_BYTES), "sent again, and whole");
            play.connection.acknowledge(202);
        } else {
            play.connection.send(b"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: id\r\nContent-Length: 6000000\r\n\r\n");
            play.connection.send(&text(5_999_999));
            assert_eq!(hang_up(&mut play).unwrap_or_default(), "");
        }
        play.connection.next();
        play.goes_on_silently();
    });
}
