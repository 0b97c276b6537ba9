//! Counts its invocations in statics whose sections are named as C compilers name them: after the
//! variable, which may have any name.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicUsize, Ordering};

// SAFETY: each section holds zeroed, writable data, like every section whose name begins with
// `.bss.`.
#[unsafe(link_section = ".bss.index")]
static INDEX: AtomicUsize = AtomicUsize::new(0);
// SAFETY: as above.
#[unsafe(link_section = ".bss.first_result")]
static RESULT: AtomicUsize = AtomicUsize::new(0);
// SAFETY: as above.
#[unsafe(link_section = ".bss.reserve_bytes")]
static BYTES: AtomicUsize = AtomicUsize::new(0);

pub fn lambda_handler(_event: &str) -> String {
    let counts = [&INDEX, &RESULT, &BYTES].map(|count| count.fetch_add(1, Ordering::Relaxed));
    format!("{counts:?}")
}
