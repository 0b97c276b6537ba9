//! Tests of the file that ships, as a file: each starts a bootstrap linked by `linker/build.sh`, the recipe of `just build`, and plays
//! the Runtime API to it, or looks at its bytes.
//!
//! One program, so that each bootstrap is linked once per run.

mod artifact;
mod build;
mod cargo_lambda;
mod cold_start;
mod context;
mod crashes;
mod deadline;
mod emulator;
mod events;
mod failures;
mod faults;
mod files;
mod first_page;
mod fixtures;
mod handler;
mod imports;
mod invocations;
mod language;
mod layout;
mod library;
mod limits;
mod local_lambda;
mod logs;
mod memory;
mod optimization;
mod outbound;
mod output;
mod programs;
mod scale;
mod snapshot;
mod start;
mod streaming;
mod support;
mod system_calls;
mod termination;
mod warm;
mod workers;

/// The processor that the tested file is for, as Lambda calls it.
const ARCHITECTURE: &str = "x86_64";
/// `RUCHY_LAMBDA_STD` of the tested file's link.
const STD: &str = "";
