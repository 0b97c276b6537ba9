//! Shared by the tests: the linked files, a simulated Runtime API, and a function's process.

pub mod bootstrap;
pub mod function;
#[path = "../../support/links.rs"]
pub mod links;
#[path = "../../support/moto.rs"]
pub mod moto;
#[path = "../../support/refusing.rs"]
pub mod refusing;
pub mod runtime_api;
pub mod services;
pub mod tracer;

use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

/// Returns this many bytes of printable ASCII, different at different offsets.
pub fn text(bytes: usize) -> Vec<u8> {
    let period: Vec<u8> = (b' '..=b'~').cycle().step_by(31).take(95).collect();
    let mut text = period.repeat(bytes / 95 + 1);
    text.truncate(bytes);
    text
}

/// The time limit of every wait, after which a test fails. No test waits for it to pass: it only
/// keeps a failing test from hanging.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Returns a loopback address that no other test uses: the host is derived from this process's id,
/// and the port is counted. A port that was free a moment ago, or that a test has closed, may
/// belong to another test.
pub fn own_address() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(10_000); // below the ephemeral ports
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    format!("127.{}.{middle}.{low}:{}", 128 | high, NEXT.fetch_add(1, Ordering::Relaxed))
}
