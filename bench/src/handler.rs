//! `just bench-handler`: the cost of a function that reads an HTTP event and answers with JSON,
//! compared with one that does neither, and with the same function on another client.
//!
//! Every pair of a client and a handler is started once and keeps running, as in the warm bench,
//! and receives the same event: in each round, in a different order, a block of invocations. Both
//! ends run on one processor. Every response is compared with the expected answer.
//!
//! - [`pair`] is a program under test, [`answer`] its expected answer, [`rounds`] plays the blocks.
//! - [`instructions`] counts instructions, which needs no clock. [`results`] and [`table`] evaluate
//!   and present the samples.

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

/// The command line.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "just bench-handler [OPTIONS]")]
pub struct Options {
    /// The event that every function receives
    #[arg(long, value_name = "FILE", default_value = "bench/handlers/event.json")]
    pub event: PathBuf,
    /// A JSON object with the expected answer of each handler
    #[arg(long, value_name = "FILE", default_value = "bench/handlers/answers.json")]
    pub answers: PathBuf,
    /// A folder whose subfolders contain another client's functions in a file `http`, or a
    /// `needs.txt` with the reason for its absence
    #[arg(long, value_name = "FOLDER", default_value = "target/peers")]
    pub peers: PathBuf,
    /// The file for the results, with every round
    #[arg(long, value_name = "FILE", default_value = "target/bench/handler.json")]
    pub out: PathBuf,
    /// The number of measured rounds
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// The number of invocations of each function whose instructions are counted
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..))]
    pub counted: u32,
    /// The seed of the order of the functions
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// A handler of ours, and the bootstrap that contains it; `minimal` among them. By default they
    /// are built from `bench/handlers`
    #[arg(value_name = "HANDLER=PROGRAM")]
    pub handlers: Vec<String>,
}

/// Measures, writes the results, and returns the table.
///
/// # Errors
/// The errors of [`pair::gather`] and [`rounds::play`]; a file cannot be read, or the results
/// cannot be written.
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
        eprintln!("{}: counting instructions", pair.candidate.name);
        // The timed rounds are over and must not be lost: a failed count leaves its figure out.
        series.instructions = instructions::count(pair, &event, options.counted as usize).inspect_err(|error| eprintln!("{error}")).ok();
    }
    let results = Results { conditions, event_bytes: event.len(), rounds, seed: options.seed, absent, all };
    package::write_whole(&options.out, format!("{:#}\n", results.json()).as_bytes())?;
    Ok(format!("{}\n{}\n", table::table(&results), options.out.display()))
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error::file(path, error))
}
