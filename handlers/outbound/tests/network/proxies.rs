//! Proxies of the tests.

use crate::certificates::openssl;
use crate::server::{OK, Server, text};
use crate::support;
use outbound::{Kind, Request};
use std::io;
use std::net::{Shutdown, TcpStream};
use std::thread;

#[test]
fn proxy_variables_select_the_proxy() {
    let _turn = support::alone();
    let proxy = Server::start(|_, peer| {
        let request = peer.request().unwrap();
        peer.send(if request.starts_with("CONNECT") { "HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n" } else { OK });
    });
    let direct = Server::start(|_, peer| peer.reply(OK));
    let address = format!("http://user:pass@{}", proxy.address);
    support::set_environment(&[("HTTP_PROXY", &address), ("https_proxy", &address), ("NO_PROXY", "127.0.0.1")]);
    assert_eq!(text(Request::get("http://example.test/path").send()), "200 ok");
    let request = proxy.requests.recv().unwrap();
    assert!(
        request.starts_with("GET http://example.test/path HTTP/1.1\r\nHost: example.test\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n")
    );
    let error = Request::get("https://example.test/").attempts_max(1).send().unwrap_err();
    assert_eq!(error.message(), "GET example.test: the proxy rejected the tunnel with status 407; check HTTPS_PROXY");
    assert!(
        proxy.requests.recv().unwrap().starts_with("CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\nProxy-Authorization: ")
    );
    assert_eq!(text(Request::get(&direct.url("/")).send()), "200 ok");
    assert_eq!((direct.count(), proxy.count()), (1, 0));
    support::set_environment(&[]);
}

#[test]
fn tunnel_of_a_proxy_carries_tls() {
    let _turn = support::alone();
    // Only the proxy knows the host: it connects to this machine for every name.
    let proxy = Server::start(|_, peer| {
        let request = peer.request().unwrap();
        let port = request.split([' ', ':']).nth(2).unwrap().parse().unwrap();
        let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
        peer.send("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n");
        let (mut to_server, mut from_client) = (server.try_clone().unwrap(), peer.stream.try_clone().unwrap());
        thread::spawn(move || io::copy(&mut from_client, &mut to_server).and_then(|_| to_server.shutdown(Shutdown::Write)));
        io::copy(&mut server, &mut peer.stream).ok();
        peer.stream.shutdown(Shutdown::Write).ok();
    });
    let address = format!("http://{}", proxy.address);
    support::set_environment(&[("HTTPS_PROXY", &address), ("SSL_CERT_FILE", openssl().roots())]);
    let port = openssl().port("wildcard");
    let get = |host: &str| Request::get(&format!("https://{host}:{port}/")).attempts_max(1).send();
    assert_eq!(text(get("a.example.test")), "200 hello over TLS");
    let request = proxy.requests.recv().unwrap();
    assert_eq!(request, format!("CONNECT a.example.test:{port} HTTP/1.1\r\nHost: a.example.test:{port}\r\n\r\n"));
    // The certificate must be that of the host, and not that of the proxy.
    let error = get("b.a.example.test").unwrap_err();
    assert!(error.kind() == Kind::Tls && error.message().contains("not valid for this host name"), "{error}");
}

#[test]
fn proxy_that_closes_is_an_error() {
    let _turn = support::alone();
    let proxy = Server::start(|_, peer| {
        peer.request();
    });
    let address = format!("http://{}", proxy.address);
    support::set_environment(&[("HTTPS_PROXY", &address)]);
    let error = Request::get("https://a.example.test/").attempts_max(1).send().unwrap_err();
    assert_eq!((error.kind(), error.message()), (Kind::Connect, "GET a.example.test: the proxy closed the connection"));
    assert!(error.is_not_sent());
}
