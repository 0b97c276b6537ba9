//! The functions that a bootstrap can hold.
//!
//! A function is a file in `functions/` with a `lambda_handler`. `build.rs` lists the files; each becomes a module here and a record of
//! the crate `registry`. This crate knows nothing of the runtime.

#![deny(unsafe_code)]
// No `#![no_std]` here: the compiler puts the crate named `std` into every module, and that is ruchy-std, not the standard library.

/// Functions in Rust import the context and failures from `lambda`. Here that is the registry: the crate `lambda` can link the runtime, which
/// depends on this crate.
extern crate registry as lambda;

/// Defines what functions ask of the runtime, for the tests that functions have: `cargo test -p handlers`.
#[cfg(test)]
extern crate ruchy_lambda as _;

include!(concat!(env!("OUT_DIR"), "/functions.rs"));
