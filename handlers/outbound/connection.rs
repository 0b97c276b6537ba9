//! A connection: a non-blocking socket, with or without TLS.

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
    /// Received TLS bytes that are not a complete record yet.
    encrypted: Vec<u8>,
    /// Received bytes that were not consumed.
    pub(crate) received: Vec<u8>,
    /// Bytes to send. The first `sent` of them have been sent.
    to_send: Vec<u8>,
    sent: usize,
    /// `true` after the peer has closed its side.
    pub(crate) is_closed: bool,
    /// `true` if the last receive filled its buffer, so that more bytes may be available.
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

    /// Returns the events to wait for.
    pub(crate) fn readiness(&self) -> Readiness {
        self.socket.readiness(!self.is_sent())
    }

    /// Returns `true` if all bytes were passed to the kernel.
    pub(crate) fn is_sent(&self) -> bool {
        self.sent == self.to_send.len()
    }

    /// Returns `true` if a request can be sent on this idle connection: the peer has not closed it,
    /// and has sent at most TLS records without data (session tickets, key updates).
    pub(crate) fn is_usable(&mut self) -> bool {
        self.socket.is_silent()
            || self.secure.is_some() && self.receive().is_ok() && !self.is_closed && self.received.is_empty() && self.socket.is_silent()
    }

    /// Starts TLS, and queues the first message of the handshake.
    ///
    /// # Errors
    /// Returns the error of the session.
    pub(crate) fn secure(&mut self, session: Box<dyn Secure>) -> Result<(), Error> {
        self.secure = Some(session);
        self.decrypt()?;
        Ok(())
    }

    /// Decrypts received records. Returns `true` if requests can be sent: the handshake is
    /// complete, or the connection has no TLS.
    ///
    /// # Errors
    /// Returns the error of the session.
    pub(crate) fn decrypt(&mut self) -> Result<bool, Error> {
        let Some(secure) = &mut self.secure else { return Ok(true) };
        let progress = secure.advance(&mut self.encrypted, &mut self.received, &mut self.to_send)?;
        self.is_closed |= progress.is_closed;
        Ok(progress.is_open)
    }

    /// Queues `bytes`, encrypted if the connection uses TLS.
    ///
    /// # Errors
    /// Returns the error of the session.
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

    /// Sends as much as the kernel accepts now.
    ///
    /// # Errors
    /// [`Kind::ConnectionLost`].
    pub(crate) fn flush(&mut self) -> Result<(), Error> {
        while let Some(unsent @ [_, ..]) = self.to_send.get(self.sent..) {
            match self.socket.send(unsent) {
                Ok(bytes) => self.sent += bytes,
                Err(SocketError::WouldBlock) => return Ok(()),
                Err(SocketError::Number(number)) => return Err(lost(number)),
            }
        }
        self.to_send.clear();
        self.sent = 0;
        Ok(())
    }

    /// Receives and decrypts the bytes that have arrived. Returns `true` if there were any, or if
    /// the connection ended.
    ///
    /// # Errors
    /// [`Kind::ConnectionLost`], or the error of the session.
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
                // Without TLS this is a regular end. With TLS an attacker may have truncated the
                // connection.
                if self.secure.is_some() {
                    return Err(Error::new(Kind::ConnectionLost, &["the connection was closed before the end of the TLS session"]));
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
