//! The compiler of Ruchy functions: source in, Rust out, with diagnostics in terms of the source.
//!
//! The passes, in order, each a module:
//! 1. [`lexer`]: text to tokens.
//! 2. [`parser`]: tokens to a [`tree`]; [`modules`] reads the files that `mod name;` names.
//! 3. names, types and ownership, which keep what they find in tables by [`tree::NodeId`].
//! 4. the emitter.
//!
//! Invariants: no pass panics, hangs, or needs more than memory proportional to its input, whatever the input is; nothing is inferred
//! from what a name is; the crate depends on nothing but `std`.

pub mod diagnostic;
pub mod lexer;
pub mod modules;
pub mod parser;
pub mod print;
pub mod source;
pub mod span;
pub mod stack;
pub mod token;
pub mod tree;
