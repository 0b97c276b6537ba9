//! The table of what works of Ruchy: each of its rows is a program in `rows/` or, with the message that refuses it, in `refused/`.

pub mod rows;
pub mod shown;
