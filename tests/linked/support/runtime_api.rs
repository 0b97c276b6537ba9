//! A simulated Runtime API: byte by byte, with every request checked and every reply chosen by the
//! test.

use super::PATIENCE;
use super::function::Function;
use base64::Engine;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::Command;

/// A port where a function expects the Runtime API.
pub struct RuntimeApi {
    listener: TcpListener,
}

/// A received request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET /… HTTP/1.1`.
    pub line: String,
    /// Name and value of each header.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn is_next(&self) -> bool {
        self.line == "GET /2018-06-01/runtime/invocation/next HTTP/1.1"
    }
}

/// A response that was received in chunks.
#[derive(Debug)]
pub struct Streamed {
    /// The request, without its body.
    pub request: Request,
    /// The chunks as they were sent.
    pub chunks: Vec<Vec<u8>>,
    pub trailers: Vec<(String, String)>,
}

impl Streamed {
    pub fn text(&self) -> String {
        String::from_utf8(self.chunks.concat()).unwrap()
    }

    /// Returns the trailers that report a failure: its type, and its decoded body.
    pub fn failure(&self) -> Option<(&str, serde_json::Value)> {
        let [(error_type, error_type_value), (body, body_value)] = self.trailers.as_slice() else {
            assert!(self.trailers.is_empty(), "{:?}", self.trailers);
            return None;
        };
        assert_eq!([error_type, body], ["Lambda-Runtime-Function-Error-Type", "Lambda-Runtime-Function-Error-Body"]);
        let body = base64::engine::general_purpose::STANDARD.decode(body_value).unwrap();
        Some((error_type_value, serde_json::from_slice(&body).unwrap()))
    }
}

/// One connection of a function.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl From<TcpListener> for RuntimeApi {
    fn from(listener: TcpListener) -> Self {
        Self { listener }
    }
}

impl RuntimeApi {
    pub fn listen() -> Self {
        Self::listen_at("127.0.0.1:0")
    }

    pub fn listen_at(address: &str) -> Self {
        Self { listener: TcpListener::bind(address).unwrap() }
    }

    pub fn address(&self) -> String {
        self.listener.local_addr().unwrap().to_string()
    }

    pub fn listener(&self) -> &TcpListener {
        &self.listener
    }

    /// Returns true if a connection is waiting to be accepted.
    pub fn is_called(&self) -> bool {
        poll(&mut [PollFd::new(self.listener.as_fd(), PollFlags::POLLIN)], PollTimeout::ZERO).unwrap() == 1
    }

    /// Starts `handler` of `bootstrap` by a shell, after the shell commands `preparation`, and
    /// accepts the first connection.
    pub fn start_after(&self, preparation: &str, bootstrap: &Path, handler: &str) -> (Function, Connection) {
        let script = format!("{preparation} exec \"$0\"");
        let address = self.address();
        let environment = [("AWS_LAMBDA_RUNTIME_API", address.as_str()), ("_HANDLER", handler)];
        let function = Function::run(Command::new("sh").arg("-c").arg(script).arg(bootstrap).envs(environment));
        (function, self.accept())
    }

    /// Starts `bootstrap` with `handler` and accepts its first connection.
    pub fn start(&self, bootstrap: &Path, handler: &str) -> (Function, Connection) {
        self.start_with(&[], bootstrap, handler)
    }

    /// [`Self::start`] with additional `variables`.
    pub fn start_with(&self, variables: &[(&str, &str)], bootstrap: &Path, handler: &str) -> (Function, Connection) {
        (Function::run(&mut self.command(variables, bootstrap, handler)), self.accept())
    }

    /// Returns a command that starts `bootstrap` with `handler` and only `variables` in its
    /// environment.
    pub fn command(&self, variables: &[(&str, &str)], bootstrap: &Path, handler: &str) -> Command {
        let mut command = Command::new(bootstrap);
        command.env_clear().envs(variables.iter().copied()).env("AWS_LAMBDA_RUNTIME_API", self.address()).env("_HANDLER", handler);
        command
    }

    pub fn accept(&self) -> Connection {
        let mut waiting = [PollFd::new(self.listener.as_fd(), PollFlags::POLLIN)];
        let timeout = PollTimeout::try_from(PATIENCE).unwrap();
        assert_eq!(poll(&mut waiting, timeout).unwrap(), 1, "the function does not connect");
        let (stream, _) = self.listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Connection { stream, received: Vec::new() }
    }
}

impl Connection {
    /// Returns the next request, or `None` when the function has closed the connection.
    pub fn try_request(&mut self) -> Option<Request> {
        let head_end = loop {
            if let Some(at) = self.received.windows(4).position(|four| four == b"\r\n\r\n") {
                break at;
            }
            if !self.receive() {
                assert!(self.received.is_empty(), "an incomplete request: {:?}", String::from_utf8_lossy(&self.received));
                return None;
            }
        };
        let head = String::from_utf8(self.received[..head_end].to_vec()).unwrap();
        let mut lines = head.split("\r\n");
        let line = lines.next().unwrap().to_owned();
        let headers: Vec<(String, String)> =
            lines.map(|line| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap()).collect();
        let mut request = Request { line, headers, body: Vec::new() };
        let body_bytes = request.header("Content-Length").map_or(0, |value| value.parse().unwrap());
        let end = head_end + 4 + body_bytes;
        while self.received.len() < end {
            assert!(self.receive(), "an incomplete body");
        }
        request.body = self.received[head_end + 4..end].to_vec();
        self.received.drain(..end);
        Some(request)
    }

    /// Returns the next request, after checking what every request must have.
    pub fn request(&mut self) -> Request {
        let request = self.try_request().expect("the function closed the connection");
        assert_eq!(request.header("Host"), Some(self.stream.local_addr().unwrap().to_string().as_str()));
        assert_eq!(request.header("User-Agent"), Some(concat!("aws-lambda-ruchy/", env!("CARGO_PKG_VERSION"))));
        assert_eq!(request.header("Expect"), None);
        request
    }

    /// Receives the next request, which must be `GET next`.
    pub fn next(&mut self) {
        let request = self.request();
        assert!(request.is_next(), "{request:?}");
    }

    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Returns the complete chunked response for `request_id`; it is not acknowledged.
    pub fn streamed(&mut self, request_id: &str) -> Streamed {
        let request = self.request();
        assert_eq!(request.line, format!("POST /2018-06-01/runtime/invocation/{request_id}/response HTTP/1.1"));
        assert_eq!(request.header("Lambda-Runtime-Function-Response-Mode"), Some("streaming"));
        assert_eq!((request.header("Transfer-Encoding"), request.header("Content-Length")), (Some("chunked"), None));
        assert_eq!(request.header("Trailer"), Some("Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body"));
        self.chunks(request)
    }

    /// Returns the chunks that follow `request`, up to the last.
    pub fn chunks(&mut self, request: Request) -> Streamed {
        let mut chunks = Vec::new();
        loop {
            let size = usize::from_str_radix(&self.line(), 16).unwrap();
            if size == 0 {
                break;
            }
            chunks.push(self.take(size));
            assert_eq!(self.line(), "", "a chunk ends with CRLF");
        }
        let mut trailers = Vec::new();
        while let line = self.line()
            && !line.is_empty()
        {
            trailers.push(line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap());
        }
        Streamed { request, chunks, trailers }
    }

    /// Returns the next line, without its CRLF.
    pub fn line(&mut self) -> String {
        let end = loop {
            if let Some(end) = self.received.windows(2).position(|two| two == b"\r\n") {
                break end;
            }
            assert!(self.receive(), "an incomplete line: {:?}", String::from_utf8_lossy(&self.received));
        };
        let line = self.take(end + 2);
        String::from_utf8(line[..end].to_vec()).unwrap()
    }

    /// Returns the next `bytes` bytes.
    pub fn take(&mut self, bytes: usize) -> Vec<u8> {
        while self.received.len() < bytes {
            assert!(self.receive(), "an incomplete request: {:?}", String::from_utf8_lossy(&self.received));
        }
        self.received.drain(..bytes).collect()
    }

    /// Returns all bytes until the function closes its side.
    pub fn take_all(&mut self) -> Vec<u8> {
        while self.receive() {}
        std::mem::take(&mut self.received)
    }

    /// Receives more bytes. Returns false if the function has closed its side.
    fn receive(&mut self) -> bool {
        let mut bytes = vec![0; 65_536];
        let count = match self.stream.read(&mut bytes) {
            // A function that ends with unread bytes resets the connection: that counts as closed.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => 0,
            // A read with a time-out is interrupted if this process was stopped and continued.
            Err(error) if error.kind() == ErrorKind::Interrupted => return self.receive(),
            read => read.unwrap(),
        };
        self.received.extend(&bytes[..count]);
        count > 0
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).unwrap();
    }

    /// Sends bytes of which the function may not read the last ones.
    pub fn try_send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).ok();
    }

    /// Returns true if the function has not closed its side.
    pub fn is_open(&self) -> bool {
        let mut waiting = [PollFd::new(self.stream.as_fd(), PollFlags::POLLIN)];
        poll(&mut waiting, PollTimeout::ZERO).unwrap() == 0
    }

    /// Closes one direction or both.
    pub fn shut_down(&self, direction: std::net::Shutdown) {
        self.stream.shutdown(direction).unwrap();
    }

    /// Receives `bytes` bytes of a request and resets the connection.
    pub fn hang_up_after(mut self, bytes: usize) {
        let mut taken = vec![0; bytes];
        self.stream.read_exact(&mut taken).unwrap();
        // A connection closed with unread bytes is reset.
    }

    /// Delivers `event` as the reply to `next`.
    pub fn deliver(&mut self, request_id: &str, event: &[u8]) {
        let mut reply = head(request_id, &format!("Content-Length: {}", event.len()));
        reply.extend(event);
        self.send(&reply);
    }

    /// Delivers `event` with additional header lines.
    pub fn deliver_with(&mut self, request_id: &str, headers: &str, event: &[u8]) {
        let reply =
            format!("HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: {request_id}\r\n{headers}Content-Length: {}\r\n\r\n", event.len());
        self.send(&[reply.as_bytes(), event].concat());
    }

    /// Delivers `event` in chunks.
    pub fn deliver_chunked(&mut self, request_id: &str, event: &[u8], chunk_bytes: usize) {
        let mut reply = head(request_id, "Transfer-Encoding: chunked");
        for chunk in event.chunks(chunk_bytes) {
            reply.extend(format!("{:x}\r\n", chunk.len()).bytes());
            reply.extend(chunk);
            reply.extend(b"\r\n");
        }
        reply.extend(b"0\r\n\r\n");
        self.send(&reply);
    }

    /// Answers a POST with `status` and a body like the emulator's.
    pub fn acknowledge(&mut self, status: u16) {
        let body = if status == 202 { "{\"status\":\"OK\"}\n" } else { "{\"errorMessage\":\"no\",\"errorType\":\"Refused\"}" };
        let reply = format!("HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        self.send(reply.as_bytes());
    }

    /// Performs one invocation: `next`, the event, the response, its acknowledgement. Returns the
    /// POST.
    pub fn invoke(&mut self, request_id: &str, event: &[u8]) -> Request {
        self.next();
        self.deliver(request_id, event);
        self.answer(request_id)
    }

    /// Returns the POST for `request_id`, acknowledged.
    pub fn answer(&mut self, request_id: &str) -> Request {
        let request = self.request();
        let path = format!("POST /2018-06-01/runtime/invocation/{request_id}/");
        assert!(request.line.starts_with(&path), "{request:?}");
        assert_eq!(request.header("Content-Type"), Some("application/json"));
        self.acknowledge(202);
        request
    }
}

fn head(request_id: &str, framing: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: {request_id}\r\nLambda-Runtime-Deadline-Ms: 32503680000000\r\n\
         Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:012345678912:function:test_function\r\n{framing}\r\n\r\n"
    )
    .into_bytes()
}
