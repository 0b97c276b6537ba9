//! Crashes in the way that the event names.
#![allow(unsafe_code)]

use std::hint::black_box;

unsafe extern "C" {
    fn abort() -> !;
    fn syscall(number: i64, ...) -> i64;
}

fn overflow(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    if frame[0] == u64::MAX { 0 } else { overflow(frame[0] + 1) + frame[1] }
}

/// Returns the address after the end of an empty mapped file.
fn after_an_empty_file() -> *const u8 {
    const MEMFD_CREATE: i64 = if cfg!(target_arch = "aarch64") { 279 } else { 319 };
    const MMAP: i64 = if cfg!(target_arch = "aarch64") { 222 } else { 9 };
    // SAFETY: the name is a string, and the mapping is new.
    unsafe {
        let file = syscall(MEMFD_CREATE, c"nothing".as_ptr(), 0);
        std::ptr::with_exposed_provenance(syscall(MMAP, 0, 4096, 1, 1, file, 0) as usize)
    }
}

/// Calls `last` when the stack has `left` bytes left.
fn at_the_end(begin: usize, left: usize, last: &dyn Fn()) -> usize {
    const STACK_BYTES: usize = 8 << 20;
    let frame = black_box([left; 64]);
    if begin - frame.as_ptr().addr() > STACK_BYTES - left {
        last();
        return 0;
    }
    at_the_end(begin, left, last) + black_box(frame)[0]
}

pub fn lambda_handler(event: &str) -> String {
    let here = black_box(0u8);
    let begin = (&raw const here).addr();
    match event {
        "deep panic" => at_the_end(begin, 24 << 10, &|| panic!("in {} calls", "too many")).to_string(),
        "deep exhaustion" => at_the_end(begin, 24 << 10, &|| _ = black_box(vec![0u8; black_box(1 << 50)])).to_string(),
        // SAFETY: none; the fault is intended.
        "segmentation fault" => unsafe { std::ptr::without_provenance::<u8>(0x1234).read_volatile() }.to_string(),
        "stack overflow" => overflow(0).to_string(),
        // SAFETY: none; the fault is intended.
        "bus error" => unsafe { after_an_empty_file().read_volatile() }.to_string(),
        // SAFETY: none; the fault is intended.
        "illegal instruction" => unsafe { illegal_instruction() },
        // SAFETY: none; the fault is intended.
        "arithmetic error" => unsafe { arithmetic_error() },
        "abort" => std::process::abort(),
        // SAFETY: it has no preconditions.
        "abort of libc" => unsafe { abort() },
        "out of memory" => black_box(vec![0u8; black_box(1 << 50)]).len().to_string(),
        "panic" => panic!("as asked"),
        _ => event.to_string(),
    }
}

#[cfg(target_arch = "x86_64")]
unsafe fn illegal_instruction() -> ! {
    // SAFETY: none; the fault is intended.
    unsafe { std::arch::asm!("ud2", options(noreturn)) }
}

#[cfg(target_arch = "aarch64")]
unsafe fn illegal_instruction() -> ! {
    // SAFETY: none; the fault is intended.
    unsafe { std::arch::asm!("udf #0", options(noreturn)) }
}

#[cfg(target_arch = "x86_64")]
unsafe fn arithmetic_error() -> ! {
    // SAFETY: none; the fault is intended.
    unsafe { std::arch::asm!("xor ecx, ecx", "div ecx", options(noreturn)) }
}

/// Divisions raise no signal on aarch64, so the signal is sent.
#[cfg(target_arch = "aarch64")]
unsafe fn arithmetic_error() -> ! {
    const KILL: i64 = 129;
    const GETPID: i64 = 172;
    const SIGFPE: i64 = 8;
    // SAFETY: no pointers are passed.
    unsafe { syscall(KILL, syscall(GETPID), SIGFPE) };
    unreachable!("the signal ends the process")
}
