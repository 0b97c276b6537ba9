//! Concurrent mode (`AWS_LAMBDA_MAX_CONCURRENCY`): one worker process for each invocation that may
//! be in flight. Each has its own connection, loop and memory, so a crash of one does not affect
//! the others. This process starts the workers and replaces those that end.
#![allow(unsafe_code)]

use crate::config::settings::Settings;
use crate::exit;
use crate::log::log_error;
use crate::slot::Memory;
use crate::sys::process::{self, Child, Watch};
use crate::sys::signal::SIGTERM;
use crate::sys::{self, Clock};
use crate::text::bytes::number;

/// Most workers that are started.
const WORKERS_MAX: usize = 2048;
/// Largest count that is read, in digits.
const COUNT_DIGITS_MAX: usize = 9;
/// The process exits when each worker has ended this many times in a row because it could not reach
/// Lambda.
const UNREACHABLE_MAX: u32 = 5;
/// A worker that ends earlier than this after its start has failed, in milliseconds.
const FAILURE_MS: u64 = 10_000;
/// The pause before a failed worker is replaced, in milliseconds, and the number of times that it
/// is doubled.
const BACK_OFF_MS: u64 = 100;
const DOUBLINGS_MAX: u32 = 6;
/// Time that workers have to end after SIGTERM, in milliseconds: a little more than they need at
/// most.
const GRACE_MS: u64 = 250;

/// A worker process, or a slot without one.
struct Worker {
    child: Option<Child>,
    /// The time of its start or, without a child, of its next start: in milliseconds of the steady
    /// clock.
    at_ms: u64,
    /// The number of failures in a row.
    failures: u32,
    /// The number of failures in a row because it could not reach Lambda, or could not be started.
    unreachable: u32,
}

/// Used only by `supervise`, once.
#[unsafe(link_section = ".bss..reserve.workers")]
static WORKERS: Memory<[Worker; WORKERS_MAX]> =
    Memory::new([const { Worker { child: None, at_ms: 0, failures: 0, unreachable: 0 } }; WORKERS_MAX]);

/// Returns the number of workers; `None` if this process serves by itself.
#[must_use]
pub fn count(settings: &Settings) -> Option<usize> {
    let value = settings.max_concurrency;
    let count = number(value, 10, COUNT_DIGITS_MAX).unwrap_or(0);
    if count > WORKERS_MAX || count == 0 && !value.is_empty() {
        log_error(b"AWS_LAMBDA_MAX_CONCURRENCY=", value, b": expected 1 to 2048; using the nearest");
    }
    (count > 1).then_some(count.min(WORKERS_MAX))
}

/// Starts `count` workers and replaces those that end, until SIGTERM. Returns in each worker only.
#[cold]
#[inline(never)]
pub fn supervise(count: usize) {
    // SAFETY: no other function names it, and this one is called once.
    let workers = unsafe { &mut *WORKERS.get() }.get_mut(..count).unwrap_or_default();
    let watch = Watch::new().unwrap_or_else(|errno| {
        log_number(b"cannot start workers: errno ", errno.number());
        sys::exit(exit::CANNOT_START)
    });
    while let Some(due_ms) = start_due(workers) {
        if watch.wait(due_ms) {
            terminate(workers, &watch);
        }
        while let Some((child, status)) = process::ended() {
            if let Some(worker) = worker_of(workers, child) {
                ended(worker, status);
            }
        }
        if workers.iter().all(Worker::is_hopeless) {
            log_error(b"workers cannot reach Lambda", b"", b"");
            sys::exit(exit::UNREACHABLE);
        }
    }
}

impl Worker {
    /// Returns true if it failed too often, and this process is too young to have recovered.
    fn is_hopeless(&self) -> bool {
        self.unreachable >= UNREACHABLE_MAX && (self.child.is_none() || now_ms().saturating_sub(self.at_ms) < FAILURE_MS)
    }

    /// Schedules its next start, later after each failure.
    #[inline(never)] // two callers
    fn postpone(&mut self, now_ms: u64) {
        self.child = None;
        self.at_ms = now_ms + (BACK_OFF_MS << self.failures.min(DOUBLINGS_MAX));
        self.failures += 1;
    }
}

/// Starts the workers that are due. Returns the milliseconds until the next one is due; `None` in a
/// worker.
fn start_due(workers: &mut [Worker]) -> Option<u64> {
    let now_ms = now_ms();
    let mut next_ms = u64::MAX;
    for worker in workers.iter_mut().filter(|worker| worker.child.is_none()) {
        if worker.at_ms <= now_ms {
            match process::start() {
                Ok(None) => return None,
                Ok(child) => {
                    worker.child = child;
                    worker.at_ms = now_ms;
                    continue;
                }
                Err(errno) => {
                    log_number(b"cannot start workers: errno ", errno.number());
                    worker.unreachable += 1;
                    worker.postpone(now_ms);
                }
            }
        }
        next_ms = next_ms.min(worker.at_ms);
    }
    Some(next_ms.saturating_sub(now_ms))
}

/// Returns the worker whose process is `child`. Other children may exist: a program that called
/// exec leaves its own to this one.
fn worker_of(workers: &mut [Worker], child: Child) -> Option<&mut Worker> {
    workers.iter_mut().find(|worker| worker.child == Some(child))
}

/// Schedules the restart of a worker that has ended.
fn ended(worker: &mut Worker, status: i32) {
    log_number(b"a worker ended with exit status ", status.unsigned_abs());
    let now_ms = now_ms();
    if now_ms.saturating_sub(worker.at_ms) >= FAILURE_MS {
        worker.failures = 0;
        worker.unreachable = 0;
    }
    // After a crash or a signal the next worker may succeed.
    worker.unreachable = if status == exit::UNREACHABLE { worker.unreachable + 1 } else { 0 };
    worker.postpone(now_ms);
}

/// Terminates the workers, waits for them, and exits.
fn terminate(workers: &mut [Worker], watch: &Watch) -> ! {
    let mut left = 0;
    for child in workers.iter().filter_map(|worker| worker.child) {
        child.signal(SIGTERM);
        left += 1;
    }
    let until_ms = now_ms() + GRACE_MS;
    while left > 0
        && let left_ms @ 1.. = until_ms.saturating_sub(now_ms())
    {
        _ = watch.wait(left_ms); // a second SIGTERM does not extend the time
        while let Some((child, _)) = process::ended() {
            left -= count_ended(workers, child);
        }
    }
    sys::exit(exit::TERMINATED); // the kernel ends the remaining workers
}

/// Returns 1 if `child` is a worker, otherwise 0.
fn count_ended(workers: &mut [Worker], child: Child) -> usize {
    usize::from(worker_of(workers, child).is_some())
}

fn now_ms() -> u64 {
    sys::milliseconds(Clock::Steady)
}

fn log_number(what: &[u8], number: u32) {
    log_error(what, itoa::Buffer::new().format(number).as_bytes(), b"");
}

#[cfg(test)]
mod tests {
    use super::{BACK_OFF_MS, Worker, count_ended};
    use crate::sys::process::Child;
    use std::vec::Vec;

    #[test]
    fn postpone_doubles_the_pause_up_to_a_limit() {
        let mut worker = Worker { child: None, at_ms: 0, failures: 0, unreachable: 0 };
        let pauses: Vec<u64> = (0..9)
            .map(|_| {
                worker.postpone(1000);
                worker.at_ms - 1000
            })
            .collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 64, 64].map(|times| times * BACK_OFF_MS));
    }

    /// A program that calls exec leaves its children to the new program.
    #[test]
    fn terminate_counts_only_workers() {
        let worker = |child| Worker { child, at_ms: 0, failures: 0, unreachable: 0 };
        let mut workers = [worker(Some(Child::numbered(7))), worker(None), worker(Some(Child::numbered(9)))];
        assert_eq!([7, 8, 9].map(|number| count_ended(&mut workers, Child::numbered(number))), [1, 0, 1]);
    }
}
