//! Uses the heap as the event states: `keep TEXT` keeps a string permanently and answers with all
//! that were kept, `blocks SIZE TOTAL` allocates blocks of one size, and `reserve BYTES` requests
//! memory that may be refused.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::ptr;

/// The strings that are kept, or null: statics begin as zero, which is not a valid `Vec`.
struct Kept(Cell<*mut Vec<String>>);

// SAFETY: the process has one thread.
unsafe impl Sync for Kept {}

static KEPT: Kept = Kept(Cell::new(ptr::null_mut()));

fn kept() -> &'static mut Vec<String> {
    if KEPT.0.get().is_null() {
        KEPT.0.set(Box::into_raw(Box::default()));
    }
    // SAFETY: it was allocated for this, is never freed, and no reference outlives an invocation.
    unsafe { &mut *KEPT.0.get() }
}

/// Allocates `total` bytes in blocks of `size` bytes, each with different content. Returns the
/// number of blocks whose content is intact.
fn blocks(size: usize, total: usize) -> usize {
    let tag = |number: usize| u8::try_from(number % 251).unwrap_or(0);
    let blocks: Vec<Vec<u8>> = (0..total / size).map(|number| vec![tag(number); size]).collect();
    blocks.iter().enumerate().filter(|(number, block)| block.len() == size && block.iter().all(|byte| *byte == tag(*number))).count()
}

pub fn lambda_handler(event: &str) -> String {
    let mut words = event.split(' ');
    let what = words.next().unwrap_or("");
    let mut number = || words.next().and_then(|word| word.parse().ok()).unwrap_or(1);
    match what {
        "blocks" => blocks(number(), number()).to_string(),
        "reserve" => match Vec::<u8>::new().try_reserve(number()) {
            Ok(()) => "had".to_string(),
            Err(_) => "refused".to_string(),
        },
        _ => {
            kept().push(event.trim_start_matches("keep ").to_string());
            kept().join(",")
        }
    }
}
