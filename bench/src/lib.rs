//! The benchmarks, as a library: how long bootstraps take, and what they use, over a floor.
//!
//! - [`cold_start`]: how long a bootstrap takes to start, beside the floor and its peers.
//! - [`scale`]: what it costs to have many functions in a file, and many sandboxes on a machine.
//! - [`warm`]: what an invocation costs once it runs, beside the least that a client can do.
//! - [`handler`]: what a function costs that reads events and answers, beside the same one on another client.
//! - [`built`]: the programs that take part if none is named.
//! - [`statistics`]: medians, ratios and their intervals. [`figures`]: summaries of results, for README.md and the report.
//!
//! The tool in `cli/` counts, packs and names things; nothing there refers to this. Everything runs on one thread, except the server of the
//! cold-start bench, the tracer of the warm one, and what starts many sandboxes at once.

#![deny(unsafe_code)]

pub mod built;
pub mod cold_start;
pub mod command_line;
pub mod error;
pub mod figures;
pub mod handler;
pub mod scale;

pub mod warm;

pub use error::Error;
pub use ruchy_lambda_cli::statistics;
