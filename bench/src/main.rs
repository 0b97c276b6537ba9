//! The command line's entry: all of it is in `cli.rs`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ruchy_lambda_bench::cli::run()
}
