//! The processor features that a linked file needs.

pub mod needs;
