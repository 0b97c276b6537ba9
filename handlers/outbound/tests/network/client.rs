//! The client against servers of the tests: requests, connection reuse, retries and replies.

use crate::refusing::Refusing;
use crate::server::{OK, Server, kind, text};
use crate::support;
use outbound::{Kind, Request, join};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

#[test]
fn connection_is_reused_within_an_invocation() {
    let _turn = support::alone();
    let server = Server::start(|number, peer| {
        while peer.request().is_some() {
            peer.send(&format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{number}"));
        }
    });
    support::in_invocation(0, || {
        assert_eq!(text(Request::get(&server.url("/")).send()), "200 0");
        assert_eq!(text(Request::post(&server.url("/")).body("x").send()), "200 0");
        outbound::pool::clear();
        assert_eq!(text(Request::get(&server.url("/")).send()), "200 1");
    });
    // Outside of an invocation, as before a snapshot, no connection is kept: the next request opens
    // another.
    outbound::pool::clear();
    assert_eq!(text(Request::get(&server.url("/")).send()), "200 2");
    assert_eq!(text(Request::get(&server.url("/")).send()), "200 3");
}

#[test]
fn dead_pooled_connection_is_replaced() {
    let _turn = support::alone();
    // Each connection answers one request; then it reads another and closes without a reply.
    let server = Server::start(|_, peer| {
        peer.reply(OK);
        peer.request();
    });
    support::in_invocation(0, || {
        for _ in 0..3 {
            assert_eq!(text(Request::get(&server.url("/")).send()), "200 ok");
        }
        // A request that is not repeatable is not retried, because the server may have acted on it.
        let error = Request::post(&server.url("/")).send().unwrap_err();
        assert_eq!((error.kind(), error.is_not_sent()), (Kind::ConnectionLost, false));
        assert_eq!(text(Request::post(&server.url("/")).repeatable().send()), "200 ok");
    });
}

#[test]
fn request_that_is_not_repeatable_is_sent_once() {
    let _turn = support::alone();
    let server = Server::start(|_, peer| _ = peer.request());
    assert_eq!(kind(Request::post(&server.url("/")).body("x").send()), Kind::ConnectionLost);
    assert_eq!(server.count(), 1);
    assert_eq!(kind(Request::get(&server.url("/")).send()), Kind::ConnectionLost);
    assert_eq!(server.count(), 3);
    assert_eq!(kind(Request::get(&server.url("/")).attempts_max(1).send()), Kind::ConnectionLost);
    assert_eq!(server.count(), 1);
}

#[test]
fn temporary_failures_are_retried() {
    let _turn = support::alone();
    let server = Server::start(|number, peer| {
        peer.reply(if number % 3 < 2 { "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" } else { OK });
    });
    assert_eq!(text(Request::get(&server.url("/")).send()), "200 ok");
    assert_eq!(server.count(), 3);
    assert_eq!(text(Request::post(&server.url("/")).send()), "503 ");
    assert_eq!(server.count(), 1);
    // If the requested pause exceeds the time limit, the reply is returned.
    let server =
        Server::start(|_, peer| peer.reply("HTTP/1.1 503 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
    assert_eq!(text(Request::get(&server.url("/")).timeout_ms(5000).send()), "503 ");
    assert_eq!(server.count(), 1);
}

#[test]
fn reply_is_read_with_every_framing() {
    let _turn = support::alone();
    for (reply, expected) in [
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\nT: x\r\n\r\n", "200 abcde"),
        ("HTTP/1.1 200 OK\r\n\r\nuntil the end", "200 until the end"),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 201 Made\r\nContent-Length: 1\r\n\r\nx", "201 x"),
        ("HTTP/1.1 204 None\r\n\r\n", "204 "),
        ("HTTP/1.0 404 Gone\r\nContent-Length: 2\r\n\r\nno", "404 no"),
    ] {
        let server = Server::start(move |_, peer| peer.reply(reply));
        assert_eq!(text(Request::get(&server.url("/")).send()), expected, "{reply:?}");
    }
    let server = Server::start(|_, peer| peer.reply("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"));
    assert_eq!(text(Request::head(&server.url("/")).send()), "200 ");
}

#[test]
fn send_to_receives_the_body_in_parts() {
    let _turn = support::alone();
    let part = vec![b'x'; 1 << 16];
    let server = Server::start(move |_, peer| {
        peer.request();
        peer.send(&format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 1 << 30));
        while peer.stream.write_all(&part).is_ok() {}
    });
    let mut bytes = 0;
    let mut take = |part: &[u8]| {
        bytes += part.len();
        bytes < 5 << 20
    };
    let response = Request::get(&server.url("/")).send_to(&mut take).unwrap();
    assert!(response.bytes().is_empty() && (5 << 20..6 << 20).contains(&bytes), "{bytes}");
    // The body of an error is in the response.
    let server = Server::start(|_, peer| peer.reply("HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\nnone"));
    assert_eq!(text(Request::get(&server.url("/")).send_to(&mut |_| panic!("not a success"))), "404 none");
}

#[test]
fn large_request_may_be_answered_early() {
    let _turn = support::alone();
    let body = vec![b'y'; 9 << 20];
    let server = Server::start(|_, peer| {
        let request = peer.request().unwrap();
        peer.send(&format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 7\r\n\r\n{}", request.matches('y').count()));
    });
    assert_eq!(text(Request::put(&server.url("/")).body(&body).send()), format!("200 {}", 9 << 20));
    let server = Server::start(|_, peer| {
        let mut head = [0; 64];
        peer.stream.read_exact(&mut head).unwrap();
        peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
        // Continue reading, so that the reply is not lost by a reset.
        std::io::copy(&mut peer.stream, &mut std::io::sink()).ok();
    });
    assert_eq!(text(Request::put(&server.url("/")).body(&body).send()), "413 big");
}

#[test]
fn redirects_are_followed_within_limits() {
    let _turn = support::alone();
    let target = Server::start(|_, peer| peer.reply(OK));
    let place = target.url("/there");
    let server = Server::start(move |_, peer| {
        let request = peer.request().unwrap();
        let path = request.split(' ').nth(1).unwrap().to_owned();
        let (status, location) = match path.as_str() {
            "/see" => (303, place.clone()),
            "/keep" => (307, "/see".to_owned()),
            "/circle" => (302, "circle".to_owned()),
            _ => (301, "ftp://host/".to_owned()),
        };
        peer.send(&format!("HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
    });
    let request = |path: &str| Request::post(&server.url(path)).header("Authorization", "secret").header("X-Other", "kept").body("data");
    assert_eq!(text(request("/keep").send()), "200 ok");
    assert_eq!(server.requests.try_iter().map(|request| request.contains("data")).collect::<Vec<_>>(), [true, true]);
    let last = target.requests.try_iter().next().unwrap();
    assert!(last.starts_with("GET /there HTTP/1.1\r\n") && last.contains("X-Other: kept\r\n"), "{last}");
    assert!(!last.contains("secret") && !last.contains("data"), "{last}");
    assert_eq!(kind(request("/circle").send()), Kind::Redirect);
    assert_eq!(server.count(), 6);
    assert_eq!(kind(request("/ftp").send()), Kind::InvalidRequest);
    assert_eq!(request("/see").redirects_max(0).send().unwrap().status(), 303);
}

#[test]
fn join_sends_requests_concurrently() {
    let _turn = support::alone();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    // No request is answered before all ten have arrived.
    thread::spawn(move || {
        let mut peers: Vec<(TcpStream, u8)> = (0..10)
            .map(|_| {
                let mut stream = listener.accept().unwrap().0;
                let mut start = [0; 6];
                stream.read_exact(&mut start).unwrap();
                (stream, start[5])
            })
            .collect();
        while let Some((mut stream, name)) = peers.pop() {
            stream.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}", char::from(name)).as_bytes()).unwrap();
        }
    });
    let mut requests: Vec<Request> = (0..10).map(|number| Request::get(&format!("{url}{number}"))).collect();
    let refusing = Refusing::bind();
    requests.insert(3, Request::get(&refusing.url()).attempts_max(1));
    let results: Vec<String> =
        join(requests).into_iter().map(|result| result.map_or_else(|error| format!("{:?}", error.kind()), |reply| reply.text())).collect();
    assert_eq!(results, ["0", "1", "2", "Connect", "3", "4", "5", "6", "7", "8", "9"]);
}

#[test]
fn gzip_is_decompressed_where_it_is_accepted() {
    // Python: gzip.compress(b"hello hello hello hello", mtime=0)
    const HELLO: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff\xcbH\xcd\xc9\xc9W\xc8@'\x01\xe3Q=\x8d\x17\0\0\0";
    let _turn = support::alone();
    let server = Server::start(|_, peer| {
        let request = peer.request().unwrap();
        assert!(request.contains("accept-encoding: gzip\r\n"));
        peer.send(&format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", HELLO.len()));
        peer.stream.write_all(HELLO).unwrap();
    });
    assert_eq!(text(Request::get(&server.url("/")).gzip().send()), "200 hello hello hello hello");
    assert_eq!(kind(Request::get(&server.url("/")).gzip().reply_bytes_max(22).send()), Kind::TooLarge);
}
