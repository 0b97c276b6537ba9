//! The signals that the process handles: one entry for all, which knows whose business each is.
#![allow(unsafe_code)]

use crate::sys::signal::{self, Caught, SIGABRT, SIGALRM, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTERM, Stack};
use crate::{crash, deadline, termination};

/// From now on these signals are handled.
pub fn prepare() {
    signal::set_alternate_stack();
    // The alarm first: until it is handled it would end the process by itself, and with another status than SIGTERM is to end it with.
    for &signal in &[SIGALRM, SIGTERM, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT] {
        // The hook of SIGTERM runs where nothing else does, and may need room. For the others the stack may be full.
        let stack = if signal == SIGTERM { Stack::Same } else { Stack::Alternate };
        signal::handle(signal, interrupted, stack);
    }
    signal::unblock_all();
}

signal::handler! {
    fn interrupted(caught: Caught) {
        match caught.signal {
            SIGALRM if caught.is_of_timer => deadline::ring(&caught),
            SIGALRM => termination::time_is_over(),
            SIGTERM => termination::terminate(),
            _ => crash::fault(&caught),
        }
    }
}
