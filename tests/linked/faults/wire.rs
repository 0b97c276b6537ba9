//! Socket operations of the tests that a server would not do: resets, half-closed connections,
//! small buffers, a port without a listener.

use crate::support::runtime_api::{Connection, RuntimeApi};
use nix::libc;
use std::mem::{size_of, zeroed};
use std::net::{Ipv4Addr, Shutdown, TcpListener};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr;

fn set_option<T>(socket: &impl AsRawFd, option: libc::c_int, value: &T) {
    let bytes = libc::socklen_t::try_from(size_of::<T>()).unwrap();
    // SAFETY: the pointer and the length describe `value`, which the call only reads.
    let result = unsafe { libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, option, ptr::from_ref(value).cast(), bytes) };
    assert_eq!(result, 0);
}

/// Ends the connection with a RST, like a close with a linger time of 0.
pub fn reset(connection: &Connection) {
    // SAFETY: all zero bits are a valid sockaddr, with the family AF_UNSPEC: connecting to it
    // disconnects (connect(2)).
    let nowhere: libc::sockaddr = unsafe { zeroed() };
    let bytes = libc::socklen_t::try_from(size_of::<libc::sockaddr>()).unwrap();
    // SAFETY: the pointer and the length describe `nowhere`, which the call only reads.
    let result = unsafe { libc::connect(connection.stream().as_raw_fd(), &raw const nowhere, bytes) };
    assert_eq!(result, 0);
}

/// Sends a FIN. The function's bytes can still be received.
pub fn finish(connection: &Connection) {
    connection.stream().shutdown(Shutdown::Write).unwrap();
}

/// Sets the size of the receive buffer of connections accepted from now on, in bytes.
pub fn keep(api: &RuntimeApi, bytes: i32) {
    set_option(api.listener(), libc::SO_RCVBUF, &bytes);
}

/// A port that is bound but not listening: connections are refused.
pub struct SilentPort {
    socket: OwnedFd,
}

impl SilentPort {
    pub fn bind() -> Self {
        // SAFETY: no pointers are passed.
        let socket = unsafe { libc::socket(libc::AF_INET, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0) };
        assert!(socket >= 0);
        // SAFETY: it was just opened, and nothing else owns it.
        let socket = unsafe { OwnedFd::from_raw_fd(socket) };
        // SAFETY: all zero bits are a valid sockaddr_in.
        let mut address: libc::sockaddr_in = unsafe { zeroed() };
        address.sin_family = libc::sa_family_t::try_from(libc::AF_INET).unwrap();
        address.sin_addr.s_addr = u32::from_ne_bytes(Ipv4Addr::LOCALHOST.octets());
        let bytes = libc::socklen_t::try_from(size_of::<libc::sockaddr_in>()).unwrap();
        // SAFETY: the pointer and the length describe `address`, which the call only reads.
        let result = unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), bytes) };
        assert_eq!(result, 0);
        Self { socket }
    }

    pub fn address(&self) -> String {
        TcpListener::from(self.socket.try_clone().unwrap()).local_addr().unwrap().to_string()
    }

    /// Starts to listen.
    pub fn listen(self) -> RuntimeApi {
        // SAFETY: no pointers are passed.
        let result = unsafe { libc::listen(self.socket.as_raw_fd(), 16) };
        assert_eq!(result, 0);
        RuntimeApi::from(TcpListener::from(self.socket))
    }
}
