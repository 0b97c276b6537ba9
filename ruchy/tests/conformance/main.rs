//! Evidence that the compiler is right, independent of how it is written: corpora of programs with expected transcripts, mistakes with
//! expected diagnostics, and generated programs that are compared with an evaluator.
//!
//! All programs of a corpus are compiled in this process, emitted as modules of one crate, compiled by one rustc call and linked with
//! `runner.rs`. `open.txt` lists every case that does not pass yet, with its reason; a listed case that passes fails the test.

mod batch;
mod case;
mod compiler;
mod corpus;
mod documented;
mod facade;
mod functions;
mod generated;
mod lambda;
mod lines;
mod lints;
mod mistakes;
mod mutants;
mod open;
mod programs;
mod semantics;
mod syntax;
