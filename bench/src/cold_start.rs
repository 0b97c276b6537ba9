//! `just bench-cold-start`: the time from the spawn of a bootstrap to its first request and to its
//! first response, compared with the floor, which does only what every runtime must do
//! (`bench/floor`).
//!
//! - [`rounds`] starts the programs in turn, [`start`] times one start, [`server`] records the
//!   moments, [`page_cache`] drops a file's pages.
//! - [`tracer`] counts everything that needs no clock. `statistics`, [`results`] and [`table`]
//!   evaluate and present the samples.
//!
//! Nothing here shares code with the bootstrap, or with the local Lambda of the tool: the timed
//! code must be simple and blocking.

pub mod candidate;
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
use candidate::{Candidate, gather};
use clap::{Args, ValueEnum};
use results::{Figures, Program, Results};
use rounds::{Mode, Plan};
use ruchy_lambda_cli::{conditions, package, tracer};
use server::Server;
use start::Sample;
use std::fs;
use std::path::PathBuf;

/// The command line.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "just bench-cold-start [PROGRAM…] [OPTIONS]")]
pub struct Options {
    /// The floor, to which all ratios refer; without it the floor and our files are built and
    /// measured
    #[arg(long, value_name = "FILE")]
    pub floor: Option<PathBuf>,
    /// A folder whose subfolders contain a `bootstrap`, or a `needs.txt` with the reason for its
    /// absence
    #[arg(long, value_name = "FOLDER", default_value = "target/peers")]
    pub peers: PathBuf,
    /// The file for the results, with every sample
    #[arg(long, value_name = "FILE", default_value = "target/bench/cold-start.json")]
    pub out: PathBuf,
    /// The number of measured rounds
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// The number of unmeasured rounds before them
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub warm_up: u32,
    /// The seed of the order of the programs
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// The state of the programs' files when they are started
    #[arg(long, value_enum, default_value_t = Cache::Both)]
    pub mode: Cache,
    /// A bootstrap to measure, started with `_HANDLER=minimal`, and its name in the table
    #[arg(value_name = "PROGRAM[=NAME]")]
    pub programs: Vec<String>,
}

/// The modes to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Cache {
    /// In the page cache
    Warm,
    /// On the disk: their pages are dropped from the page cache before each start
    Dropped,
    /// Both, one after the other
    Both,
}

/// The event that every program receives.
pub const EVENT: &str = "{}";

/// Measures, writes the results, and returns the tables.
///
/// # Errors
/// `Error::ColdStart` if a program did anything unexpected; those of files and of the system.
pub fn run(options: &Options) -> Result<String, Error> {
    let plan = Plan { rounds: options.rounds as usize, warm_up: options.warm_up as usize, seed: options.seed };
    let named = |floor: PathBuf| Ok((floor, options.programs.clone()));
    let (floor_file, programs) = options.floor.clone().map_or_else(|| built::for_cold_starts(&options.programs), named)?;
    let floor = Candidate::new("floor", &floor_file)?;
    let (candidates, absent) = gather(vec![floor], &programs, &options.peers)?;
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let copy = folder.path().join("bootstrap");
    fs::copy(&floor_file, &copy).map_err(|error| Error::file(&copy, error))?;
    let settling = Candidate::new("settling floor", &copy)?;
    let server = Server::start(EVENT)?;
    let conditions = conditions::conditions();
    eprintln!("{} programs, {} rounds and {} to warm up, seed {}", candidates.len(), plan.rounds, plan.warm_up, plan.seed);
    let mut refused = None;
    let mut measured = Vec::new();
    for &mode in modes(options.mode) {
        if mode == Mode::Dropped
            && let Some(reason) = rounds::undroppable(&candidates)?
        {
            eprintln!("{}: not measured here: {reason}", mode.name());
            refused = Some((mode, reason.to_string()));
            continue;
        }
        let (named, others) = candidates.split_at(1 + programs.len());
        let mut figures = rounds::run(named, &settling, &server, mode, plan).map(|samples| figures(samples, None, plan.seed))?;
        if !others.is_empty() {
            // Measured in separate rounds: a program hundreds of times as heavy would evict the
            // processor's caches, and that would dominate the differences of light programs. The
            // floor and our file take part in those rounds too.
            let ours = named.iter().position(|candidate| candidate.name == SHIPPED);
            let baseline: Vec<_> = named.iter().take(1).chain(ours.and_then(|index| named.get(index))).collect();
            let group: Vec<_> = baseline.iter().copied().chain(others).cloned().collect();
            let samples = rounds::run(&group, &settling, &server, mode, plan.for_peers())?;
            figures.extend(self::figures(samples, ours.map(|_| 1), plan.seed).split_off(baseline.len()));
        }
        measured.push((mode, figures));
    }
    let mut programs = Vec::new();
    for candidate in candidates {
        eprintln!("{}: counting system calls and instructions", candidate.name);
        programs.push(measure_untimed(candidate, &server)?);
        server.quiet()?;
    }
    let results = Results { conditions, plan, programs, absent, modes: measured, refused };
    package::write_whole(&options.out, format!("{}\n", results.json()).as_bytes())?;
    Ok(format!("{}\n{}\n", table::tables(&results), options.out.display()))
}

/// Evaluates the rounds of several programs, of which the first is the floor. `ours` is the index
/// of the program to which the others are also compared.
fn figures(samples: Vec<Vec<Sample>>, ours: Option<usize>, seed: u64) -> Vec<Figures> {
    let floor = samples.first().cloned().unwrap_or_default();
    let ours = ours.and_then(|index| samples.get(index)).cloned();
    samples.into_iter().filter_map(|samples| Figures::new(samples, &floor, ours.as_deref(), seed)).collect()
}

/// Returns the modes of `cache`.
#[must_use]
pub fn modes(cache: Cache) -> &'static [Mode] {
    match cache {
        Cache::Warm => &[Mode::Warm],
        Cache::Dropped => &[Mode::Dropped],
        Cache::Both => &[Mode::Warm, Mode::Dropped],
    }
}

/// Counts and measures everything that needs no clock.
fn measure_untimed(candidate: Candidate, server: &Server) -> Result<Program, Error> {
    // The timed rounds are over and must not be lost: a failed count leaves its figure out.
    let counts =
        tracer::count(&candidate.name, || start::command(&candidate, &server.address())).inspect_err(|error| eprintln!("{error}")).ok();
    let bytes = fs::read(&candidate.path).map_err(|error| Error::file(&candidate.path, error))?;
    let archive = package::archive(&bytes).map_err(Error::system("packing"))?;
    Ok(Program { candidate, counts, file_bytes: bytes.len() as u64, is_script: bytes.starts_with(b"#!"), zip_bytes: archive.len() as u64 })
}
