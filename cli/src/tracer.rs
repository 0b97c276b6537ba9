//! Counts what a program does between its exec and its first request, as the kernel sees it: system
//! calls, instructions in user space, page faults, pages. Tracing slows the program, so timed
//! starts are never traced. The counts depend neither on a clock nor on the address of the stack.
//!
//! [`counts`] has the results, on each processor. The tracer itself reads the registers and the
//! instructions of one processor: [`x86_64`](self) has a file and a folder of that name. On others
//! [`unsupported`](self) returns an error.

pub mod counts;
pub mod steps;
#[cfg(not(target_arch = "x86_64"))]
mod unsupported;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(not(target_arch = "x86_64"))]
pub use unsupported::{at_requests, calls_of, count, instructions};
#[cfg(target_arch = "x86_64")]
pub use x86_64::{count, instructions, invocations::at_requests, steps::calls_of};
