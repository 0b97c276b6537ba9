//! The system calls that a program makes from one request for an event to the next, counted as the kernel sees them.

use super::{Traced, sends_request};
use crate::Error;
use nix::errno::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::os::fd::OwnedFd;
use std::process::Command;

/// Starts what `command` starts and lets it run until somebody ends it, by the descriptor that is handed to `started`. Returns how many
/// system calls it had made each time that it asked for an event, that request's own included.
///
/// # Errors
/// [`Error::ColdStart`]: nobody may be traced here, or the kernel refused to go on.
pub fn calls_at_requests(name: &str, command: Command, started: impl FnOnce(OwnedFd)) -> Result<Vec<u64>, Error> {
    let mut traced = Traced::start(name, command)?;
    // Not yet collected, whatever becomes of it: the number is its own.
    let pid = Pid::from_child(&traced.child);
    let process = pidfd_open(pid, PidfdFlags::empty()).map_err(|errno| Error::system("opening a process")(errno.into()))?;
    started(process);
    traced.counted(Traced::calls_at_requests)
}

impl Traced {
    fn calls_at_requests(&mut self) -> Result<Vec<u64>, Errno> {
        let (mut calls, mut at_requests) = (0, Vec::new());
        loop {
            let requested = self.next_call().and_then(|task| {
                calls += 1;
                sends_request(task)
            });
            match requested {
                Ok(true) => at_requests.push(calls),
                Ok(false) => {}
                // It has been ended.
                Err(Errno::ESRCH) => return Ok(at_requests),
                Err(errno) => return Err(errno),
            }
        }
    }
}
