//! `ruchy-lambda compile` and `ruchy-lambda run`: a plain program with a `main` becomes one static
//! file.
//!
//! - [`program`]: the source, compiled with a [`Preset`]. [`workspace`]: the package that is
//!   generated. [`build`]: cargo.
//! - [`report`]: flags, bytes and times of a build. [`measured`]: those of earlier builds.

pub mod build;
pub mod measured;
pub mod program;
pub mod report;
pub mod workspace;

use crate::engine::toolchain::Toolchain;
use crate::engine::write_executable;
use crate::number::grouped;
use crate::preset::Preset;
use crate::processor::here;
use crate::processor::needs::{self, Needs};
use crate::{Error, elf};
use build::{Built, Request};
use clap::Args;
use measured::Measured;
use program::Program;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// A program to compile.
#[derive(Debug, Args)]
pub struct Options {
    /// The program: a file of Ruchy (.ruchy) or Rust (.rs) with a `main`
    #[arg(value_name = "FILE")]
    source: PathBuf,
    /// The file to write: the name of the source without its extension, in the current folder
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The preset to compile with
    #[arg(short = 'O', long, value_name = "PRESET", value_enum, default_value_t = Preset::Aggressive)]
    optimize: Preset,
    /// The processor, as rustc names it; default: the preset's. Code for `native` may not run on
    /// other machines
    #[arg(long, value_name = "NAME")]
    cpu: Option<String>,
    /// Print the flags passed to rustc
    #[arg(short, long)]
    verbose: bool,
    /// Write a report: flags, bytes of each section, times, versions, sha256, what the file needs
    /// of a processor
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Print the size and times of earlier builds of this program with each preset
    #[arg(long)]
    show_profile_info: bool,
}

/// A program to run.
#[derive(Debug, Args)]
pub struct Run {
    /// The preset to compile with: `none` builds in the least time
    #[arg(short = 'O', long, value_name = "PRESET", value_enum, default_value_t = Preset::None)]
    optimize: Preset,
    /// The program: a file of Ruchy (.ruchy) or Rust (.rs) with a `main`
    #[arg(value_name = "FILE")]
    source: PathBuf,
    /// The arguments of the program
    #[arg(value_name = "ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Compiles the program and prints the size of the file.
///
/// # Errors
/// As [`Program::read`] and [`build::build`]; [`Error::File`].
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let program = match Program::read(&options.source)? {
        Ok(program) => program,
        Err(messages) => return Ok(failed(&messages)),
    };
    let hash = report::sha256(program.rust.as_bytes());
    if options.show_profile_info {
        print!("{}", measured::table(&options.source, &hash)?);
    }
    // Nothing is known of what cargo does not run.
    let rebuild = options.verbose || options.json.is_some();
    let request = Request { preset: options.optimize, processor: options.cpu.clone(), as_written: false, rebuild };
    let built = match build::build(&program, &request).await? {
        Ok(built) => built,
        Err(messages) => return Ok(failed(&messages)),
    };
    eprint!("{}", program.warnings);
    let out = options.output.clone().unwrap_or_else(|| PathBuf::from(program.name()));
    write_executable(&out, &built.bytes)?;
    if options.verbose {
        print!("{}", report::verbose(&request, &built));
    }
    if let Some(path) = &options.json {
        let report = report::json(&program, &request, &built, &out)?;
        fs::write(path, format!("{report:#}\n")).map_err(|error| Error::file(path, error))?;
    }
    // A build of which cargo had parts takes less time than one of which it had none: that is not
    // the preset's doing.
    if !built.commands.is_empty() && options.cpu.is_none() {
        keep(&options.source, &request, &built, hash)?;
    }
    println!("{}: {} bytes", out.display(), grouped(built.bytes.len() as u64));
    Ok(ExitCode::SUCCESS)
}

fn keep(source: &Path, request: &Request, built: &Built, program: String) -> Result<(), Error> {
    let milliseconds = u64::try_from((built.times.front + built.times.rustc).as_millis()).unwrap_or(u64::MAX);
    let rustc = Toolchain::version(Path::new("."))?;
    measured::keep(source, request.preset, Measured { program, bytes: built.bytes.len() as u64, milliseconds, rustc })
}

/// Compiles the program, and replaces this process by it.
///
/// # Errors
/// As [`run`]; [`Error::NotStarted`].
pub async fn run_program(options: &Run) -> Result<ExitCode, Error> {
    let program = match Program::read(&options.source)? {
        Ok(program) => program,
        Err(messages) => return Ok(failed(&messages)),
    };
    let request = Request { preset: options.optimize, processor: None, as_written: false, rebuild: false };
    let built = match build::build(&program, &request).await? {
        Ok(built) => built,
        Err(messages) => return Ok(failed(&messages)),
    };
    eprint!("{}", program.warnings);
    let linked = fs::read(&built.with_symbols).map_err(|error| Error::file(&built.with_symbols, error))?;
    let Needs { level, because, .. } = needs::of(&elf::parse(&built.with_symbols, &linked)?);
    if let Some(reason) = here::lacks(level, &because) {
        let preset = options.optimize.name();
        return Err(Error::Refused(format!("{} with preset {preset}: {reason}; choose another preset", options.source.display())));
    }
    let error = Command::new(&built.with_symbols).arg0(program.name()).args(&options.arguments).exec();
    Err(Error::NotStarted { path: built.with_symbols, error })
}

fn failed(messages: &str) -> ExitCode {
    eprint!("{messages}");
    ExitCode::FAILURE
}
