//! System calls: the only module that calls libc. One small wrapper for each call takes an owned
//! descriptor and returns a `Result<_, Errno>`. EINTR is handled only here.
#![allow(unsafe_code)]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "the kernel's arguments and results are registers: 64 bits that mean what each call says"
)]

pub mod file;
pub mod memory;
pub mod process;
pub mod random;
pub mod signal;
pub mod socket;
#[cfg(all(feature = "std", feature = "deploy"))]
pub mod thread;

use core::ffi::{c_int, c_long, c_short};
use core::mem::{ManuallyDrop, zeroed};

/// An error number as the kernel returns it: negative, and as wide as other results. So no code
/// converts it, and a `Result` of it and a count is returned in registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(c_long);

impl Errno {
    /// Returns the positive error number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0.unsigned_abs() as u32
    }

    fn is(self, number: c_int) -> bool {
        self.0 == -c_long::from(number)
    }

    /// Creates the error with this positive `number`.
    #[cfg(feature = "std")]
    fn new(number: c_int) -> Self {
        Self(-c_long::from(number))
    }

    /// Returns a description of the errors that connections return.
    #[must_use]
    pub fn name(self) -> &'static [u8] {
        if self.is(libc::ECONNREFUSED) {
            b"connection refused"
        } else if self.is_closed_by_peer() {
            b"closed by peer"
        } else {
            b"failed"
        }
    }

    /// True if the peer has closed the connection.
    #[must_use]
    pub fn is_closed_by_peer(self) -> bool {
        self.is(libc::ECONNRESET) || self.is(libc::EPIPE)
    }

    /// True if the call would have blocked.
    #[must_use]
    pub fn is_try_again(self) -> bool {
        self.is(libc::EAGAIN)
    }
}

/// A file descriptor that is closed when it is dropped.
#[derive(Debug)]
pub struct Descriptor(c_int);

impl Drop for Descriptor {
    fn drop(&mut self) {
        // SAFETY: this value owns the descriptor, so nothing else closes or uses it. (Linux closes
        // it even if it reports an error; repeated after EINTR it finds nothing, since no other
        // thread can have opened one in between.)
        unsafe { call(libc::SYS_close, self.number(), 0, 0) }.ok();
    }
}

impl Descriptor {
    fn number(&self) -> usize {
        self.0 as usize
    }

    /// Returns its number; the caller closes it.
    fn into_number(self) -> u32 {
        ManuallyDrop::new(self).0 as u32
    }
}

/// Makes a system call with at most three arguments, and repeats it while signals interrupt it.
/// Every call uses this or [`call_of_five`]: EINTR is handled once, and musl's wrappers, half of
/// which support kernels before 3.x, are not linked.
///
/// # Safety
/// The arguments are valid for the call of this `number`; a fourth and a fifth are 0.
#[inline(always)]
#[expect(clippy::inline_always, reason = "built for size it would not be inlined, and be larger for it")]
unsafe fn call(number: c_long, first: usize, second: usize, third: usize) -> Result<usize, Errno> {
    // SAFETY: the caller's promise.
    or_errno(unsafe { call_with_zeros(number, first, second, third) })
}

/// [`call`], with five arguments.
///
/// # Safety
/// The arguments are valid for the call of this `number`.
#[inline(always)]
#[expect(clippy::inline_always, reason = "built for size it would not be inlined, and be larger for it")]
unsafe fn call_of_five(number: c_long, first: usize, second: usize, third: usize, fourth: usize, fifth: usize) -> Result<usize, Errno> {
    // SAFETY: the caller's promise.
    or_errno(unsafe { call_until_done(number, first, second, third, fourth, fifth) })
}

fn or_errno(result: c_long) -> Result<usize, Errno> {
    if result < 0 { Err(Errno(result)) } else { Ok(result as usize) }
}

/// Passes the zeros once; otherwise each of twenty callers would.
#[inline(never)]
#[unsafe(link_section = ".text..start")]
unsafe fn call_with_zeros(number: c_long, first: usize, second: usize, third: usize) -> c_long {
    // SAFETY: the caller's promise.
    unsafe { call_until_done(number, first, second, third, 0, 0) }
}

/// Makes the call and returns a negative error number: callers test one register.
#[inline(never)]
#[unsafe(link_section = ".text..start")]
unsafe fn call_until_done(number: c_long, first: usize, second: usize, third: usize, fourth: usize, fifth: usize) -> c_long {
    loop {
        // SAFETY: the caller's promise; a call reads only as many arguments as it has, and the
        // sixth is 0 in all that are made here.
        let result = unsafe { libc_call(number, first, second, third, fourth, fifth, 0) };
        if result != -c_long::from(libc::EINTR) {
            return result;
        }
    }
}

#[cfg(feature = "deploy")]
unsafe extern "C" {
    /// musl's `src/thread/__syscall_cp.c`, which its `connect`, `read` and `nanosleep` use: a
    /// system call that returns errors as the kernel does, as a negative result. errno would need a
    /// thread control block before the first request: two calls and a page.
    #[link_name = "__syscall_cp"]
    fn libc_call(number: c_long, first: usize, second: usize, third: usize, fourth: usize, fifth: usize, sixth: usize) -> c_long;
}

/// The same for the C library that tests are linked with: it sets errno.
///
/// # Safety
/// The arguments are valid for the call of this `number`.
#[cfg(not(feature = "deploy"))]
unsafe fn libc_call(number: c_long, first: usize, second: usize, third: usize, fourth: usize, fifth: usize, sixth: usize) -> c_long {
    // SAFETY: the caller's promise.
    let result = unsafe { libc::syscall(number, first, second, third, fourth, fifth, sixth) };
    // SAFETY: errno lives as long as the thread.
    if result == -1 { -c_long::from(unsafe { *libc::__errno_location() }) } else { result }
}

/// Writes `first` and `second` to `descriptor` in one call, and returns how many bytes it accepted.
/// The descriptor was inherited: a standard stream, or one that Lambda left open.
///
/// # Errors
/// The kernel's.
#[inline(never)]
pub fn write(descriptor: u32, first: &[u8], second: &[u8]) -> Result<usize, Errno> {
    let parts = [part(first), part(second)];
    let memory = (&raw const parts).expose_provenance();
    // SAFETY: the pointer and the count describe `parts`, and those what the caller lent; writev
    // only reads them, and all live through the call.
    unsafe { call(libc::SYS_writev, descriptor as usize, memory, parts.len()) }
}

/// Waits until an inherited descriptor accepts more bytes. Returns whether it can.
#[cold]
#[inline(never)]
#[must_use]
pub fn wait_for_room(descriptor: u32) -> bool {
    poll(descriptor as c_int, libc::POLLOUT) == libc::POLLOUT
}

/// Waits until one of `events` occurs, or the peer hangs up. Returns the events.
#[cold]
#[inline(never)]
fn poll(descriptor: c_int, events: c_short) -> c_short {
    let mut poll = libc::pollfd { fd: descriptor, events, revents: 0 };
    // SAFETY: the pointer describes one pollfd, which the call writes; neither a time-out nor a
    // signal mask is passed.
    unsafe { call(libc::SYS_ppoll, (&raw mut poll).expose_provenance(), 1, 0) }.ok(); // fails only for invalid arguments
    poll.revents
}

/// Returns `bytes` as a `struct iovec`.
fn part(bytes: &[u8]) -> libc::iovec {
    libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() }
}

/// Returns milliseconds as a `struct timespec`.
#[inline(never)]
fn timespec(milliseconds: u64) -> libc::timespec {
    libc::timespec { tv_sec: (milliseconds / 1000) as _, tv_nsec: (milliseconds % 1000 * 1_000_000) as _ }
}

/// Sleeps for this many milliseconds; signals do not shorten it. Does nothing under a fuzzer, whose
/// server never starts late.
pub fn pause(milliseconds: u64) {
    if cfg!(fuzzing) {
        return;
    }
    let mut time = timespec(milliseconds);
    let memory = (&raw mut time).expose_provenance();
    // SAFETY: the pointer describes `time`, which lives through the call; after a signal the
    // remaining time is written there and waited for.
    unsafe { call(libc::SYS_nanosleep, memory, memory, 0) }.ok(); // fails only for invalid arguments
}

/// Returns the address of libc's block for this thread: never 0, and unique among the running
/// threads of the process. A child process has the address of the thread that forked.
#[cfg(any(feature = "std", test))]
#[must_use]
pub fn thread_address() -> usize {
    // SAFETY: it has no preconditions, and is async-signal-safe.
    unsafe { libc::pthread_self() as usize }
}

/// Lets other threads run.
#[cfg(any(feature = "std", test))]
pub fn yield_now() {
    // SAFETY: no pointers are passed, and it never fails.
    unsafe { call(libc::SYS_sched_yield, 0, 0, 0) }.ok();
}

/// Sleeps on behalf of a function. Separate from [`pause`], which is inlined into its one caller.
pub fn sleep(milliseconds: u64) {
    let mut time = timespec(milliseconds);
    let memory = (&raw mut time).expose_provenance();
    // SAFETY: as above.
    unsafe { call(libc::SYS_nanosleep, memory, memory, 0) }.ok(); // as above
}

/// A clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Time of day: since 1970-01-01T00:00:00Z.
    Epoch = libc::CLOCK_REALTIME as isize,
    /// Time since an unspecified moment; never set back.
    Steady = libc::CLOCK_MONOTONIC as isize,
}

/// Reads `clock` by a system call: only musl's start code finds the vDSO.
#[inline(always)]
#[expect(clippy::inline_always, reason = "built for size it would not be inlined, and be larger for it")]
fn time(clock: Clock) -> libc::timespec {
    // SAFETY: all zero bits are a valid timespec.
    let mut time: libc::timespec = unsafe { zeroed() };
    // SAFETY: the pointer describes `time`, which the call writes.
    unsafe { call(libc::SYS_clock_gettime, clock as usize, (&raw mut time).expose_provenance(), 0) }.ok(); // both clocks exist
    time
}

/// Returns nanoseconds by `clock`; 64 bits are enough until the year 2554.
#[inline(never)]
#[must_use]
pub fn nanoseconds(clock: Clock) -> u64 {
    let time = time(clock);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Returns microseconds by `clock`.
#[inline(never)]
#[must_use]
pub fn microseconds(clock: Clock) -> u64 {
    let time = time(clock);
    time.tv_sec as u64 * 1_000_000 + time.tv_nsec as u64 / 1000
}

/// Returns milliseconds by `clock`.
#[inline(never)]
#[must_use]
pub fn milliseconds(clock: Clock) -> u64 {
    microseconds(clock) / 1000
}

/// Ends the process at once.
pub fn exit(status: c_int) -> ! {
    loop {
        // SAFETY: it has no preconditions, and does not return.
        unsafe { call(libc::SYS_exit_group, status as usize, 0, 0) }.ok();
    }
}
