//! The states of a process that calls the Runtime API. `machine.rs` has the transitions.

/// The state of the process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// It has not called yet.
    #[default]
    Starting,
    /// It has asked for an event, and there is none.
    Ready,
    /// It has an event.
    Running,
    /// Its answer is on the way.
    Replying,
    /// Its answer is here.
    Replied,
    /// It has reported that it cannot start.
    InitFailed,
}
