//! `x86_64`: Intel's and AMD's.

use core::arch::global_asm;
use core::arch::x86_64::{__m128i, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128};
use core::ffi::c_int;

/// Searches bytes by instructions that every processor of this kind has.
pub use memchr::arch::x86_64::sse2::memchr::One as Finder;

/// The first instructions, which call a function with the address of what the kernel laid out on the stack: the argument count, which the
/// arguments, a null pointer and the environment follow, as the ABI has it (section 3.4.1).
#[macro_export]
macro_rules! entry {
    ($begin:path) => {
        core::arch::global_asm!(
            ".pushsection .text..start.entry, \"ax\", @progbits",
            ".globl bootstrap_start",
            "bootstrap_start:",
            "xor ebp, ebp",   // the outermost frame, as the ABI marks it
            "mov rdi, rsp",
            "and rsp, -16",   // what the ABI promises to a function that is called
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
    // SAFETY: four times sixteen bytes are a line's, and need not be aligned for these loads.
    unsafe {
        let one = _mm_or_si128(_mm_loadu_si128(line), _mm_loadu_si128(line.add(1)));
        let other = _mm_or_si128(_mm_loadu_si128(line.add(2)), _mm_loadu_si128(line.add(3)));
        _mm_movemask_epi8(_mm_or_si128(one, other)) == 0
    }
}

/// Size of the kernel's `epoll_event`, in bytes: here it is packed.
pub const EPOLL_EVENT_BYTES: usize = 12;

/// What the kernel wants of a signal's action, though libc names it nowhere: an address behind which a handler's return is found.
pub const SA_RESTORER: usize = 0x0400_0000;

/// That address.
#[must_use]
pub fn restorer() -> usize {
    (&raw const ruchy_lambda_restore).addr()
}

// A handler returns to these two instructions, which ask the kernel to go on where it had interrupted. They must be as they are:
// debuggers know a signal's frame by them.
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

/// The instruction that a signal interrupted, by the registers as the kernel kept them.
#[must_use]
pub fn instruction(context: &libc::ucontext_t) -> usize {
    register(context, libc::REG_RIP)
}

/// The frame of the function that calls this: the frame before it, and the return address after that.
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

/// Where the interrupted function's stack ended.
#[must_use]
pub fn stack_end(context: &libc::ucontext_t) -> usize {
    register(context, libc::REG_RSP)
}

fn register(context: &libc::ucontext_t, index: c_int) -> usize {
    context.uc_mcontext.gregs.get(index as usize).map_or(0, |value| *value as usize)
}
