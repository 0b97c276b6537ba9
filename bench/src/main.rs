//! The entry of the command line; `command_line.rs` has the rest.

use std::process::ExitCode;

fn main() -> ExitCode {
    ruchy_lambda_bench::command_line::run()
}
