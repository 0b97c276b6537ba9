//! The Runtime API as a stopwatch: a few threads that wait in `accept`, one invocation a start, and the two moments at which something had
//! been received in full. Plain blocking calls, and nothing is looked at before its moment has been taken.
//!
//! A server for one start does not acknowledge its response: what a start did is over with it, and no request of one start can be taken for
//! another's. One that goes on does, and has the function wait for a second invocation that does not come.

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

/// As many connections as a runtime may have at once: some open one for each request.
const THREADS: usize = 4;
/// More than any runtime asks or answers here, in bytes.
const REQUEST_BYTES_MAX: usize = 64 << 10;
/// How long the threads may take to see that a function they talked to has ended.
const QUIET_MAX: Duration = Duration::from_secs(10);

const NEXT: &str = "GET /2018-06-01/runtime/invocation/next";
const RESPONSE: &str = "POST /2018-06-01/runtime/invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response";
const ACKNOWLEDGEMENT: &[u8] = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n";

/// When the two requests had been received, and what the second one said.
#[derive(Clone, Debug)]
pub struct Moments {
    pub next: Moment,
    pub response: Moment,
    pub answer: Vec<u8>,
}

/// How far a start has come.
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
    heard: Receiver<Result<Moments, String>>,
    idle: Receiver<()>,
}

#[derive(Debug)]
struct Shared {
    stage: Mutex<Stage>,
    /// How many connections are being served.
    busy: AtomicUsize,
    /// The reply to `GET next`.
    event: Vec<u8>,
    /// Whether the function is told that its response has arrived.
    acknowledges: bool,
}

/// Where the threads say what a start has come to.
#[derive(Clone)]
struct Told {
    moments: Sender<Result<Moments, String>>,
    idle: Sender<()>,
}

impl Server {
    /// A server with threads that wait, for one start after the other, which delivers `event`, some JSON.
    ///
    /// # Errors
    /// The system's.
    pub fn start(event: &str) -> Result<Self, Error> {
        Self::listen(event, false)
    }

    /// One that also acknowledges the response.
    ///
    /// # Errors
    /// The system's.
    pub fn start_and_go_on(event: &str) -> Result<Self, Error> {
        Self::listen(event, true)
    }

    fn listen(event: &str, acknowledges: bool) -> Result<Self, Error> {
        let listen = || -> io::Result<Self> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            moment::stamp(&listener)?;
            let listener = Arc::new(listener);
            let stage = Mutex::new(Stage::Spawned);
            let shared = Arc::new(Shared { stage, busy: AtomicUsize::new(0), event: delivery(event), acknowledges });
            let ((moments, heard), (idle, is_idle)) = (channel(), channel());
            let told = Told { moments, idle };
            for _ in 0..THREADS {
                let (listener, shared, told) = (listener.clone(), shared.clone(), told.clone());
                thread::Builder::new().name("runtime-api".to_owned()).spawn(move || serve(&listener, &shared, &told))?;
            }
            Ok(Self { address: listener.local_addr()?, shared, heard, idle: is_idle })
        };
        listen().map_err(Error::system("starting the Runtime API"))
    }

    /// What `AWS_LAMBDA_RUNTIME_API` is.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// What this start has come to, if it has within `patience`.
    ///
    /// # Errors
    /// What the function did instead.
    pub fn moments(&self, patience: Duration) -> Result<Option<Moments>, String> {
        match self.heard.recv_timeout(patience) {
            Ok(heard) => heard.map(Some),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err("the Runtime API's threads have ended".to_owned()),
        }
    }

    /// Whether the function has asked for a second invocation, within `patience`.
    #[must_use]
    pub fn is_idle(&self, patience: Duration) -> bool {
        self.idle.recv_timeout(patience).is_ok()
    }

    /// Waits until every thread waits again, after a function has ended; and forgets what it may have sent at last.
    ///
    /// # Errors
    /// [`Error::System`]: somebody still holds a connection.
    pub fn quiet(&self) -> Result<(), Error> {
        let begun = Instant::now();
        while self.shared.busy.load(Ordering::Acquire) > 0 {
            if begun.elapsed() > QUIET_MAX {
                return Err(Error::system("waiting for a function's connections to close")(io::ErrorKind::TimedOut.into()));
            }
            thread::yield_now();
        }
        while self.heard.try_recv().is_ok() || self.idle.try_recv().is_ok() {}
        *lock(&self.shared.stage) = Stage::Spawned;
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `event` as Lambda delivers it, in one piece.
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

/// One thread, for ever.
fn serve(listener: &TcpListener, shared: &Shared, told: &Told) {
    let mut buffer = vec![0; REQUEST_BYTES_MAX];
    while let Ok((stream, _)) = listener.accept() {
        shared.busy.fetch_add(1, Ordering::AcqRel);
        converse(stream, shared, told, &mut buffer);
        shared.busy.fetch_sub(1, Ordering::AcqRel);
    }
}

/// One connection: until the peer is gone, which a killed function is.
fn converse(mut stream: TcpStream, shared: &Shared, told: &Told, buffer: &mut [u8]) {
    loop {
        let (moment, request) = match receive(&stream, buffer) {
            Ok(Some(received)) => received,
            Ok(None) => return,
            Err(reason) => return drop(told.moments.send(Err(reason))),
        };
        let stage = *lock(&shared.stage);
        match (stage, request.line.as_str()) {
            (Stage::Spawned, NEXT) => {
                *lock(&shared.stage) = Stage::Asked(moment);
                // A peer that is gone is heard of by the next read.
                let _ = stream.write_all(&shared.event);
            }
            (Stage::Asked(next), RESPONSE) => {
                *lock(&shared.stage) = Stage::Answered;
                let _ = told.moments.send(Ok(Moments { next, response: moment, answer: request.body }));
                if shared.acknowledges {
                    let _ = stream.write_all(ACKNOWLEDGEMENT);
                }
            }
            (Stage::Answered, NEXT) if shared.acknowledges => {
                *lock(&shared.stage) = Stage::Idle;
                let _ = told.idle.send(());
            }
            (stage, _) => {
                let _ = told.moments.send(Err(unexpected(stage, &request)));
            }
        }
    }
}

/// The next request and when its last byte had come; none when the peer closed instead.
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
    let wanted = match stage {
        Stage::Spawned | Stage::Answered => NEXT,
        Stage::Asked(_) => RESPONSE,
        Stage::Idle => "nothing",
    };
    format!("it sent `{}` where `{wanted}` was to come. The body: {}", request.line, String::from_utf8_lossy(&request.body))
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
    fn both_moments_over_one_connection_or_two() {
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
    fn one_that_goes_on_hears_of_a_second_request_for_an_event() {
        let server = Server::start_and_go_on("[1,2]").unwrap();
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
            assert!(server.moments(SOON).unwrap_err().contains("where `nothing` was to come"));
            drop(stream);
            server.quiet().unwrap();
        }
    }

    #[test]
    fn whatever_else_is_sent_is_said() {
        let server = Server::start("{}").unwrap();
        let complaint = |requests: &[(&str, &str)]| {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            for (line, body) in requests {
                send(&mut stream, line, body);
            }
            let complaint = server.moments(SOON).unwrap_err();
            drop(stream);
            server.quiet().unwrap();
            complaint
        };
        let said = complaint(&[("POST /2018-06-01/runtime/init/error", r#"{"errorType":"Runtime.HandlerNotFound"}"#)]);
        assert!(said.contains("`POST /2018-06-01/runtime/init/error`") && said.contains("HandlerNotFound"), "{said}");
        assert!(complaint(&[("GET /2018-06-01/runtime/invocation/next/", "")]).contains("was to come"));
        assert!(complaint(&[(RESPONSE, ANSWER)]).contains("was to come"));
    }
}
