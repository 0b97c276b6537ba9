//! Bodies that are read in parts.

use crate::server::{OK, Server, kind, text};
use crate::support;
use outbound::{Error, Kind, Request, Response};
use std::io::{BufRead, BufReader, Read};
use std::sync::mpsc;
use std::thread;

/// Sends a POST whose body is `parts`.
fn post(url: &str, bytes: Option<u64>, parts: &[&str]) -> Result<Response, Error> {
    let mut parts = parts.iter();
    Request::post(url).send_from(bytes, &mut |buffer| {
        let part = parts.next().map_or("", |part| part);
        buffer[..part.len()].copy_from_slice(part.as_bytes());
        Some(part.len())
    })
}

#[test]
fn body_in_parts_is_sent_with_its_length() {
    let _turn = support::alone();
    let server = Server::start(|_, peer| peer.reply(OK));
    assert_eq!(text(post(&server.url("/a"), Some(7), &["abc", "defg"])), "200 ok");
    let request = server.requests.recv().unwrap();
    assert_eq!(request, format!("POST /a HTTP/1.1\r\nHost: {}\r\nContent-Length: 7\r\n\r\nabcdefg", server.address));
    assert_eq!(text(post(&server.url("/"), Some(0), &[])), "200 ok");
}

#[test]
fn body_of_unknown_length_is_sent_in_chunks() {
    let _turn = support::alone();
    let (sender, bodies) = mpsc::channel();
    let server = Server::start(move |_, peer| {
        let (mut stream, mut body) = (BufReader::new(&peer.stream), String::new());
        while !body.ends_with("\r\n0\r\n\r\n") {
            stream.read_line(&mut body).unwrap();
        }
        sender.send(body).unwrap();
        peer.send(OK);
    });
    assert_eq!(text(post(&server.url("/"), None, &["abc", "defghijklmnopqrst"])), "200 ok");
    let request = bodies.recv().unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.ends_with("\r\nTransfer-Encoding: chunked") && !head.contains("Content-Length"), "{head}");
    assert_eq!(body, "3\r\nabc\r\n11\r\ndefghijklmnopqrst\r\n0\r\n\r\n");
}

#[test]
fn body_in_parts_is_never_sent_twice() {
    let _turn = support::alone();
    // The reply is lost, or asks for a retry.
    let lost = Server::start(|_, peer| _ = peer.request());
    let result = Request::put(&lost.url("/")).send_from(Some(0), &mut |_| Some(0));
    assert_eq!((kind(result), lost.count()), (Kind::ConnectionLost, 1));
    let busy = Server::start(|_, peer| peer.reply("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"));
    let reply = Request::put(&busy.url("/")).send_from(Some(0), &mut |_| Some(0)).unwrap();
    assert_eq!((reply.status(), busy.count()), (503, 1));
    // A pooled connection may be dead, so it is not used.
    let server = Server::start(|number, peer| {
        let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{number}");
        let mut peer = peer.duplicate();
        thread::spawn(move || {
            while peer.request().is_some() {
                peer.send(&reply);
            }
        });
    });
    support::in_invocation(0, || {
        for expected in ["200 0", "200 0"] {
            assert_eq!(text(Request::get(&server.url("/")).send()), expected);
        }
        assert_eq!(text(post(&server.url("/"), Some(1), &["x"])), "200 1");
    });
}

#[test]
fn body_in_parts_with_errors_is_cut_off() {
    let _turn = support::alone();
    for (bytes, parts) in [(Some(3), &["ab"][..]), (Some(1), &["ab"]), (Some(3), &["ab", "cd"])] {
        let (sender, ends) = mpsc::channel();
        let server = Server::start(move |_, peer| {
            let mut body = Vec::new();
            peer.stream.read_to_end(&mut body).ok();
            sender.send(String::from_utf8(body).unwrap()).unwrap();
        });
        let error = post(&server.url("/"), bytes, parts).unwrap_err();
        assert_eq!((error.kind(), error.message()), (Kind::InvalidRequest, "the body: expected as many bytes as were announced"));
        assert!(!ends.recv().unwrap().ends_with("cd"), "{parts:?}");
    }
    let server = Server::start(|_, peer| _ = peer.stream.read_to_end(&mut Vec::new()));
    let error = Request::post(&server.url("/")).send_from(None, &mut |_| None).unwrap_err();
    assert_eq!((error.kind(), error.message()), (Kind::InvalidRequest, "the body was cancelled"));
}

#[test]
fn redirect_of_a_body_in_parts_becomes_get_or_an_error() {
    let _turn = support::alone();
    for (status, expected) in [(303, Ok("200 ok")), (307, Err(Kind::Redirect))] {
        let server = Server::start(move |number, peer| {
            let redirect = format!("HTTP/1.1 {status} See\r\nLocation: /b\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            peer.reply(if number == 0 { &redirect } else { OK });
        });
        let result = post(&server.url("/a"), Some(3), &["abc"]);
        assert_eq!(
            result.map(|reply| format!("{} {}", reply.status(), reply.text())).map_err(|error| error.kind()),
            expected.map(str::to_owned)
        );
        if expected.is_ok() {
            let requests: Vec<String> = server.requests.try_iter().collect();
            assert_eq!(requests[1], format!("GET /b HTTP/1.1\r\nHost: {}\r\n\r\n", server.address));
        }
    }
}

/// A body larger than any buffer does not increase the memory of the process.
#[test]
fn body_in_parts_needs_constant_memory() {
    const BYTES: u64 = 256 << 20;
    let _turn = support::alone();
    let server = Server::start(|_, peer| {
        let (mut buffer, mut left) = (vec![0; 1 << 20], BYTES);
        let mut stream = BufReader::new(&peer.stream);
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            stream.read_line(&mut line).unwrap();
        }
        while left > 0 {
            left -= stream.read(&mut buffer).unwrap() as u64;
        }
        peer.send(OK);
    });
    let before = support::peak_kb();
    let mut left = BYTES;
    let result = Request::put(&server.url("/")).send_from(Some(BYTES), &mut |buffer| {
        let bytes = usize::try_from(left).unwrap().min(buffer.len());
        left -= bytes as u64;
        Some(bytes)
    });
    assert_eq!(text(result), "200 ok");
    assert!(support::peak_kb() - before < 8 * 1024, "{before} kB before, {} kB after", support::peak_kb());
}
