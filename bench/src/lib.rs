//! The benchmarks, as a library: times and resources of bootstraps, compared with a floor.
//!
//! - [`cold_start`]: the start of a bootstrap, compared with the floor and its peers.
//! - [`scale`]: many functions in a file, and many sandboxes on a machine.
//! - [`warm`]: an invocation of a running process, compared with a minimal client.
//! - [`handler`]: a function that reads events and answers, compared with the same function on
//!   another client.
//! - [`built`]: the programs that are measured by default.
//! - [`statistics`]: medians, ratios and their intervals. [`figures`]: summaries of results, for
//!   README.md and the report.
//!
//! The tool in `cli/` provides counting, packing and names; nothing there refers to this crate.
//! Everything runs on one thread, except the server of the cold-start bench, the tracer of the warm
//! one, and the concurrent starts of many sandboxes.

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
