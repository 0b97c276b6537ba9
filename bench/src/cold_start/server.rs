//! The Runtime API as a stopwatch: a few threads that wait in `accept`, one invocation a start, and the two moments at which something had
//! been received in full. Plain blocking calls, and nothing is looked at before its moment has been taken.
//!
//! A response is never acknowledged: what a start did is over with it, and no request of one start can be taken for another's.

use super::request::Request;
use crate::Error;
use std::io::{self, Read as _, Write as _};
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
/// What `minimal` answers, in any spelling of JSON.
const ANSWER: &str = r#"{"statusCode":200,"body":"ok"}"#;

/// When the two requests had been received.
#[derive(Clone, Copy, Debug)]
pub struct Moments {
    pub next: Instant,
    pub response: Instant,
}

/// The server. Its threads end with the process, or when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    heard: Receiver<Result<Moments, String>>,
}

#[derive(Debug)]
struct Shared {
    /// When this start's `GET next` was received; none before that.
    next: Mutex<Option<Instant>>,
    /// How many connections are being served.
    busy: AtomicUsize,
    /// The reply to `GET next`.
    event: Vec<u8>,
}

impl Server {
    /// A server with threads that wait.
    ///
    /// # Errors
    /// The system's.
    pub fn start() -> Result<Self, Error> {
        let listen = || -> io::Result<Self> {
            let listener = Arc::new(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?);
            let shared = Arc::new(Shared { next: Mutex::new(None), busy: AtomicUsize::new(0), event: event() });
            let (sender, heard) = channel();
            for _ in 0..THREADS {
                let (listener, shared, sender) = (listener.clone(), shared.clone(), sender.clone());
                thread::Builder::new().name("runtime-api".to_owned()).spawn(move || serve(&listener, &shared, &sender))?;
            }
            Ok(Self { address: listener.local_addr()?, shared, heard })
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
        while self.heard.try_recv().is_ok() {}
        *lock(&self.shared.next) = None;
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `{}` as Lambda delivers it, in one piece.
fn event() -> Vec<u8> {
    let now_ms = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
         Lambda-Runtime-Deadline-Ms: {}\r\nLambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:012345678912:function:bench\r\n\
         Lambda-Runtime-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=0\r\nContent-Length: 2\r\n\r\n{{}}",
        now_ms + 3_600_000
    )
    .into_bytes()
}

/// One thread, for ever.
fn serve(listener: &TcpListener, shared: &Shared, sender: &Sender<Result<Moments, String>>) {
    let mut buffer = vec![0; REQUEST_BYTES_MAX];
    while let Ok((stream, _)) = listener.accept() {
        shared.busy.fetch_add(1, Ordering::AcqRel);
        converse(stream, shared, sender, &mut buffer);
        shared.busy.fetch_sub(1, Ordering::AcqRel);
    }
}

/// One connection: until the peer is gone, which a killed function is.
fn converse(mut stream: TcpStream, shared: &Shared, sender: &Sender<Result<Moments, String>>, buffer: &mut [u8]) {
    loop {
        let (moment, request) = match receive(&mut stream, buffer) {
            Ok(Some(received)) => received,
            Ok(None) => return,
            Err(reason) => return drop(sender.send(Err(reason))),
        };
        let next = *lock(&shared.next);
        match (next, request.line.as_str()) {
            (None, NEXT) => {
                *lock(&shared.next) = Some(moment);
                // A peer that is gone is heard of by the next read.
                let _ = stream.write_all(&shared.event);
            }
            (Some(next), RESPONSE) => {
                let heard = checked(&request).map(|()| Moments { next, response: moment });
                let _ = sender.send(heard);
            }
            (before, _) => {
                let wanted = if before.is_none() { NEXT } else { RESPONSE };
                let body = String::from_utf8_lossy(&request.body).into_owned();
                let _ = sender.send(Err(format!("it sent `{}` where `{wanted}` was to come. The body: {body}", request.line)));
            }
        }
    }
}

/// The next request and when its last byte had come; none when the peer closed instead.
fn receive(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<Option<(Instant, Request)>, String> {
    let mut filled = 0;
    loop {
        let count = match stream.read(buffer.get_mut(filled..).unwrap_or_default()) {
            Ok(0) | Err(_) if filled < buffer.len() => return Ok(None),
            Ok(0) | Err(_) => return Err(format!("a request of more than {REQUEST_BYTES_MAX} bytes")),
            Ok(count) => count,
        };
        let moment = Instant::now();
        filled += count;
        if let Some(request) = Request::parse(buffer.get(..filled).unwrap_or_default())? {
            return Ok(Some((moment, request)));
        }
    }
}

fn checked(response: &Request) -> Result<(), String> {
    let json = |bytes| serde_json::from_slice::<serde_json::Value>(bytes);
    match (json(&response.body), json(ANSWER.as_bytes())) {
        (Ok(answered), Ok(wanted)) if answered == wanted => Ok(()),
        _ => Err(format!("it answered {} and not {ANSWER}", String::from_utf8_lossy(&response.body))),
    }
}

#[cfg(test)]
mod tests {
    use super::{ANSWER, NEXT, RESPONSE, Server};
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;
    use std::time::Duration;

    const SOON: Duration = Duration::from_secs(10);

    fn send(stream: &mut TcpStream, line: &str, body: &str) {
        stream.write_all(format!("{line} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    }

    #[test]
    fn both_moments_over_one_connection_or_two() {
        let server = Server::start().unwrap();
        for connections in [1, 2] {
            let mut first = TcpStream::connect(server.address()).unwrap();
            send(&mut first, NEXT, "");
            assert!(first.read(&mut [0; 4096]).unwrap() > 100);
            let mut second = if connections == 1 { first.try_clone() } else { TcpStream::connect(server.address()) }.unwrap();
            send(&mut second, RESPONSE, &ANSWER.replace(':', ": "));
            let moments = server.moments(SOON).unwrap().unwrap();
            assert!(moments.next < moments.response);
            drop((first, second));
            server.quiet().unwrap();
        }
    }

    #[test]
    fn whatever_else_is_sent_is_said() {
        let server = Server::start().unwrap();
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
