//! Functions as the build processes them.
//!
//! - [`function`] finds the functions in a folder, [`modules`] the files that each consists of.
//! - [`compile`] checks a function, and compiles it if it is written in Ruchy.
//! - [`rewrite`] runs [`lower`] and [`inline`], the passes over the Rust code of a function before
//!   it is compiled for speed.
//! - [`refused`] reports generated Rust that rustc rejects.
//! - [`recipe`] names the commands that messages advise.
//! - [`register`] combines these for `handlers/build.rs`, and writes the list of modules for rustc.
//!
//! Nothing here writes into the source tree.

pub mod compile;
pub mod error;
pub mod function;
pub mod inline;
pub mod lower;
pub mod modules;
pub mod nearest;
pub mod place;
pub mod pure;
pub mod recipe;
pub mod refused;
pub mod register;
pub mod rewrite;
pub mod signature;
pub mod source;
mod template;
mod twin;

pub use error::Error;
