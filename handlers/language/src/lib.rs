//! How much of Ruchy works as a function here. Ruchy's own example programs (`examples`) go through the project's transpile step, are compiled
//! against its `std` (`facade`) and run; what they print is compared with what ruchy's interpreter prints (`interpreter`).

pub mod command;
pub mod examples;
pub mod facade;
pub mod interpreter;
pub mod list;
pub mod outcome;
pub mod program;
pub mod rows;

pub use facade::Facade;
pub use outcome::Outcome;
