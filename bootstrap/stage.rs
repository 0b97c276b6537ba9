//! The stage of the process. It shows a signal handler what the signal interrupted.

use core::sync::atomic::{AtomicU8, Ordering, compiler_fence};

/// The activity of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Stage {
    /// It waits for an invocation, or is starting.
    Idle,
    /// It receives an invocation or posts the result: no handler runs, and the connection is in
    /// use.
    Responding,
    /// The handler runs; the connection is free.
    Handling,
}

static STAGE: AtomicU8 = AtomicU8::new(Stage::Idle as u8);

/// Returns the current stage.
#[must_use]
pub fn stage() -> Stage {
    match STAGE.load(Ordering::Relaxed) {
        0 => Stage::Idle,
        1 => Stage::Responding,
        _ => Stage::Handling,
    }
}

/// Changes the stage. A signal handler that sees the new stage also sees every write before this
/// call, and none after it.
pub fn enter(stage: Stage) {
    compiler_fence(Ordering::SeqCst);
    STAGE.store(stage as u8, Ordering::Relaxed);
    compiler_fence(Ordering::SeqCst);
}

/// Serializes the tests that change the stage, which all tests of the process share.
#[cfg(test)]
pub(crate) fn for_one_test() -> std::sync::MutexGuard<'static, ()> {
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
