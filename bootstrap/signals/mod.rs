//! Signals: deadlines, termination and crashes. `entry` installs the one handler.

pub mod crash;
pub mod deadline;
pub mod entry;
pub mod termination;
