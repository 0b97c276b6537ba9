//! The entry point; `command_line.rs` has the commands.

use std::process::ExitCode;

fn main() -> ExitCode {
    ruchy_lambda_cli::command_line::run()
}
