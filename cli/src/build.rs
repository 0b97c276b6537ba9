//! `ruchy-lambda build`: links the file that ships.

use crate::architecture::Architecture;
use crate::number::grouped;
use crate::{Error, link};
use clap::Args;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to link.
#[derive(Debug, Args)]
#[command(override_usage = "just build [NAME…] [--arch x86_64|arm64]")]
pub struct Options {
    /// The functions; all when none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// The processor it is for
    #[arg(long, value_name = "NAME", env = link::ARCHITECTURE, value_enum, default_value_t = Architecture::X86_64)]
    arch: Architecture,
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = "dist/bootstrap")]
    out: PathBuf,
}

/// Links the file, and prints its size.
///
/// # Errors
/// As [`link::link`].
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let names: Vec<&str> = options.names.iter().map(String::as_str).collect();
    if let Err(refused) = link::to_ship(&options.out, &names, options.arch).await? {
        eprint!("{refused}");
        return Ok(ExitCode::FAILURE);
    }
    let bytes = fs::metadata(&options.out).map_err(|error| Error::file(&options.out, error))?.len();
    println!("{}: {} bytes", options.out.display(), grouped(bytes));
    Ok(ExitCode::SUCCESS)
}
