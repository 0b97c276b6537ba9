//! Many sandboxes of one program at once: spawned as fast as can be, each with a Runtime API of its own, answered by all, weighed while they
//! wait for their second invocation, and ended.

use super::memory::Memory;
use crate::Error;
use crate::cold_start::contestant::Contestant;
use crate::cold_start::moment::Moment;
use crate::cold_start::server::Server;
use crate::cold_start::start::{Launcher, Running};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::thread;
use std::time::Duration;

/// How long they may take to answer, all of them; and to ask for their second invocation.
const PATIENCE: Duration = Duration::from_secs(120);
/// Open files for each sandbox: its three streams, its listener, and as many connections as it may have; and for all else.
const FILES_EACH: u64 = 8;
const FILES_ELSE: u64 = 64;

/// What one burst gave.
#[derive(Clone, Debug)]
pub struct Burst {
    /// From the first spawn to the last response received in full, in nanoseconds.
    pub whole_ns: u64,
    /// Of each sandbox, from its spawn to its response received in full.
    pub response_ns: Vec<u64>,
    /// Of each sandbox; none where the kernel does not say.
    pub memory: Vec<Memory>,
}

/// As many Runtime APIs as there are sandboxes, for one burst after the other.
#[derive(Debug)]
pub struct Servers(Vec<Server>);

impl Servers {
    /// So many, which deliver `event`.
    ///
    /// # Errors
    /// [`Error::TooManyStarts`]; the system's.
    pub fn start(count: u32, event: &str) -> Result<Self, Error> {
        allow_files(count)?;
        Ok(Self((0..count).map(|_| Server::start_and_go_on(event)).collect::<Result<_, _>>()?))
    }

    /// A burst of `contestant` of the first `count` of them.
    ///
    /// # Errors
    /// [`Error::ColdStart`]: one of them did anything but answer rightly.
    pub fn burst(&self, contestant: &Contestant, count: usize) -> Result<Burst, Error> {
        let servers = self.0.get(..count).unwrap_or(&self.0);
        let mut launchers = servers.iter().map(|server| Launcher::new(contestant, &server.address())).collect::<Result<Vec<_>, _>>()?;
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
                return Err(Error::cold_start(&contestant.name, "it had answered, and did not ask for a second invocation"));
            }
        }
        let memory = sandboxes.iter().map(|(_, child)| Memory::of(child.id())).collect::<Result<_, _>>();
        let memory = memory.inspect_err(|error| eprintln!("{}: its memory is not known: {error}", contestant.name)).unwrap_or_default();
        end(sandboxes)?;
        servers.iter().try_for_each(Server::quiet)?;
        Ok(Burst { whole_ns, response_ns, memory })
    }
}

/// Spawns all at once: every processor spawns its share of them.
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

/// Kills all, and then collects all.
fn end(mut sandboxes: Vec<(Moment, Running)>) -> Result<(), Error> {
    let ended = Error::system("ending a bootstrap");
    let all = sandboxes
        .iter_mut()
        .try_for_each(|(_, child)| child.kill())
        .and_then(|()| sandboxes.iter_mut().try_for_each(|(_, child)| child.end().map(drop)));
    all.map_err(ended)
}

/// Has this process be allowed so many open files as the burst takes, which are more than a shell allows where it is a large one.
fn allow_files(starts: u32) -> Result<(), Error> {
    let files = u64::from(starts) * FILES_EACH + FILES_ELSE;
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= files) {
        return Ok(());
    }
    let refused = || {
        let files_max = limit.maximum.unwrap_or(files);
        Error::TooManyStarts { starts, files, starts_max: files_max.saturating_sub(FILES_ELSE) / FILES_EACH, files_max }
    };
    if limit.maximum.is_some_and(|maximum| maximum < files) {
        return Err(refused());
    }
    setrlimit(Resource::Nofile, Rlimit { current: Some(files), maximum: limit.maximum }).map_err(|_| refused())
}
