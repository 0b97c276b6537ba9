//! An HTTP server of the tests, without TLS.

use outbound::{Error, Kind, Response};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

/// An accepted connection, with the requests that it received.
pub struct Peer {
    pub stream: TcpStream,
    requests: Sender<String>,
}

impl Peer {
    /// Reads one request with its body, if the client sends another.
    pub fn request(&mut self) -> Option<String> {
        let mut request = Vec::new();
        let mut byte = [0];
        while !request.ends_with(b"\r\n\r\n") {
            if self.stream.read(&mut byte).unwrap_or(0) == 0 {
                return None;
            }
            request.push(byte[0]);
        }
        let head = String::from_utf8(request).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).ok()?;
        let request = head + &String::from_utf8_lossy(&body);
        self.requests.send(request.clone()).unwrap();
        Some(request)
    }

    /// Returns a second handle to this connection, which outlives the call of `serve`.
    pub fn duplicate(&self) -> Self {
        Self { stream: self.stream.try_clone().unwrap(), requests: self.requests.clone() }
    }

    /// Sends `text`. Errors are ignored, because the client may have closed the connection.
    pub fn send(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).ok();
    }

    /// Reads a request and replies with `text`.
    pub fn reply(&mut self, text: &str) {
        self.request();
        self.send(text);
    }
}

/// A server, and the number of requests that it received.
pub struct Server {
    pub address: SocketAddr,
    pub requests: Receiver<String>,
}

impl Server {
    /// Calls `serve` for each connection in turn, with its number.
    pub fn start(serve: impl Fn(usize, &mut Peer) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = mpsc::channel();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                serve(number, &mut Peer { stream: stream.unwrap(), requests: sender.clone() });
            }
        });
        Self { address, requests }
    }

    /// Returns the URL of `path`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Returns the number of requests received so far.
    pub fn count(&self) -> usize {
        self.requests.try_iter().count()
    }
}

/// A complete reply.
pub const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Returns the kind of the error of a request.
pub fn kind(result: Result<Response, Error>) -> Kind {
    result.unwrap_err().kind()
}

/// Returns the status and the body of a reply.
pub fn text(result: Result<Response, Error>) -> String {
    let response = result.unwrap();
    format!("{} {}", response.status(), response.text())
}
