//! Room for recursion: passes recurse as deep as the tree, which is more than the stack of a test's thread may hold in a debug build.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::thread::{Builder, scope};

/// Enough for [`crate::parser::DEPTH_MAX`] levels with 100 KiB each; memory that is not touched costs nothing.
const STACK_BYTES: usize = 64 << 20;

thread_local! {
    /// This thread has a stack of [`STACK_BYTES`].
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work` on a stack of 64 MiB: on this one if it is such a stack already, or if no thread can be started.
pub fn with_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if IS_DEEP.get() {
        return work();
    }
    let mut work = Some(work);
    let mut result = None;
    scope(|scope| {
        let on_thread = || {
            IS_DEEP.set(true);
            result = work.take().map(|work| work());
        };
        let thread = Builder::new().name("ruchy".to_owned()).stack_size(STACK_BYTES).spawn_scoped(scope, on_thread);
        if let Ok(Err(panic)) = thread.map(std::thread::ScopedJoinHandle::join) {
            resume_unwind(panic);
        }
    });
    match (result, work) {
        (Some(result), _) => result,
        (None, Some(work)) => work(),
        (None, None) => unreachable!("the work either ran or was not taken"),
    }
}
