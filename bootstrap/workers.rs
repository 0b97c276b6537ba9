//! Concurrent mode (`AWS_LAMBDA_MAX_CONCURRENCY`): as many processes as invocations may be in flight, each with its own connection, loop and
//! memory, so that what one of them does to itself is no other's concern. This one starts them, waits, and replaces those that end.
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
/// Longest number of them that is read, in digits.
const COUNT_DIGITS_MAX: usize = 9;
/// How often in a row each worker may end because it cannot reach Lambda before the process gives up.
const UNREACHABLE_MAX: u32 = 5;
/// How long a worker must have lived for its end to be no sign of trouble, in milliseconds.
const TROUBLE_MS: u64 = 10_000;
/// How long the replacement of a worker waits after the first such end, in milliseconds, and how often that is doubled.
const BACK_OFF_MS: u64 = 100;
const DOUBLINGS_MAX: u32 = 6;
/// How long workers have to end after SIGTERM, in milliseconds: a little more than they take at most.
const GRACE_MS: u64 = 250;

/// A worker, or the place of one.
struct Worker {
    child: Option<Child>,
    /// When it was started or, where there is none, is to be started: in milliseconds of the steady clock.
    at_ms: u64,
    /// How often in a row it did not live for [`TROUBLE_MS`].
    failures: u32,
    /// How often in a row that was because it could not reach Lambda, or could not be started.
    unreachable: u32,
}

/// Only `supervise` uses it, once.
#[unsafe(link_section = ".bss..reserve.workers")]
static WORKERS: Memory<[Worker; WORKERS_MAX]> =
    Memory::new([const { Worker { child: None, at_ms: 0, failures: 0, unreachable: 0 } }; WORKERS_MAX]);

/// The number of workers; `None` if this process serves by itself.
#[must_use]
pub fn count(settings: &Settings) -> Option<usize> {
    let value = settings.max_concurrency;
    let count = number(value, 10, COUNT_DIGITS_MAX).unwrap_or(0);
    if count > WORKERS_MAX || count == 0 && !value.is_empty() {
        log_error(b"AWS_LAMBDA_MAX_CONCURRENCY=", value, b": expected 1 to 2048; the nearest is used");
    }
    (count > 1).then_some(count.min(WORKERS_MAX))
}

/// Starts `count` workers and sees to it that there are as many until SIGTERM comes. Returns in each worker, and nowhere else.
#[cold]
#[inline(never)]
pub fn supervise(count: usize) {
    // SAFETY: this is the one place that names it, and it comes by here once.
    let workers = unsafe { &mut *WORKERS.get() }.get_mut(..count).unwrap_or_default();
    let watch = Watch::new().unwrap_or_else(|errno| {
        log_number(b"cannot start workers: error ", errno.number());
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
            log_error(b"no worker can serve", b"", b"");
            sys::exit(exit::UNREACHABLE);
        }
    }
}

impl Worker {
    /// Whether it has failed so often that it will again, and is not proving the opposite.
    fn is_hopeless(&self) -> bool {
        self.unreachable >= UNREACHABLE_MAX && (self.child.is_none() || now_ms().saturating_sub(self.at_ms) < TROUBLE_MS)
    }

    /// It is to be started again, the later the more often it has failed.
    #[inline(never)] // else it is there twice
    fn postpone(&mut self, now_ms: u64) {
        self.child = None;
        self.at_ms = now_ms + (BACK_OFF_MS << self.failures.min(DOUBLINGS_MAX));
        self.failures += 1;
    }
}

/// Starts the workers that are due, and says in how many milliseconds the next one is; `None` in a worker.
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
                    log_number(b"cannot start workers: error ", errno.number());
                    worker.unreachable += 1;
                    worker.postpone(now_ms);
                }
            }
        }
        next_ms = next_ms.min(worker.at_ms);
    }
    Some(next_ms.saturating_sub(now_ms))
}

/// The worker that `child` is, if it is one. The process may have other children: those of a program that replaced itself by this one.
fn worker_of(workers: &mut [Worker], child: Child) -> Option<&mut Worker> {
    workers.iter_mut().find(|worker| worker.child == Some(child))
}

/// Decides when a worker that has ended is started again.
fn ended(worker: &mut Worker, status: i32) {
    log_number(b"a worker ended with exit status ", status.unsigned_abs());
    let now_ms = now_ms();
    if now_ms.saturating_sub(worker.at_ms) >= TROUBLE_MS {
        worker.failures = 0;
        worker.unreachable = 0;
    }
    // Any other end, a crash or a signal, does not mean that the next worker will fail.
    worker.unreachable = if status == exit::UNREACHABLE { worker.unreachable + 1 } else { 0 };
    worker.postpone(now_ms);
}

/// Ends the workers, and this process when they have ended.
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
        _ = watch.wait(left_ms); // a second SIGTERM gives no more time
        while let Some((child, _)) = process::ended() {
            left -= count_ended(workers, child);
        }
    }
    sys::exit(exit::TERMINATED); // the kernel ends the workers that are left
}

/// How many workers ended when `child` did: 1, or 0 if it is none.
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
    fn a_worker_that_fails_again_is_replaced_later_and_later_up_to_a_limit() {
        let mut worker = Worker { child: None, at_ms: 0, failures: 0, unreachable: 0 };
        let pauses: Vec<u64> = (0..9)
            .map(|_| {
                worker.postpone(1000);
                worker.at_ms - 1000
            })
            .collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 64, 64].map(|times| times * BACK_OFF_MS));
    }

    /// A program that replaced itself by this one leaves its children to it.
    #[test]
    fn terminate_counts_no_child_that_is_not_a_worker() {
        let worker = |child| Worker { child, at_ms: 0, failures: 0, unreachable: 0 };
        let mut workers = [worker(Some(Child::numbered(7))), worker(None), worker(Some(Child::numbered(9)))];
        assert_eq!([7, 8, 9].map(|number| count_ended(&mut workers, Child::numbered(number))), [1, 0, 1]);
    }
}
