//! Internet addresses, which are core's, and the non-blocking sockets that the crate `outbound`
//! uses. Only [`wait`] blocks.

use crate::fs::close;
pub use core::net::{AddrParseError, IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

// Defined by the bootstrap. Errors are error numbers of the kernel.
unsafe extern "Rust" {
    /// Opens a socket that never blocks, and starts to connect it.
    safe fn ruchy_lambda_socket_connect(address: &SocketAddr, kind: SocketKind) -> Result<u32, i32>;
    /// Returns and clears the pending error of the socket: 0 if there is none.
    safe fn ruchy_lambda_socket_error(descriptor: u32) -> i32;
    safe fn ruchy_lambda_socket_send(descriptor: u32, bytes: &[u8]) -> Result<usize, i32>;
    safe fn ruchy_lambda_socket_receive(descriptor: u32, buffer: &mut [u8]) -> Result<usize, i32>;
    /// Waits until a socket is ready or the time has passed. Returns `true` if a socket is ready.
    safe fn ruchy_lambda_socket_wait(sockets: &mut [Readiness], milliseconds: u64) -> bool;
}

/// The transport protocol of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketKind {
    /// TCP.
    Stream,
    /// UDP.
    Datagram,
}

/// One socket to wait for. The layout is that of the kernel's `struct pollfd`; the bootstrap
/// asserts it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Readiness {
    descriptor: i32,
    events: i16,
    returned_events: i16,
}

/// `POLLIN`.
const READABLE: i16 = 1;
/// `POLLOUT`.
const WRITABLE: i16 = 4;

impl Readiness {
    /// Returns `true` if the socket has become readable or writable as requested, has an error, or
    /// was closed by the peer.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.returned_events != 0
    }
}

/// A socket that never blocks. It is closed when it is dropped.
#[derive(Debug)]
pub struct Socket(u32);

/// The result of an operation that does not block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketError {
    /// The operation would have blocked: wait for the socket, then repeat it.
    WouldBlock,
    /// The kernel's error number.
    Number(i32),
}

impl From<i32> for SocketError {
    fn from(number: i32) -> Self {
        if number == libc::EAGAIN { Self::WouldBlock } else { Self::Number(number) }
    }
}

impl Socket {
    /// Opens a socket and starts to connect it to `address`. A stream is connected once it is
    /// writable and [`Socket::error`] is 0.
    ///
    /// # Errors
    /// Returns the error number of `socket(2)` or `connect(2)`.
    pub fn connect(address: &SocketAddr, kind: SocketKind) -> Result<Self, i32> {
        ruchy_lambda_socket_connect(address, kind).map(Self)
    }

    /// Returns and clears the pending error: 0 if there is none.
    #[must_use]
    pub fn error(&self) -> i32 {
        ruchy_lambda_socket_error(self.0)
    }

    /// Returns `true` once connecting a stream has succeeded or failed: it is writable.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        wait(&mut [self.connected()], 0)
    }

    /// Sends as much of `bytes` as the socket accepts now, and returns the number of bytes.
    ///
    /// # Errors
    /// Returns the error of `send(2)`.
    pub fn send(&self, bytes: &[u8]) -> Result<usize, SocketError> {
        ruchy_lambda_socket_send(self.0, bytes).map_err(SocketError::from)
    }

    /// Receives what has arrived, and returns the number of bytes. 0 means that the peer has closed
    /// the connection.
    ///
    /// # Errors
    /// Returns the error of `recv(2)`.
    pub fn receive(&self, buffer: &mut [u8]) -> Result<usize, SocketError> {
        ruchy_lambda_socket_receive(self.0, buffer).map_err(SocketError::from)
    }

    /// Returns the argument of [`wait`] that waits until this socket is readable, or, if
    /// `to_write`, readable or writable.
    #[must_use]
    pub fn readiness(&self, to_write: bool) -> Readiness {
        Readiness { descriptor: self.0.cast_signed(), events: if to_write { READABLE | WRITABLE } else { READABLE }, returned_events: 0 }
    }

    /// Returns the argument of [`wait`] that waits until this socket is connected.
    #[must_use]
    pub fn connected(&self) -> Readiness {
        Readiness { descriptor: self.0.cast_signed(), events: WRITABLE, returned_events: 0 }
    }

    /// Returns `true` if the peer has neither sent anything nor closed the connection.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        !wait(&mut [self.readiness(false)], 0)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        close(self.0);
    }
}

/// Waits until one of `sockets` is ready, or until `milliseconds` have passed; `u64::MAX` means no
/// limit. Returns `true` if one is ready. Without sockets it sleeps.
pub fn wait(sockets: &mut [Readiness], milliseconds: u64) -> bool {
    ruchy_lambda_socket_wait(sockets, milliseconds)
}

/// Returns a description of the kernel's error `number`.
#[must_use]
pub fn error_text(number: i32) -> &'static str {
    match number {
        libc::ECONNREFUSED => "connection refused",
        libc::ECONNRESET => "connection reset by peer",
        libc::EPIPE => "connection closed by peer",
        libc::ETIMEDOUT => "connection timed out",
        libc::ENETUNREACH => "network is unreachable",
        libc::EHOSTUNREACH => "no route to host",
        libc::EADDRNOTAVAIL => "address is not available",
        libc::EAFNOSUPPORT => "address family is not supported",
        libc::EACCES | libc::EPERM => "not permitted",
        libc::EMFILE | libc::ENFILE => "too many open files",
        _ => "connection failed",
    }
}
