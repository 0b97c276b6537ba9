//! What a linked file needs of a processor.

pub mod needs;
