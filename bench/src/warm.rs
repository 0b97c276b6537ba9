//! `just bench-warm`: what an invocation costs once a function runs, of whatever size, beside the least that a client can do.
//!
//! All contestants are started once and stay; each round gives each of them, in another order, a block of invocations. Both ends run on one
//! processor, so that what is measured is work and not how well two processors wake each other; the work is the function's own, by the
//! kernel's clock of its process. Every response is compared with the event.

pub mod contestant;
mod table;

use crate::{Error, conditions, statistics};
use clap::Args;
use contestant::{Contestant, Running};
use fastrand::Rng;
use serde_json::{Value, json};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What there is to say on the command line.
#[derive(Clone, Debug, Args)]
pub struct Options {
    /// The floor, which everything is divided by
    #[arg(long, value_name = "FILE")]
    pub floor: PathBuf,
    /// Where the results go, with every round
    #[arg(long, value_name = "FILE", default_value = "target/bench/warm.json")]
    pub out: PathBuf,
    /// How many rounds count
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// What the order of the programs follows from
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// A bootstrap that takes part, started with `_HANDLER=echo`, and its name in the table
    #[arg(value_name = "PROGRAM[=NAME]")]
    pub programs: Vec<String>,
}

/// Measures, writes the results, and returns the table.
///
/// # Errors
/// As [`play`]; or the results cannot be written.
pub fn run(options: &Options) -> Result<String, Error> {
    let mut contestants = vec![Contestant::new("floor (C)", &options.floor)];
    contestants.extend(options.programs.iter().map(|program| match program.split_once('=') {
        Some((file, name)) => Contestant::new(name, Path::new(file)),
        None => Contestant::new(program, Path::new(program)),
    }));
    let mut conditions = conditions::conditions();
    conditions["rounds"] = json!(options.rounds);
    conditions["seed"] = json!(options.seed);
    let all = play(&contestants, options.rounds as usize, options.seed, |done, total| {
        eprint!("\r{done} of {total} rounds");
        let _ = std::io::stderr().flush(); // whoever watches may have hung up
    })?;
    eprintln!();
    let results = json!({
        "bench": "warm",
        "conditions": conditions,
        "series": all.iter().map(Series::json).collect::<Vec<_>>(),
    });
    let written = options.out.parent().map_or(Ok(()), fs::create_dir_all);
    written.and_then(|()| fs::write(&options.out, format!("{results:#}\n"))).map_err(Error::system("writing the results"))?;
    Ok(format!("{}\n{}\n", table::markdown(&all, options.seed), options.out.display()))
}

/// Events of these sizes are sent, in bytes, and answered with their own copies.
pub const SIZES: [usize; 5] = [16, 1 << 10, 64 << 10, 1 << 20, 6 << 20];
/// Rounds that are played and not counted.
const WARM_UP_ROUNDS: usize = 2;
/// How many bytes go each way in a block, about; and how many invocations it has at the most, and at least.
const BLOCK_BYTES: usize = 24 << 20;
const BLOCK_MAX: usize = 400;
const BLOCK_MIN: usize = 4;

/// What one contestant did in one round with events of one size.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The process's own time on the processor, for an invocation.
    pub cpu_nanoseconds: u64,
    /// From one request for an event to the next.
    pub wall_nanoseconds: u64,
    /// From the event's first byte to the response's last, for each invocation.
    pub latencies_nanoseconds: Vec<u64>,
}

/// All rounds of one contestant with events of one size.
#[derive(Clone, Debug)]
pub struct Series {
    pub contestant: String,
    pub event_bytes: usize,
    pub invocations_a_round: usize,
    pub blocks: Vec<Block>,
}

impl Series {
    fn json(&self) -> Value {
        let latency =
            self.latency().map(|latency| json!({"min": latency.min, "p50": latency.median, "p90": latency.p90, "p99": latency.p99}));
        json!({
            "contestant": self.contestant,
            "event_bytes": self.event_bytes,
            "invocations_a_round": self.invocations_a_round,
            "cpu_nanoseconds": self.each(|block| block.cpu_nanoseconds),
            "wall_nanoseconds": self.each(|block| block.wall_nanoseconds),
            "latency_nanoseconds": latency,
        })
    }

    fn each(&self, of: impl Fn(&Block) -> u64) -> Vec<u64> {
        self.blocks.iter().map(of).collect()
    }

    /// Its work, to that of `floor` in the same rounds.
    #[must_use]
    pub fn cpu_ratio(&self, floor: &Self, seed: u64) -> Option<statistics::Ratio> {
        statistics::ratio(&self.each(|block| block.cpu_nanoseconds), &floor.each(|block| block.cpu_nanoseconds), seed)
    }

    /// Its invocations a second, to those of `floor` in the same rounds.
    #[must_use]
    pub fn throughput_ratio(&self, floor: &Self, seed: u64) -> Option<statistics::Ratio> {
        statistics::ratio(&floor.each(|block| block.wall_nanoseconds), &self.each(|block| block.wall_nanoseconds), seed)
    }

    /// Of all its invocations.
    #[must_use]
    pub fn latency(&self) -> Option<statistics::Distribution> {
        let all: Vec<u64> = self.blocks.iter().flat_map(|block| block.latencies_nanoseconds.iter().copied()).collect();
        statistics::distribution(&all)
    }
}

/// Plays `rounds` rounds, of which `progress` hears; the first of `contestants` is the floor.
///
/// # Errors
/// A contestant that cannot be started, or that does anything but answer with the event.
pub fn play(contestants: &[Contestant], rounds: usize, seed: u64, mut progress: impl FnMut(usize, usize)) -> Result<Vec<Series>, Error> {
    contestant::share_one_processor()?;
    let mut running = contestants.iter().map(Running::start).collect::<Result<Vec<_>, _>>()?;
    let mut random = Rng::with_seed(seed);
    let mut all = Vec::new();
    for (index, event_bytes) in SIZES.into_iter().enumerate() {
        let count = (BLOCK_BYTES / event_bytes).clamp(BLOCK_MIN, BLOCK_MAX);
        let event = event_of(event_bytes);
        let begin = all.len();
        all.extend(contestants.iter().map(|contestant| Series {
            contestant: contestant.name.clone(),
            event_bytes,
            invocations_a_round: count,
            blocks: Vec::new(),
        }));
        let mut order: Vec<usize> = (0..running.len()).collect();
        for round in 0..WARM_UP_ROUNDS + rounds {
            progress(index * (WARM_UP_ROUNDS + rounds) + round, SIZES.len() * (WARM_UP_ROUNDS + rounds));
            random.shuffle(&mut order);
            for &which in &order {
                let (Some(running), Some(series)) = (running.get_mut(which), all.get_mut(begin + which)) else { continue };
                let block = running.block(&event, count)?;
                if round >= WARM_UP_ROUNDS {
                    series.blocks.push(block);
                }
            }
        }
    }
    Ok(all)
}

/// A JSON string of so many bytes, in printable ASCII.
fn event_of(bytes: usize) -> Vec<u8> {
    let inside = (b'a'..=b'z').cycle().take(bytes.saturating_sub(2));
    std::iter::once(b'"').chain(inside).chain(std::iter::once(b'"')).collect()
}

/// The mean of what a whole block took, for one invocation.
fn a_piece(whole: Duration, count: usize) -> u64 {
    u64::try_from(whole.as_nanos()).unwrap_or(u64::MAX) / count.max(1) as u64
}
