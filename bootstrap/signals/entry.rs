//! The entry of all signals that the process handles.
#![allow(unsafe_code)]

use crate::signals::{crash, deadline, termination};
use crate::sys::signal::{self, Caught, SIGABRT, SIGALRM, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTERM, Stack};

/// Installs the signal handlers.
pub fn install() {
    signal::set_alternate_stack();
    // SIGALRM first: until it is handled it would end the process with another status than SIGTERM
    // should.
    for &signal in &[SIGALRM, SIGTERM, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT] {
        // The hook of SIGTERM may need a large stack. For the others the main stack may be full.
        let stack = if signal == SIGTERM { Stack::Same } else { Stack::Alternate };
        signal::handle(signal, dispatch, stack);
    }
    signal::unblock_all();
}

signal::handler! {
    fn dispatch(caught: Caught) {
        // This thread belongs to a function that has unblocked the signals of the process.
        #[cfg(feature = "std")]
        if matches!(caught.signal, SIGALRM | SIGTERM) && !crate::thread::is_serving() {
            return crate::sys::process::interrupt_serving(caught.signal);
        }
        match caught.signal {
            SIGALRM if termination::is_limited() => termination::on_time_limit(),
            SIGALRM => deadline::on_alarm(&caught),
            SIGTERM => termination::terminate(),
            _ => crash::on_fault(&caught),
        }
    }
}
