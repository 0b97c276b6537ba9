//! A running function that receives events, and whose CPU time is read.

use super::results::Block;
use super::server::{IsAnswer, Server};
use crate::Error;
use crate::cold_start::candidate::Candidate;
use crate::cold_start::start;
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::time::{ClockId, clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;
use rustix::param::clock_ticks_per_second;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Returns a command that starts `candidate` with the Runtime API at `address`.
#[must_use]
pub fn command(candidate: &Candidate, address: SocketAddr) -> Command {
    let mut command = start::command(candidate, &address.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Binds this thread, and the processes that it starts, to one processor.
///
/// # Errors
/// The system's.
pub fn share_one_processor() -> Result<(), Error> {
    let this = Pid::from_raw(0);
    let one = || -> nix::Result<()> {
        let all = sched_getaffinity(this)?;
        let first = (0..CpuSet::count()).rev().find(|processor| all.is_set(*processor).unwrap_or(false)).unwrap_or(0);
        let mut set = CpuSet::new();
        set.set(first)?;
        sched_setaffinity(this, &set)
    };
    one().map_err(|errno| Error::system("binding to one processor")(errno.into()))
}

/// A program that has requested an event.
#[derive(Debug)]
pub struct Running {
    name: String,
    child: Child,
    server: Server,
    clock: ClockId,
}

impl Drop for Running {
    fn drop(&mut self) {
        // The child was not reaped, so its process id still refers to it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// Starts it, and waits until it has requested an event.
    ///
    /// # Errors
    /// `Error::ColdStart`: it cannot be started, ends, or sends another request.
    pub fn start(candidate: &Candidate) -> Result<Self, Error> {
        let server = Server::listen().map_err(Error::system("starting the Runtime API"))?;
        let address = server.address().map_err(Error::system("starting the Runtime API"))?;
        let failed = |reason: String| Error::cold_start(&candidate.name, reason);
        let child = command(candidate, address).spawn().map_err(|error| failed(format!("cannot start it: {error}")))?;
        let clock = clock_getcpuclockid(Pid::from_raw(child.id().cast_signed()));
        let clock = clock.map_err(|errno| Error::system("reading a process's clock")(errno.into()))?;
        let mut running = Self { name: candidate.name.clone(), child, server, clock };
        running.server.expect_next(&mut ended(&mut running.child)).map_err(|reason| {
            failed(format!("{reason}. Does it start with _HANDLER={}? `just peers` rebuilds those in target/peers", candidate.handler))
        })?;
        Ok(running)
    }

    /// Sends `event` `count` times and checks each answer with `is_answer`.
    ///
    /// # Errors
    /// `Error::ColdStart`: it did anything else.
    pub fn block(&mut self, event: &[u8], is_answer: IsAnswer<'_>, count: usize) -> Result<Block, Error> {
        let mut latencies_nanoseconds = Vec::with_capacity(count);
        let (cpu, wall) = (self.cpu()?, Instant::now());
        for _ in 0..count {
            let latency = self.server.invoke(event, is_answer, &mut ended(&mut self.child));
            let latency = latency.map_err(|reason| Error::cold_start(&self.name, reason))?;
            latencies_nanoseconds.push(a_piece(latency, 1));
        }
        let (wall, cpu) = (wall.elapsed(), self.cpu()?.saturating_sub(cpu));
        Ok(Block { cpu_nanoseconds: a_piece(cpu, count), wall_nanoseconds: a_piece(wall, count), latencies_nanoseconds })
    }

    /// Returns the CPU time of the process so far.
    fn cpu(&self) -> Result<Duration, Error> {
        let time = clock_gettime(self.clock).map_err(|errno| Error::system("reading a process's clock")(errno.into()))?;
        Ok(time.into())
    }

    /// Returns its user time so far, which the kernel estimates at each of its ticks.
    ///
    /// # Errors
    /// The system's.
    pub fn user(&self) -> Result<Duration, Error> {
        let path = PathBuf::from(format!("/proc/{}/stat", self.child.id()));
        let stat = fs::read_to_string(&path).map_err(|error| Error::file(&path, error))?;
        let counted = user_ticks(&stat).ok_or_else(|| Error::file(&path, io::Error::other("the field utime is missing")))?;
        Ok(Duration::from_nanos(counted.saturating_mul(1_000_000_000) / clock_ticks_per_second().max(1)))
    }
}

/// Returns the fourteenth field of a process's `stat`, whose second field is a name in parentheses
/// that may contain anything.
fn user_ticks(stat: &str) -> Option<u64> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(11)?.parse().ok()
}

/// Returns a closure that reports the end of `child`.
fn ended(child: &mut Child) -> impl FnMut() -> Option<String> {
    || Some(format!("it ended: {}", child.try_wait().ok().flatten()?))
}

/// Returns the mean for one invocation of a block.
fn a_piece(whole: Duration, count: usize) -> u64 {
    u64::try_from(whole.as_nanos()).unwrap_or(u64::MAX) / count.max(1) as u64
}

#[cfg(test)]
mod tests {
    use super::user_ticks;

    #[test]
    fn user_ticks_is_found_after_the_name() {
        assert_eq!(user_ticks("7 (a) b) S 1 7 7 0 -1 4194304 123 0 5 0 41 42 0 0"), Some(41));
        assert_eq!(user_ticks("7 (a"), None);
    }
}
