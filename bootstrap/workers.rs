//! Concurrent mode (`AWS_LAMBDA_MAX_CONCURRENCY`): as many processes as invocations may be in flight, each with its own connection, loop and
//! memory, so that what one of them does to itself is no other's concern. This one starts them, waits, and replaces those that end.
#![allow(unsafe_code)]

use crate::buffer::Buffer;
use crate::bytes::number;
use crate::environment::Environment;
use crate::sys::process::{self, Child, Event, Started, Watch};
use crate::sys::signal::{self, SIGPIPE, SIGTERM};
use crate::sys::{self, Clock, Errno};
use crate::{crash, log};
use core::cell::UnsafeCell;

/// Most workers that are started.
const WORKERS_MAX: usize = 2048;
/// Longest number of them that is read, in digits.
const COUNT_DIGITS_MAX: usize = 9;
/// How often in a row a worker may end without having reached Lambda before the process gives up.
const FAILURES_MAX: u32 = 4;
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
}

struct Memory(UnsafeCell<[Worker; WORKERS_MAX]>);

// SAFETY: the process has one thread, and `supervise`, which is called once, takes the one reference.
unsafe impl Sync for Memory {}

#[unsafe(link_section = ".bss.reserve.workers")]
static MEMORY: Memory = Memory(UnsafeCell::new([const { Worker { child: None, at_ms: 0, failures: 0 } }; WORKERS_MAX]));

/// How many workers the environment asks for; `None` where this process is to serve by itself.
#[must_use]
pub fn count(environment: Environment) -> Option<usize> {
    let value = environment.value(b"AWS_LAMBDA_MAX_CONCURRENCY=")?;
    let count = number(value, 10, COUNT_DIGITS_MAX);
    match count {
        None | Some(0) => log::complain(b"AWS_LAMBDA_MAX_CONCURRENCY=", value, b" is no number of workers: there is one"),
        Some(count) if count > WORKERS_MAX => {
            log::complain(b"AWS_LAMBDA_MAX_CONCURRENCY=", value, b" is more than the 2048 workers there can be")
        }
        _ => {}
    }
    count.map(|count| count.min(WORKERS_MAX)).filter(|count| *count > 1)
}

/// Starts `count` workers and sees to it that there are as many until SIGTERM comes. Returns in each worker, and nowhere else.
#[cold]
#[inline(never)]
pub fn supervise(count: usize) {
    signal::ignore(SIGPIPE);
    signal::block_termination();
    // SAFETY: this is the one place that names it, and it comes by here once.
    let workers = unsafe { &mut *MEMORY.0.get() }.get_mut(..count).unwrap_or_default();
    let watch = Watch::new().unwrap_or_else(|errno| give_up(b"cannot watch workers", errno));
    loop {
        let Some(due_ms) = start_due(workers, &watch) else {
            // In a worker: the others are none of its business.
            workers.iter_mut().for_each(|worker| worker.child = None);
            return;
        };
        match watch.wait(due_ms) {
            Event::Ended(number) => {
                if let Some(worker) = workers.get_mut(number) {
                    ended(worker, &watch);
                }
            }
            Event::Terminate => terminate(workers, &watch),
            Event::Timeout => {}
        }
    }
}

/// Starts the workers that are due, and says in how many milliseconds the next one is; `None` in a worker.
fn start_due(workers: &mut [Worker], watch: &Watch) -> Option<Option<u32>> {
    let now_ms = now_ms();
    let mut next: Option<u64> = None;
    for (number, worker) in workers.iter_mut().enumerate() {
        if worker.child.is_some() {
            continue;
        }
        if worker.at_ms <= now_ms {
            match process::start() {
                Ok(Started::Child) => return None,
                Ok(Started::Parent(child)) => {
                    watch.add(&child, number).unwrap_or_else(|errno| give_up(b"cannot watch a worker", errno));
                    worker.child = Some(child);
                    worker.at_ms = now_ms;
                    continue;
                }
                Err(errno) => {
                    complain(b"cannot start a worker: error ", errno.0);
                    postpone(worker, now_ms);
                }
            }
        }
        next = Some(next.unwrap_or(u64::MAX).min(worker.at_ms));
    }
    Some(next.map(|at_ms| u32::try_from(at_ms.saturating_sub(now_ms)).unwrap_or(u32::MAX)))
}

/// Notes that a worker has ended, and when it is to be replaced.
fn ended(worker: &mut Worker, watch: &Watch) {
    let Some(child) = worker.child.take() else { return };
    watch.remove(&child);
    let status = child.wait();
    complain(b"a worker has ended, and is replaced: exit status ", status);
    let now_ms = now_ms();
    if now_ms.saturating_sub(worker.at_ms) >= TROUBLE_MS {
        worker.failures = 0;
    }
    postpone(worker, now_ms);
    // One that crashed had something to do; one that cannot reach Lambda will not another time.
    if status != crash::STATUS && worker.failures > FAILURES_MAX {
        log::complain(b"a worker ended too often without having served", b"", b"");
        sys::exit(1);
    }
}

fn postpone(worker: &mut Worker, now_ms: u64) {
    worker.at_ms = now_ms + (BACK_OFF_MS << worker.failures.min(DOUBLINGS_MAX));
    worker.failures += 1;
}

/// Ends the workers, and this process when they have.
fn terminate(workers: &mut [Worker], watch: &Watch) -> ! {
    workers.iter().flat_map(|worker| &worker.child).for_each(|child| child.signal(SIGTERM));
    let until_ms = now_ms() + GRACE_MS;
    let mut left = workers.iter().filter(|worker| worker.child.is_some()).count();
    while left > 0
        && let left_ms @ 1.. = until_ms.saturating_sub(now_ms())
    {
        if let Event::Ended(number) = watch.wait(u32::try_from(left_ms).ok())
            && let Some(child) = workers.get_mut(number).and_then(|worker| worker.child.take())
        {
            watch.remove(&child);
            left -= 1;
        }
    }
    sys::exit(0); // and with it those that are left
}

fn now_ms() -> u64 {
    sys::microseconds(Clock::Steady) / 1000
}

fn complain(what: &[u8], number: i32) {
    let mut memory = [0; 16];
    let mut text = Buffer::new(&mut memory);
    text.push_integer(number.unsigned_abs());
    log::complain(what, text.bytes(), b"");
}

fn give_up(what: &[u8], errno: Errno) -> ! {
    complain(what, errno.0);
    sys::exit(1)
}
