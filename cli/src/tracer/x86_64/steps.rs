//! Counts the instructions of each call of one function in a process that runs already.

use super::memory::{bytes, word};
use crate::Error;
use crate::tracer::counts::INSTRUCTIONS_MAX;
use crate::tracer::steps::{Steps, Traced};
use iced_x86::{Decoder, DecoderOptions, FlowControl};
use nix::errno::Errno;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::collections::HashMap;
use std::sync::mpsc::{Sender, channel};
use std::thread;

/// The instruction `int3`, which stops a traced process.
const BREAKPOINT: u64 = 0xcc;

/// Counts the calls of the function at the address `entry` in the process `id`, a child of this
/// one, from now on.
///
/// # Errors
/// [`Error::ColdStart`] if tracing is not permitted here.
pub fn calls_of(name: &str, id: u32, entry: u64) -> Result<Traced, Error> {
    let (sender, receiver) = channel();
    let (ready, is_ready) = channel();
    let task = Pid::from_raw(id.cast_signed());
    // The thread that attaches is the only one that may trace. It ends with the process.
    thread::spawn(move || match Function::attach(task, entry) {
        Ok(function) => {
            let _ = ready.send(Ok(()));
            let _ = function.count(&sender); // the caller sees the end of the process by itself
        }
        Err(errno) => _ = ready.send(Err(errno)),
    });
    let failed = |errno: Errno| Error::cold_start(name, super::untraceable(&errno.into()));
    is_ready.recv().unwrap_or(Err(Errno::ESRCH)).map_err(failed)?;
    Ok(Traced(receiver))
}

/// A function of a traced process.
struct Function {
    task: Pid,
    entry: u64,
    /// The first eight bytes of its code.
    code: u64,
}

/// A call within the counted function.
struct Call {
    /// The address of the call instruction, and the one that it called.
    place: (u64, u64),
    /// The stack pointer at the entry of the called function.
    stack: u64,
    /// The instructions before it.
    before: u64,
}

impl Function {
    fn attach(task: Pid, entry: u64) -> Result<Self, Errno> {
        ptrace::seize(task, Options::PTRACE_O_EXITKILL)?;
        ptrace::interrupt(task)?;
        wait(task)?;
        let code = word(task, entry).ok_or(Errno::EFAULT)?;
        let function = Self { task, entry, code };
        function.set_breakpoint(true)?;
        ptrace::cont(task, None)?;
        Ok(function)
    }

    fn set_breakpoint(&self, is_set: bool) -> Result<(), Errno> {
        let code = if is_set { self.code & !0xff | BREAKPOINT } else { self.code };
        let address = usize::try_from(self.entry).map_err(|_| Errno::EFAULT)?;
        ptrace::write(self.task, std::ptr::with_exposed_provenance_mut(address), code.cast_signed())
    }

    /// Counts calls until the process ends.
    fn count(&self, sender: &Sender<Steps>) -> Result<(), Errno> {
        loop {
            let signal = match wait(self.task)? {
                Stop::Signal(Signal::SIGTRAP) => {
                    let mut registers = ptrace::getregs(self.task)?;
                    if registers.rip == self.entry + 1 {
                        registers.rip = self.entry;
                        ptrace::setregs(self.task, registers)?;
                        self.set_breakpoint(false)?;
                        let steps = self.steps()?;
                        self.set_breakpoint(true)?;
                        let _ = sender.send(steps); // the receiver may have ended
                    }
                    None
                }
                Stop::Signal(signal) => Some(signal),
                Stop::Event => None,
            };
            ptrace::cont(self.task, signal)?;
        }
    }

    /// Counts the instructions from the entry of the function to its return.
    fn steps(&self) -> Result<Steps, Errno> {
        let (mut steps, mut calls, mut is_call) = (Steps::default(), Vec::<Call>::new(), HashMap::new());
        let registers = ptrace::getregs(self.task)?;
        let (stack, back) = (registers.rsp, word(self.task, registers.rsp).ok_or(Errno::EFAULT)?);
        let mut called_from = None;
        for count in 0.. {
            let registers = ptrace::getregs(self.task)?;
            if let Some(place) = called_from.take() {
                calls.push(Call { place: (place, registers.rip), stack: registers.rsp, before: count });
            }
            while let Some(call) = calls.pop_if(|call| call.stack < registers.rsp) {
                let (number, inclusive) = steps.calls.entry(call.place).or_default();
                *number += 1;
                *inclusive += count - call.before;
            }
            if (registers.rip, registers.rsp) == (back, stack + 8) {
                break;
            }
            if count >= INSTRUCTIONS_MAX {
                steps.is_cut_off = true;
                break;
            }
            *steps.instructions.entry(registers.rip).or_default() += 1;
            let is_call = *is_call.entry(registers.rip).or_insert_with(|| is_call_instruction(&bytes(self.task, registers.rip)));
            called_from = is_call.then_some(registers.rip);
            self.step()?;
        }
        Ok(steps)
    }

    /// Runs one instruction. Signals that arrive meanwhile are handled first.
    fn step(&self) -> Result<(), Errno> {
        let mut signal = None;
        loop {
            ptrace::step(self.task, signal)?;
            match wait(self.task)? {
                Stop::Signal(Signal::SIGTRAP) => return Ok(()),
                Stop::Signal(other) => signal = Some(other),
                Stop::Event => signal = None,
            }
        }
    }
}

fn is_call_instruction(code: &[u8]) -> bool {
    let instruction = Decoder::new(64, code, DecoderOptions::NONE).decode();
    matches!(instruction.flow_control(), FlowControl::Call | FlowControl::IndirectCall)
}

enum Stop {
    Signal(Signal),
    /// A stop that the tracer itself caused.
    Event,
}

/// Waits until the process stops.
fn wait(task: Pid) -> Result<Stop, Errno> {
    match waitpid(task, Some(WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD))? {
        WaitStatus::Stopped(_, signal) => Ok(Stop::Signal(signal)),
        WaitStatus::Exited(..) | WaitStatus::Signaled(..) => Err(Errno::ESRCH),
        _ => Ok(Stop::Event),
    }
}

#[cfg(test)]
mod tests {
    use super::is_call_instruction;

    #[test]
    fn calls_are_recognised() {
        assert!(is_call_instruction(b"\xe8\x00\x00\x00\x00") && is_call_instruction(b"\xff\xd0"));
        for other in [b"\xc3\x90".as_slice(), b"\xe9\x00\x00\x00\x00", b"\xff\xe0"] {
            assert!(!is_call_instruction(other), "{other:?}");
        }
    }
}
