//! The Ruchy Lambda bootstrap: a custom runtime for AWS Lambda in a few kilobytes.
//!
//! Scope: find the handler, ask the Runtime API for an invocation, call the handler, post what it returned, for ever.
//! Principles: nothing that the first request does not need happens before it is on the wire; every byte has a place
//! of known size; pure functions in the middle (`address`, `http`, `request`, `api`, `json`), system calls at the rim (`sys`).
//! `ARCHITECTURE.md` has the map and the way of one invocation.

#![no_std]
#![deny(unsafe_code)]
#![warn(missing_docs)]

#[cfg(test)]
extern crate std;

pub mod address;
pub mod api;
pub mod arch;
pub mod base64;
pub mod buffer;
pub mod bytes;
pub mod client;
pub mod connection;
pub mod crash;
pub mod deadline;
pub mod environment;
pub mod event_loop;
pub mod files;
pub mod heap;
pub mod http;
pub mod in_flight;
pub mod interrupts;
pub mod json;
pub mod line;
pub mod log;
pub mod record;
pub mod request;
pub mod services;
pub mod settings;
pub mod snapshot;
pub mod stream;
pub mod sys;
pub mod termination;
pub mod text;
pub mod timestamp;
pub mod workers;
