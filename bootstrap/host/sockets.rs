//! Sockets that never block, for the functions' HTTP client: the `std` facade declares these
//! functions, and only those that a handler calls are linked.
#![allow(unsafe_code)]
#![expect(clippy::no_mangle_with_rust_abi, reason = "the callers are Rust of the same build")]

use crate::sys::socket::{self, Kind};
use core::net::SocketAddr;
use registry::{Readiness, SocketKind};

// SAFETY: the facade's declaration has the same type, and no other function has this name; likewise
// below.
#[unsafe(no_mangle)]
fn ruchy_lambda_socket_connect(address: &SocketAddr, kind: SocketKind) -> Result<u32, i32> {
    let kind = match kind {
        SocketKind::Stream => Kind::Stream,
        SocketKind::Datagram => Kind::Datagram,
    };
    socket::begin_connect(address.ip(), address.port(), kind).map_err(|errno| errno.number().cast_signed())
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_socket_error(descriptor: u32) -> i32 {
    socket::pending_error(descriptor)
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_socket_send(descriptor: u32, bytes: &[u8]) -> Result<usize, i32> {
    socket::send_some(descriptor, bytes).map_err(|errno| errno.number().cast_signed())
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_socket_receive(descriptor: u32, buffer: &mut [u8]) -> Result<usize, i32> {
    socket::receive_some(descriptor, buffer).map_err(|errno| errno.number().cast_signed())
}

// SAFETY: see above.
#[unsafe(no_mangle)]
fn ruchy_lambda_socket_wait(sockets: &mut [Readiness], milliseconds: u64) -> bool {
    socket::wait_for_any(sockets, milliseconds)
}
