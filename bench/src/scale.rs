//! `ruchy-lambda scale`: what it costs to have many functions in a file, and many sandboxes on a machine.
//!
//! - [`functions`] writes up to a thousand small functions, which `linker/build.sh` links as it links any; [`linked`] weighs and starts such files.
//! - [`burst`] is many sandboxes at once, [`sandboxes`] the rounds of them, [`memory`] what each has while it waits.
//!
//! What takes the time is the cold-start bench's: its server, its starts, its rounds, its tracer.

pub mod burst;
pub mod functions;
pub mod linked;
pub mod memory;
mod options;
pub mod results;
pub mod sandboxes;
pub mod table;

use crate::Error;
use crate::cold_start;
use crate::cold_start::contestant::{Contestant, gather};
use crate::cold_start::rounds::Plan;
use clap::Args;
pub use options::Options;
use results::Results;
use ruchy_lambda_cli::{conditions, package};
use std::fs;
use std::path::PathBuf;

/// What `scale-functions` is told.
#[derive(Clone, Debug, Args)]
pub struct Functions {
    /// How many
    #[arg(value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(functions::COUNT_MAX)))]
    pub count: u32,
    /// The folder that is to hold them, and nothing else
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
}

/// Measures, writes the results, and returns the tables.
///
/// # Errors
/// [`Error::ColdStart`] where a program did anything but its work; those of files and of the system.
pub fn run(options: &Options) -> Result<String, Error> {
    let plan = Plan { rounds: options.rounds as usize, warm_up: options.warm_up as usize, seed: options.seed };
    let floor = Contestant::new("floor", &options.floor)?;
    let (contestants, absent) = gather(vec![floor.clone()], &options.programs, &options.peers)?;
    let files = linked::contestants(&options.linked)?;
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let copy = folder.path().join("bootstrap");
    fs::copy(&options.floor, &copy).map_err(|error| Error::file(&copy, error))?;
    let settling = Contestant::new("settling floor", &copy)?;
    let conditions = conditions::conditions();
    let linked = linked::measure(floor, files, &settling, cold_start::modes(options.mode), plan)?;
    let sandboxes = sandboxes::measure(contestants, absent, &settling, options)?;
    let results = Results { conditions, plan, linked, sandboxes };
    package::write_whole(&options.out, format!("{}\n", results.json()).as_bytes())?;
    Ok(format!("{}\n{}\n", table::tables(&results), options.out.display()))
}
