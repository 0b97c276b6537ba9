//! `just bench-handler`: what a function costs that reads an event of HTTP and answers with JSON, above one that does neither, and beside the
//! same function on another client.
//!
//! Every pair of a client and a handler is started once and stays, as in the warm bench, and is given the same event: in each round, in another
//! order, a block of it. Both ends run on one processor. Every response is compared with the answer that is wanted.
//!
//! - [`pair`] is who takes part, [`answer`] what is wanted of it, [`rounds`] hands out the blocks.
//! - [`instructions`] counts them one by one, which needs no clock. [`results`] and [`table`] make figures of it all.

pub mod answer;
pub mod instructions;
pub mod pair;
pub mod results;
pub mod rounds;
pub mod table;

use crate::{Error, built};
use clap::Args;
use results::Results;
use ruchy_lambda_cli::{conditions, package};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// What there is to say on the command line.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "just bench-handler [OPTIONS]")]
pub struct Options {
    /// The event that everyone is given
    #[arg(long, value_name = "FILE", default_value = "bench/handlers/event.json")]
    pub event: PathBuf,
    /// A JSON object: for each handler the answer that is wanted
    #[arg(long, value_name = "FILE", default_value = "bench/handlers/answers.json")]
    pub answers: PathBuf,
    /// A folder whose folders hold another client's functions in a file `http`, or a `needs.txt` that says why there is none
    #[arg(long, value_name = "FOLDER", default_value = "target/peers")]
    pub peers: PathBuf,
    /// Where the results go, with every round
    #[arg(long, value_name = "FILE", default_value = "target/bench/handler.json")]
    pub out: PathBuf,
    /// How many rounds count
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// Of how many invocations of each function the instructions are counted
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..))]
    pub counted: u32,
    /// What the order of the functions follows from
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// A handler of ours, and the bootstrap that holds it; `minimal` among them. Without any they are built from `bench/handlers`
    #[arg(value_name = "HANDLER=PROGRAM")]
    pub handlers: Vec<String>,
}

/// Measures, writes the results, and returns the table.
///
/// # Errors
/// As [`pair::gather`] and [`rounds::play`]; a file cannot be read, or the results not be written.
pub fn run(options: &Options) -> Result<String, Error> {
    let event = read(&options.event)?.trim_ascii().to_vec();
    let answers: Value = serde_json::from_slice(&read(&options.answers)?)
        .map_err(|error| ruchy_lambda_cli::Error::NotJson { place: options.answers.display().to_string(), error })?;
    let handlers = if options.handlers.is_empty() { built::handlers()? } else { options.handlers.clone() };
    let (pairs, absent) = pair::gather(&handlers, &options.peers, &answers)?;
    let conditions = conditions::conditions();
    let rounds = options.rounds as usize;
    eprintln!("{} functions, {rounds} rounds, an event of {} bytes, seed {}", pairs.len(), event.len(), options.seed);
    let mut all = rounds::play(&pairs, &event, rounds, options.seed)?;
    for (pair, series) in pairs.iter().zip(&mut all) {
        eprintln!("{}: counting instructions", pair.contestant.name);
        // The timed rounds are over and must not be lost: what could not be counted has no figure.
        series.instructions = instructions::count(pair, &event, options.counted as usize).inspect_err(|error| eprintln!("{error}")).ok();
    }
    let results = Results { conditions, event_bytes: event.len(), rounds, seed: options.seed, absent, all };
    package::write_whole(&options.out, format!("{:#}\n", results.json()).as_bytes())?;
    Ok(format!("{}\n{}\n", table::table(&results), options.out.display()))
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error::file(path, error))
}
