//! The processor features that a linked file needs, and those of this machine.

pub mod here;
pub mod needs;
