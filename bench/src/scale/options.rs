//! The options of `scale`.

use super::linked::Linked;
use crate::cold_start::Cache;
use clap::Args;
use std::path::PathBuf;

/// The command line.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "just bench-scale [PROGRAM…] [OPTIONS]")]
pub struct Options {
    /// The floor, to which all ratios refer; without it the floor and our files are built and
    /// measured
    #[arg(long, value_name = "FILE")]
    pub floor: Option<PathBuf>,
    /// A file with the first N generated functions; the others are compared with the first such
    /// file
    #[arg(long, value_name = "N=FILE")]
    pub linked: Vec<Linked>,
    /// A folder whose subfolders contain a `bootstrap`, or a `needs.txt` with the reason for its
    /// absence
    #[arg(long, value_name = "FOLDER", default_value = "target/peers")]
    pub peers: PathBuf,
    /// The file for the results
    #[arg(long, value_name = "FILE", default_value = "target/bench/scale.json")]
    pub out: PathBuf,
    /// The number of measured rounds of single starts
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// The number of unmeasured rounds before them
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub warm_up: u32,
    /// The state of the files at single starts
    #[arg(long, value_enum, default_value_t = Cache::Both)]
    pub mode: Cache,
    /// The number of sandboxes that are started at once
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    pub starts: u32,
    /// The number of rounds of concurrent starts
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub burst_rounds: u32,
    /// The seed of the order of the programs
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// A bootstrap to start many times at once, with `_HANDLER=minimal`, and its name in the table
    #[arg(value_name = "PROGRAM[=NAME]")]
    pub programs: Vec<String>,
}
