//! The rounds of one mode: every program once per round, in a new random order, each after some
//! unmeasured starts of a copy of the floor.

use super::candidate::Candidate;
use super::page_cache::CachedFile;
use super::server::Server;
use super::start::{Launcher, Sample};
use crate::Error;
use fastrand::Rng;
use ruchy_lambda_cli::progress::Progress;
use serde_json::Value;
use std::thread;
use std::time::Duration;

/// Unmeasured starts of the floor before each measured one: otherwise a light program would pay for
/// a heavy one before it. They start a copy: the floor's file would otherwise be in the processor's
/// caches, unlike those of the other programs, which is worth 1 %.
const SETTLING_STARTS: usize = 3;
/// The pauses before each attempt to drop a file's pages, in milliseconds.
const DROP_PAUSES_MS: [u64; 4] = [0, 1, 10, 100];

/// The state of a program's file when it is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// In the page cache.
    Warm,
    /// On the disk: its pages were dropped from that cache.
    Dropped,
}

impl Mode {
    /// Returns its name in the table and the results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Warm => "page cache warm",
            Self::Dropped => "pages dropped",
        }
    }
}

/// The number of rounds.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Measured rounds.
    pub rounds: usize,
    /// Unmeasured rounds before them.
    pub warm_up: usize,
    pub seed: u64,
}

/// Other clients take part in one of this many rounds. They are up to hundreds of times as slow,
/// and their ratios are far from 1.
const PEER_ROUNDS_DIVISOR: usize = 3;

impl Plan {
    /// Returns the plan for the rounds of other clients.
    #[must_use]
    pub fn for_peers(self) -> Self {
        Self { rounds: self.rounds.div_ceil(PEER_ROUNDS_DIVISOR), ..self }
    }

    /// Returns `conditions` with the numbers of rounds.
    #[must_use]
    pub fn among(self, mut conditions: Value) -> Value {
        conditions["rounds"] = self.rounds.into();
        conditions["rounds_of_peers"] = self.for_peers().rounds.into();
        conditions["warm_up_rounds"] = self.warm_up.into();
        conditions["seed"] = self.seed.into();
        conditions
    }
}

/// The samples of each of `candidates`, in their order, a sample a round. `settling` is a copy of
/// the floor.
///
/// # Errors
/// As [`Launcher::start`]; `Error::ColdStart` where pages are to be dropped and cannot be.
pub fn run(candidates: &[Candidate], settling: &Candidate, server: &Server, mode: Mode, plan: Plan) -> Result<Vec<Vec<Sample>>, Error> {
    let mut settling = Launcher::new(settling, &server.address())?;
    let mut launchers = candidates.iter().map(|candidate| Launcher::new(candidate, &server.address())).collect::<Result<Vec<_>, _>>()?;
    let files = candidates.iter().map(|candidate| CachedFile::open(&candidate.path)).collect::<Result<Vec<_>, _>>()?;
    let mut samples = vec![Vec::with_capacity(plan.rounds); candidates.len()];
    let mut random = Rng::with_seed(plan.seed);
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    let mut progress = Progress::new(mode.name(), plan.warm_up + plan.rounds);
    for round in 0..plan.warm_up + plan.rounds {
        random.shuffle(&mut order);
        for &index in &order {
            for _ in 0..SETTLING_STARTS {
                settling.start(server)?;
            }
            if mode == Mode::Dropped {
                drop_all(&candidates[index], &files[index])?;
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

/// The first of `candidates` whose pages cannot be dropped here; none where all is well.
///
/// # Errors
/// `Error::File`.
pub fn undroppable(candidates: &[Candidate]) -> Result<Option<Error>, Error> {
    for candidate in candidates {
        match drop_all(candidate, &CachedFile::open(&candidate.path)?) {
            Err(error @ Error::Tool(ruchy_lambda_cli::Error::ColdStart { .. })) => return Ok(Some(error)),
            other => other?,
        }
    }
    Ok(None)
}

/// Drops the file's pages, and sees to it that none is left.
fn drop_all(candidate: &Candidate, file: &CachedFile) -> Result<(), Error> {
    let mut left = 0;
    // A process that has just ended, or another that reads the file, may hold on to a page for a
    // moment.
    for pause in DROP_PAUSES_MS {
        thread::sleep(Duration::from_millis(pause));
        file.drop_pages()?;
        left = file.resident_pages()?;
        if left == 0 {
            return Ok(());
        }
    }
    let reason = "pages of its file cannot be dropped. Is it on a tmpfs, or in use?";
    Err(Error::cold_start(&candidate.name, format!("{left} {reason}")))
}
