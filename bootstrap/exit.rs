//! The exit statuses of the process.

/// SIGTERM was received and nothing failed.
pub const TERMINATED: i32 = 0;
/// Lambda cannot be reached, or replied that it cannot continue. The supervisor of workers counts
/// this status.
pub const UNREACHABLE: i32 = 1;
/// The environment is invalid, or the function's initialization failed.
pub const CANNOT_START: i32 = 1;
/// The handler crashed, or a report about it took too long.
pub const CRASHED: i32 = 2;
/// A program panicked; the status is that of Rust's `std`.
#[cfg(feature = "program")]
pub const PANICKED: i32 = 101;
