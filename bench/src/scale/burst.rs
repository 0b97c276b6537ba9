//! Many sandboxes of one program at once: spawned as fast as possible, each with a separate Runtime
//! API, measured after all have answered and while they wait for their second invocation, and
//! killed.

use super::memory::Memory;
use crate::Error;
use crate::cold_start::candidate::Candidate;
use crate::cold_start::moment::Moment;
use crate::cold_start::server::Server;
use crate::cold_start::start::{Launcher, Running};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::thread;
use std::time::Duration;

/// The time limit for all answers, and for all requests for a second invocation.
const PATIENCE: Duration = Duration::from_secs(120);
/// Open files for each sandbox (three streams, a listener, and its connections), and for everything
/// else.
const FILES_EACH: u64 = 8;
const FILES_OTHER: u64 = 64;

/// The measurements of one burst.
#[derive(Clone, Debug)]
pub struct Burst {
    /// From the first spawn to the last response received in full, in nanoseconds.
    pub whole_ns: u64,
    /// The time of each sandbox from its spawn to its complete response, in nanoseconds.
    pub response_ns: Vec<u64>,
    /// The memory of each sandbox; empty if the kernel does not report it.
    pub memory: Vec<Memory>,
}

/// A Runtime API for each sandbox, used for one burst after the other.
#[derive(Debug)]
pub struct Servers(Vec<Server>);

impl Servers {
    /// Starts `count` servers, which deliver `event`.
    ///
    /// # Errors
    /// [`Error::TooManyStarts`]; the system's.
    pub fn start(count: u32, event: &str) -> Result<Self, Error> {
        allow_files(count)?;
        Ok(Self((0..count).map(|_| Server::start_acknowledging(event)).collect::<Result<_, _>>()?))
    }

    /// Performs a burst of `count` sandboxes of `candidate`.
    ///
    /// # Errors
    /// `Error::ColdStart`: a sandbox did anything except answer correctly.
    pub fn burst(&self, candidate: &Candidate, count: usize) -> Result<Burst, Error> {
        let servers = self.0.get(..count).unwrap_or(&self.0);
        let mut launchers = servers.iter().map(|server| Launcher::new(candidate, &server.address())).collect::<Result<Vec<_>, _>>()?;
        let mut sandboxes = spawn(&mut launchers)?;
        let mut last = None;
        let mut response_ns = Vec::with_capacity(servers.len());
        for ((launcher, sandbox), server) in launchers.iter().zip(&mut sandboxes).zip(servers) {
            let (begun, child) = sandbox;
            let response = launcher.moments(child, server, PATIENCE)?.response;
            response_ns.push(response.nanoseconds_since(*begun));
            last = last.max(Some(response));
        }
        let first = sandboxes.iter().map(|(begun, _)| *begun).min();
        let whole_ns = first.zip(last).map_or(0, |(first, last)| last.nanoseconds_since(first));
        for ((_, child), server) in sandboxes.iter_mut().zip(servers) {
            if !child.becomes_idle(server, PATIENCE) {
                return Err(Error::cold_start(&candidate.name, "it answered, but did not request a second invocation"));
            }
        }
        let memory = sandboxes.iter().map(|(_, child)| Memory::of(child.id())).collect::<Result<_, _>>();
        let memory = memory.inspect_err(|error| eprintln!("{}: its memory cannot be read: {error}", candidate.name)).unwrap_or_default();
        end(sandboxes)?;
        servers.iter().try_for_each(Server::quiet)?;
        Ok(Burst { whole_ns, response_ns, memory })
    }
}

/// Spawns all at once: every processor spawns a share.
fn spawn(launchers: &mut [Launcher]) -> Result<Vec<(Moment, Running)>, Error> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let share = launchers.len().div_ceil(processors).max(1);
    thread::scope(|scope| {
        let spawners: Vec<_> = launchers
            .chunks_mut(share)
            .map(|share| scope.spawn(|| share.iter_mut().map(Launcher::spawn).collect::<Result<Vec<_>, _>>()))
            .collect();
        let all: Result<Vec<_>, Error> =
            spawners.into_iter().map(|spawner| spawner.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect();
        Ok(all?.into_iter().flatten().collect())
    })
}

/// Kills all, then reaps all.
fn end(mut sandboxes: Vec<(Moment, Running)>) -> Result<(), Error> {
    let ended = Error::system("ending a bootstrap");
    let all = sandboxes
        .iter_mut()
        .try_for_each(|(_, child)| child.kill())
        .and_then(|()| sandboxes.iter_mut().try_for_each(|(_, child)| child.end().map(drop)));
    all.map_err(ended)
}

/// Raises this process's limit of open files to the number that the burst needs.
fn allow_files(starts: u32) -> Result<(), Error> {
    let files = u64::from(starts) * FILES_EACH + FILES_OTHER;
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= files) {
        return Ok(());
    }
    let refused = || {
        let files_max = limit.maximum.unwrap_or(files);
        Error::TooManyStarts { starts, files, starts_max: files_max.saturating_sub(FILES_OTHER) / FILES_EACH, files_max }
    };
    if limit.maximum.is_some_and(|maximum| maximum < files) {
        return Err(refused());
    }
    setrlimit(Resource::Nofile, Rlimit { current: Some(files), maximum: limit.maximum }).map_err(|_| refused())
}
