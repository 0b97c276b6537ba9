//! The command line of the benchmarks. The justfile's recipes build the measured files and call it.

use crate::{Error, cold_start, figures, handler, scale, warm};
use clap::{Parser, Subcommand};
use ruchy_lambda_cli::conditions;
use std::io::Write as _;
use std::process::ExitCode;

/// The benchmarks of Ruchy Lambda.
#[derive(Debug, Parser)]
#[command(name = "ruchy-lambda-bench")]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure the start of bootstraps, compared with the floor
    ColdStart(cold_start::Options),
    /// Measure the cost of an invocation, compared with the floor
    Warm(warm::Options),
    /// Measure functions that read an event and answer, compared with the same functions on other
    /// clients
    Handler(handler::Options),
    /// Print the conditions on which the figures of a bench depend, as JSON
    Conditions,
    /// Write summaries and figures from the benches' results
    Figures(figures::Options),
    /// Measure the cost of many functions and of many sandboxes
    Scale(scale::Options),
}

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    match dispatch(CommandLine::parse().command).and_then(|text| print(&text)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command, and returns what it prints.
fn dispatch(command: Command) -> Result<String, Error> {
    match command {
        Command::ColdStart(options) => cold_start::run(&options),
        Command::Warm(options) => warm::run(&options),
        Command::Handler(options) => handler::run(&options),
        Command::Conditions => Ok(format!("{:#}\n", conditions::conditions())),
        Command::Figures(options) => figures::run(&options),
        Command::Scale(options) => scale::run(&options),
    }
}

fn print(text: &str) -> Result<(), Error> {
    std::io::stdout().write_all(text.as_bytes()).map_err(Error::system("printing"))
}

#[cfg(test)]
mod tests {
    use super::CommandLine;
    use clap::CommandFactory as _;

    #[test]
    fn command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }
}
