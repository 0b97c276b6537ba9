//! Sockets: connect, send, receive, and wait for room.

use super::{Descriptor, Errno, call, call_of_five, part, poll};
use core::ffi::c_int;
use core::mem::zeroed;
use core::net::IpAddr;

/// Returns a stream socket connected to `ip` and `port`. Two system calls: `socket`, `connect`.
///
/// # Errors
/// The kernel's.
#[unsafe(link_section = ".text..start")]
pub fn connect(ip: IpAddr, port: u16) -> Result<Descriptor, Errno> {
    let family = if ip.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    // SAFETY: no pointers are passed.
    let socket = unsafe { call(libc::SYS_socket, family as usize, (libc::SOCK_STREAM | libc::SOCK_CLOEXEC) as usize, 0) };
    let socket = beyond_standard_streams(Descriptor(socket? as c_int))?;
    // SAFETY: all zero bits are a valid sockaddr_in6.
    let mut address: libc::sockaddr_in6 = unsafe { zeroed() };
    let bytes = match ip {
        IpAddr::V4(ip) => {
            let address = (&raw mut address).cast::<libc::sockaddr_in>();
            // SAFETY: a sockaddr_in6 has the room and the alignment of a sockaddr_in, as asserted below, and all zero bits are valid.
            let address = unsafe { &mut *address };
            address.sin_family = libc::AF_INET as libc::sa_family_t;
            address.sin_port = port.to_be();
            address.sin_addr.s_addr = u32::from_ne_bytes(ip.octets());
            size_of::<libc::sockaddr_in>()
        }
        IpAddr::V6(ip) => {
            address.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            address.sin6_port = port.to_be();
            address.sin6_addr.s6_addr = ip.octets();
            size_of::<libc::sockaddr_in6>()
        }
    };
    // SAFETY: the pointer and the length describe `address`, which lives through the call.
    unsafe { call(libc::SYS_connect, socket.number(), (&raw const address).expose_provenance(), bytes) }?;
    Ok(socket)
}

/// If a standard stream was closed at exec, a new descriptor has its number, and handlers would print to it.
#[inline(always)]
#[expect(clippy::inline_always, reason = "one call more would make a file larger whose functions open no files")]
pub(super) fn beyond_standard_streams(descriptor: Descriptor) -> Result<Descriptor, Errno> {
    if descriptor.0 > libc::STDERR_FILENO {
        return Ok(descriptor);
    }
    let least = libc::STDERR_FILENO as usize + 1;
    // SAFETY: no pointers are passed.
    let moved = unsafe { call(libc::SYS_fcntl, descriptor.number(), libc::F_DUPFD_CLOEXEC as usize, least) };
    Ok(Descriptor(moved? as c_int))
}

const _: () = assert!(size_of::<libc::sockaddr_in>() <= size_of::<libc::sockaddr_in6>());
const _: () = assert!(align_of::<libc::sockaddr_in>() <= align_of::<libc::sockaddr_in6>());

/// Number of parts of a message.
pub const PARTS: usize = 5;

/// Sends `parts` in order in one call, as far as the socket accepts them without blocking. A closed peer is EPIPE and never SIGPIPE.
///
/// # Errors
/// The kernel's: EAGAIN if the socket accepts nothing now.
#[unsafe(link_section = ".text..start")]
pub fn send(socket: &Descriptor, parts: &[&[u8]; PARTS]) -> Result<usize, Errno> {
    let parts = parts.map(part);
    // SAFETY: all zero bits are a valid msghdr.
    let mut message: libc::msghdr = unsafe { zeroed() };
    message.msg_iov = (&raw const parts).cast_mut().cast();
    message.msg_iovlen = PARTS as _;
    let flags = (libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT) as usize;
    // SAFETY: the message describes `parts`, and those what the caller lent; sendmsg only reads them, and all live through the call.
    unsafe { call(libc::SYS_sendmsg, socket.number(), (&raw const message).expose_provenance(), flags) }
}

/// Sets `TCP_NODELAY`. Otherwise the kernel delays a partial segment until the peer acknowledges earlier data, which can take 40 ms.
#[cold]
#[inline(never)]
pub fn send_at_once(socket: &Descriptor) {
    let on: c_int = 1;
    let on = (&raw const on).expose_provenance();
    let (level, option) = (libc::IPPROTO_TCP as usize, libc::TCP_NODELAY as usize);
    // SAFETY: the pointer and the length describe `on`, which lives through the call. Where it fails it is only slower.
    unsafe { call_of_five(libc::SYS_setsockopt, socket.number(), level, option, on, size_of::<c_int>()) }.ok();
}

/// Whether the peer has neither sent anything nor hung up.
#[must_use]
pub fn is_silent(socket: &Descriptor) -> bool {
    let mut wanted = libc::pollfd { fd: socket.0, events: libc::POLLIN, revents: 0 };
    // SAFETY: all zero bits are a valid timespec: no time.
    let now: libc::timespec = unsafe { zeroed() };
    let (memory, now) = ((&raw mut wanted).expose_provenance(), (&raw const now).expose_provenance());
    // SAFETY: the pointers describe one pollfd, which the call writes, and `now`; no signal mask is passed.
    unsafe { call(libc::SYS_ppoll, memory, 1, now) }.ok(); // it fails only for bad arguments
    wanted.revents == 0
}

/// Waits until the socket accepts more, or the peer has sent something or hung up. Returns whether it accepts more.
#[cold]
#[must_use]
pub fn wait_for_room(socket: &Descriptor) -> bool {
    poll(socket.0, libc::POLLIN | libc::POLLOUT) & libc::POLLOUT != 0
}

/// Receives into `buffer`, waiting for the first byte. 0 means that the peer has closed the connection, or that `buffer` is empty.
///
/// # Errors
/// The kernel's.
pub fn receive(socket: &Descriptor, buffer: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the pointer and the length describe `buffer`, which is borrowed exclusively through the call.
    unsafe { call(libc::SYS_recvfrom, socket.number(), buffer.as_mut_ptr().expose_provenance(), buffer.len()) }
}
