//! One start of one program, timed: from just before the spawn to the two moments that the server takes; then the program is ended.

use super::contestant::Contestant;
use super::moment::Moment;
use super::server::{Moments, Server};
use crate::Error;
use nix::libc;
use ruchy_lambda_cli::process;
use std::fs::{self, File};
use std::io;
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
    contestant: Contestant,
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
        let mut command = command(contestant, address);
        // Nothing here that would keep the standard library from posix_spawn: no closure before exec, no group, no folder.
        command.stdin(stream()?).stdout(stream()?).stderr(stream()?);
        Ok(Self { contestant: contestant.clone(), command })
    }

    /// One start.
    ///
    /// # Errors
    /// [`Error::ColdStart`]: it did anything but ask for an event and answer it.
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

    /// A spawn and no more: when it began, and what runs now.
    ///
    /// # Errors
    /// [`Error::ColdStart`].
    pub fn spawn(&mut self) -> Result<(Moment, Running), Error> {
        let begun = Moment::now();
        let spawned = self.command.spawn();
        let child = spawned.map_err(|error| {
            let full = if error.kind() == io::ErrorKind::WouldBlock { ". There may be no more processes here (`ulimit -u`)" } else { "" };
            Error::cold_start(&self.contestant.name, format!("it cannot be started: {error}{full}"))
        })?;
        Ok((begun, Running { child, reaped: false }))
    }

    /// The moments of `child`, which this one spawned, once it has answered `server`, and rightly.
    ///
    /// # Errors
    /// [`Error::ColdStart`].
    pub fn moments(&self, child: &mut Running, server: &Server, patience: Duration) -> Result<Moments, Error> {
        let moments = child.moments(server, &self.contestant.handler, patience);
        let checked = moments.and_then(|moments| self.contestant.check(&moments.answer).map(|()| moments));
        checked.map_err(|reason| Error::cold_start(&self.contestant.name, reason))
    }
}

/// `contestant` with what a runtime needs of its environment and no more; the same for every program.
#[must_use]
pub fn command(contestant: &Contestant, address: &str) -> Command {
    let path = contestant.path.as_path();
    let mut command = Command::new(path);
    command.env_clear().envs([
        ("AWS_LAMBDA_RUNTIME_API", address),
        ("_HANDLER", contestant.handler.as_str()),
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
#[derive(Debug)]
pub struct Running {
    child: Child,
    reaped: bool,
}

impl Running {
    /// Its process id.
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
                return Err(format!("it ended before it had answered: {status}. Does it start with _HANDLER={handler}?"));
            }
            if begun.elapsed() > patience {
                return Err(format!("it had not answered after {} seconds", patience.as_secs()));
            }
        }
    }

    /// Waits for its second request for an event. Whether it came: it may end instead, or let `patience` pass.
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

    /// (`ru_maxrss` includes what the child shared with us before its exec.)
    fn peak_kb(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        status.ok().and_then(|status| process::peak_memory_kb(&status)).unwrap_or(0)
    }

    /// Kills it; [`Running::end`] collects it.
    ///
    /// # Errors
    /// The system's.
    pub fn kill(&mut self) -> io::Result<()> {
        self.child.kill()
    }

    /// Kills it, and collects it with what it has used.
    ///
    /// # Errors
    /// The system's.
    #[allow(unsafe_code)]
    pub fn end(&mut self) -> io::Result<libc::rusage> {
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
