//! The functions of this repository.
//!
//! A function is a file in `functions/` with a `lambda_handler`. `build.rs` lists the files; each
//! becomes a module of this crate and a record of the crate `registry`. This crate does not depend
//! on the runtime.

#![deny(unsafe_code)]
// No `#![no_std]` here: the compiler puts the crate named `std` into every module, and that is
// ruchy-std, not the standard library.

/// Functions in Rust import the context and failures from `lambda`. Here that is the registry,
/// because the crate `lambda` can link the runtime, which depends on this crate.
extern crate registry as lambda;

/// Defines the runtime's functions for the tests of functions: `cargo test -p handlers`.
#[cfg(test)]
extern crate ruchy_lambda as _;

include!(concat!(env!("OUT_DIR"), "/functions.rs"));
