//! What is particular to a processor, in one file for each: the first instructions, bytes looked at sixteen at a time, and what the kernel has
//! to do with signals. All else is the same source for each of them.
#![allow(unsafe_code)]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "registers are 64 bits, whatever type libc gives them")]

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
pub use aarch64::*;
#[cfg(target_arch = "x86_64")]
pub use x86_64::*;

/// How many bytes [`is_ascii`] looks at: a cache line.
pub const LINE_BYTES: usize = 64;
