//! Sockets: connect, send, receive, and wait for room.

use super::{Descriptor, Errno, call, call_of_five, part, poll, timespec};
use core::ffi::c_int;
use core::mem::{offset_of, zeroed};
use core::net::IpAddr;
use registry::Readiness;

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
            // SAFETY: a sockaddr_in6 has the room and the alignment of a sockaddr_in, as asserted
            // below, and all zero bits are valid.
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

/// Moves a descriptor above the standard streams. If one of those was closed at exec, a new
/// descriptor has its number, and handlers would print to it.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call would enlarge files whose functions open no files")]
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

/// Sends `parts` in order in one call, as far as the socket accepts them without blocking. A closed
/// peer is EPIPE and never SIGPIPE.
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
    // SAFETY: the message describes `parts`, and those what the caller lent; sendmsg only reads
    // them, and all live through the call.
    unsafe { call(libc::SYS_sendmsg, socket.number(), (&raw const message).expose_provenance(), flags) }
}

/// Sets `TCP_NODELAY`. Otherwise the kernel delays a partial segment until the peer acknowledges
/// earlier data, which can take 40 ms.
#[cold]
#[inline(never)]
pub fn send_at_once(socket: &Descriptor) {
    let on: c_int = 1;
    let on = (&raw const on).expose_provenance();
    let (level, option) = (libc::IPPROTO_TCP as usize, libc::TCP_NODELAY as usize);
    // SAFETY: the pointer and the length describe `on`, which lives through the call. If it fails,
    // sending is only slower.
    unsafe { call_of_five(libc::SYS_setsockopt, socket.number(), level, option, on, size_of::<c_int>()) }.ok();
}

/// True if the peer has neither sent anything nor hung up.
#[must_use]
pub fn is_silent(socket: &Descriptor) -> bool {
    let mut poll = libc::pollfd { fd: socket.0, events: libc::POLLIN, revents: 0 };
    // SAFETY: all zero bits are a valid timespec: no time.
    let now: libc::timespec = unsafe { zeroed() };
    let (memory, now) = ((&raw mut poll).expose_provenance(), (&raw const now).expose_provenance());
    // SAFETY: the pointers describe one pollfd, which the call writes, and `now`; no signal mask is
    // passed.
    unsafe { call(libc::SYS_ppoll, memory, 1, now) }.ok(); // it fails only for bad arguments
    poll.revents == 0
}

/// Waits until the socket accepts more, or the peer has sent something or hung up. Returns whether
/// it accepts more.
#[cold]
#[must_use]
pub fn wait_for_room(socket: &Descriptor) -> bool {
    poll(socket.0, libc::POLLIN | libc::POLLOUT) & libc::POLLOUT != 0
}

/// Receives into `buffer`, waiting for the first byte. 0 means that the peer has closed the
/// connection, or that `buffer` is empty.
///
/// # Errors
/// The kernel's.
pub fn receive(socket: &Descriptor, buffer: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the pointer and the length describe `buffer`, which is borrowed exclusively through
    // the call.
    unsafe { call(libc::SYS_recvfrom, socket.number(), buffer.as_mut_ptr().expose_provenance(), buffer.len()) }
}

/// The transport protocol of a socket for handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// TCP.
    Stream,
    /// UDP.
    Datagram,
}

/// Opens a socket that never blocks and starts to connect it to `ip` and `port`. The caller closes
/// it.
///
/// # Errors
/// The kernel's.
pub fn begin_connect(ip: IpAddr, port: u16, kind: Kind) -> Result<u32, Errno> {
    let kind = if kind == Kind::Stream { libc::SOCK_STREAM } else { libc::SOCK_DGRAM };
    let family = if ip.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    let flags = (kind | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK) as usize;
    // SAFETY: no pointers are passed.
    let socket = unsafe { call(libc::SYS_socket, family as usize, flags, 0) };
    let socket = beyond_standard_streams(Descriptor(socket? as c_int))?;
    let result = match ip {
        IpAddr::V4(ip) => {
            // SAFETY: all zero bits are a valid sockaddr_in.
            let mut address: libc::sockaddr_in = unsafe { zeroed() };
            address.sin_family = libc::AF_INET as libc::sa_family_t;
            address.sin_port = port.to_be();
            address.sin_addr.s_addr = u32::from_ne_bytes(ip.octets());
            let memory = (&raw const address).expose_provenance();
            // SAFETY: the pointer and the length describe `address`, which lives through the call.
            unsafe { call(libc::SYS_connect, socket.number(), memory, size_of::<libc::sockaddr_in>()) }
        }
        IpAddr::V6(ip) => {
            // SAFETY: all zero bits are a valid sockaddr_in6.
            let mut address: libc::sockaddr_in6 = unsafe { zeroed() };
            address.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            address.sin6_port = port.to_be();
            address.sin6_addr.s6_addr = ip.octets();
            let memory = (&raw const address).expose_provenance();
            // SAFETY: as above.
            unsafe { call(libc::SYS_connect, socket.number(), memory, size_of::<libc::sockaddr_in6>()) }
        }
    };
    match result {
        Err(errno) if !errno.is(libc::EINPROGRESS) => Err(errno),
        _ => Ok(socket.into_number()),
    }
}

/// Returns and clears the pending error of a handler's socket: 0 if there is none.
#[must_use]
pub fn pending_error(descriptor: u32) -> i32 {
    let mut error: c_int = 0;
    let mut bytes = size_of::<c_int>() as libc::socklen_t;
    let (memory, length) = ((&raw mut error).expose_provenance(), (&raw mut bytes).expose_provenance());
    let (level, option) = (libc::SOL_SOCKET as usize, libc::SO_ERROR as usize);
    // SAFETY: the pointers describe `error` and its size, which the call writes; both live through
    // it.
    match unsafe { call_of_five(libc::SYS_getsockopt, descriptor as usize, level, option, memory, length) } {
        Ok(_) => error,
        Err(errno) => errno.number().cast_signed(),
    }
}

/// Sends as much of `bytes` as a handler's socket accepts without blocking. A closed peer is EPIPE
/// and never SIGPIPE.
///
/// # Errors
/// The kernel's: EAGAIN if the socket accepts nothing now.
pub fn send_some(descriptor: u32, bytes: &[u8]) -> Result<usize, Errno> {
    let memory = bytes.as_ptr().expose_provenance();
    let flags = (libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT) as usize;
    // SAFETY: the pointer and the length describe `bytes`, which live through the call; a null
    // address means the connected peer.
    unsafe { call_of_five(libc::SYS_sendto, descriptor as usize, memory, bytes.len(), flags, 0) }
}

/// Receives into `buffer` from a handler's socket, which does not block. 0 means that the peer has
/// closed the connection.
///
/// # Errors
/// The kernel's: EAGAIN if nothing has arrived.
pub fn receive_some(descriptor: u32, buffer: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the pointer and the length describe `buffer`, which is borrowed exclusively through
    // the call.
    unsafe { call(libc::SYS_recvfrom, descriptor as usize, buffer.as_mut_ptr().expose_provenance(), buffer.len()) }
}

// The facade's `Readiness` is handed to the kernel as `struct pollfd`: a 32-bit descriptor, and two
// sets of 16 bits.
const _: () = assert!(size_of::<Readiness>() == size_of::<libc::pollfd>() && align_of::<Readiness>() == align_of::<libc::pollfd>());
const _: () = assert!(offset_of!(libc::pollfd, events) == 4 && offset_of!(libc::pollfd, revents) == 6);

/// Waits until one of `sockets` is ready or `milliseconds` have passed; `u64::MAX` means no limit.
/// Returns whether one is ready. Signals do not extend the wait: the kernel subtracts the time that
/// passed from the limit.
pub fn wait_for_any(sockets: &mut [Readiness], milliseconds: u64) -> bool {
    let mut limit = timespec(milliseconds);
    let limit = if milliseconds == u64::MAX { 0 } else { (&raw mut limit).expose_provenance() };
    let memory = sockets.as_mut_ptr().expose_provenance();
    // SAFETY: the pointers describe `sockets`, which have the layout of pollfd, and the limit; the
    // call writes both, and no signal mask is passed.
    unsafe { call(libc::SYS_ppoll, memory, sockets.len(), limit) }.is_ok_and(|ready| ready > 0)
}

#[cfg(test)]
mod tests {
    use super::{Kind, begin_connect, pending_error, receive_some, send_some};
    use crate::sys::file;
    use core::net::{IpAddr, Ipv4Addr};
    use std::net::TcpListener;

    #[test]
    #[cfg_attr(miri, ignore = "makes system calls")]
    fn begin_connect_never_blocks() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let socket = begin_connect(ip, listener.local_addr().unwrap().port(), Kind::Stream).unwrap();
        let (peer, _) = listener.accept().unwrap();
        assert_eq!(pending_error(socket), 0);
        let mut buffer = [0; 4];
        assert!(receive_some(socket, &mut buffer).unwrap_err().is_try_again());
        assert_eq!(send_some(socket, b"ping"), Ok(4));
        drop(peer); // with unread bytes: a reset
        file::close(socket);
    }
}
