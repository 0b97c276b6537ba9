//! Processes: this one, the workers it starts, and how they end.

use super::{Errno, call};
use core::ffi::c_int;

/// A process that this one started. Its number stays its own until its end was noted by [`ended`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Child(usize);

impl Child {
    /// No process.
    pub const NONE: Self = Self(0);

    /// Sends it `signal`; one that has ended already does not mind. ([`Child::NONE`] would be every process of the group.)
    pub fn signal(self, signal: c_int) {
        debug_assert!(self != Self::NONE);
        // SAFETY: no pointers are passed.
        unsafe { call(libc::SYS_kill, self.0, signal as usize, 0) }.ok();
    }
}

/// Starts a copy of this process, which ends when this one does. Returns twice: in the new process [`Child::NONE`].
///
/// # Errors
/// The kernel's: a limit on processes or memory.
pub fn start() -> Result<Child, Errno> {
    let parent = id();
    // SAFETY: without CLONE_VM the new process has a copy of all memory and goes on as this one does.
    let child = Child(unsafe { call(libc::SYS_clone, libc::SIGCHLD as usize, 0, 0) }?);
    if child == Child::NONE {
        // SAFETY: no pointers are passed.
        unsafe { call(libc::SYS_prctl, libc::PR_SET_PDEATHSIG as usize, libc::SIGKILL as usize, 0) }.ok(); // it fails only for bad arguments
        // SAFETY: no pointers are passed.
        if unsafe { call(libc::SYS_getppid, 0, 0, 0) } != Ok(parent) {
            super::exit(1); // it ended before it could be asked for
        }
    }
    Ok(child)
}

/// One child that has ended and was not noted before, and how: its exit status, or 128 and the signal that ended it, as shells have it.
#[must_use]
pub fn ended() -> Option<(Child, c_int)> {
    let mut status: c_int = 0;
    let memory = (&raw mut status).expose_provenance();
    // SAFETY: the pointer describes `status`, which the call writes; no account of resources is asked for.
    let child = unsafe { call(libc::SYS_wait4, usize::MAX, memory, libc::WNOHANG as usize) }.unwrap_or(0); // it fails where there are no children
    let signal = status & 0x7f;
    let status = if signal == 0 { status >> 8 } else { 128 + signal };
    (child != 0).then_some((Child(child), status))
}

/// This process's number.
fn id() -> usize {
    // SAFETY: no pointers are passed, and it never fails.
    unsafe { call(libc::SYS_getpid, 0, 0, 0) }.unwrap_or_default()
}

/// Ends this process by SIGABRT, whose handler runs first.
pub fn abort() -> ! {
    // SAFETY: no pointers are passed.
    unsafe { call(libc::SYS_kill, id(), libc::SIGABRT as usize, 0) }.ok();
    super::exit(1); // it was blocked
}
