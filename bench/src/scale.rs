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

use crate::cold_start;
use crate::cold_start::contestant::{Contestant, gather};
use crate::cold_start::rounds::Plan;
use crate::{Error, built};
pub use options::Options;
use results::Results;
use ruchy_lambda_cli::{conditions, package};
use std::fs;
use std::path::PathBuf;

/// Measures, writes the results, and returns the tables.
///
/// # Errors
/// [`Error::ColdStart`] where a program did anything but its work; those of files and of the system.
pub fn run(options: &Options) -> Result<String, Error> {
    let plan = Plan { rounds: options.rounds as usize, warm_up: options.warm_up as usize, seed: options.seed };
    let named = |floor: PathBuf| Ok((floor, options.programs.clone()));
    let (floor_file, programs) = options.floor.clone().map_or_else(|| built::for_sandboxes(&options.programs), named)?;
    let linked = if options.floor.is_none() && options.linked.is_empty() { built::scales()? } else { options.linked.clone() };
    let floor = Contestant::new("floor", &floor_file)?;
    let (contestants, absent) = gather(vec![floor.clone()], &programs, &options.peers)?;
    let files = linked::contestants(&linked)?;
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let copy = folder.path().join("bootstrap");
    fs::copy(&floor_file, &copy).map_err(|error| Error::file(&copy, error))?;
    let settling = Contestant::new("settling floor", &copy)?;
    let conditions = conditions::conditions();
    let linked = linked::measure(floor, files, &settling, cold_start::modes(options.mode), plan)?;
    let sandboxes = sandboxes::measure(contestants, absent, &settling, options)?;
    let results = Results { conditions, plan, linked, sandboxes };
    package::write_whole(&options.out, format!("{}\n", results.json()).as_bytes())?;
    Ok(format!("{}\n{}\n", table::tables(&results), options.out.display()))
}
