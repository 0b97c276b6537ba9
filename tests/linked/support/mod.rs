//! What the tests share: the linked files, the Runtime API that a test plays, and a function's process.

pub mod bootstrap;
pub mod function;
#[path = "../../support/links.rs"]
pub mod links;
pub mod runtime_api;
pub mod tracer;

use std::time::Duration;

/// So many bytes of printable ASCII, different at different places.
pub fn text(bytes: usize) -> Vec<u8> {
    let period: Vec<u8> = (b' '..=b'~').cycle().step_by(31).take(95).collect();
    let mut text = period.repeat(bytes / 95 + 1);
    text.truncate(bytes);
    text
}

/// How long anything may take before a test gives up. Nothing waits for it to pass: it only keeps a failing test from hanging.
pub const PATIENCE: Duration = Duration::from_secs(60);
