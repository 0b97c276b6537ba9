//! One timed start of one program: from just before the spawn to the two moments that the server
//! records; then the program is killed.

use super::candidate::Candidate;
use super::moment::Moment;
use super::server::{Moments, Server};
use crate::Error;
use nix::libc;
use ruchy_lambda_cli::process;
use std::fs::{self, File};
use std::io;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The time after which a start counts as failed.
const START_MAX: Duration = Duration::from_secs(20);
/// The interval at which the end of the program is checked.
const LOOK: Duration = Duration::from_millis(200);

/// The measurements of one start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// From the spawn to `GET next` received in full, in nanoseconds.
    pub next_ns: u64,
    /// From the spawn to the first response received in full, in nanoseconds.
    pub response_ns: u64,
    /// Page faults of the whole process without and with a read from the disk, including its spawn.
    pub minor_faults: u64,
    pub major_faults: u64,
    /// The peak of its resident memory so far, in KiB.
    pub peak_kb: u64,
}

/// A program that is prepared to be started repeatedly.
#[derive(Debug)]
pub struct Launcher {
    candidate: Candidate,
    command: Command,
}

impl Launcher {
    /// Prepares to start `candidate` against the Runtime API at `address`.
    ///
    /// # Errors
    /// The system's.
    pub fn new(candidate: &Candidate, address: &str) -> Result<Self, Error> {
        let null = File::options().read(true).write(true).open("/dev/null").map_err(Error::system("opening /dev/null"))?;
        let stream = || null.try_clone().map(Stdio::from).map_err(Error::system("opening /dev/null"));
        let mut command = command(candidate, address);
        // Nothing here prevents the standard library from using posix_spawn: no closure before
        // exec, no process group, no working directory.
        command.stdin(stream()?).stdout(stream()?).stderr(stream()?);
        Ok(Self { candidate: candidate.clone(), command })
    }

    /// Performs one start.
    ///
    /// # Errors
    /// `Error::ColdStart` if it did anything except request an event and answer it.
    pub fn start(&mut self, server: &Server) -> Result<Sample, Error> {
        let (begun, mut child) = self.spawn()?;
        let moments = self.moments(&mut child, server, START_MAX)?;
        let peak_kb = child.peak_kb();
        let usage = child.end().map_err(Error::system("ending a bootstrap"))?;
        server.quiet()?;
        Ok(Sample {
            next_ns: moments.next.nanoseconds_since(begun),
            response_ns: moments.response.nanoseconds_since(begun),
            minor_faults: u64::try_from(usage.ru_minflt).unwrap_or(0),
            major_faults: u64::try_from(usage.ru_majflt).unwrap_or(0),
            peak_kb,
        })
    }

    /// Spawns the program. Returns the moment before the spawn, and the process.
    ///
    /// # Errors
    /// `Error::ColdStart`.
    pub fn spawn(&mut self) -> Result<(Moment, Running), Error> {
        let begun = Moment::now();
        let spawned = self.command.spawn();
        let child = spawned.map_err(|error| {
            let full = if error.kind() == io::ErrorKind::WouldBlock { ". The limit of processes may be reached (`ulimit -u`)" } else { "" };
            Error::cold_start(&self.candidate.name, format!("cannot start it: {error}{full}"))
        })?;
        Ok((begun, Running { child, reaped: false }))
    }

    /// Returns the moments of `child`, which this launcher spawned, after it has answered `server`
    /// correctly.
    ///
    /// # Errors
    /// `Error::ColdStart`.
    pub fn moments(&self, child: &mut Running, server: &Server, patience: Duration) -> Result<Moments, Error> {
        let moments = child.moments(server, &self.candidate.handler, patience);
        let checked = moments.and_then(|moments| self.candidate.check(&moments.answer).map(|()| moments));
        checked.map_err(|reason| Error::cold_start(&self.candidate.name, reason))
    }
}

/// Returns a command that starts `candidate` with the environment that a runtime needs and no
/// more; the same for every program.
#[must_use]
pub fn command(candidate: &Candidate, address: &str) -> Command {
    let path = candidate.path.as_path();
    let mut command = Command::new(path);
    command.env_clear().envs([
        ("AWS_LAMBDA_RUNTIME_API", address),
        ("_HANDLER", candidate.handler.as_str()),
        // Rust's runtime refuses to start without the next three, Node's without the two after
        // them, and scripts without a path.
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

/// A child process that is always ended.
#[derive(Debug)]
pub struct Running {
    child: Child,
    reaped: bool,
}

impl Running {
    /// Returns its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn moments(&mut self, server: &Server, handler: &str, patience: Duration) -> Result<Moments, String> {
        let begun = Instant::now();
        loop {
            if let Some(moments) = server.moments(LOOK)? {
                return Ok(moments);
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                self.reaped = true;
                return Err(format!("it ended before it answered: {status}. Does it start with _HANDLER={handler}?"));
            }
            if begun.elapsed() > patience {
                return Err(format!("it did not answer within {} seconds", patience.as_secs()));
            }
        }
    }

    /// Waits for its second request for an event. Returns whether it arrived: the process may end
    /// instead, or `patience` may pass.
    pub fn becomes_idle(&mut self, server: &Server, patience: Duration) -> bool {
        let begun = Instant::now();
        while !server.is_idle(LOOK) {
            self.reaped = matches!(self.child.try_wait(), Ok(Some(_)));
            if self.reaped || begun.elapsed() > patience {
                return false;
            }
        }
        true
    }

    /// Reads `VmHWM`, because `ru_maxrss` includes memory that the child shared with this process
    /// before its exec.
    fn peak_kb(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        status.ok().and_then(|status| process::peak_memory_kb(&status)).unwrap_or(0)
    }

    /// Kills it; [`Running::end`] reaps it.
    ///
    /// # Errors
    /// The system's.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()
    }

    /// Kills and reaps it. Returns its resource usage.
    ///
    /// # Errors
    /// The system's.
    #[allow(unsafe_code)]
    pub fn end(&mut self) -> io::Result<libc::rusage> {
        self.child.kill()?;
        let pid = libc::pid_t::try_from(self.child.id()).map_err(io::Error::other)?;
        // SAFETY: all zero bits are a valid `rusage`, which consists of integers.
        let mut usage = unsafe { std::mem::zeroed() };
        // SAFETY: the pointers are valid for writes. The child has not been reaped, so its process
        // id still refers to it.
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
