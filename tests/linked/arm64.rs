//! The same tests of the file for arm64, run by user-mode emulation: `just test-arm64`. Left out is what lists system calls one by one or measures,
//! which would be the emulator's, a storm of signals that it does not stand, and AWS's own emulator, which is for this machine's processor.
#![allow(dead_code, reason = "what the tests share has more in it, for those left out here")]

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

/// The processor that the tested file is for, as Lambda calls it.
const ARCHITECTURE: &str = "arm64";
/// `RUCHY_LAMBDA_STD` of the tested file's link.
const STD: &str = "";
