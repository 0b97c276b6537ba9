//! One connection: a socket that never blocks, with or without TLS.

use crate::error::{Error, Kind};
use crate::secure::Secure;
use alloc::boxed::Box;
use alloc::vec::Vec;
use ruchy_std::net::{Readiness, Socket, SocketError, error_text};

/// Bytes that are received at a time: a whole TLS record and its overhead.
const RECEIVE_BYTES: usize = (1 << 14) + 512;

/// The state of a connection.
pub(crate) struct Connection {
    socket: Socket,
    secure: Option<Box<dyn Secure>>,
    /// Bytes of TLS that make no whole record yet.
    encrypted: Vec<u8>,
    /// Bytes that were received and not used.
    pub(crate) received: Vec<u8>,
    /// Bytes to send, of which `sent` were sent.
    to_send: Vec<u8>,
    sent: usize,
    /// Whether the peer sends nothing more.
    pub(crate) is_closed: bool,
    /// Whether the last receive filled its buffer: there may be more.
    pub(crate) is_full: bool,
}

impl Connection {
    pub(crate) fn new(socket: Socket) -> Self {
        Self {
            socket,
            secure: None,
            encrypted: Vec::new(),
            received: Vec::new(),
            to_send: Vec::new(),
            sent: 0,
            is_closed: false,
            is_full: false,
        }
    }

    /// What to wait for.
    pub(crate) fn readiness(&self) -> Readiness {
        self.socket.readiness(!self.is_sent())
    }

    /// Whether everything was handed to the kernel.
    pub(crate) fn is_sent(&self) -> bool {
        self.sent == self.to_send.len()
    }

    /// Whether a request can be sent on this connection, which was idle: the peer has not closed it, and has sent nothing but records of TLS that
    /// have no reply in them (tickets, keys).
    pub(crate) fn is_usable(&mut self) -> bool {
        self.socket.is_silent()
            || self.secure.is_some() && self.receive().is_ok() && !self.is_closed && self.received.is_empty() && self.socket.is_silent()
    }

    /// Begins TLS. What it says first is queued.
    ///
    /// # Errors
    /// The session's.
    pub(crate) fn secure(&mut self, session: Box<dyn Secure>) -> Result<(), Error> {
        self.secure = Some(session);
        self.decrypt()?;
        Ok(())
    }

    /// Whether requests can be sent: TLS, where it is used, is open.
    ///
    /// # Errors
    /// The session's.
    pub(crate) fn decrypt(&mut self) -> Result<bool, Error> {
        let Some(secure) = &mut self.secure else { return Ok(true) };
        let progress = secure.advance(&mut self.encrypted, &mut self.received, &mut self.to_send)?;
        self.is_closed |= progress.is_closed;
        Ok(progress.is_open)
    }

    /// Queues `bytes`, encrypted where TLS is used.
    ///
    /// # Errors
    /// The session's.
    pub(crate) fn queue(&mut self, bytes: Vec<u8>) -> Result<(), Error> {
        let is_sent = self.is_sent();
        match &mut self.secure {
            Some(secure) => secure.encrypt(&bytes, &mut self.encrypted, &mut self.to_send),
            None if is_sent => {
                (self.to_send, self.sent) = (bytes, 0);
                Ok(())
            }
            None => {
                self.to_send.extend_from_slice(&bytes);
                Ok(())
            }
        }
    }

    /// Sends what the kernel takes now.
    ///
    /// # Errors
    /// [`Kind::ConnectionLost`].
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        while let Some(rest @ [_, ..]) = self.to_send.get(self.sent..) {
            match self.socket.send(rest) {
                Ok(bytes) => self.sent += bytes,
                Err(SocketError::WouldBlock) => return Ok(()),
                Err(SocketError::Number(number)) => return Err(lost(number)),
            }
        }
        self.to_send.clear();
        self.sent = 0;
        Ok(())
    }

    /// Receives what has arrived, and decrypts it. Returns whether anything came: the end of the connection is something.
    ///
    /// # Errors
    /// [`Kind::ConnectionLost`], or the session's.
    pub(crate) fn receive(&mut self) -> Result<bool, Error> {
        if self.is_closed {
            return Ok(false);
        }
        let buffer = if self.secure.is_some() { &mut self.encrypted } else { &mut self.received };
        let filled = buffer.len();
        buffer.resize(filled + RECEIVE_BYTES, 0);
        let result = self.socket.receive(buffer.get_mut(filled..).unwrap_or_default());
        buffer.truncate(filled + result.unwrap_or(0));
        self.is_full = result == Ok(RECEIVE_BYTES);
        match result {
            Ok(0) => {
                // Without TLS this is the end that the peer means. With TLS an attacker may have truncated the connection.
                if self.secure.is_some() {
                    return Err(Error::new(Kind::ConnectionLost, &["the connection was closed without the end of the TLS session"]));
                }
                self.is_closed = true;
                Ok(true)
            }
            Ok(_) => {
                self.decrypt()?;
                Ok(true)
            }
            Err(SocketError::WouldBlock) => Ok(false),
            Err(SocketError::Number(number)) => Err(lost(number)),
        }
    }
}

fn lost(number: i32) -> Error {
    Error::new(Kind::ConnectionLost, &[error_text(number)])
}
