//! The same tests with a file that is linked with the real std (`std = true`): the functions are
//! the same and see the facade, but the start, the heap and the rest of libc are musl's and std's.
//! `real_std` has the functions that see the real std. Tests of the build, and of the layout of
//! files without std, are excluded.
#![allow(dead_code, reason = "shared helpers of the excluded tests")]

mod context;
mod crashes;
mod deadline;
mod events;
mod failures;
mod faults;
mod files;
mod invocations;
mod library;
mod logs;
mod real_std;
mod snapshot;
mod start;
mod streaming;
mod support;
mod termination;
mod workers;

/// The processor of the tested file, in Lambda's terms.
const ARCHITECTURE: &str = "x86_64";
/// The value of `RUCHY_LAMBDA_STD` for the tested file.
const STD: &str = "1";
