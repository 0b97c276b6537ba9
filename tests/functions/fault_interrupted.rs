//! After its first invocation a signal interrupts the process every 100 microseconds, and so every
//! call in which it waits. Answers with the event, or with the number of signals if the event is
//! `count`.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

unsafe extern "C" {
    fn syscall(number: i64, ...) -> i64;
    static fault_interrupted_restore: u8;
}

// The code to which a signal handler returns: rt_sigreturn.
#[cfg(target_arch = "x86_64")]
core::arch::global_asm!(".globl fault_interrupted_restore", "fault_interrupted_restore:", "mov rax, 15", "syscall");
#[cfg(target_arch = "aarch64")]
core::arch::global_asm!(".globl fault_interrupted_restore", "fault_interrupted_restore:", "mov x8, 139", "svc 0");

const RT_SIGACTION: i64 = if cfg!(target_arch = "aarch64") { 134 } else { 13 };
const TIMER_CREATE: i64 = if cfg!(target_arch = "aarch64") { 107 } else { 222 };
const TIMER_SETTIME: i64 = if cfg!(target_arch = "aarch64") { 110 } else { 223 };
const SIGUSR1: i32 = 10;
const CLOCK_MONOTONIC: i64 = 1;
/// The action sets only the restorer; in particular it does not set SA_RESTART.
const SA_RESTORER: u64 = 0x0400_0000;
const INTERVAL_NANOSECONDS: i64 = 100_000;

static SIGNALS: AtomicU64 = AtomicU64::new(0);
static EVENTS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(_signal: i32) {
    SIGNALS.fetch_add(1, Ordering::Relaxed);
}

/// The kernel's `struct sigaction`.
#[repr(C)]
struct Action {
    handler: extern "C" fn(i32),
    flags: u64,
    restorer: *const u8,
    mask: u64,
}

/// The kernel's `struct sigevent`, which is 64 bytes long.
#[repr(C)]
struct Notification {
    value: u64,
    signal: i32,
    how: i32,
    rest: [u64; 6],
}

fn begin() {
    let action = Action { handler: count, flags: SA_RESTORER, restorer: &raw const fault_interrupted_restore, mask: 0 };
    let notification = Notification { value: 0, signal: SIGUSR1, how: 0, rest: [0; 6] };
    let mut timer = 0_i32;
    let no_old: *const u8 = core::ptr::null();
    // Interval and first expiration, each in seconds and nanoseconds.
    let times = [0, INTERVAL_NANOSECONDS, 0, INTERVAL_NANOSECONDS];
    // SAFETY: each pointer describes a value of the kernel's layout that lives through the call.
    let results = unsafe {
        [
            syscall(RT_SIGACTION, i64::from(SIGUSR1), &raw const action, no_old, size_of::<u64>()),
            syscall(TIMER_CREATE, CLOCK_MONOTONIC, &raw const notification, &raw mut timer),
            syscall(TIMER_SETTIME, i64::from(timer), 0_i64, times.as_ptr(), no_old),
        ]
    };
    assert!(results == [0; 3], "no storm");
    // Waits for the first signal.
    while SIGNALS.load(Ordering::Relaxed) == 0 {
        core::hint::spin_loop();
    }
}

pub fn lambda_handler(event: &str) -> String {
    if EVENTS.fetch_add(1, Ordering::Relaxed) == 0 {
        begin();
    }
    if event == "count" { SIGNALS.load(Ordering::Relaxed).to_string() } else { event.to_string() }
}
