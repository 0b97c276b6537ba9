//! The Ruchy Lambda bootstrap: a custom runtime for AWS Lambda in a few kilobytes.
//!
//! Scope: find the handler, fetch the next invocation, call the handler, post the result, repeat.
//! Principles: nothing that the first request does not need happens before it is on the wire; every
//! buffer has a fixed size; pure functions in the middle (`http`, `text`, most of `runtime_api`),
//! system calls only in `sys`. `ARCHITECTURE.md` has the map and the life of one invocation.

#![no_std]
#![deny(unsafe_code)]
#![warn(missing_docs)]

#[cfg(any(test, feature = "std"))]
extern crate std;

pub mod arch;
pub mod config;
#[cfg(feature = "instrument")]
pub mod counters;
pub mod current;
pub mod event_loop;
pub mod exit;
pub mod host;
pub mod http;
pub mod in_flight;
pub mod log;
#[cfg(feature = "program")]
pub mod program;
pub mod runtime_api;
pub mod signals;
pub mod slot;
pub mod snapshot;
pub mod stage;
pub mod sys;
pub mod text;
pub mod thread;
pub mod workers;
