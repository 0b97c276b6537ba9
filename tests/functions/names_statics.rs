//! Counts its invocations in statics that stand in sections as C compilers name them: by what they are called, which may be anything.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicUsize, Ordering};

// SAFETY: each section holds what begins as zero and is written to, as any that begins with `.bss.` does.
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
