//! What a program does between its exec and its first request, counted one by one as the kernel sees it: system calls, instructions in user
//! space, page faults. It is traced for this, and so never in a timed start. The counts do not depend on a clock.

use super::contestant::Contestant;
use super::start;
use crate::Error;
use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// A program that needs more instructions than this is not counted to its end: each takes microseconds.
pub const INSTRUCTIONS_MAX: u64 = 2_000_000;
/// More system calls than any runtime needs.
const CALLS_MAX: u64 = 1_000_000;
/// The instruction `syscall`.
const SYSCALL: [u8; 2] = [0x0f, 0x05];

/// From exec until `GET` is handed to the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// System calls, that one included.
    pub system_calls: u64,
    /// Instructions in user space, `rep` ones counted once; none where they are more than [`INSTRUCTIONS_MAX`].
    pub instructions: Option<u64>,
    /// Page faults that needed no disk, those of the exec itself left out.
    pub minor_faults: u64,
}

/// How long one count may take: a program that came past its request unseen would be waited for for ever.
const COUNT_MAX: Duration = Duration::from_secs(30);

/// Counts what `contestant` does, against a Runtime API that listens at `address`: twice, once stopping at calls, once at instructions.
///
/// # Errors
/// [`Error::ColdStart`]: it never came to its request, or nobody may be traced here.
pub fn count(contestant: &Contestant, address: &str) -> Result<Counts, Error> {
    let mut traced = Traced::start(contestant, address)?;
    let (system_calls, minor_faults) = traced.calls().map_err(|errno| traced.failed(contestant, errno))?;
    drop(traced);
    Ok(Counts { system_calls, instructions: instructions(contestant, address)?, minor_faults })
}

/// The [`Counts::instructions`] alone.
///
/// # Errors
/// As [`count`].
pub fn instructions(contestant: &Contestant, address: &str) -> Result<Option<u64>, Error> {
    let mut traced = Traced::start(contestant, address)?;
    traced.instructions().map_err(|errno| traced.failed(contestant, errno))
}

/// A program stopped behind its exec, with whatever threads and processes it will start.
struct Traced {
    child: Child,
    /// All that may still be there, to be ended with it.
    tasks: HashSet<Pid>,
    faults_of_exec: u64,
    /// How it ended, if it did.
    ended: Option<WaitStatus>,
    /// Kept until the count is over, or else the program is ended. The program is collected later than this is dropped.
    watched: Option<Sender<()>>,
}

impl Traced {
    #[allow(unsafe_code)]
    fn start(contestant: &Contestant, address: &str) -> Result<Self, Error> {
        let failed = |error: io::Error| Error::cold_start(&contestant.name, format!("it cannot be traced: {error}"));
        let mut command = start::command(contestant, address);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // SAFETY: between fork and exec it makes one system call and touches no memory of other threads.
        unsafe { command.pre_exec(|| ptrace::traceme().map_err(io::Error::from)) };
        let child = command.spawn().map_err(failed)?;
        let mut traced = Self { child, tasks: HashSet::new(), faults_of_exec: 0, ended: None, watched: None };
        let pid = traced.pid();
        traced.tasks.insert(pid);
        // exec stops it.
        waitpid(pid, None).map_err(|errno| failed(errno.into()))?;
        let options = Options::PTRACE_O_TRACESYSGOOD
            | Options::PTRACE_O_EXITKILL
            | Options::PTRACE_O_TRACECLONE
            | Options::PTRACE_O_TRACEFORK
            | Options::PTRACE_O_TRACEVFORK
            | Options::PTRACE_O_TRACEEXEC;
        ptrace::setoptions(pid, options).map_err(|errno| failed(errno.into()))?;
        traced.faults_of_exec = minor_faults(pid);
        let (done, patience) = channel::<()>();
        traced.watched = Some(done);
        thread::spawn(move || {
            if patience.recv_timeout(COUNT_MAX) == Err(RecvTimeoutError::Timeout) {
                let _ = kill(pid, Signal::SIGKILL);
            }
        });
        Ok(traced)
    }

    /// Why there is no count.
    fn failed(&self, contestant: &Contestant, errno: Errno) -> Error {
        let reason = match self.ended {
            Some(WaitStatus::Exited(_, status)) => format!("it ended with status {status} and asked for no event"),
            Some(WaitStatus::Signaled(_, signal, _)) => format!("it was ended by {signal} before it asked for an event"),
            _ => format!("tracing it failed: {errno}"),
        };
        Error::cold_start(&contestant.name, format!("with _HANDLER={}, traced: {reason}", contestant.handler))
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// The system calls until the request, and the page faults.
    fn calls(&mut self) -> Result<(u64, u64), Errno> {
        let mut calls = 0;
        let mut inside = HashMap::new();
        ptrace::syscall(self.pid(), None)?;
        while calls < CALLS_MAX {
            let (task, signal) = match self.next_stop()? {
                Stop::Call(task) => {
                    // Its stops are by turns at the beginning and at the end of a call.
                    let entered = inside.entry(task).or_insert(false);
                    *entered = !*entered;
                    if *entered {
                        calls += 1;
                        if sends_request(task)? {
                            return Ok((calls, minor_faults(self.pid()).saturating_sub(self.faults_of_exec)));
                        }
                    }
                    (task, None)
                }
                Stop::Other(task, signal) => (task, signal),
            };
            go_on(ptrace::syscall(task, signal))?;
        }
        Err(Errno::E2BIG)
    }

    /// The instructions until the request, one by one.
    fn instructions(&mut self) -> Result<Option<u64>, Errno> {
        let mut count = 0;
        let mut last = HashMap::new();
        let mut step = (self.pid(), None);
        loop {
            let (task, signal) = step;
            if let Ok(registers) = ptrace::getregs(task) {
                // A `rep` instruction stops once for each repetition, at the same place.
                if last.insert(task, registers.rip) != Some(registers.rip) {
                    count += 1;
                }
                let at = word(task, registers.rip).unwrap_or_default().to_le_bytes();
                if at[..2] == SYSCALL && is_request(task, registers.rax, registers.rsi, registers.rdx) {
                    return Ok(Some(count));
                }
            }
            if count > INSTRUCTIONS_MAX {
                return Ok(None);
            }
            go_on(ptrace::step(task, signal))?;
            step = match self.next_stop()? {
                Stop::Call(task) => (task, None),
                Stop::Other(task, signal) => (task, signal),
            };
        }
    }

    /// The next stop of any task.
    fn next_stop(&mut self) -> Result<Stop, Errno> {
        loop {
            // Only of what this thread traces: others in this process may have children of their own.
            let status = waitpid(None, Some(WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD))?;
            if let Some(task) = status.pid() {
                let is_new = self.tasks.insert(task);
                match status {
                    WaitStatus::PtraceSyscall(task) => return Ok(Stop::Call(task)),
                    WaitStatus::PtraceEvent(task, ..) | WaitStatus::Stopped(task, Signal::SIGTRAP) => return Ok(Stop::Other(task, None)),
                    // How a new task begins.
                    WaitStatus::Stopped(task, Signal::SIGSTOP) if is_new => return Ok(Stop::Other(task, None)),
                    WaitStatus::Stopped(task, signal) => return Ok(Stop::Other(task, Some(signal))),
                    WaitStatus::Exited(task, _) | WaitStatus::Signaled(task, ..) => {
                        self.tasks.remove(&task);
                        if task == self.pid() {
                            self.ended = Some(status);
                            return Err(Errno::ESRCH);
                        }
                    }
                    WaitStatus::Continued(_) | WaitStatus::StillAlive => {}
                }
            }
        }
    }
}

enum Stop {
    /// At the beginning or the end of a system call.
    Call(Pid),
    /// Anywhere else, with a signal that is on its way.
    Other(Pid, Option<Signal>),
}

impl Drop for Traced {
    fn drop(&mut self) {
        // EXITKILL is for the case that we die; these are ended one by one, and collected.
        self.watched = None;
        for &task in &self.tasks {
            let _ = kill(task, Signal::SIGKILL);
        }
        // In the order in which they end: a process's first thread is there until all its others have been collected.
        while !self.tasks.is_empty() {
            match waitpid(None, Some(WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD)) {
                Ok(WaitStatus::Exited(task, _) | WaitStatus::Signaled(task, ..)) => _ = self.tasks.remove(&task),
                // One that began meanwhile.
                Ok(status) => _ = status.pid().map(|task| kill(task, Signal::SIGKILL)),
                Err(_) => return,
            }
        }
    }
}

/// A task that was ended by another while it stood still is no failure.
fn go_on(result: Result<(), Errno>) -> Result<(), Errno> {
    if result == Err(Errno::ESRCH) { Ok(()) } else { result }
}

/// Whether the system call that `task` enters sends the request.
fn sends_request(task: Pid) -> Result<bool, Errno> {
    let registers = ptrace::getregs(task)?;
    Ok(is_request(task, registers.orig_rax, registers.rsi, registers.rdx))
}

/// Whether call `number` with these second and third arguments sends what begins with `GET `.
fn is_request(task: Pid, number: u64, second: u64, third: u64) -> bool {
    let is = |call: libc::c_long| number.cast_signed() == call;
    let first_of = |vector: u64| word(task, vector);
    let text = if (is(libc::SYS_write) || is(libc::SYS_sendto)) && third >= 4 {
        Some(second)
    } else if is(libc::SYS_writev) {
        first_of(second)
    } else if is(libc::SYS_sendmsg) {
        // struct msghdr: the name, its length, the pieces.
        first_of(second + 16).and_then(first_of)
    } else {
        None
    };
    text.and_then(|text| word(task, text)).is_some_and(|word| word.to_le_bytes().starts_with(b"GET "))
}

/// Eight bytes of its memory.
fn word(task: Pid, address: u64) -> Option<u64> {
    let address = std::ptr::with_exposed_provenance_mut(usize::try_from(address).ok()?);
    ptrace::read(task, address).ok().map(i64::cast_unsigned)
}

/// The tenth field of a process's `stat`.
fn minor_faults(pid: Pid) -> u64 {
    fs::read_to_string(format!("/proc/{pid}/stat")).ok().and_then(|stat| minor_faults_in(&stat)).unwrap_or(0)
}

/// The second field is a name in parentheses, which may hold anything.
fn minor_faults_in(stat: &str) -> Option<u64> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(7)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::minor_faults_in;

    #[test]
    fn the_field_is_counted_behind_the_name() {
        assert_eq!(minor_faults_in("7 (a) b) S 1 7 7 0 -1 4194304 123 0 5 0"), Some(123));
        assert_eq!(minor_faults_in("7 (a"), None);
    }
}
