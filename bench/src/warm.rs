//! `just bench-warm`: the cost of an invocation of a running function, for events of several sizes,
//! compared with a minimal client.
//!
//! All programs are started once and keep running. Each round gives each of them, in a different
//! order, a block of invocations. Both ends run on one processor, so that the measurement is of
//! work and not of wake-ups between processors; the work is that of the function, by the kernel's
//! CPU clock of its process. Every response is compared with the event.
//!
//! - [`rounds`] plays the blocks, [`running`] is one program, [`server`] its Runtime API.
//! - [`calls`] counts system calls, which needs no clock. [`results`] and [`table`] evaluate and
//!   present the samples.

pub mod calls;
pub mod results;
pub mod rounds;
pub mod running;
pub mod server;
pub mod table;

use crate::cold_start::candidate::{Candidate, gather};
use crate::{Error, built};
use clap::Args;
use results::Results;
use ruchy_lambda_cli::{conditions, package};
use std::path::PathBuf;

/// The function that answers with its event.
const HANDLER: &str = "echo";

/// The command line.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "just bench-warm [PROGRAM…] [OPTIONS]")]
pub struct Options {
    /// The floor, to which all ratios refer; without it the floor and our files are built and
    /// measured
    #[arg(long, value_name = "FILE")]
    pub floor: Option<PathBuf>,
    /// A folder whose subfolders contain a `bootstrap`, or a `needs.txt` with the reason for its
    /// absence
    #[arg(long, value_name = "FOLDER", default_value = "target/peers")]
    pub peers: PathBuf,
    /// The file for the results, with every round
    #[arg(long, value_name = "FILE", default_value = "target/bench/warm.json")]
    pub out: PathBuf,
    /// The number of measured rounds
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// The seed of the order of the programs
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// A bootstrap to measure, started with `_HANDLER=echo`, and its name in the table
    #[arg(value_name = "PROGRAM[=NAME]")]
    pub programs: Vec<String>,
}

/// Measures, writes the results, and returns the table.
///
/// # Errors
/// The errors of [`gather`] and [`rounds::play`]; or the results cannot be written.
pub fn run(options: &Options) -> Result<String, Error> {
    let named = |floor: PathBuf| Ok((floor, options.programs.clone()));
    let (floor, programs) = options.floor.clone().map_or_else(|| built::for_invocations(&options.programs), named)?;
    let floor = Candidate::new("floor (C)", &floor)?;
    let (mut candidates, absent) = gather(vec![floor], &programs, &options.peers)?;
    for candidate in &mut candidates {
        HANDLER.clone_into(&mut candidate.handler);
    }
    let conditions = conditions::conditions();
    let rounds = options.rounds as usize;
    eprintln!("{} programs, {rounds} rounds of each size, seed {}", candidates.len(), options.seed);
    let mut all = rounds::play(&candidates, rounds, options.seed)?;
    for (index, candidate) in candidates.iter().enumerate() {
        eprintln!("{}: counting system calls", candidate.name);
        // The timed rounds are over and must not be lost: a failed count leaves its figure out.
        let counted = calls::count(candidate).inspect_err(|error| eprintln!("{error}"));
        let own = all.iter_mut().skip(index).step_by(candidates.len());
        own.zip(counted.unwrap_or_default()).for_each(|(series, calls)| series.system_calls = Some(calls));
    }
    let results = Results { conditions, rounds, seed: options.seed, candidates, absent, all };
    package::write_whole(&options.out, format!("{:#}\n", results.json()).as_bytes())?;
    Ok(format!("{}\n{}\n", table::table(&results), options.out.display()))
}
