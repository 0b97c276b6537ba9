//! Recognises the system call that sends a request for an event.

use super::memory::word;
use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace;
use nix::unistd::Pid;

/// The instruction `syscall`.
pub const SYSCALL: [u8; 2] = [0x0f, 0x05];

/// Returns true if the system call that `task` enters sends the request.
pub fn sends_request(task: Pid) -> Result<bool, Errno> {
    let registers = ptrace::getregs(task)?;
    Ok(is_request(task, registers.orig_rax, registers.rsi, registers.rdx))
}

/// Returns true if call `number` with these second and third arguments sends bytes that begin with
/// `GET `.
pub fn is_request(task: Pid, number: u64, second: u64, third: u64) -> bool {
    let is = |call: libc::c_long| number.cast_signed() == call;
    let first_of = |vector: u64| word(task, vector);
    let text = if (is(libc::SYS_write) || is(libc::SYS_sendto)) && third >= 4 {
        Some(second)
    } else if is(libc::SYS_writev) {
        first_of(second)
    } else if is(libc::SYS_sendmsg) {
        // struct msghdr: the name, its length, the pieces.
        first_of(second + 16).and_then(first_of)
    } else {
        None
    };
    text.and_then(|text| word(task, text)).is_some_and(|word| word.to_le_bytes().starts_with(b"GET "))
}
