//! `ruchy-lambda cold-start`: how long bootstraps take from their spawn to their first request and to their first response, beside the floor,
//! which does only what no runtime can leave out (`bench/floor`).
//!
//! - [`rounds`] starts the programs in turn, [`start`] is one timed start, [`server`] takes the moments, [`page_cache`] drops a file's pages.
//! - [`tracer`] counts what needs no clock. [`statistics`], [`results`] and [`table`] make figures of it all.
//!
//! Nothing here shares code with the bootstrap, or with the local Lambda of the other commands: what takes the time must be simple and blocking.

pub mod contestant;
pub mod moment;
pub mod page_cache;
pub mod request;
pub mod results;
pub mod rounds;
pub mod server;
pub mod start;
pub mod table;

use crate::figures::summary::SHIPPED;
use crate::{Error, built};
use clap::{Args, ValueEnum};
use contestant::{Contestant, gather};
use results::{Figures, Program, Results};
use rounds::{Mode, Plan};
use ruchy_lambda_cli::{conditions, package, tracer};
use server::Server;
use start::Sample;
use std::fs;
use std::path::PathBuf;

/// What there is to say on the command line.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "just bench-cold-start [PROGRAM…] [OPTIONS]")]
pub struct Options {
    /// The floor, which everything is divided by; without it the floor and our own files are built and take part
    #[arg(long, value_name = "FILE")]
    pub floor: Option<PathBuf>,
    /// A folder whose folders hold a `bootstrap`, or a `needs.txt` that says why there is none
    #[arg(long, value_name = "FOLDER", default_value = "target/peers")]
    pub peers: PathBuf,
    /// Where the results go, with every sample
    #[arg(long, value_name = "FILE", default_value = "target/bench/cold-start.json")]
    pub out: PathBuf,
    /// How many rounds count
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// How many rounds before them do not
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub warm_up: u32,
    /// What the order of the programs follows from
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// Where the programs' files are when they are started
    #[arg(long, value_enum, default_value_t = Cache::Both)]
    pub mode: Cache,
    /// A bootstrap that takes part, started with `_HANDLER=minimal`, and its name in the table
    #[arg(value_name = "PROGRAM[=NAME]")]
    pub programs: Vec<String>,
}

/// Which modes are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Cache {
    /// In memory
    Warm,
    /// On the disk, their pages dropped from memory before each start
    Dropped,
    /// First the one, then the other
    Both,
}

/// What every program is handed.
pub const EVENT: &str = "{}";

/// Measures, writes the results, and returns the tables.
///
/// # Errors
/// [`Error::ColdStart`] where a program did anything but its work; those of files and of the system.
pub fn run(options: &Options) -> Result<String, Error> {
    let plan = Plan { rounds: options.rounds as usize, warm_up: options.warm_up as usize, seed: options.seed };
    let named = |floor: PathBuf| Ok((floor, options.programs.clone()));
    let (floor_file, programs) = options.floor.clone().map_or_else(|| built::for_cold_starts(&options.programs), named)?;
    let floor = Contestant::new("floor", &floor_file)?;
    let (contestants, absent) = gather(vec![floor], &programs, &options.peers)?;
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let copy = folder.path().join("bootstrap");
    fs::copy(&floor_file, &copy).map_err(|error| Error::file(&copy, error))?;
    let settling = Contestant::new("settling floor", &copy)?;
    let server = Server::start(EVENT)?;
    let conditions = conditions::conditions();
    eprintln!("{} programs, {} rounds and {} to warm up, seed {}", contestants.len(), plan.rounds, plan.warm_up, plan.seed);
    let mut refused = None;
    let mut measured = Vec::new();
    for &mode in modes(options.mode) {
        if mode == Mode::Dropped
            && let Some(reason) = rounds::undroppable(&contestants)?
        {
            eprintln!("{}: not measured here: {reason}", mode.name());
            refused = Some((mode, reason.to_string()));
            continue;
        }
        let (named, others) = contestants.split_at(1 + programs.len());
        let mut figures = rounds::run(named, &settling, &server, mode, plan).map(|samples| figures(samples, None, plan.seed))?;
        if !others.is_empty() {
            // In rounds of their own: what a program hundreds of times as heavy leaves of the processor's caches would be most of what sets light ones
            // apart. The floor and ours take part in those too.
            let ours = named.iter().position(|contestant| contestant.name == SHIPPED);
            let beside: Vec<_> = named.iter().take(1).chain(ours.and_then(|index| named.get(index))).collect();
            let group: Vec<_> = beside.iter().copied().chain(others).cloned().collect();
            let samples = rounds::run(&group, &settling, &server, mode, plan.for_peers())?;
            figures.extend(self::figures(samples, ours.map(|_| 1), plan.seed).split_off(beside.len()));
        }
        measured.push((mode, figures));
    }
    let mut programs = Vec::new();
    for contestant in contestants {
        eprintln!("{}: counting system calls and instructions", contestant.name);
        programs.push(weigh(contestant, &server)?);
        server.quiet()?;
    }
    let results = Results { conditions, plan, programs, absent, modes: measured, refused };
    package::write_whole(&options.out, format!("{}\n", results.json()).as_bytes())?;
    Ok(format!("{}\n{}\n", table::tables(&results), options.out.display()))
}

/// What rounds say of each program of theirs, of which the first is the floor; `ours` is the number of another that all are compared with.
fn figures(samples: Vec<Vec<Sample>>, ours: Option<usize>, seed: u64) -> Vec<Figures> {
    let floor = samples.first().cloned().unwrap_or_default();
    let ours = ours.and_then(|index| samples.get(index)).cloned();
    samples.into_iter().filter_map(|samples| Figures::new(samples, &floor, ours.as_deref(), seed)).collect()
}

/// The modes that `cache` stands for.
#[must_use]
pub fn modes(cache: Cache) -> &'static [Mode] {
    match cache {
        Cache::Warm => &[Mode::Warm],
        Cache::Dropped => &[Mode::Dropped],
        Cache::Both => &[Mode::Warm, Mode::Dropped],
    }
}

/// What is known of it without a clock.
fn weigh(contestant: Contestant, server: &Server) -> Result<Program, Error> {
    // The timed rounds are over and must not be lost: what could not be counted has no figure.
    let counts =
        tracer::count(&contestant.name, || start::command(&contestant, &server.address())).inspect_err(|error| eprintln!("{error}")).ok();
    let bytes = fs::read(&contestant.path).map_err(|error| Error::file(&contestant.path, error))?;
    let archive = package::archive(&bytes).map_err(Error::system("packing"))?;
    Ok(Program { contestant, counts, file_bytes: bytes.len() as u64, is_script: bytes.starts_with(b"#!"), zip_bytes: archive.len() as u64 })
}
