//! The invocation in flight, where signal handlers, the panic handler and what handlers call find it: whom to answer, over which
//! connection, and how far the answer has come.
#![allow(unsafe_code)]

use crate::api::Delivered;
use crate::client::Answering;
use core::cell::Cell;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU8, Ordering, compiler_fence};

/// Where the process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Stage {
    /// It waits for an invocation, or has not begun to.
    Idle,
    /// An invocation is coming in, or is being answered: no handler runs, and the connection is in use.
    Answering,
    /// The handler runs; the connection is not in use.
    Handling,
}

static STAGE: AtomicU8 = AtomicU8::new(Stage::Idle as u8);

/// A slot that signal handlers read too.
struct Slot<T>(Cell<Option<T>>);

// SAFETY: the process has one thread. Signal handlers, which run in its midst, read a slot only in stages that begin after it was written
// and end before it is emptied.
unsafe impl<T> Sync for Slot<T> {}

/// INVARIANT: what it points at is borrowed for as long as it is there.
static DELIVERED: Slot<&'static Delivered<'static>> = Slot(Cell::new(None));
/// INVARIANT: what it points at was borrowed exclusively for as long as it is there, and is otherwise not used.
static CLIENT: Slot<NonNull<Answering<'static, 'static>>> = Slot(Cell::new(None));

/// Where the process is.
#[must_use]
pub fn stage() -> Stage {
    match STAGE.load(Ordering::Relaxed) {
        0 => Stage::Idle,
        1 => Stage::Answering,
        _ => Stage::Handling,
    }
}

/// From now on the process is there: to a signal handler, what was written before is written, and what comes later is not yet.
pub fn enter(stage: Stage) {
    compiler_fence(Ordering::SeqCst);
    STAGE.store(stage as u8, Ordering::Relaxed);
    compiler_fence(Ordering::SeqCst);
}

/// Runs `answer`, which is about `delivered`; the process is idle after it.
pub fn answering<R>(delivered: &Delivered<'_>, answer: impl FnOnce() -> R) -> R {
    // SAFETY: only lifetimes change. The slot is emptied before this returns, and until then it is borrowed here.
    DELIVERED.0.set(Some(unsafe { core::mem::transmute::<&Delivered<'_>, &'static Delivered<'static>>(delivered) }));
    enter(Stage::Answering);
    let result = answer();
    enter(Stage::Idle);
    DELIVERED.0.set(None);
    result
}

/// Runs `handler`; what it calls, and what interrupts it, can have `client` meanwhile.
pub fn handling<R>(client: &mut Answering<'_, '_>, handler: impl FnOnce() -> R) -> R {
    CLIENT.0.set(Some(NonNull::from(client).cast()));
    enter(Stage::Handling);
    let result = handler();
    enter(Stage::Answering);
    CLIENT.0.set(None);
    result
}

/// The invocation in flight, if there is one.
#[must_use]
pub fn delivered() -> Option<&'static Delivered<'static>> {
    if stage() == Stage::Idle { None } else { DELIVERED.0.get() }
}

/// Runs `action` with the connection of the handler that runs, in whose midst this is called, and the invocation it handles (a hook
/// handles none); not where no handler runs, or where the connection is in use already. The stage is [`Stage::Answering`] meanwhile.
pub fn interrupting<R>(action: impl FnOnce(&mut Answering<'static, 'static>, Option<&Delivered<'_>>) -> R) -> Option<R> {
    if stage() != Stage::Handling {
        return None;
    }
    enter(Stage::Answering);
    let mut client = CLIENT.0.get()?;
    // SAFETY: by the slot's invariant nothing else uses the client, and whoever comes next finds another stage.
    let result = action(unsafe { client.as_mut() }, DELIVERED.0.get());
    enter(Stage::Handling);
    Some(result)
}
