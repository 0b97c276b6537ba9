//! Connections with TLS that end at any place: in the handshake, in the tickets and in the reply.

use crate::certificates;
use crate::support;
use outbound::{Kind, Request};
use socket2::SockRef;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Passes bytes between clients and a server, and ends each connection after a number of the
/// server's bytes.
struct Relay {
    port: u16,
    bytes_max: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

impl Relay {
    fn start(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let relay = Self { port: listener.local_addr().unwrap().port(), bytes_max: Arc::default(), connections: Arc::default() };
        let (bytes_max, connections) = (relay.bytes_max.clone(), relay.connections.clone());
        thread::spawn(move || {
            for client in listener.incoming() {
                connections.fetch_add(1, Ordering::SeqCst);
                let bytes_max = bytes_max.load(Ordering::SeqCst);
                pass(client.unwrap(), TcpStream::connect(("127.0.0.1", server)).unwrap(), bytes_max);
            }
        });
        relay
    }
}

/// Ends the connection after `bytes_max` bytes of the server: by a reset if the number is odd, by
/// an end of the stream if it is even.
fn pass(mut client: TcpStream, mut server: TcpStream, bytes_max: usize) {
    client.set_nonblocking(true).unwrap();
    server.set_nonblocking(true).unwrap();
    let (mut passed, mut buffer) = (0, [0; 4096]);
    while passed < bytes_max {
        match client.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => {
                if server.write_all(&buffer[..count]).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
        let wanted = buffer.len().min(bytes_max - passed);
        match server.read(&mut buffer[..wanted]) {
            Ok(0) => return,
            Ok(count) => {
                passed += count;
                if client.write_all(&buffer[..count]).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::yield_now(),
            Err(_) => return,
        }
    }
    if bytes_max % 2 == 1 {
        SockRef::from(&client).set_linger(Some(Duration::ZERO)).unwrap();
    }
}

/// The distance of the tested places, in bytes.
const STEP: usize = 61;

#[test]
fn tls_connections_may_end_at_any_place() {
    let _turn = support::alone();
    let _hosts = certificates::trust(certificates::openssl());
    let relay = Relay::start(u16::try_from(certificates::openssl().port("rsa")).unwrap());
    let url = format!("https://localhost:{}/", relay.port);
    let (mut bytes_max, mut in_handshake, mut after_it) = (0, 0, 0);
    loop {
        relay.bytes_max.store(bytes_max, Ordering::SeqCst);
        relay.connections.store(0, Ordering::SeqCst);
        outbound::pool::clear();
        let error = match Request::post(&url).body("data").attempts_max(2).send() {
            Ok(reply) => {
                assert_eq!(reply.bytes(), b"hello over TLS");
                break;
            }
            Err(error) => error,
        };
        assert_eq!(error.kind(), Kind::ConnectionLost, "{bytes_max} bytes: {error}");
        // A POST is sent again only if the server cannot have read it.
        let connections = relay.connections.load(Ordering::SeqCst);
        assert_eq!(connections, if error.is_not_sent() { 2 } else { 1 }, "{bytes_max} bytes: {error}");
        if error.is_not_sent() {
            in_handshake += 1;
        } else {
            after_it += 1;
        }
        bytes_max += STEP;
        assert!(bytes_max < 20_000, "no reply after {bytes_max} bytes");
    }
    assert!(in_handshake > 10 && after_it > 0, "{in_handshake} in the handshake, {after_it} after it");
}
