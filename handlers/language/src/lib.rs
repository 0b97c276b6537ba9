//! The table of supported Ruchy features. Each row is a program in `rows/` or, with the compiler's
//! message, in `refused/`.

pub mod rows;
pub mod shown;
