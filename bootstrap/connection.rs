//! One connection to the Runtime API: a socket, and how to wait on it. Sends requests and receives replies; which, and what to do when that
//! fails, is `client`'s.

use crate::address::Address;
use crate::http::{Parser, Progress, Reply};
use crate::sys::{self, Descriptor, Errno, Event, Poll};

/// Why a reply did not arrive. [`Connection::trouble`] has the details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// SIGTERM came while waiting.
    Terminated,
    /// The connection failed, was closed, or carried what is no reply.
    Failed,
}

/// What went wrong last, for the log.
#[derive(Clone, Copy, Debug)]
pub struct Trouble {
    /// In words.
    pub what: &'static str,
    /// The kernel's error number, or 0.
    pub errno: u32,
}

impl From<Errno> for Trouble {
    fn from(errno: Errno) -> Self {
        Self { what: errno.name(), errno: errno.0.unsigned_abs() }
    }
}

/// A connection, open or not.
#[derive(Debug)]
pub struct Connection {
    socket: Option<Descriptor>,
    poll: Option<Poll>,
    parser: Parser,
    trouble: Trouble,
}

impl Connection {
    /// A connection that is not open.
    #[must_use]
    pub fn closed() -> Self {
        Self { socket: None, poll: None, parser: Parser::new(0), trouble: Trouble { what: "", errno: 0 } }
    }

    /// Whether there is a socket to send on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.socket.is_some()
    }

    /// Connects to `address`. Until [`Connection::prepare`], this is `socket` and `connect` and nothing else.
    ///
    /// # Errors
    /// [`Lost::Failed`].
    pub fn open(&mut self, address: &Address<'_>) -> Result<(), Lost> {
        self.close();
        match sys::connect(address.ip, address.port) {
            Ok(socket) => self.socket = Some(socket),
            Err(errno) => return Err(self.failed(errno.into())),
        }
        self.watch();
        Ok(())
    }

    /// What [`Lost::Failed`] was about.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        self.trouble
    }

    /// Keeps `trouble` for the log.
    pub fn failed(&mut self, trouble: Trouble) -> Lost {
        self.trouble = trouble;
        Lost::Failed
    }

    /// Closes the socket, if there is one.
    pub fn close(&mut self) {
        self.socket = None;
    }

    /// Sets up all that waiting needs. To be called once, when the first request is on the wire. Where the kernel has no descriptors
    /// left, receiving waits by itself, SIGTERM is not seen, and Lambda's SIGKILL ends the process.
    pub fn prepare(&mut self) {
        self.poll = Poll::new().ok();
        self.watch();
    }

    fn watch(&mut self) {
        if let (Some(poll), Some(socket)) = (&self.poll, &self.socket)
            && poll.watch(socket).is_err()
        {
            self.poll = None; // as where there never was one
        }
    }

    /// Sends all of `head` and `body`.
    ///
    /// # Errors
    /// [`Lost::Failed`]; how much was sent is unknown. The connection stays open if it was the peer who closed it: what it said first, a
    /// refusal before it had read all, is still to be received.
    pub fn send(&mut self, mut head: &[u8], mut body: &[u8]) -> Result<(), Lost> {
        while let Some(socket) = &self.socket
            && !(head.is_empty() && body.is_empty())
        {
            let sent = match sys::send(socket, head, body) {
                Ok(sent) => sent,
                Err(errno) => {
                    if !errno.is_closed_by_peer() {
                        self.close();
                    }
                    return Err(self.failed(errno.into()));
                }
            };
            let of_body = sent.saturating_sub(head.len());
            head = head.get(sent..).unwrap_or_default();
            body = body.get(of_body..).unwrap_or_default();
        }
        Ok(())
    }

    /// Receives one reply into `buffer`; [`Connection::reply`] reads it from there. A connection that cannot carry another request is
    /// closed.
    ///
    /// # Errors
    /// [`Lost`], after which the connection is closed.
    pub fn receive(&mut self, buffer: &mut [u8], body_bytes_max: usize) -> Result<(), Lost> {
        self.parser = Parser::new(body_bytes_max);
        let received = self.receive_all(buffer);
        if received.is_err() || !self.parser.keeps_alive() {
            self.close();
        }
        received
    }

    /// The reply that [`Connection::receive`] received into `buffer`.
    #[must_use]
    pub fn reply<'buffer>(&self, buffer: &'buffer [u8]) -> Reply<'buffer> {
        self.parser.reply(buffer)
    }

    #[inline(never)]
    fn receive_all(&mut self, buffer: &mut [u8]) -> Result<(), Lost> {
        let mut filled = 0;
        while let Some(socket) = &self.socket {
            if self.poll.as_ref().is_some_and(|poll| poll.wait() == Event::Terminate) {
                return Err(Lost::Terminated);
            }
            let room = buffer.get_mut(filled..).unwrap_or_default();
            let progress = match sys::receive(socket, room) {
                Err(errno) => return Err(self.failed(errno.into())),
                Ok(0) => self.parser.finish(),
                Ok(count) => {
                    filled += count;
                    self.parser.advance(buffer, &mut filled)
                }
            };
            match progress {
                Ok(Progress::Complete) => return Ok(()),
                Ok(Progress::Partial) => {}
                Err(malformed) => return Err(self.failed(Trouble { what: malformed.reason(), errno: 0 })),
            }
        }
        Err(Lost::Failed)
    }
}
