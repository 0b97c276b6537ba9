//! The options of `scale`.

use super::linked::Linked;
use crate::cold_start::Cache;
use clap::Args;
use std::path::PathBuf;

/// What there is to say on the command line.
#[derive(Clone, Debug, Args)]
#[command(override_usage = "just bench-scale [PROGRAM…] [OPTIONS]")]
pub struct Options {
    /// The floor, which everything is divided by; without it the floor and our own files are built and take part
    #[arg(long, value_name = "FILE")]
    pub floor: Option<PathBuf>,
    /// A file with the first N generated functions in it; the first such file is what the others are compared with
    #[arg(long, value_name = "N=FILE")]
    pub linked: Vec<Linked>,
    /// A folder whose folders hold a `bootstrap`, or a `needs.txt` that says why there is none
    #[arg(long, value_name = "FOLDER", default_value = "target/peers")]
    pub peers: PathBuf,
    /// Where the results go
    #[arg(long, value_name = "FILE", default_value = "target/bench/scale.json")]
    pub out: PathBuf,
    /// How many rounds of single starts count
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub rounds: u32,
    /// How many rounds before them do not
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub warm_up: u32,
    /// Where the files are at single starts
    #[arg(long, value_enum, default_value_t = Cache::Both)]
    pub mode: Cache,
    /// How many sandboxes are started at once
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    pub starts: u32,
    /// How many rounds of so many starts count
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub burst_rounds: u32,
    /// What the order of the programs follows from
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
    /// A bootstrap that is started many times at once, with `_HANDLER=minimal`, and its name in the table
    #[arg(value_name = "PROGRAM[=NAME]")]
    pub programs: Vec<String>,
}
