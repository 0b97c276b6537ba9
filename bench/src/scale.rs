//! `just bench-scale`: the cost of many functions in a file, and of many sandboxes on a machine.
//!
//! - [`functions`] generates up to a thousand small functions, which `linker/build.sh` links like
//!   any others; [`linked`] measures and starts such files.
//! - [`burst`] starts many sandboxes at once, [`sandboxes`] plays their rounds, [`memory`] reads
//!   the memory of each while it waits.
//!
//! The timing is that of the cold-start bench: its server, its starts, its rounds, its tracer.

pub mod burst;
pub mod functions;
pub mod linked;
pub mod memory;
mod options;
pub mod results;
pub mod sandboxes;
pub mod table;

use crate::cold_start;
use crate::cold_start::candidate::{Candidate, gather};
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
/// `Error::ColdStart` if a program did anything unexpected; those of files and of the system.
pub fn run(options: &Options) -> Result<String, Error> {
    let plan = Plan { rounds: options.rounds as usize, warm_up: options.warm_up as usize, seed: options.seed };
    let named = |floor: PathBuf| Ok((floor, options.programs.clone()));
    let (floor_file, programs) = options.floor.clone().map_or_else(|| built::for_sandboxes(&options.programs), named)?;
    let linked = if options.floor.is_none() && options.linked.is_empty() { built::scales()? } else { options.linked.clone() };
    let floor = Candidate::new("floor", &floor_file)?;
    let (candidates, absent) = gather(vec![floor.clone()], &programs, &options.peers)?;
    let files = linked::candidates(&linked)?;
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let copy = folder.path().join("bootstrap");
    fs::copy(&floor_file, &copy).map_err(|error| Error::file(&copy, error))?;
    let settling = Candidate::new("settling floor", &copy)?;
    let conditions = conditions::conditions();
    let linked = linked::measure(floor, files, &settling, cold_start::modes(options.mode), plan)?;
    let sandboxes = sandboxes::measure(candidates, absent, &settling, options)?;
    let results = Results { conditions, plan, linked, sandboxes };
    package::write_whole(&options.out, format!("{}\n", results.json()).as_bytes())?;
    Ok(format!("{}\n{}\n", table::tables(&results), options.out.display()))
}
