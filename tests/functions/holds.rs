//! Works the heap as the event says: `keep TEXT` keeps a text for ever and answers with all that were kept, `blocks SIZE TOTAL` has blocks of one
//! size all at once, and `reserve BYTES` asks for memory that it may not get.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::ptr;

/// What is kept, or null. (Statics begin as zero, which no `Vec` is.)
struct Kept(Cell<*mut Vec<String>>);

// SAFETY: the process has one thread.
unsafe impl Sync for Kept {}

static KEPT: Kept = Kept(Cell::new(ptr::null_mut()));

fn kept() -> &'static mut Vec<String> {
    if KEPT.0.get().is_null() {
        KEPT.0.set(Box::into_raw(Box::default()));
    }
    // SAFETY: it was made for this, is never given back, and nobody has it for longer than an invocation.
    unsafe { &mut *KEPT.0.get() }
}

/// Blocks of `size` bytes, `total` bytes of them, each filled with what only it has; how many came back as they were.
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
