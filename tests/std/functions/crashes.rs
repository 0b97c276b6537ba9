//! Crashes on another thread or on the serving thread, as the event states: `other panic`, `main
//! stack overflow`.

use lambda::{Context, println};
use std::hint::black_box;
use std::thread;

unsafe extern "C" {
    fn abort() -> !;
}

fn overflow(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    if frame[0] == u64::MAX { 0 } else { overflow(frame[0] + 1) + frame[1] }
}

fn crash(what: &str) {
    match what {
        "panic" => panic!("as {}", black_box("asked")),
        "stack overflow" => _ = black_box(overflow(0)),
        // SAFETY: none; the fault is intended.
        "segmentation fault" => _ = unsafe { std::ptr::without_provenance::<u8>(0x1234).read_volatile() },
        "abort" => std::process::abort(),
        // SAFETY: it has no preconditions.
        "abort of libc" => unsafe { abort() },
        "out of memory" => _ = black_box(vec![0u8; black_box(1 << 50)]),
        "panic of a value" => std::panic::panic_any(7),
        "panic while printing" => println!("{}", Panics),
        _ => {}
    }
}

struct Panics;

impl std::fmt::Display for Panics {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("while printing")
    }
}

pub fn lambda_handler(context: &Context, event: &str) -> String {
    let (thread, what) = event.split_once(' ').unwrap_or(("main", event));
    match thread {
        "other" => thread::scope(|scope| {
            scope.spawn(|| crash(what));
        }),
        // It crashes after the invocation has ended, once the gate file exists.
        "later" => {
            let (what, gate) = (what.to_owned(), std::env::var("GATE").expect("a file that is created when it may crash"));
            thread::spawn(move || {
                while !std::path::Path::new(&gate).exists() {
                    thread::yield_now();
                }
                crash(&what);
            });
        }
        // Several threads crash at the same time: one crash is reported.
        "all" => thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| crash(what));
            }
            crash(what);
        }),
        _ => crash(what),
    }
    context.request_id().to_owned()
}
