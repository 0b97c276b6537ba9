//! The connection of the running handler: signal handlers and streamed responses send through it.
#![allow(unsafe_code)]

use crate::current;
use crate::runtime_api::client::{Fatal, Responder};
use crate::runtime_api::invocation::{Invocation, InvocationName};
use crate::runtime_api::report::Report;
use crate::slot::Slot;
use crate::stage::{Stage, enter, stage};
use crate::thread::is_serving;
use core::ptr::NonNull;

/// Signal handlers read it: one word. INVARIANT: while it is set, [`run_handler`] holds the
/// exclusive borrow and does not use it.
static RESPONDER: Slot<Option<NonNull<Responder<'static, 'static>>>> = Slot::new(None);

/// Runs `handler`. Until it returns, [`with_responder`] lends `responder`.
pub fn run_handler<R>(responder: &mut Responder<'_, '_>, handler: impl FnOnce() -> R) -> R {
    RESPONDER.set(Some(NonNull::from(responder).cast()));
    enter(Stage::Handling);
    let result = handler();
    enter(Stage::Responding);
    RESPONDER.set(None);
    result
}

/// Calls `action` with the running handler's connection and the invocation in flight (a hook has
/// none). Returns `None` if no handler runs, the connection is already in use, or this is not the
/// serving thread. During the call the stage is [`Stage::Responding`].
pub fn with_responder<R>(action: impl FnOnce(&mut Responder<'_, '_>, Option<&Invocation<'_>>) -> R) -> Option<R> {
    if !is_serving() || stage() != Stage::Handling {
        return None;
    }
    let mut responder = RESPONDER.get()?;
    enter(Stage::Responding);
    // SAFETY: by the slot's invariant nothing else uses it, and any other caller finds another
    // stage. `action` cannot keep it.
    let responder = unsafe { responder.as_mut() };
    let result = current::with_invocation(|invocation| action(responder, invocation));
    enter(Stage::Handling);
    Some(result)
}

/// Ends a response that was begun: complete, or with a failure in its trailers.
pub type Finish = fn(&mut Responder<'_, '_>, &InvocationName<'_>, Option<&Report<'_>>) -> Result<(), Fatal>;

/// Read by signal handlers: one word.
static FINISH: Slot<Option<Finish>> = Slot::new(None);

/// Sets the function that ends the response in flight; `None` if the handler has not begun to
/// stream one.
pub fn set_finish(finish: Option<Finish>) {
    FINISH.set(finish);
}

/// Returns the function that ends the response in flight, if the handler has begun to stream one.
#[must_use]
pub fn finish() -> Option<Finish> {
    FINISH.get()
}

#[cfg(test)]
mod tests {
    use super::with_responder;
    use crate::stage::{self, Stage, enter, stage};

    #[test]
    fn with_responder_keeps_the_stage_if_there_is_no_connection() {
        let _turn = stage::for_one_test();
        enter(Stage::Handling);
        assert_eq!(with_responder(|_, _| ()), None);
        let after = stage();
        enter(Stage::Idle);
        assert_eq!(after, Stage::Handling);
    }
}
