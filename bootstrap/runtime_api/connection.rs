//! One connection to the Runtime API: a socket, unsent parts, and a partly received reply. `client`
//! chooses the requests and handles failures.

use crate::http::parser::{Parser, Progress, Reply};
use crate::runtime_api::address::Address;
use crate::stage::{self, Stage};
use crate::sys::socket::{self, PARTS};
use crate::sys::{Descriptor, Errno};
use crate::text::bytes::drop_front;
use core::mem;

/// The connection failed, was closed, or received an invalid reply. [`Connection::last_error`] has
/// the details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLost;

/// The last error, for the log.
#[derive(Clone, Copy, Debug)]
pub struct LastError {
    /// A description.
    pub what: &'static [u8],
    /// The kernel's error number, or 0.
    pub errno: u32,
}

/// The unsent bytes: five borrowed parts in order, of which some may be empty.
pub type Parts<'text> = [&'text [u8]; PARTS];

/// A connection, open or not.
#[derive(Debug)]
pub struct Connection {
    socket: Option<Descriptor>,
    parser: Parser,
    /// Bytes of the present reply that have been received.
    filled: usize,
    last_error: LastError,
}

impl Connection {
    /// Creates a closed connection.
    #[must_use]
    pub fn closed() -> Self {
        Self { socket: None, parser: Parser::new(0), filled: 0, last_error: LastError { what: b"", errno: 0 } }
    }

    /// Connects to `address` if closed, by two system calls: `socket` and `connect`.
    ///
    /// # Errors
    /// [`ConnectionLost`].
    #[allow(unsafe_code, reason = "a section name")]
    #[unsafe(link_section = ".text..start")]
    pub fn open(&mut self, address: &Address<'_>) -> Result<(), ConnectionLost> {
        if self.socket.is_some() {
            return Ok(());
        }
        match socket::connect(address.ip, address.port) {
            // The old value is `None`. Dropping it would call compiler-generated code, which cannot
            // be placed in the first page.
            Ok(socket) => mem::forget(self.socket.replace(socket)),
            Err(errno) => return Err(self.failed(errno)),
        }
        Ok(())
    }

    /// Returns the number of bytes in the buffer that the reply of [`Connection::exchange`]
    /// occupies.
    #[must_use]
    pub fn filled(&self) -> usize {
        self.filled
    }

    /// Returns the cause of [`ConnectionLost`].
    #[must_use]
    pub fn last_error(&self) -> LastError {
        self.last_error
    }

    /// Stores an error of the kernel for the log.
    #[cold]
    #[inline(never)]
    fn failed(&mut self, errno: Errno) -> ConnectionLost {
        self.last_error = LastError { what: errno.name(), errno: errno.number() };
        ConnectionLost
    }

    /// Closes the socket if it is open.
    pub fn close(&mut self) {
        self.socket = None;
    }

    /// Prepares for a streamed body, whose parts are sent without delay. Closes a connection that
    /// the peer has closed, or that has unrequested bytes: a streamed body cannot be retried.
    pub fn prepare_for_pieces(&mut self) {
        if let Some(socket) = &self.socket {
            socket::send_at_once(socket);
            if !socket::is_silent(socket) {
                self.close();
            }
        }
    }

    /// Begins an exchange: bytes received from now on belong to the reply to the next request.
    #[inline(never)]
    pub fn begin(&mut self, body_bytes_max: usize) {
        self.parser = Parser::new(body_bytes_max);
        self.filled = 0;
    }

    /// Sends `parts` at once, as a new connection accepts them; otherwise closes it.
    ///
    /// # Errors
    /// [`ConnectionLost`].
    #[allow(unsafe_code, reason = "a section name")]
    #[unsafe(link_section = ".text..start")]
    pub fn send_first(&mut self, parts: &Parts<'_>) -> Result<(), ConnectionLost> {
        let Some(socket) = &self.socket else { return Err(ConnectionLost) };
        let mut left = socket::send(socket, parts).unwrap_or(0);
        for part in parts {
            left = left.wrapping_sub(part.len());
        }
        if left == 0 {
            return Ok(());
        }
        self.close();
        Err(ConnectionLost)
    }

    /// Sends `parts` and leaves the unsent bytes in them. Meanwhile receives into `buffer`: interim
    /// replies, or a reply that ends the exchange early ([`Progress::Complete`]).
    ///
    /// # Errors
    /// [`ConnectionLost`].
    #[inline(never)]
    pub fn send(&mut self, parts: &mut Parts<'_>, buffer: &mut [u8]) -> Result<Progress, ConnectionLost> {
        while parts.iter().any(|part| !part.is_empty()) {
            let Some(socket) = &self.socket else { return Err(ConnectionLost) };
            match socket::send(socket, parts) {
                Ok(count) => {
                    drop_front(parts, count);
                    continue;
                }
                Err(errno) if errno.is_try_again() => {
                    socket::send_at_once(socket);
                    if socket::wait_for_room(socket) {
                        continue;
                    }
                }
                Err(errno) => {
                    let lost = self.failed(errno);
                    // Bytes that the peer sent before it hung up can still be received.
                    if !errno.is_closed_by_peer() {
                        return Err(lost);
                    }
                }
            }
            if self.receive(buffer)? == Progress::Complete {
                return Ok(Progress::Complete);
            }
        }
        Ok(Progress::Partial)
    }

    /// Sends `parts` and receives the remainder of one reply into `buffer`, where
    /// [`Connection::reply`] reads it. Closes a connection that cannot be reused.
    ///
    /// # Errors
    /// [`ConnectionLost`], after which the connection is closed.
    #[inline(never)]
    pub fn exchange(&mut self, parts: &mut Parts<'_>, buffer: &mut [u8]) -> Result<(), ConnectionLost> {
        let mut progress = self.send(parts, buffer);
        while progress == Ok(Progress::Partial) {
            progress = self.receive(buffer);
        }
        if progress.is_err() || !self.parser.keeps_alive() || parts.iter().any(|part| !part.is_empty()) {
            self.close();
        }
        progress.map(|_| ())
    }

    /// Returns the reply that [`Connection::exchange`] received into `buffer`.
    #[must_use]
    pub fn reply<'buffer>(&self, buffer: &'buffer [u8]) -> Reply<'buffer> {
        self.parser.reply(buffer)
    }

    /// Receives bytes, and waits for the first.
    fn receive(&mut self, buffer: &mut [u8]) -> Result<Progress, ConnectionLost> {
        let Some(socket) = &self.socket else { return Err(ConnectionLost) };
        let progress = match socket::receive(socket, buffer.get_mut(self.filled..).unwrap_or_default()) {
            Err(errno) => return Err(self.failed(errno)),
            Ok(0) => self.parser.finish(),
            Ok(count) => {
                self.filled += count;
                self.parser.advance(buffer, &mut self.filled)
            }
        };
        if self.parser.has_status() {
            // Lambda expects a response as soon as the first line of an invocation was received.
            stage::enter(Stage::Responding);
        }
        progress.map_err(|malformed| {
            self.last_error = LastError { what: malformed.reason(), errno: 0 };
            ConnectionLost
        })
    }
}
