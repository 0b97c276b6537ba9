//! The functions that a bootstrap can hold, and the record each registers.
//!
//! A function is a file in `functions/` with a `lambda_handler`. `build.rs` lists the files; each becomes a module here and a
//! [`Record`] in the section `.handlers`, which the linker script collects between two symbols. This crate knows nothing of the runtime.

#![deny(unsafe_code)]
// No `#![no_std]` here: the compiler puts the crate named `std` into every module, and that is ruchy-std, not the standard library.

mod record;

/// Defines what functions ask of the runtime, for the tests that functions have: `cargo test -p handlers`.
#[cfg(test)]
extern crate ruchy_lambda as _;

pub use record::{Answer, Call, Completion, Hook, Hooks, Outcome, Record, Signature, records};
pub use std::fs::{FileOptions, FileStatus, Whence};
pub use std::lambda::{Context, ERROR_TYPE_BYTES_MAX, Failure, ResponseStream, StreamPiece, ToFailure};
pub use std::log::Stream;

include!(concat!(env!("OUT_DIR"), "/functions.rs"));
