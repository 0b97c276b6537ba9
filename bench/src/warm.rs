//! `just bench-warm`: what an invocation costs once a function runs, of whatever size, beside the least that a client can do.
//!
//! All contestants are started once and stay; each round gives each of them, in another order, a block of invocations. Both ends run on one
//! processor, so that what is measured is work and not how well two processors wake each other; the work is the function's own, by the
//! kernel's clock of its process. Every response is compared with the event.
//!
//! - [`rounds`] hands out the blocks, [`running`] is one contestant, [`server`] its Runtime API.
//! - [`calls`] counts system calls, which needs no clock. [`results`] and [`table`] make figures of it all.

pub mod calls;
pub mod results;
pub mod rounds;
pub mod running;
pub mod server;
pub mod table;

use crate::cold_start::contestant::{Contestant, gather};
use crate::{Error, built};
use clap::Args;
use results::Results;
use ruchy_lambda_cli::{conditions, package};
use std::path::PathBuf;

/// The function that answers with its event.
const HANDLER: &str = "echo";

/// What there is to say on the command line.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "just bench-warm [PROGRAM…] [OPTIONS]")]
pub struct Options {
    /// The floor, which everything is divided by; without it the floor and our own files are built and take part
    #[arg(long, value_name = "FILE")]
    pub floor: Option<PathBuf>,
    /// A folder whose folders hold a `bootstrap`, or a `needs.txt` that says why there is none
    #[arg(long, value_name = "FOLDER", default_value = "target/peers")]
    pub peers: PathBuf,
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
/// As [`gather`] and [`rounds::play`]; or the results cannot be written.
pub fn run(options: &Options) -> Result<String, Error> {
    let named = |floor: PathBuf| Ok((floor, options.programs.clone()));
    let (floor, programs) = options.floor.clone().map_or_else(|| built::for_invocations(&options.programs), named)?;
    let floor = Contestant::new("floor (C)", &floor)?;
    let (mut contestants, absent) = gather(vec![floor], &programs, &options.peers)?;
    for contestant in &mut contestants {
        HANDLER.clone_into(&mut contestant.handler);
    }
    let conditions = conditions::conditions();
    let rounds = options.rounds as usize;
    eprintln!("{} programs, {rounds} rounds of each size, seed {}", contestants.len(), options.seed);
    let mut all = rounds::play(&contestants, rounds, options.seed)?;
    for (index, contestant) in contestants.iter().enumerate() {
        eprintln!("{}: counting system calls", contestant.name);
        // The timed rounds are over and must not be lost: what could not be counted has no figure.
        let counted = calls::count(contestant).inspect_err(|error| eprintln!("{error}"));
        let own = all.iter_mut().skip(index).step_by(contestants.len());
        own.zip(counted.unwrap_or_default()).for_each(|(series, calls)| series.system_calls = Some(calls));
    }
    let results = Results { conditions, rounds, seed: options.seed, contestants, absent, all };
    package::write_whole(&options.out, format!("{:#}\n", results.json()).as_bytes())?;
    Ok(format!("{}\n{}\n", table::table(&results), options.out.display()))
}
