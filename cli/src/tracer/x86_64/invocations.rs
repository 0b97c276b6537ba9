//! Counts a program's work from one request for an event to the next, as the kernel sees it.

use super::Traced;
use super::memory::word;
use super::request::{SYSCALL, is_request, sends_request};
use crate::Error;
use crate::tracer::counts::Counted;
use nix::errno::Errno;
use nix::sys::ptrace;
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::process::Command;

/// Starts what `command` starts and lets it run until it is ended through the descriptor that is
/// passed to `started`. Returns how many of what is counted it had made each time that it asked for
/// an event, that request's own call included.
///
/// # Errors
/// [`Error::ColdStart`]: tracing is not permitted here, or the kernel refused to continue.
pub fn at_requests(name: &str, command: Command, counted: Counted, started: impl FnOnce(OwnedFd)) -> Result<Vec<u64>, Error> {
    let mut traced = Traced::start(name, command)?;
    // Not yet collected, whatever becomes of it: the number is its own.
    let pid = Pid::from_child(&traced.child);
    let process = pidfd_open(pid, PidfdFlags::empty()).map_err(|errno| Error::system("opening a process")(errno.into()))?;
    started(process);
    traced.counted(|traced| match counted {
        Counted::Calls => traced.calls_at_requests(usize::MAX),
        Counted::InstructionsAfter(requests) => {
            let before = traced.calls_at_requests(requests)?;
            let counts = traced.instructions_at_requests()?;
            Ok(before.iter().map(|_| 0).chain(counts).collect())
        }
    })
}

impl Traced {
    /// Until it has been ended, or has asked so many times.
    fn calls_at_requests(&mut self, requests: usize) -> Result<Vec<u64>, Errno> {
        let (mut calls, mut at_requests) = (0, Vec::new());
        while at_requests.len() < requests {
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
        Ok(at_requests)
    }

    /// Until it has been ended; from within a request, which is not counted.
    fn instructions_at_requests(&mut self) -> Result<Vec<u64>, Errno> {
        let (mut count, mut at_requests, mut last) = (0, Vec::new(), HashMap::new());
        loop {
            match self.step() {
                Ok(()) => {}
                // It has been ended.
                Err(Errno::ESRCH) => return Ok(at_requests),
                Err(errno) => return Err(errno),
            }
            let task = self.standing.0;
            if let Ok(registers) = ptrace::getregs(task) {
                // A `rep` instruction stops once for each repetition, at the same place.
                if last.insert(task, registers.rip) != Some(registers.rip) {
                    count += 1;
                }
                let is_call = word(task, registers.rip).is_some_and(|code| code.to_le_bytes().starts_with(&SYSCALL));
                if is_call && is_request(task, registers.rax, registers.rsi, registers.rdx) {
                    at_requests.push(count);
                }
            }
        }
    }
}
