//! The only door to libc: one small wrapper a system call, an owned descriptor in, a `Result<_, Errno>` out. EINTR is handled here
//! and nowhere else.
#![allow(unsafe_code)]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the kernel's arguments and results are registers: 64 bits that mean what each call says"
)]

use core::ffi::{c_int, c_long};
use core::mem::{ManuallyDrop, zeroed};
use core::net::IpAddr;
use core::ptr::{self, NonNull};
use handlers::Stream;

/// An error number of the kernel's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub c_int);

impl Errno {
    /// A name for people, for the errors that a connection meets.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            libc::ECONNREFUSED => "connection refused",
            _ if self.is_closed_by_peer() => "closed by peer",
            _ => "failed",
        }
    }

    /// Whether the peer has closed the connection.
    #[must_use]
    pub fn is_closed_by_peer(self) -> bool {
        matches!(self.0, libc::ECONNRESET | libc::EPIPE)
    }

    fn last() -> Self {
        // SAFETY: musl's errno lives in the thread's own block for as long as the thread.
        Self(unsafe { *libc::__errno_location() })
    }
}

/// A file descriptor that is closed when it is dropped.
#[derive(Debug)]
pub struct Descriptor(c_int);

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: this value owns the descriptor, so nothing else closes or uses it. (Linux closes it even where it reports an error;
        // repeated after EINTR it finds nothing, since no other thread can have opened one in between.)
        unsafe { call(libc::SYS_close, self.number(), 0, 0, 0, 0) }.ok();
    }
}

impl Descriptor {
    fn number(&self) -> usize {
        self.0 as usize
    }
}

/// Makes a system call, again for as long as a signal interrupts it. Every call goes through here: one place knows of errno and EINTR,
/// and musl's own wrappers, half of which carry what kernels before 3.x needed, stay out of the file.
///
/// # Safety
/// The arguments are what the call of this `number` wants.
#[inline(always)]
#[expect(clippy::inline_always, reason = "built for size it would not be inlined, and be larger for it")]
unsafe fn call(number: c_long, first: usize, second: usize, third: usize, fourth: usize, fifth: usize) -> Result<usize, Errno> {
    // SAFETY: the caller's promise.
    let result = unsafe { call_until_done(number, first, second, third, fourth, fifth) };
    if result < 0 { Err(Errno(-result as c_int)) } else { Ok(result as usize) }
}

/// [`call`], with the error as a negative number: in one register, at each of twenty places.
#[inline(never)]
unsafe fn call_until_done(number: c_long, first: usize, second: usize, third: usize, fourth: usize, fifth: usize) -> c_long {
    loop {
        // SAFETY: the caller's promise; a call reads only as many arguments as it has, and the sixth is 0 in all that are made here.
        let result = unsafe { libc::syscall(number, first, second, third, fourth, fifth, 0usize) };
        if result >= 0 {
            return result;
        }
        let errno = Errno::last();
        if errno.0 != libc::EINTR {
            return -c_long::from(errno.0);
        }
    }
}

/// A stream socket connected to `ip` and `port`. Two system calls: `socket`, `connect`.
///
/// # Errors
/// The kernel's.
pub fn connect(ip: IpAddr, port: u16) -> Result<Descriptor, Errno> {
    let family = if ip.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    // SAFETY: no pointers are passed.
    let socket = unsafe { call(libc::SYS_socket, family as usize, (libc::SOCK_STREAM | libc::SOCK_CLOEXEC) as usize, 0, 0, 0) };
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
    unsafe { call(libc::SYS_connect, socket.number(), (&raw const address).expose_provenance(), bytes, 0, 0) }?;
    Ok(socket)
}

/// Where a standard stream was closed at exec, a new descriptor takes its number, and what a handler prints would go there.
fn beyond_standard_streams(descriptor: Descriptor) -> Result<Descriptor, Errno> {
    if descriptor.0 > libc::STDERR_FILENO {
        return Ok(descriptor);
    }
    let least = libc::STDERR_FILENO as usize + 1;
    // SAFETY: no pointers are passed.
    let moved = unsafe { call(libc::SYS_fcntl, descriptor.number(), libc::F_DUPFD_CLOEXEC as usize, least, 0, 0) };
    Ok(Descriptor(moved? as c_int))
}

const _: () = assert!(size_of::<libc::sockaddr_in>() <= size_of::<libc::sockaddr_in6>());
const _: () = assert!(align_of::<libc::sockaddr_in>() <= align_of::<libc::sockaddr_in6>());

/// Sends `head` and `body` in one call, as far as the socket takes them. A closed peer is EPIPE and never SIGPIPE.
///
/// # Errors
/// The kernel's.
pub fn send(socket: &Descriptor, head: &[u8], body: &[u8]) -> Result<usize, Errno> {
    let parts = [part(head), part(body)];
    // SAFETY: all zero bits are a valid msghdr.
    let mut message: libc::msghdr = unsafe { zeroed() };
    message.msg_iov = (&raw const parts).cast_mut().cast();
    message.msg_iovlen = 2;
    // SAFETY: the message describes `parts`, and those `head` and `body`; sendmsg only reads them, and all live through the call.
    unsafe { call(libc::SYS_sendmsg, socket.number(), (&raw const message).expose_provenance(), libc::MSG_NOSIGNAL as usize, 0, 0) }
}

/// Receives into `buffer`, waiting for the first byte. 0 means that the peer has closed the connection, or that `buffer` is empty.
///
/// # Errors
/// The kernel's.
pub fn receive(socket: &Descriptor, buffer: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the pointer and the length describe `buffer`, which is borrowed exclusively through the call.
    unsafe { call(libc::SYS_recvfrom, socket.number(), buffer.as_mut_ptr().expose_provenance(), buffer.len(), 0, 0) }
}

/// Most pieces that [`write`] takes; further ones are left out.
pub const WRITE_PIECES_MAX: usize = 10;

/// Writes `pieces` to a standard stream one behind the other in one call, as far as it takes them.
///
/// # Errors
/// The kernel's.
#[inline(never)]
pub fn write(stream: Stream, pieces: &[&[u8]]) -> Result<usize, Errno> {
    let mut parts = [part(&[]); WRITE_PIECES_MAX];
    for (part_of, piece) in parts.iter_mut().zip(pieces) {
        *part_of = part(piece);
    }
    let count = pieces.len().min(WRITE_PIECES_MAX);
    // SAFETY: the pointer and the count describe `parts`, and those `pieces`; writev only reads them, and all live through the call.
    unsafe { call(libc::SYS_writev, stream as u8 as usize, (&raw const parts).expose_provenance(), count, 0, 0) }
}

/// `bytes` as the kernel wants pieces described.
fn part(bytes: &[u8]) -> libc::iovec {
    libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() }
}

/// What [`Poll::wait`] saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The socket can be read from, or is dead.
    Socket,
    /// SIGTERM came.
    Terminate,
}

/// An epoll set of a signalfd for SIGTERM and one socket.
#[derive(Debug)]
pub struct Poll {
    epoll: Descriptor,
}

const _: () = assert!(size_of::<libc::epoll_event>() == 12, "the kernel's epoll_event is packed on x86_64");
const SOCKET: u64 = 0;
const SIGNALS: u64 = 1;

impl Poll {
    /// Blocks SIGTERM, which from now on only [`Poll::wait`] tells of.
    ///
    /// # Errors
    /// The kernel's, a limit on descriptors among them.
    pub fn new() -> Result<Self, Errno> {
        let watched = signal_bit(libc::SIGTERM);
        block(watched)?;
        let flags = (libc::SFD_CLOEXEC | libc::SFD_NONBLOCK) as usize;
        let set = (&raw const watched).expose_provenance();
        // SAFETY: the pointer and the length describe `watched`, which lives through the call; the first argument asks for a new
        // descriptor.
        let signals = unsafe { call(libc::SYS_signalfd4, usize::MAX, set, SIGNAL_SET_BYTES, flags, 0) };
        let signals = ManuallyDrop::new(Descriptor(signals? as c_int)); // it stays open as long as the process
        // SAFETY: no pointers are passed.
        let epoll = unsafe { call(libc::SYS_epoll_create1, libc::EPOLL_CLOEXEC as usize, 0, 0, 0, 0) };
        let poll = Self { epoll: Descriptor(epoll? as c_int) };
        poll.add(&signals, SIGNALS)?;
        Ok(poll)
    }

    /// Watches `socket` too, until it is closed.
    ///
    /// # Errors
    /// The kernel's.
    pub fn watch(&self, socket: &Descriptor) -> Result<(), Errno> {
        self.add(socket, SOCKET)
    }

    fn add(&self, descriptor: &Descriptor, token: u64) -> Result<(), Errno> {
        let event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: token };
        let add = libc::EPOLL_CTL_ADD as usize;
        // SAFETY: `event` lives through the call, which only reads it.
        unsafe { call(libc::SYS_epoll_ctl, self.epoll.number(), add, descriptor.number(), (&raw const event).expose_provenance(), 0) }?;
        Ok(())
    }

    /// Waits for either, for ever if need be.
    #[must_use]
    pub fn wait(&self) -> Event {
        let mut event = libc::epoll_event { events: 0, u64: SOCKET };
        let no_timeout = usize::MAX;
        let memory = (&raw mut event).expose_provenance();
        // SAFETY: the pointer describes one event, which the call writes; no signal mask is passed.
        unsafe { call(libc::SYS_epoll_pwait, self.epoll.number(), memory, 1, no_timeout, 0) }.ok(); // it fails only for bad arguments
        if event.u64 == SIGNALS { Event::Terminate } else { Event::Socket }
    }
}

/// Blocks SIGPIPE, which writing to a log that nobody reads would raise.
///
/// # Errors
/// The kernel's; there is no reason for one.
pub fn block_pipe_signal() -> Result<(), Errno> {
    block(signal_bit(libc::SIGPIPE))
}

fn block(signals: u64) -> Result<(), Errno> {
    let set = (&raw const signals).expose_provenance();
    // SAFETY: the pointer and the length describe `signals`, which lives through the call; the old mask is not asked for.
    unsafe { call(libc::SYS_rt_sigprocmask, libc::SIG_BLOCK as usize, set, 0, SIGNAL_SET_BYTES, 0) }?;
    Ok(())
}

/// The kernel's size of a signal set, in bytes; libc's is larger.
const SIGNAL_SET_BYTES: usize = size_of::<u64>();

/// `signal` in the kernel's signal set.
const fn signal_bit(signal: c_int) -> u64 {
    1 << (signal - 1)
}

/// Size of a page, in bytes.
pub const PAGE_BYTES: usize = 4096;

fn mapped(address: Result<usize, Errno>) -> Result<NonNull<u8>, Errno> {
    // Never null: the kernel maps nothing at 0 unasked.
    NonNull::new(ptr::with_exposed_provenance_mut(address?)).ok_or(Errno(libc::ENOMEM))
}

/// New zeroed memory of at least `bytes` bytes, aligned to a page.
///
/// # Errors
/// The kernel's: ENOMEM.
pub fn map(bytes: usize) -> Result<NonNull<u8>, Errno> {
    let protection = (libc::PROT_READ | libc::PROT_WRITE) as usize;
    let flags = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS) as usize;
    // SAFETY: an anonymous mapping at an address of the kernel's choice touches no memory in use.
    mapped(unsafe { call(libc::SYS_mmap, 0, bytes, protection, flags, usize::MAX) })
}

/// Resizes a mapping of `bytes` bytes to `new_bytes`, moving it if need be.
///
/// # Errors
/// The kernel's: ENOMEM; the mapping is then as it was.
///
/// # Safety
/// `memory` came from [`map`] or [`remap`] with this size, and only the address returned is used from now on.
pub unsafe fn remap(memory: *mut u8, bytes: usize, new_bytes: usize) -> Result<NonNull<u8>, Errno> {
    let flags = libc::MREMAP_MAYMOVE as usize;
    // SAFETY: the caller's promise.
    mapped(unsafe { call(libc::SYS_mremap, memory.expose_provenance(), bytes, new_bytes, flags, 0) })
}

/// Gives a mapping of `bytes` bytes back to the kernel.
///
/// # Safety
/// `memory` came from [`map`] or [`remap`] with this size and is not used any more.
pub unsafe fn unmap(memory: *mut u8, bytes: usize) {
    // SAFETY: the caller's promise. It fails only for arguments that are no mapping.
    unsafe { call(libc::SYS_munmap, memory.expose_provenance(), bytes, 0, 0, 0) }.ok();
}

/// Waits for so many milliseconds.
pub fn pause(milliseconds: u32) {
    let time = libc::timespec { tv_sec: (milliseconds / 1000).into(), tv_nsec: (milliseconds % 1000 * 1_000_000).into() };
    // SAFETY: the pointer describes `time`, which lives through the call, which only reads it.
    unsafe { call(libc::SYS_nanosleep, (&raw const time).expose_provenance(), 0, 0, 0, 0) }.ok(); // it fails only for bad arguments
}

/// Ends the process at once.
pub fn exit(status: c_int) -> ! {
    loop {
        // SAFETY: it has no preconditions, and does not return.
        unsafe { call(libc::SYS_exit_group, status as usize, 0, 0, 0, 0) }.ok();
    }
}
