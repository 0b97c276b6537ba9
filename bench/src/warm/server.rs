//! The server side of a function's Runtime API connections: plain calls on one thread, for any
//! number of connections.

use crate::cold_start::request::Request;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd as _;
use std::time::{Duration, Instant};

/// Longest time without a request.
const SILENCE_MAX: Duration = Duration::from_secs(20);
/// Interval at which the end of the function is checked, in milliseconds.
const LOOK_MS: u16 = 200;
/// Most bytes of a request, and the initial buffer of a connection.
const REQUEST_BYTES_MAX: usize = 16 << 20;
const REQUEST_BYTES_MIN: usize = 64 << 10;

const NEXT: &str = "GET /2018-06-01/runtime/invocation/next";
const ACCEPTED: &[u8] = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";

/// Returns a description if the function has ended.
pub type Gone<'life> = &'life mut dyn FnMut() -> Option<String>;
/// Returns whether a response is the expected one.
pub type IsAnswer<'life> = &'life mut dyn FnMut(&[u8]) -> bool;

/// The server of one function.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    /// Slots of connections: a slot is empty once its connection is closed, and is then reused.
    connections: Vec<Option<Connection>>,
    /// The slot of the connection that waits for an event.
    waiting: usize,
    invocations: u64,
}

#[derive(Debug)]
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// A request, the moment of its last byte, and its connection.
struct Received {
    request: Request,
    moment: Instant,
    connection: usize,
}

impl Server {
    /// Creates a server without connections.
    ///
    /// # Errors
    /// The system's.
    pub fn listen() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener, connections: Vec::new(), waiting: 0, invocations: 0 })
    }

    /// Returns its address.
    ///
    /// # Errors
    /// The system's.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Waits until the function requests an event.
    ///
    /// # Errors
    /// A description of what it did instead.
    pub fn expect_next(&mut self, gone: Gone<'_>) -> Result<(), String> {
        let Received { request, connection, .. } = self.request(gone)?;
        if request.line != NEXT {
            return Err(format!("it sent `{}`, expected a request for an event", request.line));
        }
        self.waiting = connection;
        Ok(())
    }

    /// Delivers `event`, checks the response, and waits until the function requests another.
    /// Returns the time from the event's first byte to the response's last.
    ///
    /// # Errors
    /// A description of what the function did instead.
    pub fn invoke(&mut self, event: &[u8], is_answer: IsAnswer<'_>, gone: Gone<'_>) -> Result<Duration, String> {
        self.invocations += 1;
        let id = format!("8476a536-e9f4-11e8-9739-{:012}", self.invocations);
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: {id}\r\n\
             Lambda-Runtime-Deadline-Ms: 4102444800000\r\n\
             Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:012345678912:function:bench\r\nContent-Length: {}\r\n\r\n",
            event.len()
        );
        let reply = [head.as_bytes(), event].concat();
        let sent = Instant::now();
        self.send(self.waiting, &reply)?;
        let Received { request, moment, connection } = self.request(gone)?;
        if request.line != format!("POST /2018-06-01/runtime/invocation/{id}/response") || !is_answer(&request.body) {
            return Err(wrong_answer(&request, event));
        }
        self.send(connection, ACCEPTED)?;
        self.expect_next(gone)?;
        Ok(moment.duration_since(sent))
    }

    fn send(&mut self, connection: usize, reply: &[u8]) -> Result<(), String> {
        let Some(Some(connection)) = self.connections.get_mut(connection) else { return Err("it closed its connection".to_owned()) };
        connection.stream.write_all(reply).map_err(|error| format!("cannot send a reply: {error}"))
    }

    /// Returns the next request on any connection.
    fn request(&mut self, gone: Gone<'_>) -> Result<Received, String> {
        let begun = Instant::now();
        loop {
            let ready = self.ready().map_err(|errno| format!("poll: {errno}"))?;
            if ready.is_empty() {
                if let Some(reason) = gone() {
                    return Err(reason);
                }
                if begun.elapsed() > SILENCE_MAX {
                    return Err(format!("it sent nothing for {} seconds", SILENCE_MAX.as_secs()));
                }
            }
            for index in ready {
                let Some(place) = self.connections.get_mut(index) else {
                    self.accept().map_err(|error| format!("accept: {error}"))?;
                    continue;
                };
                match place.as_mut().map_or(Ok(Progress::Closed), Connection::receive)? {
                    Progress::Whole(request) => return Ok(Received { request, moment: Instant::now(), connection: index }),
                    Progress::Partial => {}
                    Progress::Closed => *place = None,
                }
            }
        }
    }

    /// Returns the slots of the connections that are readable; the listener is the index after the
    /// last slot.
    fn ready(&self) -> Result<Vec<usize>, Errno> {
        let streams = self.connections.iter().enumerate().filter_map(|(index, place)| Some((index, place.as_ref()?.stream.as_fd())));
        let all: Vec<_> = streams.chain([(self.connections.len(), self.listener.as_fd())]).collect();
        let mut fds: Vec<_> = all.iter().map(|(_, fd)| PollFd::new(*fd, PollFlags::POLLIN)).collect();
        match poll(&mut fds, PollTimeout::from(LOOK_MS)) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
        Ok(all.iter().zip(&fds).filter(|(_, fd)| fd.any() == Some(true)).map(|((index, _), _)| *index).collect())
    }

    fn accept(&mut self) -> io::Result<()> {
        let stream = match self.listener.accept() {
            Ok((stream, _)) => stream,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(SILENCE_MAX))?;
        let connection = Some(Connection { stream, buffer: vec![0; REQUEST_BYTES_MIN], filled: 0 });
        match self.connections.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = connection,
            None => self.connections.push(connection),
        }
        Ok(())
    }
}

/// The result of a read.
enum Progress {
    Whole(Request),
    Partial,
    Closed,
}

impl Connection {
    /// Reads once; the connection is known to be readable.
    fn receive(&mut self) -> Result<Progress, String> {
        if self.filled == self.buffer.len() {
            if self.filled == REQUEST_BYTES_MAX {
                return Err(format!("it sent a request of more than {REQUEST_BYTES_MAX} bytes"));
            }
            self.buffer.resize(self.filled * 2, 0);
        }
        match self.stream.read(self.buffer.get_mut(self.filled..).unwrap_or_default()) {
            Ok(0) | Err(_) => return Ok(Progress::Closed),
            Ok(count) => self.filled += count,
        }
        let request = Request::parse(self.buffer.get(..self.filled).unwrap_or_default())?;
        Ok(request.map_or(Progress::Partial, |request| {
            self.filled = 0;
            Progress::Whole(request)
        }))
    }
}

/// Returns the message for a wrong answer.
fn wrong_answer(request: &Request, event: &[u8]) -> String {
    const SHOWN_BYTES_MAX: usize = 200;
    let shown = String::from_utf8_lossy(request.body.get(..request.body.len().min(SHOWN_BYTES_MAX)).unwrap_or_default()).into_owned();
    format!(
        "it answered an event of {} bytes with `{}` and {} bytes, which are not the expected answer: {shown}",
        event.len(),
        request.line,
        request.body.len()
    )
}

#[cfg(test)]
mod tests {
    use super::Server;
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;
    use std::thread;

    const ID: &str = "8476a536-e9f4-11e8-9739-000000000001";

    /// Plays a client that sends each of `requests`, on separate connections or all on one, and
    /// reads a reply after each but the last.
    fn played(requests: &[&str], one_connection: bool) -> Result<(), String> {
        let mut server = Server::listen().unwrap();
        let address = server.address().unwrap();
        thread::scope(|scope| {
            let client = scope.spawn(move || {
                let mut stream = TcpStream::connect(address).unwrap();
                for (index, request) in requests.iter().enumerate() {
                    if index > 0 {
                        let _ = stream.read(&mut [0; 4096]);
                        if !one_connection {
                            stream = TcpStream::connect(address).unwrap();
                        }
                    }
                    let _ = stream.write_all(request.as_bytes());
                }
                stream
            });
            let gone = &mut || Some("it is gone".to_owned());
            let played = server.expect_next(&mut || None).and_then(|()| server.invoke(b"\"x\"", &mut |answer| answer == b"\"x\"", gone));
            drop(client.join());
            played.map(drop)
        })
    }

    fn next() -> String {
        format!("{} HTTP/1.1\r\n\r\n", super::NEXT)
    }

    fn answer(id: &str, body: &str) -> String {
        format!("POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn server_accepts_one_or_several_connections() {
        for one_connection in [true, false] {
            assert_eq!(played(&[&next(), &answer(ID, "\"x\""), &next()], one_connection), Ok(()));
        }
    }

    #[test]
    fn server_reports_unexpected_requests() {
        let error = |requests: &[&str]| played(requests, true).unwrap_err();
        let other = error(&[&next(), &answer(ID, "\"y\"")]);
        assert!(
            other.contains("answered an event of 3 bytes") && other.ends_with("3 bytes, which are not the expected answer: \"y\""),
            "{other}"
        );
        assert!(error(&[&next(), &answer("other", "\"x\"")]).contains("invocation/other/response"));
        assert!(error(&[&answer(ID, "\"x\"")]).contains("expected a request for an event"));
        assert!(error(&[&next(), &answer(ID, "\"x\""), &answer(ID, "\"x\"")]).contains("expected a request for an event"));
        assert!(error(&["nonsense\r\n\r\n"]).contains("not an HTTP request"));
        assert_eq!(error(&[&next()]), "it is gone");
    }
}
