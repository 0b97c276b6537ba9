//! What a function in Rust imports of Lambda: `use lambda::{Context, Failure, ResponseStream};`.
//!
//! The same import works in every build of a function: with the facade, with Rust's own `std`, and in unit tests.

#![no_std]

#[cfg(feature = "testing")]
extern crate ruchy_lambda as _;

pub use ruchy_std::lambda::{Context, Failure, FromEvent, IntoAnswer, ResponseStream, ToFailure};
pub use ruchy_std::{eprint, eprintln, print, println};
