//! Tests of the shipped file. Each starts a bootstrap linked by `linker/build.sh`, the recipe of
//! `just build`, and acts as its Runtime API, or inspects its bytes.
//!
//! One test program, so that each bootstrap is linked once per run.

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
mod messages;
mod optimization;
mod outbound;
mod outbound_ruchy;
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

/// The processor of the tested file, in Lambda's terms.
const ARCHITECTURE: &str = "x86_64";
/// The value of `RUCHY_LAMBDA_STD` for the tested file.
const STD: &str = "";
