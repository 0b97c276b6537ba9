//! The command line: what there is to say, and to whom it is handed.

use crate::architecture::Architecture;
use crate::package::manifest::Origin;
use crate::package::repository;
use crate::signals::Interrupts;
use crate::{Error, build, check, deploy, explain, image, invoke, new, package, serve, size, start, test_handlers, transpile, watch};
use clap::{Arg, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

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
    /// Report errors and warnings of functions, without building them
    Check(check::Options),
    /// Print the Rust that the compiler makes of a function in Ruchy
    Transpile(transpile::Options),
    /// Explain an error or a warning of the compiler
    Explain(explain::Options),
    /// Link the file that ships
    Build(build::Options),
    /// Link functions and pack them for deployment
    Package(Package),
    /// Link a function and pack it as a container image
    Image(image::Options),
    /// Link, pack and create a function on AWS, or update it
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
    /// Show where the bytes of functions are, and compare them with budgets
    Size(size::command::Options),
    /// Count what functions do before their first request, and compare it with budgets
    Start(start::Options),
}

#[derive(Debug, Args)]
#[command(override_usage = "just package [NAME…] [--arch x86_64|arm64]")]
struct Package {
    /// The functions, which are linked first; all when none is named
    #[arg(value_name = "NAME", conflicts_with = "bootstrap")]
    names: Vec<String>,
    /// Pack this file, and link nothing
    #[arg(long, value_name = "FILE", requires = "out")]
    bootstrap: Option<PathBuf>,
    /// The archive to write; else dist/NAME.zip
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The processor that it is for
    #[arg(long, value_name = "NAME", env = "RUCHY_LAMBDA_ARCH", value_enum, default_value_t = Architecture::X86_64)]
    arch: Architecture,
    /// What answers in its place, where this machine cannot start it: the same file, emulated
    #[arg(long, value_name = "FILE", requires = "bootstrap")]
    ask: Option<PathBuf>,
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
        Command::Check(options) => check::run(&options),
        Command::Transpile(options) => transpile::run(&options),
        Command::Explain(options) => done(explain::run(&options)),
        Command::Build(options) => block_on(interruptible(build::run(&options))),
        Command::Package(Package { bootstrap: Some(bootstrap), out: Some(out), arch, ask, .. }) => {
            done(package::run(&bootstrap, &out, arch, ask.as_deref(), &Origin::default()).map(|line| line + "\n"))
        }
        Command::Package(Package { names, out, arch, .. }) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            done(repository::run(&names, out.as_deref(), arch).map(|line| line + "\n"))
        }
        Command::Image(options) => done(image::run(&options)),
        Command::Deploy(options) => done(deploy::run(&options)),
        Command::InvokeAws(options) => deploy::call::run(&options),
        Command::LogsAws(options) => done(deploy::call::logs(&options)),
        Command::BenchAws(options) => done(deploy::bench::run(&options)),
        Command::TestAws(options) => checked(deploy::validate::run(&options)?),
        Command::Destroy(options) => done(deploy::remove::run(&options)),
        Command::Size(options) => checked(size::command::run(&options)?),
        Command::Start(options) => checked(start::run(&options)?),
    }
}

/// Prints what was found. The command fails if it is not as it should be.
fn checked((text, is_within): (String, bool)) -> Result<ExitCode, Error> {
    print(&text)?;
    Ok(if is_within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints what came of it.
fn done(said: Result<String, Error>) -> Result<ExitCode, Error> {
    print(&said?)?;
    Ok(ExitCode::SUCCESS)
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
