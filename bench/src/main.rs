//! The command line's entry: all of it is in `command_line.rs`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ruchy_lambda_bench::command_line::run()
}
