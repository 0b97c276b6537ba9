//! The Runtime API as a stopwatch: a few threads that wait in `accept`, one invocation per start,
//! and the two moments at which a request was received completely. Uses plain blocking calls, and
//! inspects nothing before its moment was recorded.
//!
//! A server for one start does not acknowledge the response: the start ends there, and no request
//! of one start can be attributed to another. A server that continues acknowledges it, and waits
//! for the request for a second invocation, which it does not deliver.

use super::moment::{self, Moment};
use super::request::Request;
use crate::Error;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The number of connections that a runtime may open at once: some open one for each request.
const THREADS: usize = 4;
/// More than any runtime sends here, in bytes.
const REQUEST_BYTES_MAX: usize = 64 << 10;
/// The time in which the threads must notice that a function has ended.
const QUIET_MAX: Duration = Duration::from_secs(10);

const NEXT: &str = "GET /2018-06-01/runtime/invocation/next";
const RESPONSE: &str = "POST /2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response";
const ACKNOWLEDGEMENT: &[u8] = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n";

/// The moments at which the two requests were received, and the body of the second.
#[derive(Clone, Debug)]
pub struct Moments {
    pub next: Moment,
    pub response: Moment,
    pub answer: Vec<u8>,
}

/// The progress of a start.
#[derive(Clone, Copy, Debug)]
enum Stage {
    Spawned,
    /// `GET next` was received.
    Asked(Moment),
    /// The response was received.
    Answered,
    /// The second `GET next` was received.
    Idle,
}

/// The server. Its threads end with the process, or when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    received: Receiver<Result<Moments, String>>,
    idle: Receiver<()>,
}

#[derive(Debug)]
struct Shared {
    stage: Mutex<Stage>,
    /// The number of connections that are being served.
    busy: AtomicUsize,
    /// The reply to `GET next`.
    event: Vec<u8>,
    /// True if the response is acknowledged.
    acknowledges: bool,
}

/// The channels by which the threads report the progress of a start.
#[derive(Clone)]
struct Reports {
    moments: Sender<Result<Moments, String>>,
    idle: Sender<()>,
}

impl Server {
    /// Starts a server whose threads serve one start after the other and deliver `event`, which is
    /// JSON.
    ///
    /// # Errors
    /// The system's.
    pub fn start(event: &str) -> Result<Self, Error> {
        Self::listen(event, false)
    }

    /// Starts a server that also acknowledges the response.
    ///
    /// # Errors
    /// The system's.
    pub fn start_acknowledging(event: &str) -> Result<Self, Error> {
        Self::listen(event, true)
    }

    fn listen(event: &str, acknowledges: bool) -> Result<Self, Error> {
        let listen = || -> io::Result<Self> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            moment::stamp(&listener)?;
            let listener = Arc::new(listener);
            let stage = Mutex::new(Stage::Spawned);
            let shared = Arc::new(Shared { stage, busy: AtomicUsize::new(0), event: delivery(event), acknowledges });
            let ((moments, received), (idle, is_idle)) = (channel(), channel());
            let reports = Reports { moments, idle };
            for _ in 0..THREADS {
                let (listener, shared, reports) = (listener.clone(), shared.clone(), reports.clone());
                thread::Builder::new().name("runtime-api".to_owned()).spawn(move || serve(&listener, &shared, &reports))?;
            }
            Ok(Self { address: listener.local_addr()?, shared, received, idle: is_idle })
        };
        listen().map_err(Error::system("starting the Runtime API"))
    }

    /// Returns the value of `AWS_LAMBDA_RUNTIME_API`.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Returns the moments of this start, unless `patience` passes first.
    ///
    /// # Errors
    /// A description of what the function did instead.
    pub fn moments(&self, patience: Duration) -> Result<Option<Moments>, String> {
        match self.received.recv_timeout(patience) {
            Ok(received) => received.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err("the Runtime API's threads have ended".to_owned()),
        }
    }

    /// Returns true if the function requests a second invocation within `patience`.
    #[must_use]
    pub fn is_idle(&self, patience: Duration) -> bool {
        self.idle.recv_timeout(patience).is_ok()
    }

    /// Waits, after a function has ended, until every thread is idle, and discards late messages.
    ///
    /// # Errors
    /// `Error::System` if a process still holds a connection.
    pub fn quiet(&self) -> Result<(), Error> {
        let begun = Instant::now();
        while self.shared.busy.load(Ordering::Acquire) > 0 {
            if begun.elapsed() > QUIET_MAX {
                return Err(Error::system("waiting for a function's connections to close")(io::ErrorKind::TimedOut.into()));
            }
            thread::yield_now();
        }
        while self.received.try_recv().is_ok() || self.idle.try_recv().is_ok() {}
        *lock(&self.shared.stage) = Stage::Spawned;
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns `event` as Lambda delivers it, in one piece.
fn delivery(event: &str) -> Vec<u8> {
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
         Lambda-Runtime-Deadline-Ms: {}\r\nLambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:012345678912:function:bench\r\n\
         Lambda-Runtime-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=0\r\nContent-Length: {}\r\n\r\n{event}",
        now_ms + 3_600_000,
        event.len()
    )
    .into_bytes()
}

/// Runs one thread of the server.
fn serve(listener: &TcpListener, shared: &Shared, reports: &Reports) {
    let mut buffer = vec![0; REQUEST_BYTES_MAX];
    while let Ok((stream, _)) = listener.accept() {
        shared.busy.fetch_add(1, Ordering::AcqRel);
        converse(stream, shared, reports, &mut buffer);
        shared.busy.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Serves one connection until the peer closes it; a killed function does.
fn converse(mut stream: TcpStream, shared: &Shared, reports: &Reports, buffer: &mut [u8]) {
    loop {
        let (moment, request) = match receive(&stream, buffer) {
            Ok(Some(received)) => received,
            Ok(None) => return,
            Err(reason) => return drop(reports.moments.send(Err(reason))),
        };
        let stage = *lock(&shared.stage);
        match (stage, request.line.as_str()) {
            (Stage::Spawned, NEXT) => {
                *lock(&shared.stage) = Stage::Asked(moment);
                // The next read notices a closed connection.
                let _ = stream.write_all(&shared.event);
            }
            (Stage::Asked(next), RESPONSE) => {
                *lock(&shared.stage) = Stage::Answered;
                let _ = reports.moments.send(Ok(Moments { next, response: moment, answer: request.body }));
                if shared.acknowledges {
                    let _ = stream.write_all(ACKNOWLEDGEMENT);
                }
            }
            (Stage::Answered, NEXT) if shared.acknowledges => {
                *lock(&shared.stage) = Stage::Idle;
                let _ = reports.idle.send(());
            }
            (stage, _) => {
                let _ = reports.moments.send(Err(unexpected(stage, &request)));
            }
        }
    }
}

/// Receives the next request and the moment of its last byte; `None` if the peer closed the
/// connection.
fn receive(stream: &TcpStream, buffer: &mut [u8]) -> Result<Option<(Moment, Request)>, String> {
    let mut filled = 0;
    loop {
        let (count, moment) = match moment::receive(stream, buffer.get_mut(filled..).unwrap_or_default()) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(error.to_string()),
            Ok((0, _)) | Err(_) if filled < buffer.len() => return Ok(None),
            Ok((0, _)) | Err(_) => return Err(format!("a request of more than {REQUEST_BYTES_MAX} bytes")),
            Ok(received) => received,
        };
        filled += count;
        if let Some(request) = Request::parse(buffer.get(..filled).unwrap_or_default())? {
            return Ok(Some((moment, request)));
        }
    }
}

fn unexpected(stage: Stage, request: &Request) -> String {
    let expected = match stage {
        Stage::Spawned | Stage::Answered => NEXT,
        Stage::Asked(_) => RESPONSE,
        Stage::Idle => "nothing",
    };
    format!("it sent `{}`, expected `{expected}`. Body: {}", request.line, String::from_utf8_lossy(&request.body))
}

#[cfg(test)]
mod tests {
    use super::{NEXT, RESPONSE, Server};
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;
    use std::time::Duration;

    const ANSWER: &str = r#"{"value":1}"#;
    const SOON: Duration = Duration::from_secs(10);

    fn send(stream: &mut TcpStream, line: &str, body: &str) {
        stream.write_all(format!("{line} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    }

    #[test]
    fn server_records_both_moments_over_one_or_two_connections() {
        let server = Server::start("{}").unwrap();
        for connections in [1, 2] {
            let mut first = TcpStream::connect(server.address()).unwrap();
            send(&mut first, NEXT, "");
            assert!(first.read(&mut [0; 4096]).unwrap() > 100);
            let mut second = if connections == 1 { first.try_clone() } else { TcpStream::connect(server.address()) }.unwrap();
            send(&mut second, RESPONSE, ANSWER);
            let moments = server.moments(SOON).unwrap().unwrap();
            assert!(moments.next < moments.response && moments.answer == ANSWER.as_bytes());
            drop((first, second));
            server.quiet().unwrap();
        }
    }

    #[test]
    fn server_reports_the_second_request_if_it_acknowledges() {
        let server = Server::start_acknowledging("[1,2]").unwrap();
        for _ in 0..2 {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            let received = |stream: &mut TcpStream| {
                let mut reply = [0; 4096];
                let count = stream.read(&mut reply).unwrap();
                String::from_utf8(reply[..count].to_vec()).unwrap()
            };
            send(&mut stream, NEXT, "");
            assert!(received(&mut stream).ends_with("Content-Length: 5\r\n\r\n[1,2]"));
            send(&mut stream, RESPONSE, ANSWER);
            assert!(received(&mut stream).starts_with("HTTP/1.1 202 "));
            assert!(!server.is_idle(Duration::ZERO));
            send(&mut stream, NEXT, "");
            assert!(server.is_idle(SOON) && server.moments(SOON).unwrap().is_some());
            send(&mut stream, NEXT, "");
            assert!(server.moments(SOON).unwrap_err().contains("expected `nothing`"));
            drop(stream);
            server.quiet().unwrap();
        }
    }

    #[test]
    fn server_reports_unexpected_requests() {
        let server = Server::start("{}").unwrap();
        let failure = |requests: &[(&str, &str)]| {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            for (line, body) in requests {
                send(&mut stream, line, body);
            }
            let error = server.moments(SOON).unwrap_err();
            drop(stream);
            server.quiet().unwrap();
            error
        };
        let error = failure(&[("POST /2018-06-01/runtime/init/error", r#"{"errorType":"Runtime.HandlerNotFound"}"#)]);
        assert!(error.contains("`POST /2018-06-01/runtime/init/error`") && error.contains("HandlerNotFound"), "{error}");
        assert!(failure(&[("GET /2018-06-01/runtime/invocation/next/", "")]).contains("expected `"));
        assert!(failure(&[(RESPONSE, ANSWER)]).contains("expected `"));
    }
}
