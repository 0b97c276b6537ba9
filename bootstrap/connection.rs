//! One connection to the Runtime API: a socket, what is still to be sent on it, and the reply in the making. Which request, and what to do
//! when it fails, is `client`'s.

use crate::address::Address;
use crate::http::{Parser, Progress, Reply};
use crate::in_flight::{self, Stage};
use crate::sys::socket::{self, PARTS};
use crate::sys::{Descriptor, Errno};

/// The connection failed, was closed, or carried what is no reply. [`Connection::trouble`] has the details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost;

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

/// What is to be sent: three parts, one behind the other, each where its owner has it.
pub type Parts<'text> = [&'text [u8]; PARTS];

/// How far sending came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// To the end.
    All,
    /// The peer says something first; whether it takes the rest is open.
    Heard,
    /// The peer has hung up; what it said first can still be received.
    Cut,
}

/// A connection, open or not.
#[derive(Debug)]
pub struct Connection {
    socket: Option<Descriptor>,
    parser: Parser,
    trouble: Trouble,
}

impl Connection {
    /// A connection that is not open.
    #[must_use]
    pub fn closed() -> Self {
        Self { socket: None, parser: Parser::new(0), trouble: Trouble { what: "", errno: 0 } }
    }

    /// Connects to `address`, unless there is a connection: `socket` and `connect`, and nothing else.
    ///
    /// # Errors
    /// [`Lost`].
    pub fn open(&mut self, address: &Address<'_>) -> Result<(), Lost> {
        if self.socket.is_some() {
            return Ok(());
        }
        match socket::connect(address.ip, address.port) {
            Ok(socket) => self.socket = Some(socket),
            Err(errno) => return Err(self.failed(errno.into())),
        }
        Ok(())
    }

    /// What [`Lost`] was about.
    #[must_use]
    pub fn trouble(&self) -> Trouble {
        self.trouble
    }

    /// Keeps `trouble` for the log.
    fn failed(&mut self, trouble: Trouble) -> Lost {
        self.trouble = trouble;
        Lost
    }

    /// Closes the socket, if there is one.
    pub fn close(&mut self) {
        self.socket = None;
    }

    /// Has what is sent in pieces go out piece by piece.
    pub fn send_at_once(&self) {
        if let Some(socket) = &self.socket {
            socket::send_at_once(socket);
        }
    }

    /// Sends what is left of `parts`, which then are what is still left, until the peer says something first.
    ///
    /// # Errors
    /// [`Lost`], the connection is closed.
    #[inline(never)]
    pub fn send(&mut self, parts: &mut Parts<'_>) -> Result<Sent, Lost> {
        while parts.iter().any(|part| !part.is_empty()) {
            let Some(socket) = &self.socket else { return Err(Lost) };
            match socket::send(socket, parts) {
                Ok(count) => drop_front(parts, count),
                Err(errno) if errno.is_try_again() => {
                    socket::send_at_once(socket);
                    if !socket::wait_for_room(socket) {
                        return Ok(Sent::Heard);
                    }
                }
                Err(errno) => {
                    let lost = self.failed(errno.into());
                    if errno.is_closed_by_peer() {
                        return Ok(Sent::Cut);
                    }
                    self.close();
                    return Err(lost);
                }
            }
        }
        Ok(Sent::All)
    }

    /// Sends `parts` and receives one reply into `buffer`; [`Connection::reply`] reads it from there. What is left in `parts` was not sent: the
    /// peer refused it unread, or hung up. A connection that cannot carry another request is closed.
    ///
    /// # Errors
    /// [`Lost`], after which the connection is closed.
    pub fn exchange(&mut self, parts: &mut Parts<'_>, buffer: &mut [u8], body_bytes_max: usize) -> Result<(), Lost> {
        self.parser = Parser::new(body_bytes_max);
        let received = self.exchange_all(parts, buffer);
        if received.is_err() || !self.parser.keeps_alive() || parts.iter().any(|part| !part.is_empty()) {
            self.close();
        }
        received
    }

    /// The reply that [`Connection::exchange`] received into `buffer`.
    #[must_use]
    pub fn reply<'buffer>(&self, buffer: &'buffer [u8]) -> Reply<'buffer> {
        self.parser.reply(buffer)
    }

    fn exchange_all(&mut self, parts: &mut Parts<'_>, buffer: &mut [u8]) -> Result<(), Lost> {
        let mut filled = 0;
        let mut cut = false;
        loop {
            // Between what the peer says before it has read all (an interim reply, a refusal) sending goes on.
            cut = cut || self.send(parts)? == Sent::Cut;
            let Some(socket) = &self.socket else { return Err(Lost) };
            let progress = match socket::receive(socket, buffer.get_mut(filled..).unwrap_or_default()) {
                Err(errno) => return Err(self.failed(errno.into())),
                Ok(0) => self.parser.finish(),
                Ok(count) => {
                    // From the first byte of an invocation on somebody waits for an answer.
                    in_flight::enter(Stage::Answering);
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
    }
}

/// Takes `count` bytes off the front of `parts`.
fn drop_front(parts: &mut Parts<'_>, mut count: usize) {
    for part in parts {
        let taken = count.min(part.len());
        *part = part.get(taken..).unwrap_or_default();
        count -= taken;
    }
}

#[cfg(test)]
mod tests {
    use super::drop_front;

    #[test]
    fn what_was_sent_is_dropped_across_parts() {
        let mut parts = [&b"abc"[..], b"", b"defg"];
        drop_front(&mut parts, 2);
        assert_eq!(parts, [&b"c"[..], b"", b"defg"]);
        drop_front(&mut parts, 3);
        assert_eq!(parts, [&b""[..], b"", b"fg"]);
        drop_front(&mut parts, 2);
        assert_eq!(parts, [&b""[..]; 3]);
    }
}
