//! aarch64, which Lambda calls arm64 (Graviton).

use core::arch::aarch64::{vld1q_u8, vmaxvq_u8, vorrq_u8};

/// Searches bytes with the SIMD instructions that every aarch64 processor has.
pub use memchr::arch::aarch64::neon::memchr::One as Finder;

/// The entry point. Calls a function with the address of the initial stack: the argument count, the
/// arguments, a null pointer and the environment. The stack is aligned as the ABI requires.
#[macro_export]
macro_rules! entry {
    ($begin:path) => {
        core::arch::global_asm!(
            ".pushsection .text..start.entry, \"ax\", @progbits",
            ".globl bootstrap_start",
            "bootstrap_start:",
            "mov x29, xzr",   // the outermost frame, as the ABI marks it
            "mov x30, xzr",
            "mov x0, sp",
            "b {begin}",
            ".popsection",
            begin = sym $begin,
        );
    };
}

/// Bytes that [`is_ascii`] reads: a cache line.
pub const LINE_BYTES: usize = 64;

/// True if no byte of `line` has its highest bit.
#[must_use]
pub fn is_ascii(line: &[u8; LINE_BYTES]) -> bool {
    let line = line.as_ptr();
    // SAFETY: four loads of 16 bytes read exactly `line`; these loads need no alignment.
    unsafe {
        let one = vorrq_u8(vld1q_u8(line), vld1q_u8(line.add(16)));
        let other = vorrq_u8(vld1q_u8(line.add(32)), vld1q_u8(line.add(48)));
        vmaxvq_u8(vorrq_u8(one, other)) < 0x80
    }
}

/// Size of the kernel's `epoll_event`, in bytes.
pub const EPOLL_EVENT_BYTES: usize = 16;

/// 0: aarch64 needs no restorer, because the kernel maps its own (in the vDSO) into each process.
pub const SA_RESTORER: usize = 0;

/// See [`SA_RESTORER`].
#[must_use]
pub fn restorer() -> usize {
    0
}

/// Returns the address of the instruction that a signal interrupted, from the saved registers.
#[must_use]
pub fn instruction(context: &libc::ucontext_t) -> usize {
    context.uc_mcontext.pc as usize
}

/// Returns the stack pointer of the interrupted function.
#[must_use]
pub fn stack_end(context: &libc::ucontext_t) -> usize {
    context.uc_mcontext.sp as usize
}

/// Returns the frame pointer of the caller. It points at the previous frame pointer, which the
/// return address follows.
#[cfg(feature = "observe")]
#[inline(always)]
#[expect(clippy::inline_always, reason = "the frame is the caller's")]
#[must_use]
pub fn frame_pointer() -> *const usize {
    let frame: *const usize;
    // SAFETY: it copies a register.
    unsafe { core::arch::asm!("mov {}, x29", out(reg) frame, options(nomem, nostack, preserves_flags)) };
    frame
}
