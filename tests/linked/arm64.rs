//! The same tests with the file for arm64, run by user-mode emulation: `just test-arm64`. Tests
//! that list system calls one by one or measure time or memory are excluded, because they would
//! observe the emulator. Also excluded: the storm of signals, which crashes the emulator, and AWS's
//! own emulator, which runs only on this machine's processor.
#![allow(dead_code, reason = "shared helpers of the excluded tests")]

mod context;
mod crashes;
mod deadline;
mod emulated;
mod events;
mod failures;
mod faults;
mod files;
mod first_page;
mod invocations;
mod layout;
mod library;
mod logs;
mod snapshot;
mod start;
mod streaming;
mod support;
mod termination;
mod workers;

/// The processor of the tested file, in Lambda's terms.
const ARCHITECTURE: &str = "arm64";
/// The value of `RUCHY_LAMBDA_STD` for the tested file.
const STD: &str = "";
