//! Lists a program's system calls one by one, by ptrace.

use nix::sys::ptrace;
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

/// A program stopped at its first instruction, whose system calls are about to be listed.
pub struct Tracer {
    child: Child,
}

impl Tracer {
    /// Starts `command` under trace. All later calls must come from the same thread.
    pub fn start(command: &mut Command) -> Self {
        // SAFETY: between fork and exec it makes one system call and touches no memory of other
        // threads.
        unsafe { command.pre_exec(|| ptrace::traceme().map_err(std::io::Error::from)) };
        let child = command.spawn().unwrap();
        let tracer = Self { child };
        // exec stops it.
        assert!(matches!(waitpid(tracer.pid(), None).unwrap(), WaitStatus::Stopped(_, Signal::SIGTRAP)));
        ptrace::setoptions(tracer.pid(), ptrace::Options::PTRACE_O_TRACESYSGOOD | ptrace::Options::PTRACE_O_EXITKILL).unwrap();
        tracer
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// Returns the numbers of the system calls up to the first one for which `last` holds,
    /// inclusive. The program is then stopped after that call.
    pub fn calls_until(&self, last: impl Fn(u64) -> bool) -> Vec<u64> {
        let mut calls = Vec::new();
        loop {
            let number = self.stop_at_call();
            self.stop_at_call(); // its return
            calls.push(number);
            if last(number) {
                return calls;
            }
        }
    }

    /// Returns the word at `address` in the program's memory.
    pub fn word(&self, address: u64) -> i64 {
        ptrace::read(self.pid(), std::ptr::with_exposed_provenance_mut(usize::try_from(address).unwrap())).unwrap()
    }

    /// Returns the second argument of the call that the program is stopped after: that register is
    /// preserved.
    pub fn second_argument(&self) -> u64 {
        ptrace::getregs(self.pid()).unwrap().rsi
    }

    pub fn terminate(&self) {
        nix::sys::signal::kill(self.pid(), Signal::SIGTERM).unwrap();
    }

    fn stop_at_call(&self) -> u64 {
        let mut signal = None;
        loop {
            ptrace::syscall(self.pid(), signal).unwrap();
            match waitpid(self.pid(), None).unwrap() {
                WaitStatus::PtraceSyscall(_) => return ptrace::getregs(self.pid()).unwrap().orig_rax,
                WaitStatus::Stopped(_, delivered) => signal = Some(delivered),
                other => panic!("the program did not reach a system call: {other:?}"),
            }
        }
    }
}

impl Drop for Tracer {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
