//! Processes: this one, its workers, and waiting for children.

use super::signal::{self, AWAITED, SIGNAL_SET_BYTES, SIGTERM};
use super::{Descriptor, Errno, call, call_of_five};
use crate::arch::EPOLL_EVENT_BYTES;
use core::ffi::c_int;
use core::mem::zeroed;
use core::num::NonZero;

/// A child process. Its number is not reused before [`ended`] has returned it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Child(NonZero<usize>);

impl Child {
    /// The process `number`, started or not.
    #[cfg(test)]
    pub(crate) fn numbered(number: usize) -> Self {
        Self(NonZero::new(number).unwrap())
    }

    /// Sends `signal`. Does nothing if the child has ended.
    pub fn signal(self, signal: c_int) {
        // SAFETY: no pointers are passed.
        unsafe { call(libc::SYS_kill, self.0.get(), signal as usize, 0) }.ok();
    }
}

/// Forks. The child is killed when this process ends. Returns the child, or `None` in the child.
///
/// # Errors
/// The kernel's: a limit on processes or memory.
pub fn start() -> Result<Option<Child>, Errno> {
    let parent = id();
    let child = NonZero::new(fork()?);
    if child.is_none() {
        // SAFETY: no pointers are passed.
        unsafe { call(libc::SYS_prctl, libc::PR_SET_PDEATHSIG as usize, libc::SIGKILL as usize, 0) }.ok(); // fails only for invalid arguments
        // SAFETY: no pointers are passed.
        if unsafe { call(libc::SYS_getppid, 0, 0, 0) } != Ok(parent) {
            super::exit(1); // the parent ended before the request
        }
    }
    Ok(child.map(Child))
}

#[cfg(not(feature = "std"))]
fn fork() -> Result<usize, Errno> {
    // SAFETY: without CLONE_VM the new process has a copy of all memory and continues like this
    // one.
    unsafe { call(libc::SYS_clone, libc::SIGCHLD as usize, 0, 0) }
}

/// Forks with libc, whose block for the thread stores the thread's number: libc sends signals to
/// that number.
#[cfg(feature = "std")]
fn fork() -> Result<usize, Errno> {
    // SAFETY: the process has only one thread so far, so the child may do everything that this one
    // may.
    let child = unsafe { libc::fork() };
    // SAFETY: errno lives as long as the thread.
    if child < 0 { Err(Errno::new(unsafe { *libc::__errno_location() })) } else { Ok(child as usize) }
}

/// Reaps one child that has ended. Returns its exit status, or 128 plus the signal that ended it,
/// as shells do.
#[must_use]
pub fn ended() -> Option<(Child, c_int)> {
    let mut status: c_int = 0;
    let memory = (&raw mut status).expose_provenance();
    // SAFETY: the pointer describes `status`, which the call writes; no resource usage is
    // requested.
    let child = unsafe { call(libc::SYS_wait4, usize::MAX, memory, libc::WNOHANG as usize) };
    let child = NonZero::new(child.unwrap_or(0))?; // fails if there are no children
    let signal = status & 0x7f;
    let status = if signal == 0 { status >> 8 } else { 128 + signal };
    Some((Child(child), status))
}

const _: () = assert!(size_of::<libc::epoll_event>() == EPOLL_EVENT_BYTES, "libc's epoll_event is the kernel's");

/// An epoll set for SIGCHLD and SIGTERM. It has no descriptor per child: a copy that another child
/// inherited would remain in the set.
#[derive(Debug)]
pub struct Watch {
    epoll: Descriptor,
    signals: Descriptor,
}

impl Watch {
    /// Blocks the signals and creates the set.
    ///
    /// # Errors
    /// The kernel's, for example a limit on descriptors.
    pub fn new() -> Result<Self, Errno> {
        signal::block_awaited();
        let set = (&raw const AWAITED).expose_provenance();
        let flags = (libc::SFD_CLOEXEC | libc::SFD_NONBLOCK) as usize;
        // SAFETY: the pointer and the length describe a set, which is static; the first argument
        // requests a new descriptor.
        let signals = unsafe { call_of_five(libc::SYS_signalfd4, usize::MAX, set, SIGNAL_SET_BYTES, flags, 0) };
        let signals = Descriptor(signals? as c_int);
        // SAFETY: no pointers are passed.
        let epoll = Descriptor(unsafe { call(libc::SYS_epoll_create1, libc::EPOLL_CLOEXEC as usize, 0, 0) }? as c_int);
        let event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: 0 };
        let (add, event) = (libc::EPOLL_CTL_ADD as usize, (&raw const event).expose_provenance());
        // SAFETY: `event` lives through the call, which only reads it.
        unsafe { call_of_five(libc::SYS_epoll_ctl, epoll.number(), add, signals.number(), event, 0) }?;
        Ok(Self { epoll, signals })
    }

    /// Waits for SIGCHLD or SIGTERM, at most this many milliseconds. Returns whether SIGTERM
    /// arrived.
    #[must_use]
    pub fn wait(&self, milliseconds: u64) -> bool {
        let mut event = libc::epoll_event { events: 0, u64: 0 };
        let memory = (&raw mut event).expose_provenance();
        let timeout = milliseconds.min(c_int::MAX as u64) as usize;
        // SAFETY: the pointer describes one event, which the call writes; no signal mask is passed.
        unsafe { call_of_five(libc::SYS_epoll_pwait, self.epoll.number(), memory, 1, timeout, 0) }.ok(); // fails only for invalid arguments
        // SAFETY: all zero bits are a valid signalfd_siginfo.
        let mut signal: libc::signalfd_siginfo = unsafe { zeroed() };
        let memory = (&raw mut signal).expose_provenance();
        // SAFETY: the pointer and the length describe `signal`, which the call writes.
        unsafe { call(libc::SYS_read, self.signals.number(), memory, size_of::<libc::signalfd_siginfo>()) }.ok(); // none after a timeout
        signal.ssi_signo == SIGTERM as u32
    }
}

/// Returns this process's number.
#[must_use]
pub fn id() -> usize {
    // SAFETY: no pointers are passed, and it never fails.
    unsafe { call(libc::SYS_getpid, 0, 0, 0) }.unwrap_or_default()
}

/// Ends this process by SIGABRT, whose handler runs first, on this thread.
pub fn abort() -> ! {
    #[cfg(not(feature = "std"))]
    raise(libc::SIGABRT);
    #[cfg(feature = "std")]
    interrupt(thread_id(), libc::SIGABRT);
    super::exit(1); // it was blocked
}

/// Returns this thread's number.
#[cfg(feature = "std")]
fn thread_id() -> usize {
    // SAFETY: no pointers are passed, and it never fails.
    unsafe { call(libc::SYS_gettid, 0, 0, 0) }.unwrap_or_default()
}

/// Sends `signal` to one thread of this process.
#[cfg(feature = "std")]
fn interrupt(thread: usize, signal: c_int) {
    // SAFETY: no pointers are passed.
    unsafe { call(libc::SYS_tgkill, id(), thread, signal as usize) }.ok();
}

/// Sends `signal` to the serving thread: the process's first, which has the number of the process.
#[cfg(feature = "std")]
pub fn interrupt_serving(signal: c_int) {
    interrupt(id(), signal);
}

/// Raises `signal`, whose handler runs before this returns.
#[inline(never)]
pub fn raise(signal: c_int) {
    // SAFETY: no pointers are passed.
    unsafe { call(libc::SYS_kill, id(), signal as usize, 0) }.ok();
}
