//! The only door to libc: one small wrapper a system call, an owned descriptor in, a `Result<_, Errno>` out. EINTR is handled here
//! and nowhere else.
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

use core::ffi::{c_int, c_long, c_short};
use core::mem::{ManuallyDrop, zeroed};

/// An error of the kernel's as it gives it: the negative of its number, and as wide as what else a call may return. So nothing is computed to make
/// one, and a `Result` of it and a count is returned in registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(c_long);

impl Errno {
    /// The number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0.unsigned_abs() as u32
    }

    fn is(self, number: c_int) -> bool {
        self.0 == -c_long::from(number)
    }

    /// A name for people, for the errors that a connection meets.
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

    /// Whether the peer has closed the connection.
    #[must_use]
    pub fn is_closed_by_peer(self) -> bool {
        self.is(libc::ECONNRESET) || self.is(libc::EPIPE)
    }

    /// Whether the call would have had to wait.
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
        // SAFETY: this value owns the descriptor, so nothing else closes or uses it. (Linux closes it even where it reports an error;
        // repeated after EINTR it finds nothing, since no other thread can have opened one in between.)
        unsafe { call(libc::SYS_close, self.number(), 0, 0) }.ok();
    }
}

impl Descriptor {
    fn number(&self) -> usize {
        self.0 as usize
    }

    /// Its number, for whoever closes it instead.
    fn into_number(self) -> u32 {
        ManuallyDrop::new(self).0 as u32
    }
}

/// Makes a system call of three arguments or fewer, again for as long as a signal interrupts it. Every call goes through here or
/// [`call_of_five`]: one place knows of EINTR, and musl's own wrappers, half of which carry what kernels before 3.x needed, stay out of the
/// file.
///
/// # Safety
/// The arguments are what the call of this `number` wants; a fourth and a fifth are 0.
#[inline(always)]
#[expect(clippy::inline_always, reason = "built for size it would not be inlined, and be larger for it")]
unsafe fn call(number: c_long, first: usize, second: usize, third: usize) -> Result<usize, Errno> {
    // SAFETY: the caller's promise.
    or_errno(unsafe { call_with_zeros(number, first, second, third) })
}

/// [`call`], with five arguments.
///
/// # Safety
/// The arguments are what the call of this `number` wants.
#[inline(always)]
#[expect(clippy::inline_always, reason = "built for size it would not be inlined, and be larger for it")]
unsafe fn call_of_five(number: c_long, first: usize, second: usize, third: usize, fourth: usize, fifth: usize) -> Result<usize, Errno> {
    // SAFETY: the caller's promise.
    or_errno(unsafe { call_until_done(number, first, second, third, fourth, fifth) })
}

fn or_errno(result: c_long) -> Result<usize, Errno> {
    if result < 0 { Err(Errno(result)) } else { Ok(result as usize) }
}

/// One place for the zeros, which each of twenty would have otherwise.
#[inline(never)]
#[unsafe(link_section = ".text..start")]
unsafe fn call_with_zeros(number: c_long, first: usize, second: usize, third: usize) -> c_long {
    // SAFETY: the caller's promise.
    unsafe { call_until_done(number, first, second, third, 0, 0) }
}

/// The call, with the error as a negative number: in one register, at each of twenty places.
#[inline(never)]
#[unsafe(link_section = ".text..start")]
unsafe fn call_until_done(number: c_long, first: usize, second: usize, third: usize, fourth: usize, fifth: usize) -> c_long {
    loop {
        // SAFETY: the caller's promise; a call reads only as many arguments as it has, and the sixth is 0 in all that are made here.
        let result = unsafe { libc_call(number, first, second, third, fourth, fifth, 0) };
        if result != -c_long::from(libc::EINTR) {
            return result;
        }
    }
}

#[cfg(feature = "deploy")]
unsafe extern "C" {
    /// musl's `src/thread/__syscall_cp.c`, on which its own `connect`, `read` and `nanosleep` stand: a system call whose error is the negative
    /// result, as the kernel gives it. What is built on errno would need a thread's block before the first request: two calls and a page.
    #[link_name = "__syscall_cp"]
    fn libc_call(number: c_long, first: usize, second: usize, third: usize, fourth: usize, fifth: usize, sixth: usize) -> c_long;
}

/// The same on the C library that tests are linked with, where only errno can be had.
///
/// # Safety
/// The arguments are what the call of this `number` wants.
#[cfg(not(feature = "deploy"))]
unsafe fn libc_call(number: c_long, first: usize, second: usize, third: usize, fourth: usize, fifth: usize, sixth: usize) -> c_long {
    // SAFETY: the caller's promise.
    let result = unsafe { libc::syscall(number, first, second, third, fourth, fifth, sixth) };
    // SAFETY: errno lives as long as the thread.
    if result == -1 { -c_long::from(unsafe { *libc::__errno_location() }) } else { result }
}

/// Writes `first` and `second` to the descriptor of this number in one call, as far as it takes them. The descriptor is the process's and not
/// this module's: a standard stream, or one that Lambda left open.
///
/// # Errors
/// The kernel's.
#[inline(never)]
pub fn write(descriptor: u32, first: &[u8], second: &[u8]) -> Result<usize, Errno> {
    let parts = [part(first), part(second)];
    let memory = (&raw const parts).expose_provenance();
    // SAFETY: the pointer and the count describe `parts`, and those what the caller lent; writev only reads them, and all live through the call.
    unsafe { call(libc::SYS_writev, descriptor as usize, memory, parts.len()) }
}

/// Waits until the descriptor of this number, which is not this module's, takes more. Returns whether it ever will.
#[cold]
#[inline(never)]
#[must_use]
pub fn wait_for_room(descriptor: u32) -> bool {
    poll(descriptor as c_int, libc::POLLOUT) == libc::POLLOUT
}

/// Waits until one of `events` comes, or the peer has hung up. Returns what came.
#[cold]
#[inline(never)]
fn poll(descriptor: c_int, events: c_short) -> c_short {
    let mut wanted = libc::pollfd { fd: descriptor, events, revents: 0 };
    // SAFETY: the pointer describes one pollfd, which the call writes; neither a time-out nor a signal mask is passed.
    unsafe { call(libc::SYS_ppoll, (&raw mut wanted).expose_provenance(), 1, 0) }.ok(); // it fails only for bad arguments
    wanted.revents
}

/// `bytes` as the kernel wants pieces described.
fn part(bytes: &[u8]) -> libc::iovec {
    libc::iovec { iov_base: bytes.as_ptr().cast_mut().cast(), iov_len: bytes.len() }
}

/// So many milliseconds as the kernel wants them.
#[inline(never)]
fn timespec(milliseconds: u64) -> libc::timespec {
    libc::timespec { tv_sec: (milliseconds / 1000) as _, tv_nsec: (milliseconds % 1000 * 1_000_000) as _ }
}

/// Waits for so many milliseconds, however often a signal interrupts. Not for a fuzzer, whose server is there at once or never.
pub fn pause(milliseconds: u64) {
    if cfg!(fuzzing) {
        return;
    }
    let mut time = timespec(milliseconds);
    let memory = (&raw mut time).expose_provenance();
    // SAFETY: the pointer describes `time`, which lives through the call; what is left after a signal is written there, and waited for.
    unsafe { call(libc::SYS_nanosleep, memory, memory, 0) }.ok(); // it fails only for bad arguments
}

/// The same for functions that sleep. Not [`pause`], which has one caller and becomes a part of it.
pub fn sleep(milliseconds: u64) {
    let mut time = timespec(milliseconds);
    let memory = (&raw mut time).expose_provenance();
    // SAFETY: as above.
    unsafe { call(libc::SYS_nanosleep, memory, memory, 0) }.ok(); // as above
}

/// Which clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Time of day: since 1970-01-01T00:00:00Z.
    Epoch = libc::CLOCK_REALTIME as isize,
    /// Since some moment in the past, and never set back.
    Steady = libc::CLOCK_MONOTONIC as isize,
}

/// What `clock` shows. By a system call: the shared page that other programs read it from is found by musl's own start.
#[inline(always)]
#[expect(clippy::inline_always, reason = "built for size it would not be inlined, and be larger for it")]
fn time(clock: Clock) -> libc::timespec {
    // SAFETY: all zero bits are a valid timespec.
    let mut time: libc::timespec = unsafe { zeroed() };
    // SAFETY: the pointer describes `time`, which the call writes.
    unsafe { call(libc::SYS_clock_gettime, clock as usize, (&raw mut time).expose_provenance(), 0) }.ok(); // both clocks exist
    time
}

/// Nanoseconds by `clock`: 64 bits of them last until the year 2554.
#[inline(never)]
#[must_use]
pub fn nanoseconds(clock: Clock) -> u64 {
    let time = time(clock);
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Microseconds by `clock`.
#[inline(never)]
#[must_use]
pub fn microseconds(clock: Clock) -> u64 {
    let time = time(clock);
    time.tv_sec as u64 * 1_000_000 + time.tv_nsec as u64 / 1000
}

/// Milliseconds by `clock`.
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
