//! The developer's tool, as a library: a Lambda sandbox on this machine, and what is known of a bootstrap without running it.
//!
//! - [`runtime_api`]: the server that a bootstrap asks for events; its rules are the pure state machine in `runtime_api/state.rs`.
//! - [`sandbox`]: one bootstrap running against such a server, and [`outcome`], what came of an invocation.
//! - [`invoke`] and [`serve`]: the two ways to send it events. [`report`] and [`log`]: what the developer sees of it.
//! - [`new`], [`watch`] and [`test_handlers`]: a function's beginning, and its [`fixtures`] run once or at every save.
//! - [`local`] and [`link`]: a function linked to run here; [`build`]: the file that ships.
//! - [`package`] and [`size`]: the file that ships, packed and weighed. [`start`]: what it does before its first request, counted.
//! - [`budget`]: whether that is within what was agreed on.
//! - [`cold_start`]: how long it takes to start, beside the floor and its peers.
//! - [`scale`]: what it costs to have many functions in a file, and many sandboxes on a machine.
//! - [`warm`]: what an invocation costs once it runs, beside the least that a client can do.
//! - [`image`]: the same as a container image. [`deploy`]: a function on AWS, by way of the AWS CLI.
//! - [`handler`]: what a function costs that reads events and answers, beside the same one on another client.
//! - [`figures`]: what the benches' results say, for README.md and the report.
//!
//! It shares no code with the bootstrap: it is a second opinion on the protocol. Everything runs on one thread, but for
//! the server of the cold-start bench, the tracer of those of invocations, and what starts many sandboxes at once.

#![deny(unsafe_code)]

pub mod architecture;
pub mod budget;
pub mod build;
pub mod cli;
pub mod cold_start;
pub mod conditions;
pub mod deploy;
pub mod elf;
pub mod encoding;
pub mod environment;
pub mod error;
pub mod event;
pub mod figures;
pub mod fixtures;
pub mod functions;
pub mod handler;
pub mod image;
pub mod invoke;
pub mod link;
pub mod local;
pub mod log;
pub mod new;
pub mod news;
pub mod number;
pub mod outcome;
pub mod package;
pub mod process;
pub mod report;
pub mod runtime_api;
pub mod sandbox;
pub mod scale;
pub mod serve;
pub mod signals;
pub mod size;
pub mod start;
pub mod statistics;
pub mod test_handlers;
pub mod warm;
pub mod watch;

pub use error::Error;
