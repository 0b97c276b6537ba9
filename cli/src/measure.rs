//! Exact counts of what a linked file does: instructions by callgrind, attributed to functions and
//! to source lines.
//!
//! - [`valgrind`]: the optional tool, and its command line. [`readable`]: a copy of a linked file
//!   whose symbols it can read.
//! - [`dump`]: what callgrind writes. [`symbols`]: names for addresses. [`frames`]: the source
//!   lines of an address. [`attribution`]: costs by line and by function.
//! - [`linked`]: the measured file; [`mod@event`]: its event. [`timed`]: times; [`served`]: a
//!   process under callgrind. [`counters`]: counters of an instrumented link. [`function`]: the
//!   counts of a function's invocations. [`stepped`]: without valgrind.
//!   [`program`]: those of a plain program.

pub mod attribution;
pub mod counters;
pub mod dump;
pub mod event;
pub mod frames;
pub mod function;
pub mod linked;
pub mod program;
pub mod readable;
pub mod served;
pub mod stepped;
pub mod symbols;
pub mod timed;
pub mod valgrind;
