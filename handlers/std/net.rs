//! Addresses, which are core's, and the sockets that the crate `outbound` is built on. Nothing here waits but [`wait`].

use crate::fs::close;
pub use core::net::{AddrParseError, IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

// Errors are the kernel's numbers. The bootstrap defines these.
unsafe extern "Rust" {
    /// Opens a socket that never blocks, and starts to connect it.
    safe fn ruchy_lambda_socket_connect(address: &SocketAddr, kind: SocketKind) -> Result<u32, i32>;
    /// Returns and clears the pending error of the socket: 0 if there is none.
    safe fn ruchy_lambda_socket_error(descriptor: u32) -> i32;
    safe fn ruchy_lambda_socket_send(descriptor: u32, bytes: &[u8]) -> Result<usize, i32>;
    safe fn ruchy_lambda_socket_receive(descriptor: u32, buffer: &mut [u8]) -> Result<usize, i32>;
    /// Waits until a socket is ready or the time has passed. Returns whether one is ready.
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

/// One socket to wait for. The layout is that of the kernel's `struct pollfd`; the bootstrap asserts it.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Readiness {
    descriptor: i32,
    wanted: i16,
    ready: i16,
}

/// `POLLIN`.
const READABLE: i16 = 1;
/// `POLLOUT`.
const WRITABLE: i16 = 4;

impl Readiness {
    /// Whether the socket is readable or writable as wanted, has an error, or was closed by the peer.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready != 0
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
    /// Opens a socket and starts to connect it to `address`. A stream is connected once it is writable and [`Socket::error`] is 0.
    ///
    /// # Errors
    /// The kernel's number.
    pub fn connect(address: &SocketAddr, kind: SocketKind) -> Result<Self, i32> {
        ruchy_lambda_socket_connect(address, kind).map(Self)
    }

    /// Returns and clears the pending error: 0 if there is none.
    #[must_use]
    pub fn error(&self) -> i32 {
        ruchy_lambda_socket_error(self.0)
    }

    /// Whether a stream is connected, or has failed to: it is writable.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        wait(&mut [self.connected()], 0)
    }

    /// Sends as much of `bytes` as the socket accepts now.
    ///
    /// # Errors
    /// [`SocketError`].
    pub fn send(&self, bytes: &[u8]) -> Result<usize, SocketError> {
        ruchy_lambda_socket_send(self.0, bytes).map_err(SocketError::from)
    }

    /// Receives what has arrived. 0 means that the peer has closed the connection.
    ///
    /// # Errors
    /// [`SocketError`].
    pub fn receive(&self, buffer: &mut [u8]) -> Result<usize, SocketError> {
        ruchy_lambda_socket_receive(self.0, buffer).map_err(SocketError::from)
    }

    /// This socket for [`wait`]: until it is readable, and, if `to_write`, until it is writable.
    #[must_use]
    pub fn readiness(&self, to_write: bool) -> Readiness {
        Readiness { descriptor: self.0.cast_signed(), wanted: if to_write { READABLE | WRITABLE } else { READABLE }, ready: 0 }
    }

    /// This socket for [`wait`], until it is connected.
    #[must_use]
    pub fn connected(&self) -> Readiness {
        Readiness { descriptor: self.0.cast_signed(), wanted: WRITABLE, ready: 0 }
    }

    /// Whether the peer has neither sent anything nor closed the connection.
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

/// Waits until one of `sockets` is ready, or `milliseconds` have passed; `u64::MAX` is no limit. Returns whether one is ready. With no sockets it
/// sleeps.
pub fn wait(sockets: &mut [Readiness], milliseconds: u64) -> bool {
    ruchy_lambda_socket_wait(sockets, milliseconds)
}

/// A description of the kernel's error `number`, as std has it.
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
