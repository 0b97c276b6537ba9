//! Signals: deadlines, termination and crashes. `entry` installs the one handler.

pub mod crash;
pub mod deadline;
pub mod entry;
#[cfg(feature = "stack-trace")]
pub mod stack_trace;
pub mod termination;
