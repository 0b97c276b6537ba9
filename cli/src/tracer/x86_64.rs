//! The tracer on `x86_64`: runs a program to its first request, by system calls or by single
//! instructions.
//!
//! [`pages`] finds the pages that an instruction touches, [`stack`] aligns the stack,
//! [`invocations`] counts after the start. [`request`] recognises the request.

pub mod invocations;
mod memory;
mod pages;
mod request;
mod stack;
pub mod steps;

use super::counts::{Counts, INSTRUCTIONS_MAX, Pages};
use crate::Error;
use memory::bytes;
use nix::errno::Errno;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use pages::Touched;
use request::{SYSCALL, is_request, sends_request};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// More system calls than any runtime needs.
const CALLS_MAX: u64 = 1_000_000;
/// The limit of one count: a program whose request was not recognised would never be done.
const COUNT_MAX: Duration = Duration::from_secs(30);

/// Counts what the program that `command` starts does. It is started twice: one run stops at system
/// calls, the other at instructions.
///
/// # Errors
/// [`Error::ColdStart`]: it never sent its request, or tracing is not permitted here.
pub fn count(name: &str, command: impl Fn() -> Command) -> Result<Counts, Error> {
    let (system_calls, minor_faults) = Traced::start(name, command())?.counted(Traced::calls)?;
    let (instructions, pages) = Traced::start(name, command())?.counted(Traced::instructions)?.unzip();
    Ok(Counts { system_calls, instructions, minor_faults, pages })
}

/// The [`Counts::instructions`] alone.
///
/// # Errors
/// As [`count`].
pub fn instructions(name: &str, command: Command) -> Result<Option<u64>, Error> {
    let mut traced = Traced::start(name, command)?;
    Ok(traced.counted(Traced::instructions)?.map(|(count, _)| count))
}

/// The reason why tracing is not permitted, with the fix.
fn untraceable(error: &io::Error) -> String {
    let hint = if error.kind() == io::ErrorKind::PermissionDenied {
        ". ptrace is forbidden here: a container allows it with `--cap-add=SYS_PTRACE`, a kernel with `sysctl kernel.yama.ptrace_scope=1`, and \
         a program that is traced already, by strace or a debugger, cannot be traced again"
    } else {
        ""
    };
    format!("it cannot be traced: {error}{hint}")
}

/// A program stopped after its exec, and all threads and processes that it starts.
struct Traced {
    name: String,
    child: Child,
    /// All that may still be there, to be ended with it.
    tasks: HashSet<Pid>,
    /// Which of them are within a system call: each stops by turns at the beginning and at the end
    /// of one.
    inside: HashMap<Pid, bool>,
    /// The stopped task, with its pending signal.
    standing: (Pid, Option<Signal>),
    faults_of_exec: u64,
    /// The status with which the program ended, if it did.
    ended: Option<WaitStatus>,
    /// Kept until the count is over, or else the program is ended. The program is collected later
    /// than this is dropped.
    watched: Option<Sender<()>>,
}

impl Traced {
    #[allow(unsafe_code)]
    fn start(name: &str, mut command: Command) -> Result<Self, Error> {
        let failed = |error: io::Error| Error::cold_start(name, untraceable(&error));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        // SAFETY: between fork and exec it makes one system call and touches no memory of other
        // threads.
        unsafe { command.pre_exec(|| ptrace::traceme().map_err(io::Error::from)) };
        let child = command.spawn().map_err(failed)?;
        let pid = Pid::from_raw(child.id().cast_signed());
        let (tasks, inside) = (HashSet::from([pid]), HashMap::new());
        let (name, standing) = (name.to_owned(), (pid, None));
        let mut traced = Self { name, child, tasks, inside, standing, faults_of_exec: 0, ended: None, watched: None };
        // exec stops it.
        waitpid(pid, None).map_err(|errno| failed(errno.into()))?;
        let options = Options::PTRACE_O_TRACESYSGOOD
            | Options::PTRACE_O_EXITKILL
            | Options::PTRACE_O_TRACECLONE
            | Options::PTRACE_O_TRACEFORK
            | Options::PTRACE_O_TRACEVFORK
            | Options::PTRACE_O_TRACEEXEC;
        ptrace::setoptions(pid, options).map_err(|errno| failed(errno.into()))?;
        stack::to_page_start(pid).map_err(|errno| failed(errno.into()))?;
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

    /// Returns the result of `count`, or the reason why there is none.
    fn counted<T>(&mut self, count: impl FnOnce(&mut Self) -> Result<T, Errno>) -> Result<T, Error> {
        count(self).map_err(|errno| self.failed(errno))
    }

    fn failed(&self, errno: Errno) -> Error {
        let reason = match (self.ended, errno) {
            (Some(WaitStatus::Exited(_, status)), _) => format!("it exited with status {status} before it requested an event"),
            (Some(WaitStatus::Signaled(_, signal, _)), _) => format!("it was killed by {signal} before it requested an event"),
            (_, Errno::E2BIG) => format!("it had not requested an event after {CALLS_MAX} system calls"),
            _ => format!("tracing it failed: {errno}"),
        };
        Error::cold_start(&self.name, format!("traced, {reason}"))
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id().cast_signed())
    }

    /// The system calls until the request, and the page faults.
    fn calls(&mut self) -> Result<(u64, u64), Errno> {
        for calls in 1..=CALLS_MAX {
            let task = self.next_call()?;
            if sends_request(task)? {
                return Ok((calls, minor_faults(self.pid()).saturating_sub(self.faults_of_exec)));
            }
        }
        Err(Errno::E2BIG)
    }

    /// Lets it run to the beginning of the next system call, of whichever task, and returns that
    /// task.
    fn next_call(&mut self) -> Result<Pid, Errno> {
        loop {
            let (task, signal) = self.standing;
            go_on(ptrace::syscall(task, signal))?;
            match self.next_stop()? {
                Stop::Call(task) => {
                    self.standing = (task, None);
                    let inside = self.inside.entry(task).or_insert(false);
                    *inside = !*inside;
                    if *inside {
                        return Ok(task);
                    }
                }
                Stop::Other(task, signal) => self.standing = (task, signal),
            }
        }
    }

    /// The instructions until the request, one by one, and the pages that they touch.
    fn instructions(&mut self) -> Result<Option<(u64, Pages)>, Errno> {
        let mut count = 0;
        let mut last = HashMap::new();
        let mut touched = Touched::none();
        loop {
            let task = self.standing.0;
            if let Ok(registers) = ptrace::getregs(task) {
                // A `rep` instruction stops once for each repetition, at the same place.
                if last.insert(task, registers.rip) != Some(registers.rip) {
                    count += 1;
                }
                let code = bytes(task, registers.rip);
                touched.by(&registers, &code);
                if code[..2] == SYSCALL && is_request(task, registers.rax, registers.rsi, registers.rdx) {
                    return Ok(Some((count, touched.pages(self.pid()))));
                }
            }
            if count > INSTRUCTIONS_MAX {
                return Ok(None);
            }
            self.step()?;
        }
    }

    /// Lets the one that stands make one instruction, and waits until any stands.
    fn step(&mut self) -> Result<(), Errno> {
        let (task, signal) = self.standing;
        go_on(ptrace::step(task, signal))?;
        self.standing = match self.next_stop()? {
            Stop::Call(task) => (task, None),
            Stop::Other(task, signal) => (task, signal),
        };
        Ok(())
    }

    /// The next stop of any task.
    fn next_stop(&mut self) -> Result<Stop, Errno> {
        loop {
            // Only of what this thread traces: others in this process may have children of their
            // own.
            let status = waitpid(None, Some(WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD))?;
            if let Some(task) = status.pid() {
                let is_new = self.tasks.insert(task);
                match status {
                    WaitStatus::PtraceSyscall(task) => return Ok(Stop::Call(task)),
                    WaitStatus::PtraceEvent(task, ..) | WaitStatus::Stopped(task, Signal::SIGTRAP) => return Ok(Stop::Other(task, None)),
                    // A new task begins with this stop.
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
        // In the order in which they end: the first thread of a process exists until all others
        // have been collected.
        while !self.tasks.is_empty() {
            match waitpid(None, Some(WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD)) {
                Ok(WaitStatus::Exited(task, _) | WaitStatus::Signaled(task, ..)) => _ = self.tasks.remove(&task),
                // A task that started in the meantime.
                Ok(status) => _ = status.pid().map(|task| kill(task, Signal::SIGKILL)),
                Err(_) => return,
            }
        }
    }
}

/// A stopped task that another task killed is not an error.
fn go_on(result: Result<(), Errno>) -> Result<(), Errno> {
    if result == Err(Errno::ESRCH) { Ok(()) } else { result }
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
    use super::{Counts, Pages, count, minor_faults_in};
    use crate::elf;
    use nix::sys::ptrace;
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    /// Starts and traces a file with nothing in it but `code`, and again: other work on the machine
    /// may add a page fault.
    fn traced(code: &[u8]) -> Result<Counts, String> {
        let all: Result<Vec<_>, _> = (0..3).map(|_| traced_once(code)).collect();
        Ok(all?.into_iter().min_by_key(|counts| counts.minor_faults).unwrap())
    }

    fn traced_once(code: &[u8]) -> Result<Counts, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bootstrap");
        fs::write(&path, elf::tests::file(elf::tests::X86_64, 2, 1, code)).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        count("code", || Command::new(&path)).map_err(|error| error.to_string())
    }

    #[test]
    fn tracer_counts_each_of_a_few_instructions() {
        let getpid = [&[0xb8, 39, 0, 0, 0][..], &[0x0f, 0x05]].concat(); // mov eax, 39; syscall
        let code = [
            &[0x50][..],                                       // push rax: the page below the first
            &[0x48, 0x89, 0x84, 0x24, 0x00, 0xc0, 0xff, 0xff], // mov [rsp - 16384], rax: another, further down
            &[0xb9, 3, 0, 0, 0],                               // mov ecx, 3
            &[0x48, 0x8d, 0x7c, 0x24, 0xc0],                   // lea rdi, [rsp - 64]
            &[0xf3, 0xaa],                                     // rep stosb: one instruction
            &getpid,
            &[0xb8, 1, 0, 0, 0],             // mov eax, 1
            &[0xbf, 1, 0, 0, 0],             // mov edi, 1
            &[0x48, 0x8d, 0x35, 7, 0, 0, 0], // lea rsi, [rip + 7]
            &[0xba, 4, 0, 0, 0],             // mov edx, 4
            &[0x0f, 0x05],                   // syscall
            b"GET ",
        ]
        .concat();
        let pages = Some(Pages { file: 1, data: 0, stack: 2 });
        assert_eq!(traced(&code), Ok(Counts { system_calls: 2, instructions: Some(12), minor_faults: 3, pages }));
        // One instruction more and one page more are seen.
        let more = [&[0x48, 0x89, 0x84, 0x24, 0x00, 0x80, 0xff, 0xff], code.as_slice()].concat(); // mov [rsp - 32768], rax
        let pages = Some(Pages { file: 1, data: 0, stack: 3 });
        assert_eq!(traced(&more), Ok(Counts { system_calls: 2, instructions: Some(13), minor_faults: 4, pages }));
    }

    #[test]
    fn tracer_reports_a_program_that_ends_without_a_request() {
        let exit = [0xbf, 7, 0, 0, 0, 0xb8, 60, 0, 0, 0, 0x0f, 0x05]; // mov edi, 7; mov eax, 60; syscall
        assert_eq!(traced(&exit), Err("code: traced, it exited with status 7 before it requested an event.".to_owned()));
    }

    #[test]
    fn tracer_explains_a_program_that_cannot_be_traced() {
        // A program that is traced already cannot be traced again.
        let command = || {
            let mut command = Command::new("/bin/true");
            // SAFETY: between fork and exec it makes one system call and touches no memory of other
            // threads.
            #[allow(unsafe_code)]
            unsafe {
                command.pre_exec(|| ptrace::traceme().map_err(std::io::Error::from))
            };
            command
        };
        let message = count("true", command).unwrap_err().to_string();
        assert!(message.starts_with("true: it cannot be traced: ") && message.contains("--cap-add=SYS_PTRACE"), "{message}");
    }

    #[test]
    fn minor_faults_are_found_after_the_name() {
        assert_eq!(minor_faults_in("7 (a) b) S 1 7 7 0 -1 4194304 123 0 5 0"), Some(123));
        assert_eq!(minor_faults_in("7 (a"), None);
    }
}
