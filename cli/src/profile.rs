//! `ruchy-lambda profile`: the instructions of a function or of a program by line and by function,
//! and its times.
//!
//! - [`counts`]: callgrind's counts, attributed; [`allocations`]. [`result`]: both. [`text`] and
//!   [`page`]: the output.

pub mod allocations;
pub mod counts;
pub mod page;
pub mod result;
pub mod text;

use crate::compile::build::{self, Request};
use crate::compile::program::Program;
use crate::engine::LinkOptions;
use crate::environment::Function;
use crate::home::Home;
use crate::measure::dump::Dump;
use crate::measure::function::{Counted, Running};
use crate::measure::stepped::Stepped;
use crate::measure::timed::Timed;
use crate::measure::valgrind::{Options as Counting, Valgrind};
use crate::measure::{event, linked, program};
use crate::preset::Preset;
use crate::{Error, arguments, conditions};
use clap::Args;
use counts::{Counts, UserFiles};
use handlers_build::rewrite::Passes;
use result::{Profile, Times};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// The tracer counts on this processor.
const TRACES: bool = cfg!(target_arch = "x86_64");

/// The function or program to profile.
#[derive(Debug, Args)]
pub struct Options {
    /// A function (NAME), or a program (FILE)
    #[arg(value_name = "NAME|FILE")]
    target: String,
    /// The event of a function: JSON, @FILE, or - for standard input; that of the first fixture if
    /// none is given
    #[arg(value_name = "EVENT", allow_negative_numbers = true)]
    event: Option<String>,
    /// The number of counted invocations
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = arguments::whole_number::<u32>(1..=10_000))]
    iterations: u32,
    /// The number of timed invocations; 0 disables timing
    #[arg(long, value_name = "N", default_value_t = 200)]
    times: u32,
    /// Skip the pass that inlines recursion, so that costs are attributed to the lines as written
    #[arg(long)]
    as_written: bool,
    /// Write the result to this file: JSON, or a page with a flame graph if its name ends in .html
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The arguments of a program
    #[arg(value_name = "ARGUMENT", last = true)]
    arguments: Vec<String>,
}

/// Counts and times, and prints the profile.
///
/// # Errors
/// As [`Valgrind::find`]; of linking, counting and timing.
pub async fn run(options: &Options) -> Result<ExitCode, Error> {
    let is_file = Path::new(&options.target).extension().is_some_and(|extension| extension == "ruchy" || extension == "rs");
    let valgrind = match Valgrind::find() {
        Err(Error::Refused(missing)) if !is_file && TRACES => {
            eprintln!("{missing}\nWithout it this tool's tracer counts, at some 200,000 instructions a second.");
            None
        }
        found => Some(found?),
    };
    let profile = match &valgrind {
        Some(valgrind) if is_file => of_program(options, valgrind).await?,
        valgrind => of_function(options, valgrind.as_ref()).await?,
    };
    let profile = match profile {
        Ok(profile) => profile,
        Err(messages) => {
            eprint!("{messages}");
            return Ok(ExitCode::FAILURE);
        }
    };
    print!("{}", text::text(&profile));
    if let Some(path) = &options.output {
        let is_page = path.extension().is_some_and(|extension| extension == "html");
        let content = if is_page { page::page(&profile) } else { format!("{:#}\n", text::result(&profile, &conditions::conditions())) };
        fs::write(path, content).map_err(|error| Error::file(path, error))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn of_function(options: &Options, valgrind: Option<&Valgrind>) -> Result<Result<Profile, String>, Error> {
    let home = Home::here()?;
    let source = home.function(Some(&options.target))?;
    let input = event::choose(options.event.as_deref(), &home, &source)?;
    let passes = options.as_written.then_some(Passes { lower: true, inline_levels: 0 });
    let link = LinkOptions { passes, ..LinkOptions::default() };
    let function = match linked::function(&home, &source, &link).await? {
        Ok(function) => function,
        Err(messages) => return Ok(Err(messages)),
    };
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let mut running = Counter::start(valgrind, &function, folder.path()).await?;
    // The first invocation includes initialization.
    let first = running.count(&input.event).await?;
    let mut dump = Dump::default();
    for _ in 0..options.iterations {
        dump.merge(&running.count(&input.event).await?.dump);
    }
    if let Err(error) = first.answer {
        eprintln!("the function fails: {error}");
    }
    let files = UserFiles::of(home.root(), home.files_of(&source));
    let counts = Counts::of(&dump, options.iterations.into(), &function.bootstrap, &files)?;
    drop(running);
    let mut running = Timed::start(&function).await?;
    let mut samples = Vec::new();
    running.invoke(&input.event).await?;
    for _ in 0..options.times {
        samples.push(running.invoke(&input.event).await?.nanoseconds);
    }
    running.stop().await;
    let times = Times::of("invocations", &samples);
    let tool = valgrind.map_or_else(|| "this tool's tracer".to_owned(), Valgrind::callgrind);
    Ok(Ok(Profile { name: source.name, what: input.name, tool, files, counts, times }))
}

/// A function whose invocations are counted.
enum Counter {
    Callgrind(Box<Running>),
    Tracer(Box<Stepped>),
}

impl Counter {
    async fn start(valgrind: Option<&Valgrind>, function: &Function, folder: &Path) -> Result<Self, Error> {
        Ok(match valgrind {
            Some(valgrind) => Self::Callgrind(Box::new(Running::start(valgrind, function, &Counting::default(), folder).await?)),
            None => Self::Tracer(Box::new(Stepped::start(function).await?)),
        })
    }

    async fn count(&mut self, event: &[u8]) -> Result<Counted, Error> {
        match self {
            Self::Callgrind(running) => running.count(event, event).await,
            Self::Tracer(stepped) => stepped.count(event).await,
        }
    }
}

async fn of_program(options: &Options, valgrind: &Valgrind) -> Result<Result<Profile, String>, Error> {
    let program = match Program::read(Path::new(&options.target))? {
        Ok(program) => program,
        Err(messages) => return Ok(Err(messages)),
    };
    let request = Request { preset: Preset::Aggressive, processor: None, as_written: options.as_written, rebuild: false };
    let built = match build::build(&program, &request).await? {
        Ok(built) => built,
        Err(messages) => return Ok(Err(messages)),
    };
    let folder = tempfile::tempdir().map_err(Error::system("making a temporary folder"))?;
    let counting = Counting { toggles: vec![program::ENTRY.to_owned()], ..Counting::default() };
    let run = program::count(valgrind, &built.with_symbols, &options.arguments, &counting, folder.path()).await?;
    let root = if program.source.is_relative() { Path::new("") } else { program.source.parent().unwrap_or(Path::new("")) };
    let files = UserFiles::of(root, std::iter::once(program.source.clone()).chain(program.modules.clone()));
    let counts = Counts::of(&run.dump, 1, &built.with_symbols, &files)?;
    let mut samples = Vec::new();
    for _ in 0..options.times {
        let begun = Instant::now();
        let mut command = Command::new(&built.with_symbols);
        let status = command.args(&options.arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.map_err(|error| Error::file(&built.with_symbols, error))?;
        samples.push(u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX));
    }
    let times = Times::of("runs of the process", &samples);
    let what = if options.arguments.is_empty() { "a run".to_owned() } else { format!("a run with {}", options.arguments.join(" ")) };
    Ok(Ok(Profile { name: program.source.display().to_string(), what, tool: valgrind.callgrind(), files, counts, times }))
}
