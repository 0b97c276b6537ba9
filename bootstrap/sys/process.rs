//! Processes: this one, the workers it starts, and how to wait for their ends.

use super::signal::SIGTERM;
use super::{Descriptor, Errno, call};
use core::ffi::c_int;
use core::mem::zeroed;

/// A process that this one started.
#[derive(Debug)]
pub struct Child {
    /// INVARIANT: it names the process, and no other that may get its number later.
    descriptor: Descriptor,
}

/// What [`start`] returns: it returns twice.
#[derive(Debug)]
pub enum Started {
    /// In the process that called.
    Parent(Child),
    /// In the new one.
    Child,
}

/// Starts a copy of this process, which ends when this one does.
///
/// # Errors
/// The kernel's: a limit on processes, memory or descriptors.
pub fn start() -> Result<Started, Errno> {
    let parent = id();
    let mut descriptor: c_int = -1;
    let flags = libc::CLONE_PIDFD as usize | libc::SIGCHLD as usize;
    let memory = (&raw mut descriptor).expose_provenance();
    // SAFETY: without CLONE_VM the new process has a copy of all memory and goes on as this one does; the kernel writes the descriptor in
    // this one only.
    let child = unsafe { call(libc::SYS_clone, flags, 0, memory, 0, 0) }?;
    if child != 0 {
        return Ok(Started::Parent(Child { descriptor: Descriptor(descriptor) }));
    }
    // SAFETY: no pointers are passed.
    unsafe { call(libc::SYS_prctl, libc::PR_SET_PDEATHSIG as usize, libc::SIGKILL as usize, 0, 0, 0) }.ok(); // it fails only for bad arguments
    // SAFETY: no pointers are passed.
    if unsafe { call(libc::SYS_getppid, 0, 0, 0, 0, 0) } != Ok(parent) {
        super::exit(1); // it ended before it could be asked for
    }
    Ok(Started::Child)
}

/// This process's number.
fn id() -> usize {
    // SAFETY: no pointers are passed, and it never fails.
    unsafe { call(libc::SYS_getpid, 0, 0, 0, 0, 0) }.unwrap_or_default()
}

/// Ends this process by SIGABRT, whose handler runs first.
pub fn abort() -> ! {
    // SAFETY: no pointers are passed.
    unsafe { call(libc::SYS_kill, id(), libc::SIGABRT as usize, 0, 0, 0) }.ok();
    super::exit(1); // it was blocked
}

impl Child {
    /// Sends it `signal`; one that has ended already does not mind.
    pub fn signal(&self, signal: c_int) {
        // SAFETY: no pointers are passed.
        unsafe { call(libc::SYS_pidfd_send_signal, self.descriptor.number(), signal as usize, 0, 0, 0) }.ok();
    }

    /// Waits for its end, and says how it ended: the exit status, or 128 and the signal that ended it, as shells have it.
    #[must_use]
    pub fn wait(self) -> c_int {
        // SAFETY: all zero bits are a valid siginfo_t.
        let mut end: libc::siginfo_t = unsafe { zeroed() };
        let memory = (&raw mut end).expose_provenance();
        let which = libc::P_PIDFD as usize;
        // SAFETY: the pointer describes `end`, which the call writes; no account of resources is asked for.
        unsafe { call(libc::SYS_waitid, which, self.descriptor.number(), memory, libc::WEXITED as usize, 0) }.ok(); // it is our child
        // SAFETY: for the end of a child the kernel fills in the status; else it is still zero.
        let status = unsafe { end.si_status() };
        if end.si_code == libc::CLD_EXITED { status } else { 128 + status }
    }
}

const _: () = assert!(size_of::<libc::epoll_event>() == 12, "the kernel's epoll_event is packed on x86_64");

/// What [`Watch::wait`] saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The child that was added with this number has ended.
    Ended(usize),
    /// SIGTERM came.
    Terminate,
    /// The time is over.
    Timeout,
}

/// The number that stands for SIGTERM among those of children.
const TERMINATION: u64 = u64::MAX;
/// A number that stands for none.
const NOTHING: u64 = u64::MAX - 1;

/// An epoll set of children and of a signalfd for SIGTERM.
#[derive(Debug)]
pub struct Watch {
    epoll: Descriptor,
    signals: Descriptor,
}

impl Watch {
    /// Watches for SIGTERM, which the caller has blocked.
    ///
    /// # Errors
    /// The kernel's, a limit on descriptors among them.
    pub fn new() -> Result<Self, Errno> {
        let watched: u64 = 1 << (SIGTERM - 1);
        let set = (&raw const watched).expose_provenance();
        let flags = libc::SFD_CLOEXEC as usize;
        // SAFETY: the pointer and the length describe `watched`, which lives through the call; the first argument asks for a new
        // descriptor.
        let signals = unsafe { call(libc::SYS_signalfd4, usize::MAX, set, size_of::<u64>(), flags, 0) };
        let signals = Descriptor(signals? as c_int);
        // SAFETY: no pointers are passed.
        let epoll = unsafe { call(libc::SYS_epoll_create1, libc::EPOLL_CLOEXEC as usize, 0, 0, 0, 0) };
        let watch = Self { epoll: Descriptor(epoll? as c_int), signals: signals };
        watch.control(libc::EPOLL_CTL_ADD, &watch.signals, TERMINATION)?;
        Ok(watch)
    }

    /// Watches for the end of `child`, until it is removed. `number` is what [`Event::Ended`] then says.
    ///
    /// # Errors
    /// The kernel's.
    pub fn add(&self, child: &Child, number: usize) -> Result<(), Errno> {
        self.control(libc::EPOLL_CTL_ADD, &child.descriptor, number as u64)
    }

    /// Watches for `child` no longer. Closing its descriptor does not do that: processes started later have copies of it.
    pub fn remove(&self, child: &Child) {
        self.control(libc::EPOLL_CTL_DEL, &child.descriptor, NOTHING).ok(); // it fails only where it was not added
    }

    fn control(&self, operation: c_int, descriptor: &Descriptor, number: u64) -> Result<(), Errno> {
        let event = libc::epoll_event { events: libc::EPOLLIN as u32, u64: number };
        let event = (&raw const event).expose_provenance();
        // SAFETY: `event` lives through the call, which only reads it.
        unsafe { call(libc::SYS_epoll_ctl, self.epoll.number(), operation as usize, descriptor.number(), event, 0) }?;
        Ok(())
    }

    /// Waits for so many milliseconds at most; for ever without.
    #[must_use]
    pub fn wait(&self, milliseconds: Option<u32>) -> Event {
        let mut event = libc::epoll_event { events: 0, u64: NOTHING };
        let memory = (&raw mut event).expose_provenance();
        let timeout = milliseconds.map_or(usize::MAX, |milliseconds| milliseconds as usize);
        // SAFETY: the pointer describes one event, which the call writes; no signal mask is passed.
        unsafe { call(libc::SYS_epoll_pwait, self.epoll.number(), memory, 1, timeout, 0) }.ok(); // it fails only for bad arguments
        match event.u64 {
            TERMINATION => Event::Terminate,
            NOTHING => Event::Timeout,
            number => Event::Ended(number as usize),
        }
    }
}
