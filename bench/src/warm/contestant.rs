//! A function that runs, and the Runtime API's end of its one connection: plain blocking calls on one thread.

use super::{Block, a_piece};
use crate::Error;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::time::{ClockId, clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a function may take to connect, and for any one call.
const PATIENCE: Duration = Duration::from_secs(20);
/// More than the head of any request here, in bytes.
const HEAD_BYTES_MAX: usize = 64 << 10;

/// A program that has such a function.
#[derive(Clone, Debug)]
pub struct Contestant {
    pub name: String,
    pub program: PathBuf,
}

/// The function that answers with its event.
const HANDLER: &str = "echo";

impl Contestant {
    /// `program`, by this name.
    #[must_use]
    pub fn new(name: &str, program: &Path) -> Self {
        Self { name: name.to_owned(), program: program.to_owned() }
    }

    /// What is wrong with it, by its name.
    fn error(&self, error: &io::Error) -> Error {
        Error::system("the bench")(io::Error::other(format!("{}: {error}", self.name)))
    }
}

/// From now on this process, and what it starts, runs on one processor.
///
/// # Errors
/// The system's.
pub fn share_one_processor() -> Result<(), Error> {
    let this = Pid::from_raw(0);
    let one = || -> nix::Result<()> {
        let all = sched_getaffinity(this)?;
        let first = (0..CpuSet::count()).rev().find(|processor| all.is_set(*processor).unwrap_or(false)).unwrap_or(0);
        let mut set = CpuSet::new();
        set.set(first)?;
        sched_setaffinity(this, &set)
    };
    one().map_err(|errno| Error::system("binding to one processor")(errno.into()))
}

/// A contestant that has asked for an event.
#[derive(Debug)]
pub struct Running {
    contestant: Contestant,
    child: Child,
    stream: TcpStream,
    clock: ClockId,
    received: Vec<u8>,
    invocations: u64,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It is our child, and by its own number.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// Starts it, and waits until it has asked for an event.
    ///
    /// # Errors
    /// It cannot be started, does not connect, or asks for something else.
    pub fn start(contestant: &Contestant) -> Result<Self, Error> {
        let fail = |error: io::Error| contestant.error(&error);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(fail)?;
        let address = listener.local_addr().map_err(fail)?.to_string();
        let mut command = Command::new(&contestant.program);
        command.env_clear().env("AWS_LAMBDA_RUNTIME_API", address).env("_HANDLER", HANDLER);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map_err(fail)?;
        let clock = clock_getcpuclockid(Pid::from_raw(child.id().cast_signed())).map_err(|errno| fail(errno.into()))?;
        let stream = accept(&listener).map_err(fail)?;
        stream.set_nodelay(true).map_err(fail)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(fail)?;
        let mut running = Self { contestant: contestant.clone(), child, stream, clock, received: Vec::new(), invocations: 0 };
        running.expect_next().map_err(fail)?;
        Ok(running)
    }

    /// Has it answer `event` so many times.
    ///
    /// # Errors
    /// It did anything else.
    pub fn block(&mut self, event: &[u8], count: usize) -> Result<Block, Error> {
        self.try_block(event, count).map_err(|error| self.contestant.error(&error))
    }

    fn try_block(&mut self, event: &[u8], count: usize) -> io::Result<Block> {
        let mut latencies_nanoseconds = Vec::with_capacity(count);
        let (cpu, wall) = (self.cpu()?, Instant::now());
        for _ in 0..count {
            self.invocations += 1;
            let id = format!("8476a536-e9f4-11e8-9739-{:012}", self.invocations);
            let sent = Instant::now();
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: {id}\r\n\
                 Lambda-Runtime-Deadline-Ms: 4102444800000\r\nContent-Length: {}\r\n\r\n",
                event.len()
            );
            self.stream.write_all(&[head.as_bytes(), event].concat())?;
            let (line, body) = self.request()?;
            latencies_nanoseconds.push(a_piece(sent.elapsed(), 1));
            if line != format!("POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1") || body != event {
                return Err(io::Error::new(
                    ErrorKind::InvalidData,
                    format!("it sent `{line}` with {} bytes, and not its event back", body.len()),
                ));
            }
            self.stream
                .write_all(b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n")?;
            self.expect_next()?;
        }
        let (wall, cpu) = (wall.elapsed(), self.cpu()?.saturating_sub(cpu));
        Ok(Block { cpu_nanoseconds: a_piece(cpu, count), wall_nanoseconds: a_piece(wall, count), latencies_nanoseconds })
    }

    /// The process's time on the processor so far.
    fn cpu(&self) -> io::Result<Duration> {
        Ok(clock_gettime(self.clock)?.into())
    }

    fn expect_next(&mut self) -> io::Result<()> {
        let (line, _) = self.request()?;
        if line == "GET /2018-06-01/runtime/invocation/next HTTP/1.1" {
            return Ok(());
        }
        Err(io::Error::new(ErrorKind::InvalidData, format!("it sent `{line}` where it was to ask for an event")))
    }

    /// The next request: its first line and its body.
    fn request(&mut self) -> io::Result<(String, Vec<u8>)> {
        let mut filled = self.received.len();
        let mut end = None;
        loop {
            if end.is_none() {
                end = head_end(self.received.get(..filled).unwrap_or_default())?;
            }
            if let Some((head_bytes, body_bytes)) = end
                && filled >= head_bytes + body_bytes
            {
                self.received.truncate(filled);
                let behind = self.received.split_off(head_bytes + body_bytes);
                let head = std::mem::replace(&mut self.received, behind);
                let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
                return Ok((String::from_utf8_lossy(line).into_owned(), head.get(head_bytes..).unwrap_or_default().to_vec()));
            }
            let wanted = end.map_or(HEAD_BYTES_MAX, |(head_bytes, body_bytes)| head_bytes + body_bytes);
            self.received.resize(wanted.max(filled + 1), 0);
            match self.stream.read(self.received.get_mut(filled..).unwrap_or_default())? {
                0 => return Err(ErrorKind::UnexpectedEof.into()),
                count => filled += count,
            }
        }
    }
}

/// Where the head ends, and how long the body behind it is; none before the head is whole.
fn head_end(received: &[u8]) -> io::Result<Option<(usize, usize)>> {
    let head = received.get(..received.len().min(HEAD_BYTES_MAX)).unwrap_or_default();
    let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = String::from_utf8_lossy(head.get(..end).unwrap_or_default()).to_ascii_lowercase();
    if head.contains("transfer-encoding:") {
        return Err(io::Error::new(ErrorKind::InvalidData, "a response in chunks, which this bench does not take"));
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).map_or(Ok(0), |value| value.trim().parse());
    Ok(Some((end + 4, length.map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?)))
}

/// The first connection, if it comes soon.
fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    listener.set_nonblocking(true)?;
    let begun = Instant::now();
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false)?;
                return Ok(stream);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock && begun.elapsed() < PATIENCE => std::thread::yield_now(),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::head_end;

    #[test]
    fn the_end_of_a_head_and_the_length_behind_it() {
        assert_eq!(head_end(b"GET / HTTP/1.1\r\nHost: a\r\n").unwrap(), None);
        assert_eq!(head_end(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").unwrap(), Some((27, 0)));
        assert_eq!(head_end(b"POST / HTTP/1.1\r\ncontent-LENGTH: 5 \r\n\r\nab").unwrap(), Some((39, 5)));
        assert!(head_end(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").is_err());
        assert!(head_end(b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n").is_err());
    }
}
