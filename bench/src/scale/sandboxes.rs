//! The rounds of bursts: every program once per round, in a new random order, each after an
//! unmeasured burst of a copy of the floor.

use super::burst::{Burst, Servers};
use super::memory::{self, Memory};
use super::options::Options;
use crate::cold_start::candidate::{Absent, Candidate};
use crate::statistics::{self, Distribution, Ratio};
use crate::{Error, cold_start};
use fastrand::Rng;
use ruchy_lambda_cli::number::grouped;
use std::time::{Duration, Instant};

/// The number of unmeasured rounds.
const WARM_UP_ROUNDS: usize = 1;
/// A program with a longer burst takes part only in the first rounds.
const SLOW: Duration = Duration::from_secs(2);
const ROUNDS_OF_SLOW: usize = 3;
/// The sandboxes may use this fraction of the free memory: one half.
const MEMORY_DIVISOR: u64 = 2;
/// The interval of progress messages.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(2);

/// The measurements of all rounds of one program.
#[derive(Clone, Debug)]
pub struct Program {
    pub candidate: Candidate,
    pub bursts: Vec<Burst>,
}

/// All programs, the floor first, and those that were not measured.
#[derive(Clone, Debug)]
pub struct Measured {
    pub starts: u32,
    pub programs: Vec<Program>,
    pub absent: Vec<Absent>,
}

impl Program {
    /// Returns the distribution over all sandboxes of all rounds of the time from spawn to first
    /// response; and the longest.
    #[must_use]
    pub fn response(&self) -> Option<(Distribution, u64)> {
        let all: Vec<u64> = self.bursts.iter().flat_map(|burst| burst.response_ns.iter().copied()).collect();
        statistics::distribution(&all).zip(all.iter().max().copied())
    }

    /// Returns the time from the first spawn to the last response, for every round.
    #[must_use]
    pub fn whole(&self) -> Vec<u64> {
        self.bursts.iter().map(|burst| burst.whole_ns).collect()
    }

    /// Returns the ratio of that time to `floor`'s, over the same rounds.
    #[must_use]
    pub fn ratio(&self, floor: &Self, seed: u64) -> Option<Ratio> {
        statistics::ratio(&self.whole(), &floor.whole(), seed)
    }

    /// Returns the median over all sandboxes.
    #[must_use]
    pub fn memory(&self, field: fn(&Memory) -> u64) -> Option<u64> {
        let all: Vec<u64> = self.bursts.iter().flat_map(|burst| burst.memory.iter().map(field)).collect();
        statistics::median(&all)
    }
}

/// Plays the rounds.
///
/// # Errors
/// The errors of [`Servers::burst`].
pub fn measure(candidates: Vec<Candidate>, absent: Vec<Absent>, settling: &Candidate, options: &Options) -> Result<Measured, Error> {
    let starts = options.starts;
    let servers = Servers::start(starts, cold_start::EVENT)?;
    let mut measured = Measured { starts, programs: Vec::new(), absent };
    for candidate in candidates {
        match too_large(&servers, &candidate, starts)? {
            Some(needs) => measured.absent.push(Absent { name: candidate.name, needs }),
            None => measured.programs.push(Program { candidate, bursts: Vec::new() }),
        }
    }
    play(&mut measured.programs, &servers, settling, options)?;
    Ok(measured)
}

fn play(programs: &mut [Program], servers: &Servers, settling: &Candidate, options: &Options) -> Result<(), Error> {
    let (starts, rounds) = (options.starts as usize, WARM_UP_ROUNDS + options.burst_rounds as usize);
    let mut random = Rng::with_seed(options.seed);
    let mut order: Vec<usize> = (0..programs.len()).collect();
    let mut last_progress = Instant::now();
    for round in 0..rounds {
        random.shuffle(&mut order);
        for &index in &order {
            let Some(program) = programs.get_mut(index) else { continue };
            if last_progress.elapsed() > PROGRESS_INTERVAL {
                eprintln!("{starts} at once: round {} of {rounds}, {}", round + 1, program.candidate.name);
                last_progress = Instant::now();
            }
            if is_done(program) {
                continue;
            }
            servers.burst(settling, starts)?;
            let burst = servers.burst(&program.candidate, starts)?;
            if round >= WARM_UP_ROUNDS {
                program.bursts.push(burst);
            }
        }
    }
    Ok(())
}

fn is_done(program: &Program) -> bool {
    let slow = program.bursts.iter().filter(|burst| u128::from(burst.whole_ns) > SLOW.as_nanos()).count();
    slow >= ROUNDS_OF_SLOW
}

/// Starts one sandbox of `candidate`, which must work, and estimates the memory of `starts` of
/// them. Returns the missing requirement if that exceeds the free memory.
fn too_large(servers: &Servers, candidate: &Candidate, starts: u32) -> Result<Option<String>, Error> {
    let one = servers.burst(candidate, 1)?;
    // Pages that are not private and dirty are shared by all sandboxes: those of their file.
    let own = one.memory.first().map_or(0, |memory| memory.private_dirty + memory.page_tables);
    let needed = own * u64::from(starts) * MEMORY_DIVISOR;
    let is_room = memory::available_kb().is_none_or(|available| needed <= available);
    Ok((!is_room).then(|| format!("{} MiB of free memory for {starts} sandboxes at once", grouped(needed >> 10))))
}
