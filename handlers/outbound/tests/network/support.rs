//! Support of the tests: the environment of the process, an invocation in flight, and one test at a
//! time.

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

/// Runs `body` with an invocation in flight, so that connections are pooled.
pub fn in_invocation<R>(deadline_ms: usize, body: impl FnOnce() -> R) -> R {
    let invocation = Invocation { name: InvocationName::NONE, deadline_ms, head: b"", event: Ok("") };
    current::respond_to(&invocation, || {
        stage::enter(stage::Stage::Handling);
        body()
    })
}

/// Returns the peak memory of the process so far, in kB.
pub fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse().unwrap()
}
