//! One start of one program, timed: from just before the spawn to the two moments that the server takes; then the program is ended.

use super::contestant::Contestant;
use super::server::{Moments, Server};
use crate::{Error, process};
use nix::libc;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a start may take before it counts as failed.
const START_MAX: Duration = Duration::from_secs(20);
/// How often it is asked whether the program has ended instead.
const LOOK: Duration = Duration::from_millis(200);

/// What one start gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// From the spawn to `GET next` received in full, in nanoseconds.
    pub next_ns: u64,
    /// From the spawn to the first response received in full, in nanoseconds.
    pub response_ns: u64,
    /// Page faults of the whole process without and with a read from the disk, its spawn included.
    pub minor_faults: u64,
    pub major_faults: u64,
    /// The most memory it had resident by then, in KiB.
    pub peak_kb: u64,
}

/// A program ready to be started again and again.
#[derive(Debug)]
pub struct Launcher {
    name: String,
    command: Command,
}

impl Launcher {
    /// Prepares to start `contestant` against the Runtime API at `address`.
    ///
    /// # Errors
    /// The system's.
    pub fn new(contestant: &Contestant, address: &str) -> Result<Self, Error> {
        let null = File::options().read(true).write(true).open("/dev/null").map_err(Error::system("opening /dev/null"))?;
        let stream = || null.try_clone().map(Stdio::from).map_err(Error::system("opening /dev/null"));
        let mut command = command(&contestant.path, address);
        // Nothing here that would keep the standard library from posix_spawn: no closure before exec, no group, no folder.
        command.stdin(stream()?).stdout(stream()?).stderr(stream()?);
        Ok(Self { name: contestant.name.clone(), command })
    }

    /// One start.
    ///
    /// # Errors
    /// [`Error::ColdStart`]: it did anything but ask for an event and answer it.
    pub fn start(&mut self, server: &Server) -> Result<Sample, Error> {
        let failed = |reason: String| Error::cold_start(&self.name, reason);
        let begun = Instant::now();
        let child = self.command.spawn().map_err(|error| failed(format!("it cannot be started: {error}")))?;
        let mut child = Running { child, reaped: false };
        let moments = child.moments(server).map_err(failed)?;
        let peak_kb = child.peak_kb();
        let usage = child.end().map_err(Error::system("ending a bootstrap"))?;
        server.quiet()?;
        let since = |moment: Instant| u64::try_from(moment.duration_since(begun).as_nanos()).unwrap_or(u64::MAX);
        Ok(Sample {
            next_ns: since(moments.next),
            response_ns: since(moments.response),
            minor_faults: u64::try_from(usage.ru_minflt).unwrap_or(0),
            major_faults: u64::try_from(usage.ru_majflt).unwrap_or(0),
            peak_kb,
        })
    }
}

/// `path` with what a runtime needs of its environment and no more; the same for every program.
#[must_use]
pub fn command(path: &Path, address: &str) -> Command {
    let mut command = Command::new(path);
    command.env_clear().envs([
        ("AWS_LAMBDA_RUNTIME_API", address),
        ("_HANDLER", "minimal"),
        // Rust's runtime refuses to start without the next three, Node's without the two behind them, and scripts without a path.
        ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/bench"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
    ]);
    command.env("LAMBDA_TASK_ROOT", path.parent().unwrap_or(path));
    command
}

/// A child that is ended, whatever happens.
struct Running {
    child: Child,
    reaped: bool,
}

impl Running {
    fn moments(&mut self, server: &Server) -> Result<Moments, String> {
        let begun = Instant::now();
        loop {
            if let Some(moments) = server.moments(LOOK)? {
                return Ok(moments);
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                self.reaped = true;
                return Err(format!("it ended before it had answered: {status}. Does it start with _HANDLER=minimal?"));
            }
            if begun.elapsed() > START_MAX {
                return Err(format!("it had not answered after {} seconds", START_MAX.as_secs()));
            }
        }
    }

    /// (`ru_maxrss` includes what the child shared with us before its exec.)
    fn peak_kb(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        status.ok().and_then(|status| process::peak_memory_kb(&status)).unwrap_or(0)
    }

    /// Kills it, and collects it with what it has used.
    #[allow(unsafe_code)]
    fn end(&mut self) -> io::Result<libc::rusage> {
        self.child.kill()?;
        let pid = libc::pid_t::try_from(self.child.id()).map_err(io::Error::other)?;
        // SAFETY: all zeros are a `rusage`: it is made of integers.
        let mut usage = unsafe { std::mem::zeroed() };
        // SAFETY: both places are there to be written. The child has not been waited for: its process id is still its own.
        while unsafe { libc::wait4(pid, std::ptr::null_mut(), 0, &raw mut usage) } != pid {
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        }
        self.reaped = true;
        Ok(usage)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.reaped {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
