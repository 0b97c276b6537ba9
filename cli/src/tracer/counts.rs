//! The results of the tracer. They do not depend on the processor.

/// A program that needs more instructions than this is not counted to its end: each takes
/// microseconds.
pub const INSTRUCTIONS_MAX: u64 = 2_000_000;

/// From exec until `GET` is handed to the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// System calls, that one included.
    pub system_calls: u64,
    /// Instructions in user space, `rep` ones counted once; none where they are more than
    /// [`INSTRUCTIONS_MAX`].
    pub instructions: Option<u64>,
    /// Page faults without disk access, except those of the exec.
    pub minor_faults: u64,
    /// `None` if the instructions were not counted to the end.
    pub pages: Option<Pages>,
}

/// The pages that instructions touch, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pages {
    /// Pages of mapped files that instructions ran from or read.
    pub file: u64,
    /// Pages that were written, except those of the stack: data, zeros, mappings.
    pub data: u64,
    /// Pages of the stack that were written.
    pub stack: u64,
}

/// The quantity that is counted from one request for an event to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// System calls.
    Calls,
    /// Instructions in user space, `rep` ones once; none until it has asked for so many events:
    /// each takes microseconds.
    InstructionsAfter(usize),
}
