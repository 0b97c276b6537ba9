//! The same tests of a file that is linked with the real std (`std = true`): the functions are the same and see the facade, the start, the heap and the rest of
//! libc are musl's and std's. `real_std` is for functions that see the real std. Left out is what concerns the layout of the file without it, or the build.
#![allow(dead_code, reason = "what the tests share has more in it, for those left out here")]

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

/// The processor that the tested file is for, as Lambda calls it.
const ARCHITECTURE: &str = "x86_64";
/// `RUCHY_LAMBDA_STD` of the tested file's link.
const STD: &str = "1";
