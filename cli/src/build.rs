//! `ruchy-lambda build`: builds the file that ships; of a project one for each function.

use crate::architecture::Architecture;
use crate::engine::{self, LinkOptions};
use crate::home::Home;
use crate::number::grouped;
use crate::{Error, link, pgo};
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The folder for built files.
pub const DIST: &str = "dist";

/// The function to link and its options.
#[derive(Debug, Args)]
#[command(override_usage = "ruchy-lambda build [NAME…] [--arch x86_64|arm64]")]
pub struct Options {
    /// The functions; all when none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// The processor it is for: what Cargo.toml says, or `x86_64`
    #[arg(long, value_name = "NAME", env = link::ARCHITECTURE, value_enum)]
    arch: Option<Architecture>,
    /// The file to write: dist/NAME/bootstrap, or dist/bootstrap in the repository of Ruchy Lambda
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Links the file, and prints its size.
///
/// # Errors
/// As [`link::link`] and [`Home::link`].
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let home = Home::here()?;
    let Home::Project(project) = &home else { return of_repository(options).await };
    let functions = home.functions(&options.names)?;
    if let (Some(_), [_, _, ..]) = (&options.out, &functions[..]) {
        return Err(Error::Refused("--out: expected one function, since each has a file of its own. Name it.".to_owned()));
    }
    let mut code = ExitCode::SUCCESS;
    for function in &functions {
        match home.link(function, &pgo::shipped(&home, function, LinkOptions::shipped(options.arch))?.options).await? {
            Ok(linked) => {
                let out = options.out.clone().unwrap_or_else(|| project.root.join(DIST).join(&function.name).join("bootstrap"));
                copy(&linked.bootstrap, &out)?;
                report(&out)?;
            }
            Err(refused) => {
                eprint!("{refused}");
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

fn copy(linked: &Path, out: &Path) -> Result<(), Error> {
    let bytes = fs::read(linked).map_err(|error| Error::file(linked, error))?;
    engine::write_executable(out, &bytes)
}

async fn of_repository(options: &Options) -> Result<ExitCode, Error> {
    let names: Vec<&str> = options.names.iter().map(String::as_str).collect();
    let out = options.out.clone().unwrap_or_else(|| PathBuf::from(DIST).join("bootstrap"));
    if let Err(refused) = link::to_ship(&out, &names, options.arch.unwrap_or(Architecture::X86_64)).await? {
        eprint!("{refused}");
        return Ok(ExitCode::FAILURE);
    }
    report(&out)?;
    Ok(ExitCode::SUCCESS)
}

fn report(out: &Path) -> Result<(), Error> {
    let bytes = fs::metadata(out).map_err(|error| Error::file(out, error))?.len();
    println!("{}: {} bytes", out.display(), grouped(bytes));
    Ok(())
}
