//! Support of the tests: the environment of the process, and one test at a time.

use ruchy_lambda::config::environment::Environment;
use ruchy_lambda::host::variables;
use ruchy_lambda::runtime_api::invocation::{Invocation, InvocationName};
use ruchy_lambda::{current, stage};
use std::ffi::c_char;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Waits until no other test runs: the client is written for one thread.
pub fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    let turn = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    outbound::pool::clear();
    turn
}

/// Sets the environment of the client.
pub fn set_environment(pairs: &[(&str, &str)]) {
    let mut block: Vec<*const c_char> = Vec::new();
    for (name, value) in pairs {
        // Readable beyond its end, like the kernel's environment block.
        let text = format!("{name}={value}\0\0\0\0\0\0\0\0").into_bytes().leak();
        block.push(text.as_ptr().cast());
    }
    block.push(std::ptr::null());
    // SAFETY: an array of pointers to NUL-terminated strings, and a null pointer, all of which live
    // as long as the process.
    variables::prepare(unsafe { Environment::new(block.leak().as_ptr()) }, false);
}

/// Runs `body` in an invocation whose deadline a busy machine does not reach: without a deadline, a
/// request times out after 60 s.
#[allow(dead_code, reason = "not every test program uses it")]
pub fn with_an_hour<R>(body: impl FnOnce() -> R) -> R {
    let hour_ms = 3_600_000;
    in_invocation(usize::try_from(ruchy_std::time::epoch_ms()).unwrap() + hour_ms, body)
}

/// Runs `body` with an invocation in flight, so that connections are pooled.
#[allow(dead_code, reason = "not every test program uses it")]
pub fn in_invocation<R>(deadline_ms: usize, body: impl FnOnce() -> R) -> R {
    let invocation = Invocation { name: InvocationName::NONE, deadline_ms, head: b"", event: Ok("") };
    current::respond_to(&invocation, || {
        stage::enter(stage::Stage::Handling);
        body()
    })
}
