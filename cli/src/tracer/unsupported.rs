//! The tracer on a processor whose registers it cannot read: each call is an error.

use super::counts::{Counted, Counts};
use super::steps::Traced;
use crate::Error;
use std::os::fd::OwnedFd;
use std::process::Command;

/// # Errors
/// Always [`Error::ColdStart`].
pub fn count(name: &str, _: impl Fn() -> Command) -> Result<Counts, Error> {
    Err(unsupported(name))
}

/// # Errors
/// Always [`Error::ColdStart`].
pub fn instructions(name: &str, _: Command) -> Result<Option<u64>, Error> {
    Err(unsupported(name))
}

/// # Errors
/// Always [`Error::ColdStart`].
pub fn at_requests(name: &str, _: Command, _: Counted, _: impl FnOnce(OwnedFd)) -> Result<Vec<u64>, Error> {
    Err(unsupported(name))
}

/// # Errors
/// Always [`Error::ColdStart`].
pub fn calls_of(name: &str, _: u32, _: u64) -> Result<Traced, Error> {
    Err(unsupported(name))
}

fn unsupported(name: &str) -> Error {
    Error::cold_start(
        name,
        format!("not counted: instructions and system calls are traced on x86_64 alone, and this machine is {}", std::env::consts::ARCH),
    )
}
