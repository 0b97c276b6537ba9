//! aarch64, which Lambda calls arm64: Graviton.

use core::arch::aarch64::{vld1q_u8, vmaxvq_u8, vorrq_u8};

/// Searches bytes by instructions that every processor of this kind has.
pub use memchr::arch::aarch64::neon::memchr::One as Finder;

/// The first instructions, which call a function with the address of what the kernel laid out on the stack: the argument count, which the
/// arguments, a null pointer and the environment follow. The stack is aligned as a function wants it.
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
    // SAFETY: four times sixteen bytes are a line's, and need not be aligned for these loads.
    unsafe {
        let one = vorrq_u8(vld1q_u8(line), vld1q_u8(line.add(16)));
        let other = vorrq_u8(vld1q_u8(line.add(32)), vld1q_u8(line.add(48)));
        vmaxvq_u8(vorrq_u8(one, other)) < 0x80
    }
}

/// Size of the kernel's `epoll_event`, in bytes.
pub const EPOLL_EVENT_BYTES: usize = 16;

/// No address behind which a handler's return is found: the kernel has one of its own in the page that it maps into each process.
pub const SA_RESTORER: usize = 0;

/// See [`SA_RESTORER`].
#[must_use]
pub fn restorer() -> usize {
    0
}

/// The instruction that a signal interrupted, by the registers as the kernel kept them.
#[must_use]
pub fn instruction(context: &libc::ucontext_t) -> usize {
    context.uc_mcontext.pc as usize
}

/// Where the interrupted function's stack ended.
#[must_use]
pub fn stack_end(context: &libc::ucontext_t) -> usize {
    context.uc_mcontext.sp as usize
}

/// The frame of the function that calls this: the frame before it, and the return address after that.
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
