//! The command line: what there is to say, and to whom it is handed.

use crate::architecture::Architecture;
use crate::budget::{self, Budgets, Figure};
use crate::package::manifest::Origin;
use crate::signals::Interrupts;
use crate::size::{self, symbols, table};
use crate::{Error, arguments, build, deploy, image, invoke, new, package, serve, start, test_handlers, watch};
use clap::{Arg, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// How many of the largest symbols are shown.
const SYMBOLS_SHOWN: usize = 25;

/// A Lambda on this machine for a bootstrap, and what is known of the file.
#[derive(Debug, Parser)]
#[command(name = "ruchy-lambda")]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Hand the function one event, and print its response
    Invoke(invoke::Options),
    /// Serve the function where curl and AWS SDKs can invoke it
    Serve(serve::Options),
    /// Begin a function, with an event and the response to it
    New(new::Options),
    /// Link a function and run it, each time one of its files is saved
    Watch(watch::Options),
    /// Run every fixture through the functions
    TestHandlers(test_handlers::Options),
    /// Link the file that ships
    Build(build::Options),
    /// Pack a bootstrap for deployment
    Package(Package),
    /// Pack a bootstrap as a container image
    Image(image::Options),
    /// Create a function on AWS, or make it as it is wanted
    Deploy(deploy::Options),
    /// Hand a function on AWS one event, and print its response
    InvokeAws(deploy::call::Invoke),
    /// Print what a function on AWS has logged
    LogsAws(deploy::call::Logs),
    /// Measure cold starts of functions on AWS, beside those of peers
    BenchAws(deploy::bench::Options),
    /// Hold `minimal` and `fibonacci` on AWS to what is promised of them, in eleven tests
    TestAws(deploy::validate::Options),
    /// Delete a function on AWS, its log, and the role that was made for it
    Destroy(deploy::remove::Options),
    /// Show where the bytes of a bootstrap are, and hold them against budgets
    Size(Size),
    /// Count what a bootstrap does before its first request, and hold it against budgets
    Start(Start),
}

#[derive(Debug, Args)]
#[command(override_usage = "just package [NAME…] [--arch x86_64|arm64]")]
struct Package {
    /// The bootstrap to pack
    #[arg(long, value_name = "FILE")]
    bootstrap: PathBuf,
    /// The archive to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The processor that it is for
    #[arg(long, value_name = "NAME", value_enum, default_value_t = Architecture::X86_64)]
    arch: Architecture,
    /// What answers in its place, where this machine cannot start it: the same file, emulated
    #[arg(long, value_name = "FILE")]
    ask: Option<PathBuf>,
    /// The version of ruchy that the functions were transpiled with, for the manifest
    #[arg(long, value_name = "VERSION")]
    ruchy: Option<String>,
    /// What the compiler says of its version, for the manifest
    #[arg(long, value_name = "VERSION")]
    rustc: Option<String>,
    /// How it was linked, for the manifest
    #[arg(long, value_name = "MODE")]
    link: Option<String>,
}

#[derive(Debug, Args)]
#[command(override_usage = "just size [NAME…] [--arch x86_64|arm64]")]
struct Size {
    /// The bootstrap to weigh
    #[arg(long, value_name = "FILE")]
    bootstrap: PathBuf,
    /// The same bootstrap with its table of sections, which the one that ships lacks
    #[arg(long, value_name = "FILE")]
    sections: Option<PathBuf>,
    /// The same bootstrap with its symbols, to show the largest of them
    #[arg(long, value_name = "FILE")]
    symbols: Option<PathBuf>,
    #[command(flatten)]
    agreed: Agreed,
}

#[derive(Debug, Args)]
#[command(override_usage = "just start [NAME…]")]
struct Start {
    /// The bootstrap to start
    #[arg(long, value_name = "FILE")]
    bootstrap: PathBuf,
    /// The function in it
    #[arg(long, value_name = "NAME", default_value = start::HANDLER, value_parser = arguments::name)]
    handler: String,
    #[command(flatten)]
    agreed: Agreed,
}

/// What was agreed on.
#[derive(Debug, Args)]
struct Agreed {
    /// A TOML file of budgets
    #[arg(long, value_name = "FILE", requires = "key")]
    budgets: Option<PathBuf>,
    /// The table in it that this bootstrap is held against
    #[arg(long, value_name = "NAME", requires = "budgets")]
    key: Option<String>,
    /// Make the figures of now the budgets
    #[arg(long, requires = "budgets")]
    accept: bool,
}

/// The whole program.
#[must_use]
pub fn run() -> ExitCode {
    let said = CommandLine::command().mut_subcommands(|command| command.mut_args(unset_where_empty)).get_matches();
    let line = CommandLine::from_arg_matches(&said).unwrap_or_else(|error| error.exit());
    match dispatch(line.command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// A variable that is set to nothing counts as unset: what runs for many people sets some that only some have.
fn unset_where_empty(argument: Arg) -> Arg {
    let is_empty = argument.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    if is_empty { argument.env(None) } else { argument }
}

fn dispatch(command: Command) -> Result<ExitCode, Error> {
    match command {
        Command::Invoke(options) => block_on(invoke::run(&options)),
        Command::Serve(options) => block_on(serve::run(&options)),
        Command::New(options) => {
            print(&new::run(&options)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Watch(options) => block_on(watch::run(&options)),
        Command::TestHandlers(options) => block_on(interruptible(test_handlers::run(&options))),
        Command::Build(options) => block_on(interruptible(build::run(&options))),
        Command::Package(Package { bootstrap, out, arch, ask, ruchy, rustc, link }) => {
            print(&format!("{}\n", package::run(&bootstrap, &out, arch, ask.as_deref(), &Origin { ruchy, rustc, link })?))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Image(options) => done(image::run(&options)),
        Command::Deploy(options) => done(deploy::run(&options)),
        Command::InvokeAws(options) => deploy::call::run(&options),
        Command::LogsAws(options) => done(deploy::call::logs(&options)),
        Command::BenchAws(options) => done(deploy::bench::run(&options)),
        Command::TestAws(options) => {
            let (said, is_well) = deploy::validate::run(&options)?;
            print(&said)?;
            Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Destroy(options) => done(deploy::remove::run(&options)),
        Command::Size(size) => weigh(&size),
        Command::Start(Start { bootstrap, handler, agreed }) => {
            let counts = start::measure(&bootstrap, &handler)?;
            print(&start::table(&counts))?;
            agreed.hold(&start::figures(&counts))
        }
    }
}

/// Prints what came of it.
fn done(said: Result<String, Error>) -> Result<ExitCode, Error> {
    print(&said?)?;
    Ok(ExitCode::SUCCESS)
}

fn weigh(arguments: &Size) -> Result<ExitCode, Error> {
    let sizes = size::measure(&arguments.bootstrap, arguments.sections.as_deref())?;
    print(&table::sizes(&sizes))?;
    if let Some(path) = &arguments.symbols {
        print(&format!("\n{}", table::symbols(&symbols::largest(path, SYMBOLS_SHOWN)?)))?;
    }
    arguments.agreed.hold(&sizes.figures())
}

impl Agreed {
    /// Holds `figures` against the budgets, or makes them the budgets, and says so. Where there are none, all is well.
    fn hold(&self, figures: &[Figure]) -> Result<ExitCode, Error> {
        let (Some(path), Some(key)) = (&self.budgets, &self.key) else { return Ok(ExitCode::SUCCESS) };
        if self.accept {
            let changes = budget::accept(path, key, figures)?;
            print(&format!("\n{} [{key}]: {}\n", path.display(), table::changes(&changes)))?;
            return Ok(ExitCode::SUCCESS);
        }
        let comparison = budget::compare(figures, &Budgets::read(path, key)?);
        print(&format!("\n{} [{key}]: {comparison}\n", path.display()))?;
        Ok(if comparison.is_within() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn print(text: &str) -> Result<(), Error> {
    std::io::stdout().write_all(text.as_bytes()).map_err(Error::system("printing"))
}

/// One thread does all of it: what is measured is the function, and whoever measures must not be in its way.
fn block_on(work: impl Future<Output = Result<ExitCode, Error>>) -> Result<ExitCode, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::system("starting"))?;
    runtime.block_on(work)
}

/// `work`, until a signal ends it: then what it has started is ended with it.
async fn interruptible(work: impl Future<Output = Result<ExitCode, Error>>) -> Result<ExitCode, Error> {
    let mut interrupts = Interrupts::ending_with_parent()?;
    tokio::select! {
        code = work => code,
        code = interrupts.received() => Ok(ExitCode::from(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, CommandLine};
    use clap::{CommandFactory as _, Parser as _};
    use std::time::Duration;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }

    fn invoke(arguments: &[&str]) -> Result<crate::invoke::Options, clap::Error> {
        let line = ["ruchy-lambda", "invoke"].iter().chain(arguments);
        let Command::Invoke(options) = CommandLine::try_parse_from(line)?.command else { panic!("not invoke") };
        Ok(options)
    }

    #[test]
    fn invoke_defaults_are_lambdas() {
        let options = invoke(&["minimal"]).unwrap();
        assert_eq!((options.local.timeout, options.local.memory), (Duration::from_secs(3), 128));
        assert_eq!((options.event.as_str(), options.raw), ("{}", false));
    }

    #[test]
    fn invoke_takes_options_before_and_after_the_event() {
        for arguments in [["minimal", "7", "--timeout", "30"], ["--timeout", "30", "minimal", "7"], ["minimal", "--timeout", "30", "7"]] {
            let options = invoke(&arguments).unwrap();
            assert_eq!((options.event.as_str(), options.local.timeout), ("7", Duration::from_secs(30)), "{arguments:?}");
        }
        assert!(invoke(&["minimal", "{}", "--timeuot", "30"]).unwrap_err().to_string().contains("'--timeout'"));
        assert!(invoke(&["minimal", "--memory", "64"]).unwrap_err().to_string().contains("64 is not in 128..=10240"));
    }

    #[test]
    fn invoke_takes_events_that_begin_with_a_hyphen() {
        for event in ["-", "-1", "-1.5e3", "@file"] {
            assert_eq!(invoke(&["minimal", event]).unwrap().event, event);
        }
        assert_eq!(invoke(&["minimal", "--raw", "--", "--help"]).unwrap().event, "--help");
    }

    #[test]
    fn accept_needs_budgets() {
        let line = ["ruchy-lambda", "size", "--bootstrap", "b", "--accept"];
        assert!(CommandLine::try_parse_from(line).is_err());
    }
}
