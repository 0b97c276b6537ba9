//! The process of a bootstrap: a child that ends with this process, and that is stopped with all
//! its own children.

use crate::Error;
use rustix::process::{Pid, Signal};
use std::fs;
use std::io::{self, Read as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// The time that a process has to end itself after SIGTERM.
const TERMINATION_MAX: Duration = Duration::from_millis(500);

/// A running child, leader of a process group of its own. Dropping it kills the group.
#[derive(Debug)]
pub struct Process {
    /// Just before the system was asked to start it.
    pub started: Instant,
    child: Child,
    group: Pid,
}

/// The options of a process's start.
#[derive(Clone, Copy, Debug, Default)]
pub struct Start {
    /// The most memory that it can have for data, in MB: its heap and its statics. Beyond it
    /// allocations fail.
    pub memory_mb: Option<u32>,
    /// It is stopped before its first instruction, until SIGCONT or a debugger continues it.
    pub is_stopped: bool,
}

impl Process {
    /// Starts `path` with `variables` on top of this process's own, no input, and both outputs
    /// going to `output`.
    ///
    /// # Errors
    /// [`Error::NotStarted`].
    pub fn start(path: &Path, variables: &[(String, String)], start: Start, output: OwnedFd) -> Result<Self, Error> {
        let not_started = |error| Error::NotStarted { path: path.to_owned(), error };
        let mut command = Command::new(path);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(output.try_clone().map_err(not_started)?).stderr(output);
        // In a process group of its own, Ctrl-C in a terminal reaches only this tool,
        // and the process can be ended together with its children.
        command.process_group(0);
        die_with_parent(&mut command);
        limit(&mut command, start);
        let started = Instant::now();
        let child = command.spawn().map_err(not_started)?;
        let group = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let group = group.ok_or_else(|| not_started(io::Error::other("it has no process id")))?;
        let process = Self { started, child, group };
        if start.is_stopped {
            leave_stopped(group).map_err(not_started)?;
        }
        Ok(process)
    }

    /// Waits until it has ended; again and again, if need be.
    pub async fn exited(&mut self) -> ExitStatus {
        // The wait fails only if the child was already reaped elsewhere; then its status
        // is unknown.
        self.child.wait().await.unwrap_or_default()
    }

    /// Its id; `None` once it has ended.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Returns true if the process has ended.
    pub fn has_exited(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// The most memory it ever had resident, as the kernel counts it; none when it has ended.
    ///
    /// (`ru_maxrss` of a child is of no use: it includes what it shared with us before its exec.)
    #[must_use]
    pub fn peak_memory_kb(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()?)).ok()?;
        peak_memory_kb(&status)
    }

    /// Asks it to end, and sees to it that it does.
    pub async fn stop(mut self) {
        if !self.has_exited() {
            let _ = rustix::process::kill_process_group(self.group, Signal::TERM);
            let _ = tokio::time::timeout(TERMINATION_MAX, self.child.wait()).await;
        }
        let _ = rustix::process::kill_process_group(self.group, Signal::KILL);
        let _ = self.child.wait().await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = rustix::process::kill_process_group(self.group, Signal::KILL);
    }
}

/// Whatever becomes of us, even SIGKILL, the kernel kills the child then.
#[allow(unsafe_code)]
pub(crate) fn die_with_parent(command: &mut Command) {
    let parent = rustix::process::getpid();
    let before_exec = move || {
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        // We may have died before that call: then the child has another parent already.
        if rustix::process::getppid() == Some(parent) { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    };
    // SAFETY: between fork and exec the closure makes two system calls without libc's state,
    // allocates nothing and takes no lock; the error it may return is one without an allocation.
    unsafe {
        command.pre_exec(before_exec);
    }
}

/// Limits the memory of the child, and has it traced by this thread, so that it stops at its first
/// instruction.
#[allow(unsafe_code)]
fn limit(command: &mut Command, start: Start) {
    let bytes = start.memory_mb.map(|memory_mb| u64::from(memory_mb) << 20);
    let before_exec = move || {
        if let Some(bytes) = bytes {
            let limit = rustix::process::Rlimit { current: Some(bytes), maximum: Some(bytes) };
            rustix::process::setrlimit(rustix::process::Resource::Data, limit)?;
        }
        if start.is_stopped {
            nix::sys::ptrace::traceme()?;
        }
        Ok(())
    };
    // SAFETY: between fork and exec the closure makes two system calls, allocates nothing and takes
    // no lock; the errors it may return are numbers.
    unsafe {
        command.pre_exec(before_exec);
    }
}

/// Ends the trace of a child that has stopped at its first instruction, and leaves it stopped.
fn leave_stopped(child: Pid) -> io::Result<()> {
    let child = nix::unistd::Pid::from_raw(child.as_raw_nonzero().get());
    nix::sys::wait::waitpid(child, None)?;
    Ok(nix::sys::ptrace::detach(child, nix::sys::signal::Signal::SIGSTOP)?)
}

/// `path` made absolute, once it is known to be a file that the kernel can execute: ELF, or a
/// script that names its interpreter.
///
/// (libc would hand anything else to a shell.)
///
/// # Errors
/// [`Error::NoBootstrap`], [`Error::NotExecutable`], [`Error::File`].
pub fn executable(path: &Path) -> Result<PathBuf, Error> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() && metadata.permissions().mode() & 0o111 != 0 => {
            let bytes = first_bytes(path).map_err(|error| Error::file(path, error))?;
            if bytes != b"\x7fELF" && !bytes.starts_with(b"#!") {
                return Err(Error::NotExecutable { path: path.to_owned() });
            }
            std::path::absolute(path).map_err(|error| Error::file(path, error))
        }
        Ok(_) => Err(Error::NotExecutable { path: path.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::NoBootstrap { path: path.to_owned() }),
        Err(error) => Err(Error::file(path, error)),
    }
}

/// Returns true if files can be written in `folder`, which exists.
#[must_use]
pub fn is_writable(folder: &Path) -> bool {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_ok()
}

fn first_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(4).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[must_use]
pub fn peak_memory_kb(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{executable, peak_memory_kb};
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    #[test]
    fn process_reads_memory_from_proc() {
        assert_eq!(peak_memory_kb("Name:\tbootstrap\nVmPeak:\t    8500 kB\nVmHWM:\t     236 kB\nVmRSS:\t     200 kB\n"), Some(236));
        assert_eq!(peak_memory_kb("Name:\tbootstrap\nState:\tZ (zombie)\n"), None);
    }

    #[test]
    fn executable_rejects_files_that_cannot_be_started() {
        let message = |path: &Path| executable(path).unwrap_err().to_string();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bootstrap");
        assert!(message(&file).contains("the file does not exist. Build it with `ruchy-lambda build`"));
        std::fs::write(&file, "#!/bin/sh\n").unwrap();
        assert!(message(&file).contains("the file is not executable"));
        assert!(message(folder.path()).contains("the file is not executable"));
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(executable(&file).unwrap(), file);
        std::fs::write(&file, "PK").unwrap();
        assert!(message(&file).contains("the file is not executable"));
    }
}
