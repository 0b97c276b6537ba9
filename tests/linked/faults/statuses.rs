//! Every status in reply to every request, early or late, once or twice: whether the process
//! continues or ends, and the line that it logs.

use super::play::{EVENT, ID, Play, play_all};
use super::wire;
use crate::support::bootstrap::{ALL, MISBEHAVING};
use crate::support::function::Function;
use crate::support::runtime_api::RuntimeApi;
use crate::support::text;
use Then::{Accepted, Fatal, Refused};

/// The meaning of a status in reply to a POST.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// Nothing is logged.
    Accepted,
    /// It is logged, and the next event is requested.
    Refused,
    /// It is logged, and the process ends.
    Fatal,
}

const TO_POST: &[(&str, (u16, Then))] = &[
    ("200", (200, Accepted)),
    ("202", (202, Accepted)),
    ("204", (204, Accepted)),
    ("301", (301, Refused)),
    ("304", (304, Refused)),
    ("400", (400, Refused)),
    ("401", (401, Refused)),
    ("403", (403, Refused)),
    ("404", (404, Refused)),
    ("405", (405, Refused)),
    ("408", (408, Refused)),
    ("410", (410, Refused)),
    ("413", (413, Refused)),
    ("429", (429, Refused)),
    ("500", (500, Fatal)),
    ("502", (502, Fatal)),
    ("503", (503, Fatal)),
    ("599", (599, Fatal)),
    ("999", (999, Fatal)),
];

/// Returns a reply with this status; 204 and 304 have no body, whatever their headers declare.
fn reply(status: u16) -> String {
    let body = if matches!(status, 204 | 304) { "" } else { "{\"errorType\":\"Status\"}\nsecond line" };
    let length = if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    format!("HTTP/1.1 {status} Status\r\n{length}\r\n{body}")
}

fn answer_post(handler: &str, name: &str, status: u16, then: Then) {
    let mut play = Play::begin(&MISBEHAVING, handler);
    let failures_logged = usize::from(handler == "fails");
    play.connection.deliver(ID, EVENT.as_bytes());
    assert_eq!(play.connection.request().line, format!("POST /2018-06-01/runtime/invocation/{ID}/{name} HTTP/1.1"));
    play.connection.send(reply(status).as_bytes());
    let error = if then == Fatal {
        play.ends(1).error
    } else {
        // In particular no POST to /error: Lambda has already reported the refusal.
        play.connection.next();
        play.continues()
    };
    let refusals: Vec<&str> = error.lines().filter(|line| line.contains("refused with status")).collect();
    match then {
        Accepted => assert!(refusals.is_empty(), "{error}"),
        Refused | Fatal => {
            let expected = format!("ruchy-lambda: RequestId: {ID} /{name} refused with status {status}: ");
            assert!(refusals.len() == 1 && refusals[0].starts_with(&expected), "{error}");
        }
    }
    // A handler that fails logs that too, each time it is called.
    let others = error.lines().count() - refusals.len();
    assert!(others <= 3 * failures_logged && (others > 0) == (failures_logged > 0), "{error}");
}

#[test]
fn statuses_to_a_response() {
    play_all("statuses, to a response", TO_POST, |(status, then)| answer_post("echo", "response", *status, *then));
}

#[test]
fn statuses_to_an_error() {
    play_all("statuses, to an error", TO_POST, |(status, then)| answer_post("fails", "error", *status, *then));
}

/// Any status except 200 in reply to `next` ends the process.
const TO_NEXT: &[(&str, u16)] = &[
    ("202", 202),
    ("204", 204),
    ("302", 302),
    ("304", 304),
    ("400", 400),
    ("403", 403),
    ("404", 404),
    ("410", 410),
    ("429", 429),
    ("500", 500),
    ("503", 503),
    ("999", 999),
];

#[test]
fn statuses_to_next() {
    play_all("statuses, to next", TO_NEXT, |status| {
        let mut play = Play::begin(&ALL, "echo");
        play.connection.send(reply(*status).as_bytes());
        let error = play.ends(1).error;
        assert!(error.starts_with(&format!("ruchy-lambda: invocation/next refused with status {status}: ")), "{error}");
        assert_eq!(error.lines().count(), 1, "{error}");
    });
}

#[test]
fn statuses_to_an_init_error() {
    play_all("statuses, to an init error", TO_POST, |(status, _)| {
        let api = RuntimeApi::listen();
        let address = api.address();
        let function = Function::start(&ALL, [("AWS_LAMBDA_RUNTIME_API", address.as_str()), ("_HANDLER", "nonsense")]);
        let mut connection = api.accept();
        assert_eq!(connection.request().line, "POST /2018-06-01/runtime/init/error HTTP/1.1");
        connection.send(reply(*status).as_bytes());
        assert_eq!(connection.try_request(), None, "no request follows, whatever the status");
        assert_eq!(function.end().status.code(), Some(1));
        assert!(!api.is_called());
    });
}

/// The result of a retried POST, by the state of the first attempt: `true` if it was sent
/// completely.
const REPEATED: &[(&str, (bool, u16, Then))] = &[
    ("202 after a lost reply", (true, 202, Accepted)),
    ("400 after a lost reply", (true, 400, Accepted)),
    ("403 after a lost reply", (true, 403, Accepted)),
    ("404 after a lost reply", (true, 404, Refused)),
    ("410 after a lost reply", (true, 410, Refused)),
    ("413 after a lost reply", (true, 413, Refused)),
    ("500 after a lost reply", (true, 500, Fatal)),
    ("202 after a partly sent POST", (false, 202, Accepted)),
    ("400 after a partly sent POST", (false, 400, Refused)),
    ("403 after a partly sent POST", (false, 403, Fatal)),
    ("410 after a partly sent POST", (false, 410, Refused)),
    ("413 after a partly sent POST", (false, 413, Refused)),
    ("503 after a partly sent POST", (false, 503, Fatal)),
];

/// More than the kernel buffers for a peer that does not read.
const LARGE_BYTES: usize = 16 << 20;

#[test]
fn statuses_to_a_repeated_post() {
    play_all("statuses, to a repeated POST", REPEATED, |(in_full, status, then)| {
        let mut play = Play::begin_narrow(&MISBEHAVING, "fault_sized");
        if *in_full {
            play.deliver();
        } else {
            play.connection.deliver(ID, LARGE_BYTES.to_string().as_bytes());
            play.connection.take(100_000);
        }
        wire::reset(&play.connection);
        play.connection = play.api.accept();
        let post = play.take_post();
        assert!(*in_full || post.body == text(LARGE_BYTES), "retried completely");
        play.connection.send(reply(*status).as_bytes());
        let error = if *then == Fatal {
            play.ends(1).error
        } else {
            play.connection.next();
            play.continues()
        };
        assert_eq!(error.lines().count(), usize::from(*then != Accepted), "{error}");
    });
}

/// The server's action after a refusal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It stops reading, and keeps the connection.
    Open,
    Fin,
    Rst,
}

/// The server's reply after it has read 100 KB of 6 MB.
const EARLY: &[(&str, (&str, End))] = &[
    ("413", ("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}", End::Open)),
    ("413 and close", ("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", End::Open)),
    ("413 and a FIN", ("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}", End::Fin)),
    ("413 and a RST", ("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}", End::Rst)),
    ("413 after an interim reply", ("HTTP/1.1 100 C\r\n\r\nHTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}", End::Open)),
    ("413 in chunks", ("HTTP/1.1 413 Too Large\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", End::Open)),
    ("413 until the close", ("HTTP/1.1 413 Too Large\r\n\r\n{}", End::Fin)),
    ("400", ("HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}", End::Open)),
    ("410", ("HTTP/1.1 410 Gone\r\nContent-Length: 2\r\n\r\n{}", End::Open)),
];

#[test]
fn early_refusal_ends_the_post() {
    play_all("early refusals", EARLY, |(refusal, end)| {
        let mut play = Play::begin_narrow(&MISBEHAVING, "fault_sized");
        play.connection.deliver(ID, b"6000000");
        play.connection.take(100_000);
        play.connection.send(refusal.as_bytes());
        match end {
            End::Open => {}
            End::Fin => wire::finish(&play.connection),
            End::Rst => wire::reset(&play.connection),
        }
        // The old connection is left unread.
        let mut refused = std::mem::replace(&mut play.connection, play.api.accept());
        play.connection.next();
        if *end != End::Rst {
            let rest = refused.take_all();
            assert!(rest.len() < 5_900_000 && !rest.windows(4).any(|four| four == b"GET "), "nothing is sent after an incomplete body");
        }
        let error = play.continues();
        assert!(error.lines().count() == 1 && error.contains("/response refused with status 4"), "{error}");
    });
}

/// The server's reply before it reads the remainder of a large POST.
const INTERIM: &[(&str, &str)] = &[
    ("100", "HTTP/1.1 100 Continue\r\n\r\n"),
    ("103", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    ("half of 103", "HTTP/1.1 103 Early Hi"),
];

#[test]
fn early_interim_reply_is_ignored() {
    play_all("early interim replies", INTERIM, |interim| {
        let mut play = Play::begin_narrow(&MISBEHAVING, "fault_sized");
        play.connection.deliver(ID, b"6000000");
        let mut sent = play.connection.take(100_000);
        play.connection.send(interim.as_bytes());
        let head_bytes = sent.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        sent.extend(play.connection.take(head_bytes + 6_000_000 - sent.len()));
        assert!(sent[head_bytes..] == text(6_000_000));
        if !interim.ends_with("\r\n\r\n") {
            play.connection.send(b"nts\r\n\r\n");
        }
        play.connection.acknowledge(202);
        play.connection.next();
        play.continues_silently();
    });
}
