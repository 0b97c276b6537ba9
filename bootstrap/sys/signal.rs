//! Signals: handlers, their stack, and the alarm.

use super::memory::{PAGE_BYTES_MAX, PAGE_BYTES_MIN};
use super::{call, call_of_five};
use crate::arch::{self, SA_RESTORER};
use crate::slot::Memory;
use core::ffi::{c_int, c_void};
use core::mem::zeroed;
use core::ptr;
use core::time::Duration;

/// The signals that the runtime handles.
pub use libc::{SIGABRT, SIGALRM, SIGBUS, SIGCHLD, SIGFPE, SIGILL, SIGPIPE, SIGSEGV, SIGTERM, SIGXFSZ};

/// A signal as the kernel describes it to a handler.
#[derive(Clone, Copy, Debug)]
pub struct Caught {
    /// Its number.
    pub signal: c_int,
    /// The address that caused a fault: of the inaccessible memory, or of the invalid instruction.
    pub address: usize,
    /// The instruction that it interrupted.
    pub instruction: usize,
    /// The stack pointer of the interrupted function.
    pub stack: usize,
}

/// A signal handler.
pub type Handler = extern "C" fn(c_int, *const libc::siginfo_t, *const c_void);

/// The kernel's `struct sigaction`, which differs from libc's.
#[repr(C)]
struct Action {
    handler: usize,
    flags: usize,
    restorer: usize,
    mask: u64,
}

/// The kernel's size of a signal set, in bytes; libc's is larger.
pub const SIGNAL_SET_BYTES: usize = size_of::<u64>();

/// The stack that a handler runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stack {
    /// The interrupted stack.
    Same,
    /// The one of [`set_alternate_stack`], because the main stack may be full.
    Alternate,
}

/// Installs `handler` for `signal`. Other signals may interrupt it, and so may the same one: the
/// report of a deadline is itself limited by an alarm. SIGTERM waits until a handler on the
/// alternate stack returns, because its hook must run on the main stack.
pub fn handle(signal: c_int, handler: Handler, stack: Stack) {
    let (on_stack, mask) = if stack == Stack::Alternate { (libc::SA_ONSTACK, bit(SIGTERM)) } else { (0, 0) };
    let flags = (libc::SA_SIGINFO | libc::SA_RESTART | libc::SA_NODEFER | on_stack) as usize | SA_RESTORER;
    act(signal, &Action { handler: handler as usize, flags, restorer: arch::restorer(), mask });
}

/// Ignores `signal`.
pub fn ignore(signal: c_int) {
    act(signal, &Action { handler: libc::SIG_IGN, flags: SA_RESTORER, restorer: 0, mask: 0 });
}

#[inline(never)]
fn act(signal: c_int, action: &Action) {
    let action = ptr::from_ref(action).expose_provenance();
    // SAFETY: the pointer describes an action that lives through the call; a handler in it upholds
    // what its own documentation says. It fails only for bad arguments.
    unsafe { call_of_five(libc::SYS_rt_sigaction, signal as usize, action, 0, SIGNAL_SET_BYTES, 0) }.ok();
}

/// Defines a [`Handler`] that calls a function with a [`Caught`].
macro_rules! handler {
    (fn $name:ident($caught:ident: $type:ty) $body:block) => {
        extern "C" fn $name(signal: core::ffi::c_int, information: *const libc::siginfo_t, context: *const core::ffi::c_void) {
            // SAFETY: only the kernel calls it, by `handle`.
            let $caught: $type = unsafe { $crate::sys::signal::caught(signal, information, context) };
            $body
        }
    };
}
pub(crate) use handler;

/// Reads what the kernel passed to a [`Handler`].
///
/// # Safety
/// All three are what the kernel passed.
#[must_use]
pub unsafe fn caught(signal: c_int, information: *const libc::siginfo_t, context: *const c_void) -> Caught {
    // SAFETY: with SA_SIGINFO both point at the structures named, which live as long as the handler
    // runs.
    let (address, context) = unsafe { ((*information).si_addr().addr(), &*context.cast::<libc::ucontext_t>()) };
    Caught { signal, address, instruction: arch::instruction(context), stack: arch::stack_end(context) }
}

/// Size of the stack for handlers of faults, in bytes, the guard included: reports are built there.
const ALTERNATE_STACK_BYTES: usize = (128 << 10) - PAGE_BYTES_MIN + PAGE_BYTES_MAX;
/// An overflow of that stack faults in these bytes at its lowest addresses. One page of the largest
/// size that a kernel may have.
const GUARD_BYTES: usize = PAGE_BYTES_MAX;

#[cfg_attr(target_arch = "x86_64", repr(align(4096)))]
#[cfg_attr(target_arch = "aarch64", repr(align(65536)))]
#[expect(dead_code, reason = "used only by the kernel")]
struct AlternateStack([u8; ALTERNATE_STACK_BYTES]);

/// Used only by the kernel.
#[unsafe(link_section = ".bss..reserve.stack")]
static ALTERNATE_STACK: Memory<AlternateStack> = Memory::new(AlternateStack([0; ALTERNATE_STACK_BYTES]));

/// Registers the stack for handlers with [`Stack::Alternate`].
pub fn set_alternate_stack() {
    let memory: *mut c_void = ALTERNATE_STACK.get().cast();
    // SAFETY: the memory is static, nothing else uses it, and the guard is whole pages. It fails
    // only for bad arguments.
    unsafe { call(libc::SYS_mprotect, memory.expose_provenance(), GUARD_BYTES, libc::PROT_NONE as usize) }.ok();
    let stack = libc::stack_t { ss_sp: memory, ss_flags: 0, ss_size: ALTERNATE_STACK_BYTES };
    // SAFETY: as above; the kernel starts at the highest address.
    unsafe { call(libc::SYS_sigaltstack, (&raw const stack).expose_provenance(), 0, 0) }.ok();
}

/// Schedules SIGALRM after this much time, and replaces a pending alarm; 0 cancels it. A timer on
/// the real-time clock would need one more call and costs several times as much.
#[inline(never)]
pub fn set_alarm(after: Duration) {
    let zero = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let value = libc::timeval { tv_sec: after.as_secs() as _, tv_usec: after.subsec_micros().into() };
    let timer = libc::itimerval { it_interval: zero, it_value: value };
    // SAFETY: the pointer describes `timer`, which lives through the call. It fails only for bad
    // arguments.
    unsafe { call(libc::SYS_setitimer, libc::ITIMER_REAL as usize, (&raw const timer).expose_provenance(), 0) }.ok();
}

/// True if an alarm is pending.
#[cold]
#[must_use]
pub fn is_alarm_set() -> bool {
    // SAFETY: all zero bits are a valid itimerval: no alarm.
    let mut timer: libc::itimerval = unsafe { zeroed() };
    // SAFETY: the pointer describes `timer`, which the call writes. It fails only for bad
    // arguments.
    unsafe { call(libc::SYS_getitimer, libc::ITIMER_REAL as usize, (&raw mut timer).expose_provenance(), 0) }.ok();
    timer.it_value.tv_sec != 0 || timer.it_value.tv_usec != 0
}

/// Unblocks every signal; the parent process may have blocked some.
pub fn unblock_all() {
    mask(libc::SIG_SETMASK, 0);
}

/// The signals that the process receives, and that only the serving thread handles.
#[cfg(feature = "std")]
pub const PROCESS_SIGNALS: u64 = bit(SIGTERM) | bit(SIGALRM);

/// Blocks the signals of the process in this thread, and returns the mask that [`set_mask`]
/// restores.
#[cfg(feature = "std")]
#[must_use]
pub fn block_process_signals() -> u64 {
    let (signals, mut before) = (PROCESS_SIGNALS, 0u64);
    let (set, old) = ((&raw const signals).expose_provenance(), (&raw mut before).expose_provenance());
    // SAFETY: the pointers and the length describe `signals` and `before`, which live through the
    // call. It fails only for bad arguments.
    unsafe { call_of_five(libc::SYS_rt_sigprocmask, libc::SIG_BLOCK as usize, set, old, SIGNAL_SET_BYTES, 0) }.ok();
    before
}

/// Sets this thread's mask of blocked signals.
#[cfg(feature = "std")]
pub fn set_mask(signals: u64) {
    mask(libc::SIG_SETMASK, signals);
}

/// Runs handlers with [`Stack::Alternate`] on this memory, on this thread; null disables that.
///
/// # Safety
/// Nothing else uses the memory until another is set.
#[cfg(feature = "std")]
pub unsafe fn set_thread_alternate_stack(memory: *mut c_void, bytes: usize) {
    let ss_flags = if memory.is_null() { libc::SS_DISABLE } else { 0 };
    let stack = libc::stack_t { ss_sp: memory, ss_flags, ss_size: bytes };
    // SAFETY: the pointer describes `stack`, which lives through the call; the memory is the
    // caller's. It fails only for bad arguments.
    unsafe { call(libc::SYS_sigaltstack, (&raw const stack).expose_provenance(), 0, 0) }.ok();
}

/// The signals that [`super::process::Watch`] waits for.
pub static AWAITED: u64 = bit(SIGTERM) | bit(SIGCHLD);

/// Blocks the signals that [`super::process::Watch`] waits for.
pub fn block_awaited() {
    act(SIGCHLD, &Action { handler: libc::SIG_DFL, flags: SA_RESTORER, restorer: 0, mask: 0 }); // if it were ignored, children could not be reaped
    mask(libc::SIG_BLOCK, AWAITED);
}

fn mask(how: c_int, signals: u64) {
    let set = (&raw const signals).expose_provenance();
    // SAFETY: the pointer and the length describe `signals`, which lives through the call; the old
    // mask is not requested.
    unsafe { call_of_five(libc::SYS_rt_sigprocmask, how as usize, set, 0, SIGNAL_SET_BYTES, 0) }.ok(); // it fails only for bad arguments
}

/// Returns the bit of `signal` in the kernel's signal set.
const fn bit(signal: c_int) -> u64 {
    1 << (signal - 1)
}
