//! The rounds of one mode: every program once a round, in an order shuffled anew, each after some unmeasured starts of a copy of the floor.

use super::contestant::Contestant;
use super::page_cache::CachedFile;
use super::server::Server;
use super::start::{Launcher, Sample};
use crate::Error;
use fastrand::Rng;
use ruchy_lambda_cli::progress::Progress;
use serde_json::Value;
use std::thread;
use std::time::Duration;

/// Unmeasured starts of the floor before each measured one: a light program that follows a heavy one would pay for it. They are of a copy: the
/// floor's own file would be in the processor's caches, as no other contestant's is, and that is worth a hundredth.
const SETTLING_STARTS: usize = 3;
/// Waits before each attempt to drop a file's pages.
const DROP_PAUSES_MS: [u64; 4] = [0, 1, 10, 100];

/// Where a program's file is when it is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// In memory, in the kernel's cache.
    Warm,
    /// On the disk: its pages were dropped from that cache.
    Dropped,
}

impl Mode {
    /// As the table and the results call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Warm => "page cache warm",
            Self::Dropped => "pages dropped",
        }
    }
}

/// How much is done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Rounds that count.
    pub rounds: usize,
    /// Rounds before them, which do not.
    pub warm_up: usize,
    pub seed: u64,
}

/// Other people's clients take part in one round of so many. They take up to hundreds of times as long, and their ratios are far from 1.
const ROUNDS_OF_PEERS_ARE_ONE_OF: usize = 3;

impl Plan {
    /// For rounds of other people's clients.
    #[must_use]
    pub fn for_peers(self) -> Self {
        Self { rounds: self.rounds.div_ceil(ROUNDS_OF_PEERS_ARE_ONE_OF), ..self }
    }

    /// `conditions`, and how much was done under them.
    #[must_use]
    pub fn among(self, mut conditions: Value) -> Value {
        conditions["rounds"] = self.rounds.into();
        conditions["rounds_of_peers"] = self.for_peers().rounds.into();
        conditions["warm_up_rounds"] = self.warm_up.into();
        conditions["seed"] = self.seed.into();
        conditions
    }
}

/// The samples of each of `contestants`, in their order, a sample a round. `settling` is a copy of the floor.
///
/// # Errors
/// As [`Launcher::start`]; [`Error::ColdStart`] where pages are to be dropped and cannot be.
pub fn run(contestants: &[Contestant], settling: &Contestant, server: &Server, mode: Mode, plan: Plan) -> Result<Vec<Vec<Sample>>, Error> {
    let mut settling = Launcher::new(settling, &server.address())?;
    let mut launchers = contestants.iter().map(|contestant| Launcher::new(contestant, &server.address())).collect::<Result<Vec<_>, _>>()?;
    let files = contestants.iter().map(|contestant| CachedFile::open(&contestant.path)).collect::<Result<Vec<_>, _>>()?;
    let mut samples = vec![Vec::with_capacity(plan.rounds); contestants.len()];
    let mut random = Rng::with_seed(plan.seed);
    let mut order: Vec<usize> = (0..contestants.len()).collect();
    let mut progress = Progress::new(mode.name(), plan.warm_up + plan.rounds);
    for round in 0..plan.warm_up + plan.rounds {
        random.shuffle(&mut order);
        for &index in &order {
            for _ in 0..SETTLING_STARTS {
                settling.start(server)?;
            }
            if mode == Mode::Dropped {
                drop_all(&contestants[index], &files[index])?;
            }
            let sample = launchers[index].start(server)?;
            if round >= plan.warm_up {
                samples[index].push(sample);
            }
        }
        progress.report(round + 1);
    }
    Ok(samples)
}

/// The first of `contestants` whose pages cannot be dropped here; none where all is well.
///
/// # Errors
/// [`Error::File`].
pub fn undroppable(contestants: &[Contestant]) -> Result<Option<Error>, Error> {
    for contestant in contestants {
        match drop_all(contestant, &CachedFile::open(&contestant.path)?) {
            Err(error @ Error::Tool(ruchy_lambda_cli::Error::ColdStart { .. })) => return Ok(Some(error)),
            other => other?,
        }
    }
    Ok(None)
}

/// Drops the file's pages, and sees to it that none is left.
fn drop_all(contestant: &Contestant, file: &CachedFile) -> Result<(), Error> {
    let mut left = 0;
    // A process that has just ended, or another that reads the file, may hold on to a page for a moment.
    for pause in DROP_PAUSES_MS {
        thread::sleep(Duration::from_millis(pause));
        file.drop_pages()?;
        left = file.resident_pages()?;
        if left == 0 {
            return Ok(());
        }
    }
    let reason =
        "pages of its file stay in memory, whatever the kernel is advised: is it on a file system without a disk (tmpfs), or in use?";
    Err(Error::cold_start(&contestant.name, format!("{left} {reason}")))
}
