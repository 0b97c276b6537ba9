//! The stack of a child process, read while it is stopped for a moment. On processors other than
//! `x86_64` it is empty.

use super::symbols::Symbols;
use nix::sys::ptrace::{self, Options};
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;
use std::io::IoSliceMut;
use std::path::Path;

/// The most words of the stack that are read.
const WORDS_MAX: usize = 16 * 1024;
/// The return addresses of signal handlers: the runtime's own, and musl's.
const RESTORERS: [&str; 2] = ["ruchy_lambda_restore", "__restore_rt"];
/// The registers in the kernel's signal frame, in words from the word after the restorer:
/// `uc_mcontext.gregs` with `REG_RSP` and `REG_RIP`.
const FRAME_STACK: usize = 5 + 15;
const FRAME_INSTRUCTION: usize = 5 + 16;

/// Returns the stack of the child `id`, read by means of the file with symbols that it was
/// linked with: each function with its source line, from the innermost to the handler. For a
/// child that handles a crash it is the stack at the crash. Empty if it cannot be read.
#[must_use]
pub fn stack_of(id: u32, with_symbols: &Path) -> Vec<String> {
    read(id, with_symbols, false).unwrap_or_default()
}

/// [`stack_of`] a child that handles a crash; empty if it does not.
#[must_use]
pub fn crashed_stack_of(id: u32, with_symbols: &Path) -> Vec<String> {
    read(id, with_symbols, true).unwrap_or_default()
}

fn read(id: u32, with_symbols: &Path, has_crashed: bool) -> Option<Vec<String>> {
    let symbols = Symbols::open(with_symbols).ok()?;
    let restorers: Vec<u64> = RESTORERS.iter().filter_map(|name| symbols.code.address(name)).collect();
    // The stack does not change until this is dropped.
    let stopped = Stopped::stop(Pid::from_raw(id.try_into().ok()?))?;
    let (mut instruction, mut stack) = stopped.registers()?;
    let mut words = read_words(stopped.0, stack);
    let before = words.iter().position(|word| restorers.contains(word));
    if let Some(restorer) = before {
        let frame = words.get(restorer + 1..)?;
        (stack, instruction) = (*frame.get(FRAME_STACK)?, *frame.get(FRAME_INSTRUCTION)?);
        words = read_words(stopped.0, stack);
    } else if has_crashed {
        return None;
    }
    drop(stopped);
    Some(symbols.stack(instruction, &words, has_crashed))
}

/// A child that this thread has stopped. Dropping it lets the child continue.
struct Stopped(Pid);

impl Stopped {
    fn stop(pid: Pid) -> Option<Self> {
        ptrace::seize(pid, Options::empty()).ok()?;
        let stopped = Self(pid);
        ptrace::interrupt(pid).ok()?;
        stops(pid).then_some(stopped)
    }

    /// The instruction and the stack pointer.
    #[cfg(target_arch = "x86_64")]
    fn registers(&self) -> Option<(u64, u64)> {
        ptrace::getregs(self.0).ok().map(|registers| (registers.rip, registers.rsp))
    }

    /// The walk knows the calls of `x86_64` alone, so that no stack is read.
    #[cfg(not(target_arch = "x86_64"))]
    #[expect(clippy::unused_self, reason = "as on x86_64")]
    fn registers(&self) -> Option<(u64, u64)> {
        None
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = ptrace::detach(self.0, None);
    }
}

/// Waits until the child has stopped. False if it has ended: its status is left to the part of this
/// program that waits for its end.
fn stops(child: Pid) -> bool {
    let flags = WaitPidFlag::WSTOPPED | WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT | WaitPidFlag::__WALL;
    waitid(Id::Pid(child), flags).is_ok_and(|status| !matches!(status, WaitStatus::Exited(..) | WaitStatus::Signaled(..)))
}

/// The words from `address` upwards, as many as can be read.
fn read_words(pid: Pid, address: u64) -> Vec<u64> {
    let mut bytes = vec![0; WORDS_MAX * 8];
    let mut read = 0;
    while read < bytes.len() {
        let Ok(base) = usize::try_from(address).map(|address| address + read) else { break };
        // To the end of the page: what follows may not be mapped.
        let len = (4096 - base % 4096).min(bytes.len() - read);
        let remote = [RemoteIoVec { base, len }];
        match process_vm_readv(pid, &mut [IoSliceMut::new(&mut bytes[read..read + len])], &remote) {
            Ok(count) if count == len => read += len,
            _ => break,
        }
    }
    bytes[..read].chunks_exact(8).map(|word| u64::from_le_bytes(word.try_into().unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use super::{crashed_stack_of, stack_of, stops};
    use nix::unistd::Pid;
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    const SOURCE: &str = "#include <unistd.h>
static volatile int sink;
__attribute__((noinline)) void inner(int n) { write(1, \"running\\n\", 8); for (;;) sink += n; }
__attribute__((noinline)) void middle(int n) { inner(n + 1); sink++; }
__attribute__((noinline)) void outer(int n) { middle(n + 1); sink++; }
int main(int n, char **arguments) { outer(n); return sink; }
";

    #[test]
    #[cfg_attr(not(target_arch = "x86_64"), ignore = "stacks are read on x86_64 alone")]
    fn stack_of_a_child_has_its_functions_and_lines() {
        let folder = tempfile::tempdir().unwrap();
        let (source, program) = (folder.path().join("stack.c"), folder.path().join("stack"));
        std::fs::write(&source, SOURCE).unwrap();
        let compiled = Command::new("cc").args(["-O1", "-g", "-no-pie", "-fno-pie", "-o"]).arg(&program).arg(&source).status().unwrap();
        assert!(compiled.success());
        let mut child = Command::new(&program).stdout(Stdio::piped()).spawn().unwrap();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
        let (stack, crashed) = (stack_of(child.id(), &program), crashed_stack_of(child.id(), &program));
        child.kill().unwrap();
        child.wait().unwrap();
        let places: Vec<String> = stack.iter().map(|frame| frame.replace(&format!("{}", source.display()), "stack.c")).collect();
        for (frame, expected) in places.iter().zip(["inner (stack.c:3:", "middle (stack.c:4:", "outer (stack.c:5:", "main (stack.c:6:"]) {
            assert!(frame.starts_with(expected), "{places:?}");
        }
        assert!(places.len() >= 4 && crashed.is_empty(), "{places:?}");
    }

    #[test]
    fn stack_of_an_ended_child_leaves_its_status_to_others() {
        let mut child = Command::new("sh").args(["-c", "exit 7"]).spawn().unwrap();
        assert!(!stops(Pid::from_raw(child.id().cast_signed())));
        assert_eq!(child.wait().unwrap().code(), Some(7));
    }
}
