//! Faults of servers and networks, and the client's result for each.

use crate::refusing::Refusing;
use crate::server::{OK, Server, kind, text};
use crate::support;
use outbound::{Error, Kind, Request};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;

#[test]
fn malformed_and_truncated_replies_are_errors() {
    let _turn = support::alone();
    for (reply, expected) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", Kind::ConnectionLost),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", Kind::ConnectionLost),
        ("HTTP/1.1 200", Kind::ConnectionLost),
        ("", Kind::ConnectionLost),
        ("SSH-2.0-OpenSSH\r\n\r\n", Kind::MalformedReply),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", Kind::MalformedReply),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", Kind::MalformedReply),
        ("HTTP/1.1 101 Switching\r\n\r\n", Kind::MalformedReply),
    ] {
        let server = Server::start(move |_, peer| peer.reply(reply));
        assert_eq!(kind(Request::get(&server.url("/")).attempts_max(1).send()), expected, "{reply:?}");
    }
}

#[test]
fn replies_above_the_limit_are_errors() {
    let _turn = support::alone();
    for reply in [
        "HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nabcdef",
    ] {
        let server = Server::start(move |_, peer| peer.reply(reply));
        assert_eq!(kind(Request::get(&server.url("/")).reply_bytes_max(5).send()), Kind::TooLarge, "{reply:?}");
    }
    let server = Server::start(|_, peer| {
        peer.request();
        let header = vec![b'a'; 1 << 16];
        while peer.stream.write_all(&header).is_ok() {}
    });
    assert_eq!(kind(Request::get(&server.url("/")).send()), Kind::MalformedReply, "a head without an end");
}

/// The error of a GET whose time limit passes while it is in `stage`. On a busy machine a short
/// limit may pass in an earlier stage: then a longer one is tried.
fn timeout_while(stage: &str, url: &str) -> Error {
    let mut limit_ms = 100;
    loop {
        let error = Request::get(url).timeout_ms(limit_ms).send().unwrap_err();
        if limit_ms > 60_000 || error.message().contains(&format!(" while {stage};")) {
            return error;
        }
        limit_ms *= 4;
    }
}

#[test]
fn time_limit_applies_in_every_stage() {
    let _turn = support::alone();
    let silent = Server::start(|_, peer| _ = peer.request().and_then(|_| peer.request()));
    let slow = Server::start(|_, peer| {
        peer.request();
        while peer.stream.write_all(b"H").is_ok() {
            thread::yield_now();
        }
    });
    let error = timeout_while("waiting for the reply", &silent.url("/"));
    assert_eq!(error.kind(), Kind::Timeout);
    assert!(error.message().starts_with("GET 127.0.0.1: timed out while waiting for the reply; "), "{error}");
    let result = Request::get(&slow.url("/")).timeout_ms(50).send();
    assert!(matches!(kind(result), Kind::Timeout | Kind::MalformedReply));
    assert_eq!(kind(Request::get(&silent.url("/")).timeout_ms(0).send()), Kind::Timeout);
    // Without a limit of its own, a request has the deadline of the invocation.
    let now_ms = usize::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
    let result = support::in_invocation(now_ms + 60, || Request::get(&silent.url("/")).send());
    assert_eq!(kind(result), Kind::Timeout);
}

#[test]
fn lost_connections_are_errors_in_every_state() {
    let _turn = support::alone();
    // A server that closes with unread bytes resets the connection.
    let resets = Server::start(|_, peer| peer.stream.read_exact(&mut [0]).unwrap());
    // The client considers the request as sent.
    let error = Request::post(&resets.url("/")).body("x").send().unwrap_err();
    assert_eq!((error.kind(), error.is_not_sent()), (Kind::ConnectionLost, false), "{error}");
    // Half-closed: the server sends nothing more but continues reading.
    for (reply, expected) in [
        ("", "the connection was closed before the reply"),
        ("HTTP/1.1 200 OK\r\nContent-", "the connection was closed before the reply"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", "the connection was closed before the end of the reply"),
    ] {
        let server = Server::start(move |_, peer| {
            peer.reply(reply);
            peer.stream.shutdown(Shutdown::Write).unwrap();
            peer.request();
        });
        let error = Request::get(&server.url("/")).attempts_max(1).send().unwrap_err();
        assert_eq!((error.kind(), error.message()), (Kind::ConnectionLost, format!("GET 127.0.0.1: {expected}").as_str()));
    }
    // A complete reply is used. The connection is replaced for the next request, whether the client
    // detects its end before or after sending.
    let server = Server::start(|_, peer| {
        peer.reply(OK);
        peer.stream.shutdown(Shutdown::Write).unwrap();
        peer.request();
    });
    support::in_invocation(0, || {
        assert_eq!(text(Request::get(&server.url("/")).send()), "200 ok");
        assert_eq!(text(Request::get(&server.url("/")).send()), "200 ok");
    });
}

#[test]
fn handshake_without_an_end_times_out() {
    let _turn = support::alone();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let error = timeout_while("performing the TLS handshake", &url);
    assert_eq!(error.kind(), Kind::Timeout);
    assert!(error.message().starts_with("GET 127.0.0.1: timed out while performing the TLS handshake; "), "{error}");
    assert!(error.is_not_sent());
}

#[test]
fn interim_replies_without_an_end_time_out() {
    let _turn = support::alone();
    let server = Server::start(|_, peer| {
        peer.request();
        while peer.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").is_ok() {}
    });
    let error = timeout_while("waiting for the reply", &server.url("/"));
    assert_eq!(error.kind(), Kind::Timeout);
    assert!(error.message().starts_with("GET 127.0.0.1: timed out while waiting for the reply; "), "{error}");
}

#[test]
fn next_address_is_tried_after_a_failure() {
    let _turn = support::alone();
    // Another program may have the server's port at the other address: then another port is tried.
    let (server, other) = loop {
        let server = Server::start(|_, peer| peer.reply(OK));
        match Refusing::bind_to(SocketAddr::from(([127, 0, 0, 2], server.address.port()))) {
            Ok(other) => break (server, other),
            Err(error) => assert_eq!(error.kind(), ErrorKind::AddrInUse),
        }
    };
    let port = server.address.port();
    let hosts = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(hosts.path(), "127.0.0.2 two.test\n127.0.0.1 two.test\n").unwrap();
    support::set_environment(&[("RUCHY_LAMBDA_HOSTS_FILE", hosts.path().to_str().unwrap())]);
    let url = format!("http://two.test:{port}/");
    assert_eq!(text(Request::get(&url).send()), "200 ok", "refused");
    // A full accept queue: the kernel drops further connection requests.
    other.socket.listen(0).unwrap();
    let _waiting = TcpStream::connect(("127.0.0.2", port)).unwrap();
    assert_eq!(text(Request::get(&url).send()), "200 ok", "silent");
    support::set_environment(&[]);
}

/// A body of 5 GB does not increase the memory of the process. Uses seconds of processor time:
/// `just test-outbound`.
#[test]
#[ignore = "reads 5 GB"]
fn send_to_reads_5_gb_with_constant_memory() {
    const BYTES: u64 = 5_000_000_000;
    let _turn = support::alone();
    let server = Server::start(|_, peer| {
        peer.request();
        peer.send(&format!("HTTP/1.1 200 OK\r\nContent-Length: {BYTES}\r\n\r\n"));
        let part = vec![b'x'; 1 << 20];
        let mut left = BYTES;
        while left > 0 {
            let bytes = left.min(part.len() as u64);
            peer.stream.write_all(&part[..usize::try_from(bytes).unwrap()]).unwrap();
            left -= bytes;
        }
    });
    let (before, mut received) = (support::peak_kb(), 0);
    let mut take = |part: &[u8]| {
        received += part.len() as u64;
        true
    };
    Request::get(&server.url("/")).timeout_ms(600_000).send_to(&mut take).unwrap();
    assert_eq!(received, BYTES);
    assert!(support::peak_kb() - before < 8 * 1024, "{before} kB before, {} kB after", support::peak_kb());
}
