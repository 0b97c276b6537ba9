//! One connection to the Runtime API: a socket, and how to wait on it. Sends requests and receives replies; which, and what to do when that
//! fails, is `client`'s.

use crate::address::Address;
use crate::http::{Malformed, Parser, Progress, Reply};
use crate::sys::{self, Descriptor, Errno, Event, Poll, Wait};

/// Why a reply did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The connection was closed before the first byte: the request may be issued again.
    Closed,
    /// The connection failed.
    Failed(Errno),
    /// What arrived is no reply.
    Malformed(Malformed),
    /// SIGTERM came while waiting.
    Terminated,
}

/// A connection, open or not.
#[derive(Debug)]
pub struct Connection {
    socket: Option<Descriptor>,
    poll: Option<Poll>,
    parser: Parser,
}

impl Connection {
    /// A connection that is not open.
    #[must_use]
    pub fn closed() -> Self {
        Self { socket: None, poll: None, parser: Parser::new(0) }
    }

    /// Whether there is a socket to send on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.socket.is_some()
    }

    /// Connects to `address`. Until [`Connection::prepare`], this is `socket` and `connect` and nothing else.
    ///
    /// # Errors
    /// The kernel's.
    pub fn open(&mut self, address: &Address<'_>) -> Result<(), Errno> {
        self.close();
        self.socket = Some(sys::connect(address.ip, address.port)?);
        if self.poll.is_some() {
            self.watch();
        }
        Ok(())
    }

    /// Closes the socket, if there is one.
    pub fn close(&mut self) {
        self.socket = None;
    }

    /// Sets up all that waiting needs. To be called once, when the first request is on the wire.
    ///
    /// # Errors
    /// The kernel's; the connection then works without seeing SIGTERM.
    pub fn prepare(&mut self) -> Result<(), Errno> {
        self.poll = Some(Poll::new()?);
        self.watch();
        Ok(())
    }

    fn watch(&mut self) {
        if let (Some(poll), Some(socket)) = (&self.poll, &self.socket) {
            // A socket that cannot be watched is waited for by reading.
            if poll.watch(socket).is_err() {
                self.poll = None;
            }
        }
    }

    /// Sends all of `head` and `body`.
    ///
    /// # Errors
    /// The kernel's; how much was sent is unknown.
    pub fn send(&mut self, mut head: &[u8], mut body: &[u8]) -> Result<(), Errno> {
        let Some(socket) = &self.socket else {
            return Err(Errno::AGAIN);
        };
        while !head.is_empty() || !body.is_empty() {
            let sent = sys::send(socket, head, body)?;
            let of_body = sent.saturating_sub(head.len());
            head = head.get(sent..).unwrap_or_default();
            body = body.get(of_body..).unwrap_or_default();
        }
        Ok(())
    }

    /// Receives one reply into `buffer`; [`Connection::reply`] reads it from there. A connection that cannot carry another request is closed.
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
    pub fn reply<'buffer>(&self, buffer: &'buffer [u8]) -> Reply<'buffer> {
        self.parser.reply(buffer)
    }

    #[inline(never)]
    fn receive_all(&mut self, buffer: &mut [u8]) -> Result<(), Lost> {
        let mut filled = 0;
        loop {
            let Some(socket) = &self.socket else {
                return Err(Lost::Closed);
            };
            self.wait()?;
            let room = buffer.get_mut(filled..).unwrap_or_default();
            if room.is_empty() {
                return Err(Lost::Malformed(Malformed::HeadTooLong));
            }
            let wait = if self.poll.is_some() { Wait::No } else { Wait::Yes };
            let progress = match sys::receive(socket, room, wait) {
                Ok(0) if filled == 0 => return Err(Lost::Closed),
                Ok(0) => self.parser.finish(),
                Ok(count) => {
                    filled += count;
                    self.parser.advance(buffer, &mut filled)
                }
                Err(Errno::AGAIN) => Ok(Progress::Partial),
                Err(errno) => return Err(Lost::Failed(errno)),
            };
            if progress.map_err(Lost::Malformed)? == Progress::Complete {
                return Ok(());
            }
        }
    }

    fn wait(&self) -> Result<(), Lost> {
        match self.poll.as_ref().map(Poll::wait) {
            Some(Ok(Event::Terminate)) => Err(Lost::Terminated),
            Some(Err(errno)) => Err(Lost::Failed(errno)),
            Some(Ok(Event::Socket)) | None => Ok(()),
        }
    }
}
