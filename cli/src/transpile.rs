//! `ruchy-lambda transpile`: prints the Rust that the compiler generates for a function.

use crate::Error;
use crate::check::{self, Target};
use clap::Args;
use handlers_build::function::Origin;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// The file to transpile.
#[derive(Debug, Args)]
pub struct Options {
    /// The function, by name or by file
    #[arg(value_name = "FILE|NAME")]
    target: String,
    /// Write the Rust to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Prints the Rust, each line of it on the line of the source; the compiler's errors and warnings
/// go to standard error.
///
/// # Errors
/// As [`check::resolve`]; [`Error::Refused`]: a function in Rust; [`Error::File`].
pub fn run(options: &Options) -> Result<ExitCode, Error> {
    let target = check::resolve(&options.target)?;
    if let Target::Function(function) = &target
        && function.origin == Origin::Rust
    {
        return Err(Error::Refused(format!("{}: it is written in Rust; expected a file of Ruchy", function.source.display())));
    }
    let compiled = target.compile()?;
    eprint!("{}", compiled.rendered());
    let Some(rust) = compiled.rust else { return Ok(ExitCode::FAILURE) };
    let text = if rust.text.ends_with('\n') { rust.text } else { rust.text + "\n" };
    match &options.out {
        Some(path) => fs::write(path, text).map_err(|error| Error::file(path, error))?,
        None => std::io::stdout().write_all(text.as_bytes()).map_err(Error::system("printing"))?,
    }
    Ok(ExitCode::SUCCESS)
}
