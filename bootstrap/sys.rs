//! The only door to libc: one small wrapper a system call, an owned descriptor in, a `Result<_, Errno>` out. EINTR is handled here
//! and nowhere else.
#![allow(unsafe_code)]

use crate::log::Stream;
use core::ffi::{c_int, c_void};
use core::mem::{MaybeUninit, size_of, zeroed};
use core::net::IpAddr;
use core::ptr::{self, NonNull};

/// An error number of the kernel's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub c_int);

impl Errno {
    /// Nothing to read now.
    pub const AGAIN: Self = Self(libc::EAGAIN);

    /// A name for people, for the errors that a start or a connection meets.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            libc::ECONNREFUSED => "connection refused",
            libc::ECONNRESET => "connection reset by peer",
            libc::EPIPE => "connection closed by peer",
            libc::ENETUNREACH => "network unreachable",
            libc::EHOSTUNREACH => "host unreachable",
            libc::ETIMEDOUT => "timed out",
            libc::EACCES => "permission denied",
            libc::EMFILE => "too many open files",
            libc::EAFNOSUPPORT => "address family not supported",
            _ => "error",
        }
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
        // SAFETY: this value owns the descriptor, so nothing else closes or uses it. The descriptor is gone even when close fails.
        unsafe { libc::close(self.0) };
    }
}

/// Repeats `call` for as long as a signal interrupts it.
fn retry_on_interrupt(mut call: impl FnMut() -> isize) -> Result<usize, Errno> {
    loop {
        let result = call();
        if let Ok(count) = usize::try_from(result) {
            return Ok(count);
        }
        let errno = Errno::last();
        if errno.0 != libc::EINTR {
            return Err(errno);
        }
    }
}

fn descriptor(result: c_int) -> Result<Descriptor, Errno> {
    if result < 0 { Err(Errno::last()) } else { Ok(Descriptor(result)) }
}

fn done(result: c_int) -> Result<(), Errno> {
    if result < 0 { Err(Errno::last()) } else { Ok(()) }
}

/// A stream socket connected to `ip` and `port`. Two system calls: `socket`, `connect`.
///
/// # Errors
/// The kernel's. EINTR during `connect` is one too: the call cannot be repeated, a new socket can.
pub fn connect(ip: IpAddr, port: u16) -> Result<Descriptor, Errno> {
    let family = if ip.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    // SAFETY: no pointers are passed.
    let socket = descriptor(unsafe { libc::socket(family, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0) })?;
    let connected = match ip {
        IpAddr::V4(ip) => {
            // SAFETY: all zero bits are a valid sockaddr_in.
            let mut address: libc::sockaddr_in = unsafe { zeroed() };
            address.sin_family = libc::AF_INET as libc::sa_family_t;
            address.sin_port = port.to_be();
            address.sin_addr.s_addr = u32::from_ne_bytes(ip.octets());
            connect_to(&socket, &address)
        }
        IpAddr::V6(ip) => {
            // SAFETY: all zero bits are a valid sockaddr_in6.
            let mut address: libc::sockaddr_in6 = unsafe { zeroed() };
            address.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            address.sin6_port = port.to_be();
            address.sin6_addr.s6_addr = ip.octets();
            connect_to(&socket, &address)
        }
    };
    connected.map(|()| socket)
}

/// `T` is `sockaddr_in` or `sockaddr_in6`.
fn connect_to<T>(socket: &Descriptor, address: &T) -> Result<(), Errno> {
    // SAFETY: the pointer and the length describe `address`, which lives through the call.
    done(unsafe { libc::connect(socket.0, ptr::from_ref(address).cast(), size_of::<T>() as libc::socklen_t) })
}

/// Sends small requests at once instead of collecting them (`TCP_NODELAY`).
///
/// # Errors
/// The kernel's.
pub fn send_without_delay(socket: &Descriptor) -> Result<(), Errno> {
    let on: c_int = 1;
    // SAFETY: the pointer and the length describe `on`, which lives through the call.
    done(unsafe {
        libc::setsockopt(socket.0, libc::IPPROTO_TCP, libc::TCP_NODELAY, ptr::from_ref(&on).cast(), size_of::<c_int>() as libc::socklen_t)
    })
}

/// Sends `head` and `body` in one call, as far as the socket takes them. A closed peer is EPIPE and never SIGPIPE.
///
/// # Errors
/// The kernel's.
pub fn send(socket: &Descriptor, head: &[u8], body: &[u8]) -> Result<usize, Errno> {
    if body.is_empty() {
        // SAFETY: the pointer and the length describe `head`.
        return retry_on_interrupt(|| unsafe { libc::send(socket.0, head.as_ptr().cast(), head.len(), libc::MSG_NOSIGNAL) });
    }
    let part = |bytes: &[u8]| libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() };
    let mut parts = [part(head), part(body)];
    // SAFETY: all zero bits are a valid msghdr.
    let mut message: libc::msghdr = unsafe { zeroed() };
    message.msg_iov = parts.as_mut_ptr();
    message.msg_iovlen = 2;
    // SAFETY: the message describes `parts`, and those `head` and `body`; sendmsg only reads them, and all live through the call.
    retry_on_interrupt(|| unsafe { libc::sendmsg(socket.0, &raw const message, libc::MSG_NOSIGNAL) })
}

/// Whether [`receive`] waits for the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// It does.
    Yes,
    /// It returns [`Errno::AGAIN`].
    No,
}

/// Receives into `buffer`. 0 means that the peer has closed the connection, or that `buffer` is empty.
///
/// # Errors
/// The kernel's.
pub fn receive(socket: &Descriptor, buffer: &mut [u8], wait: Wait) -> Result<usize, Errno> {
    let flags = if wait == Wait::No { libc::MSG_DONTWAIT } else { 0 };
    // SAFETY: the pointer and the length describe `buffer`, which is borrowed exclusively through the call.
    retry_on_interrupt(|| unsafe { libc::recv(socket.0, buffer.as_mut_ptr().cast(), buffer.len(), flags) })
}

/// Writes `bytes` to a standard stream, as far as it takes them.
///
/// # Errors
/// The kernel's.
pub fn write(stream: Stream, bytes: &[u8]) -> Result<usize, Errno> {
    // SAFETY: the pointer and the length describe `bytes`.
    retry_on_interrupt(|| unsafe { libc::write(stream as c_int, bytes.as_ptr().cast(), bytes.len()) })
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
    signals: Descriptor,
}

const _: () = assert!(size_of::<libc::epoll_event>() == 12, "the kernel's epoll_event is packed on x86_64");
const SOCKET: u64 = 0;
const SIGNALS: u64 = 1;

impl Poll {
    /// Blocks SIGTERM, which from now on only [`Poll::wait`] tells of, and SIGPIPE, which a closed log would raise.
    ///
    /// # Errors
    /// The kernel's, a limit on descriptors among them. The signals stay as they were.
    pub fn new() -> Result<Self, Errno> {
        let mut blocked = MaybeUninit::<libc::sigset_t>::uninit();
        // SAFETY: sigemptyset initialises the set; sigaddset is given it initialised.
        let mut watched = unsafe {
            libc::sigemptyset(blocked.as_mut_ptr());
            libc::sigaddset(blocked.as_mut_ptr(), libc::SIGTERM);
            blocked.assume_init()
        };
        // SAFETY: the set is initialised; -1 asks for a new descriptor.
        let signals = descriptor(unsafe { libc::signalfd(-1, &raw const watched, libc::SFD_CLOEXEC | libc::SFD_NONBLOCK) })?;
        // SAFETY: no pointers are passed.
        let epoll = descriptor(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        let poll = Self { epoll, signals };
        poll.add(&poll.signals, SIGNALS)?;
        // SAFETY: the set is initialised and lives through both calls; the old mask is not asked for.
        unsafe {
            libc::sigaddset(&raw mut watched, libc::SIGPIPE);
            done(libc::sigprocmask(libc::SIG_BLOCK, &raw const watched, ptr::null_mut()))?;
        }
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
        let mut event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: token };
        // SAFETY: `event` lives through the call, which only reads it.
        done(unsafe { libc::epoll_ctl(self.epoll.0, libc::EPOLL_CTL_ADD, descriptor.0, &raw mut event) })
    }

    /// Waits, for ever if need be. SIGTERM comes first when both have come.
    ///
    /// # Errors
    /// The kernel's.
    pub fn wait(&self) -> Result<Event, Errno> {
        let mut events = [libc::epoll_event { events: 0, u64: SOCKET }; 2];
        // SAFETY: the pointer and the length describe `events`, which is borrowed exclusively through the call.
        let count = retry_on_interrupt(|| unsafe { libc::epoll_wait(self.epoll.0, events.as_mut_ptr(), 2, -1) } as isize)?;
        let terminate = events.iter().take(count).any(|event| event.u64 == SIGNALS);
        Ok(if terminate { Event::Terminate } else { Event::Socket })
    }
}

/// Size of a page, in bytes.
pub const PAGE_BYTES: usize = 4096;

fn mapped(memory: *mut c_void) -> Result<NonNull<u8>, Errno> {
    if memory == libc::MAP_FAILED {
        return Err(Errno::last());
    }
    NonNull::new(memory.cast()).ok_or(Errno(libc::ENOMEM)) // never null: the kernel maps nothing at 0 unasked
}

/// New zeroed memory of at least `bytes` bytes, aligned to a page.
///
/// # Errors
/// The kernel's: ENOMEM.
pub fn map(bytes: usize) -> Result<NonNull<u8>, Errno> {
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: an anonymous mapping at an address of the kernel's choice touches no memory in use.
    mapped(unsafe { libc::mmap(ptr::null_mut(), bytes, protection, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0) })
}

/// Resizes a mapping of `bytes` bytes to `new_bytes`, moving it if need be.
///
/// # Errors
/// The kernel's: ENOMEM; the mapping is then as it was.
///
/// # Safety
/// `memory` came from [`map`] or [`remap`] with this size, and only the address returned is used from now on.
pub unsafe fn remap(memory: *mut u8, bytes: usize, new_bytes: usize) -> Result<NonNull<u8>, Errno> {
    // SAFETY: the caller's promise.
    mapped(unsafe { libc::mremap(memory.cast(), bytes, new_bytes, libc::MREMAP_MAYMOVE) })
}

/// Gives a mapping of `bytes` bytes back to the kernel.
///
/// # Safety
/// `memory` came from [`map`] or [`remap`] with this size and is not used any more.
pub unsafe fn unmap(memory: *mut u8, bytes: usize) {
    // SAFETY: the caller's promise. It fails only for arguments that are no mapping.
    unsafe { libc::munmap(memory.cast(), bytes) };
}

/// Ends the process at once.
pub fn exit(status: c_int) -> ! {
    // SAFETY: _exit has no preconditions.
    unsafe { libc::_exit(status) }
}
