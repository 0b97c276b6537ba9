//! Plain programs: a `main` that runs once, instead of invocations. Compiled with the feature
//! `program`, and only for `ruchy-lambda compile`.
//!
//! - [`output`]: buffered standard output, and standard error. [`input`]: standard input.
//!   [`arguments`]: the command line.
//! - [`end`]: the exit status, panics, and exhausted memory.

pub mod arguments;
pub mod end;
pub mod input;
pub mod output;
