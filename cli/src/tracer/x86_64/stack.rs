//! Moves the start of the stack to the start of a page. The kernel places it at a random offset in
//! a page, so the number of stack pages that a start touches would differ from one start to the
//! next.

use super::memory::word;
use super::pages::PAGE_BYTES;
use nix::errno::Errno;
use nix::libc::c_long;
use nix::sys::ptrace;
use nix::unistd::Pid;

/// More words than the kernel lays out below a program's arguments and variables.
const WORDS_MAX: usize = 64 << 10;

/// Moves the initial stack of `pid`, which is stopped after its exec, (the argument count, the
/// pointers to arguments and variables, the auxiliary vector) to the beginning of the page that it
/// begins in: the worst place, of which every page below is a new one. The texts that are pointed
/// to stay.
pub fn to_page_start(pid: Pid) -> Result<(), Errno> {
    let mut registers = ptrace::getregs(pid)?;
    let words = words(pid, registers.rsp)?;
    registers.rsp &= !(PAGE_BYTES - 1);
    for (address, word) in (registers.rsp..).step_by(size_of::<u64>()).zip(words) {
        let word = c_long::from_ne_bytes(word.to_ne_bytes());
        ptrace::write(pid, std::ptr::with_exposed_provenance_mut(usize::try_from(address).map_err(|_| Errno::EFAULT)?), word)?;
    }
    ptrace::setregs(pid, registers)
}

/// All words from `address` to the end of the auxiliary vector.
fn words(pid: Pid, address: u64) -> Result<Vec<u64>, Errno> {
    let mut rest = (address..).step_by(size_of::<u64>()).take(WORDS_MAX).map(|address| word(pid, address).ok_or(Errno::EFAULT));
    let mut words = Vec::new();
    // The count and the arguments, which a zero ends; the variables, which another ends.
    for _ in 0..2 {
        loop {
            let word = rest.next().ok_or(Errno::E2BIG)??;
            words.push(word);
            if word == 0 {
                break;
            }
        }
    }
    // Pairs of a type and a value, the last one of type zero.
    loop {
        let [kind, value] = [rest.next().ok_or(Errno::E2BIG)??, rest.next().ok_or(Errno::E2BIG)??];
        words.extend([kind, value]);
        if kind == 0 {
            return Ok(words);
        }
    }
}
