//! The rounds of bursts: every program once a round, in an order shuffled anew, each after an unmeasured burst of a copy of the floor.

use super::burst::{Burst, Servers};
use super::memory::{self, Memory};
use super::options::Options;
use crate::cold_start::contestant::{Absent, Contestant};
use crate::statistics::{self, Distribution, Ratio};
use crate::{Error, cold_start};
use fastrand::Rng;
use ruchy_lambda_cli::number::grouped;
use std::time::{Duration, Instant};

/// Rounds that are played and not counted.
const WARM_UP_ROUNDS: usize = 1;
/// A program whose burst takes longer takes part in the first few rounds only.
const SLOW: Duration = Duration::from_secs(2);
const ROUNDS_OF_SLOW: usize = 3;
/// Which part of the memory that is free all sandboxes together may take.
const MEMORY_DIVISOR: u64 = 2;
/// How often the developer is told how far it has come.
const NEWS: Duration = Duration::from_secs(2);

/// What all rounds of one program gave.
#[derive(Clone, Debug)]
pub struct Program {
    pub contestant: Contestant,
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
    /// From its spawn to its first response, of every sandbox of every round; and the longest.
    #[must_use]
    pub fn response(&self) -> Option<(Distribution, u64)> {
        let all: Vec<u64> = self.bursts.iter().flat_map(|burst| burst.response_ns.iter().copied()).collect();
        statistics::distribution(&all).zip(all.iter().max().copied())
    }

    /// From the first spawn to the last response, of every round.
    #[must_use]
    pub fn whole(&self) -> Vec<u64> {
        self.bursts.iter().map(|burst| burst.whole_ns).collect()
    }

    /// The same to that of `floor`, round by round.
    #[must_use]
    pub fn ratio(&self, floor: &Self, seed: u64) -> Option<Ratio> {
        statistics::ratio(&self.whole(), &floor.whole(), seed)
    }

    /// The median over all sandboxes.
    #[must_use]
    pub fn memory(&self, field: fn(&Memory) -> u64) -> Option<u64> {
        let all: Vec<u64> = self.bursts.iter().flat_map(|burst| burst.memory.iter().map(field)).collect();
        statistics::median(&all)
    }
}

/// Plays the rounds.
///
/// # Errors
/// As [`Servers::burst`].
pub fn measure(contestants: Vec<Contestant>, absent: Vec<Absent>, settling: &Contestant, options: &Options) -> Result<Measured, Error> {
    let starts = options.starts;
    let servers = Servers::start(starts, cold_start::EVENT)?;
    let mut measured = Measured { starts, programs: Vec::new(), absent };
    for contestant in contestants {
        match too_large(&servers, &contestant, starts)? {
            Some(needs) => measured.absent.push(Absent { name: contestant.name, needs }),
            None => measured.programs.push(Program { contestant, bursts: Vec::new() }),
        }
    }
    play(&mut measured.programs, &servers, settling, options)?;
    Ok(measured)
}

fn play(programs: &mut [Program], servers: &Servers, settling: &Contestant, options: &Options) -> Result<(), Error> {
    let (starts, rounds) = (options.starts as usize, WARM_UP_ROUNDS + options.burst_rounds as usize);
    let mut random = Rng::with_seed(options.seed);
    let mut order: Vec<usize> = (0..programs.len()).collect();
    let mut told = Instant::now();
    for round in 0..rounds {
        random.shuffle(&mut order);
        for &index in &order {
            let Some(program) = programs.get_mut(index) else { continue };
            if told.elapsed() > NEWS {
                eprintln!("{starts} at once: round {} of {rounds}, {}", round + 1, program.contestant.name);
                told = Instant::now();
            }
            if is_done(program) {
                continue;
            }
            servers.burst(settling, starts)?;
            let burst = servers.burst(&program.contestant, starts)?;
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

/// What the machine lacks to have so many sandboxes of `contestant`, by the memory of one of them. It is also the proof that it works.
fn too_large(servers: &Servers, contestant: &Contestant, starts: u32) -> Result<Option<String>, Error> {
    let one = servers.burst(contestant, 1)?;
    // Of what is not its own alone, all will share one copy: its files' pages.
    let own = one.memory.first().map_or(0, |memory| memory.private_dirty + memory.page_tables);
    let needed = own * u64::from(starts) * MEMORY_DIVISOR;
    let is_room = memory::available_kb().is_none_or(|available| needed <= available);
    Ok((!is_room).then(|| format!("{} MiB of free memory for {starts} sandboxes at once", grouped(needed >> 10))))
}
