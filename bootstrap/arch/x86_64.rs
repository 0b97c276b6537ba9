//! `x86_64` (Intel and AMD).

use core::arch::global_asm;
use core::arch::x86_64::{__m128i, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128};
use core::ffi::c_int;

/// Searches bytes with the SIMD instructions that every `x86_64` processor has.
pub use memchr::arch::x86_64::sse2::memchr::One as Finder;

/// The entry point. Calls a function with the address of the initial stack: the argument count, the
/// arguments, a null pointer and the environment (System V ABI, section 3.4.1).
#[macro_export]
macro_rules! entry {
    ($begin:path) => {
        core::arch::global_asm!(
            ".pushsection .text..start.entry, \"ax\", @progbits",
            ".globl bootstrap_start",
            "bootstrap_start:",
            "xor ebp, ebp",   // the outermost frame, as the ABI marks it
            "mov rdi, rsp",
            "and rsp, -16",   // the ABI's alignment at a call
            "call {begin}",
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
    let line: *const __m128i = line.as_ptr().cast();
    // SAFETY: four loads of 16 bytes read exactly `line`; these loads need no alignment.
    unsafe {
        let one = _mm_or_si128(_mm_loadu_si128(line), _mm_loadu_si128(line.add(1)));
        let other = _mm_or_si128(_mm_loadu_si128(line.add(2)), _mm_loadu_si128(line.add(3)));
        _mm_movemask_epi8(_mm_or_si128(one, other)) == 0
    }
}

/// Size of the kernel's `epoll_event`, in bytes: here it is packed.
pub const EPOLL_EVENT_BYTES: usize = 12;

/// The flag `SA_RESTORER`, which libc does not define: the action names the address to which a
/// handler returns.
pub const SA_RESTORER: usize = 0x0400_0000;

/// Returns the address to which a handler returns.
#[must_use]
pub fn restorer() -> usize {
    (&raw const ruchy_lambda_restore).addr()
}

// A handler returns to these two instructions, which call `rt_sigreturn`. Debuggers recognise a
// signal frame by exactly these instructions.
global_asm!(
    ".globl ruchy_lambda_restore",
    "ruchy_lambda_restore:",
    "mov rax, {number}",
    "syscall",
    number = const libc::SYS_rt_sigreturn,
);

unsafe extern "C" {
    static ruchy_lambda_restore: u8;
}

/// Returns the address of the instruction that a signal interrupted, from the saved registers.
#[must_use]
pub fn instruction(context: &libc::ucontext_t) -> usize {
    register(context, libc::REG_RIP)
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
    unsafe { core::arch::asm!("mov {}, rbp", out(reg) frame, options(nomem, nostack, preserves_flags)) };
    frame
}

/// Returns the stack pointer of the interrupted function.
#[must_use]
pub fn stack_end(context: &libc::ucontext_t) -> usize {
    register(context, libc::REG_RSP)
}

fn register(context: &libc::ucontext_t, index: c_int) -> usize {
    context.uc_mcontext.gregs.get(index as usize).map_or(0, |value| *value as usize)
}
