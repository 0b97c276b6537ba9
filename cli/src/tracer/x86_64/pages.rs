//! The pages that a program's own instructions touch.
//!
//! Each instruction in user space is decoded before it runs. Counted are the pages that it is in,
//! and those of the memory that it reads or writes, on the stack too. Pages that only the kernel
//! touches (the buffer of a system call) are not counted.

use crate::tracer::counts::Pages;
use iced_x86::{Decoder, DecoderOptions, Instruction, InstructionInfoFactory, OpAccess, Register, UsedMemory};
use nix::libc::user_regs_struct;
use nix::unistd::Pid;
use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;

/// The size of a page, in bytes.
pub const PAGE_BYTES: u64 = 4096;

/// Pages by their numbers.
pub(super) struct Touched {
    all: BTreeSet<u64>,
    written: BTreeSet<u64>,
    factory: InstructionInfoFactory,
}

impl Touched {
    pub(super) fn none() -> Self {
        Self { all: BTreeSet::new(), written: BTreeSet::new(), factory: InstructionInfoFactory::new() }
    }

    /// The pages of the instruction at the start of `code`, which runs next with these `registers`.
    pub(super) fn by(&mut self, registers: &user_regs_struct, code: &[u8]) {
        let instruction = Decoder::with_ip(64, code, registers.rip, DecoderOptions::NONE).decode();
        self.all.extend(pages(registers.rip, instruction.len()));
        if repeats(&instruction) && registers.rcx == 0 {
            return;
        }
        // (iced has `lea` and no-ops read nothing.)
        for memory in self.factory.info(&instruction).used_memory() {
            let Some(address) = memory.virtual_address(0, |register, _, _| value(register, registers)) else { continue };
            let pages = pages(address, memory.memory_size().size());
            self.all.extend(pages.clone());
            if writes(memory) {
                self.written.extend(pages);
            }
        }
    }

    /// The pages by kind, from the current mappings of `pid`.
    pub(super) fn pages(&self, pid: Pid) -> Pages {
        let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap_or_default();
        self.by_kind(&maps)
    }

    fn by_kind(&self, maps: &str) -> Pages {
        let mappings: Vec<_> = maps.lines().filter_map(mapping).collect();
        let kind = |page: &u64| mappings.iter().find(|(pages, _)| pages.contains(page)).map(|(_, kind)| *kind);
        let count = |pages: &BTreeSet<u64>, of: &dyn Fn(Option<Kind>) -> bool| pages.iter().filter(|page| of(kind(page))).count() as u64;
        Pages {
            file: count(&self.all, &|kind| kind == Some(Kind::File)),
            data: count(&self.written, &|kind| kind != Some(Kind::Stack)),
            stack: count(&self.written, &|kind| kind == Some(Kind::Stack)),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File,
    Stack,
    Anonymous,
}

/// The page numbers of a line of `/proc/PID/maps`, and their content:
/// `400000-409000 r-xp 00000000 fe:00 1234   /a/bootstrap`.
fn mapping(line: &str) -> Option<(Range<u64>, Kind)> {
    let mut fields = line.split_whitespace();
    let (start, end) = fields.next()?.split_once('-')?;
    let page = |address| Some(u64::from_str_radix(address, 16).ok()? / PAGE_BYTES);
    let inode = fields.nth(3)?;
    let kind = match fields.next() {
        Some("[stack]") => Kind::Stack,
        _ if inode != "0" => Kind::File,
        _ => Kind::Anonymous,
    };
    Some((page(start)?..page(end)?, kind))
}

/// The numbers of the pages that so many bytes at `address` lie in.
fn pages(address: u64, bytes: usize) -> std::ops::RangeInclusive<u64> {
    let last = address.saturating_add((bytes as u64).saturating_sub(1));
    address / PAGE_BYTES..=last / PAGE_BYTES
}

/// Returns true for a string instruction that does nothing if the count is zero.
fn repeats(instruction: &Instruction) -> bool {
    instruction.is_string_instruction() && (instruction.has_rep_prefix() || instruction.has_repne_prefix())
}

fn writes(memory: &UsedMemory) -> bool {
    use OpAccess::{CondWrite, ReadCondWrite, ReadWrite, Write};
    matches!(memory.access(), Write | CondWrite | ReadWrite | ReadCondWrite)
}

/// Returns the value of a register that is part of an address.
fn value(register: Register, registers: &user_regs_struct) -> Option<u64> {
    Some(match register.full_register() {
        Register::RAX => registers.rax,
        Register::RBX => registers.rbx,
        Register::RCX => registers.rcx,
        Register::RDX => registers.rdx,
        Register::RSI => registers.rsi,
        Register::RDI => registers.rdi,
        Register::RBP => registers.rbp,
        Register::RSP => registers.rsp,
        Register::R8 => registers.r8,
        Register::R9 => registers.r9,
        Register::R10 => registers.r10,
        Register::R11 => registers.r11,
        Register::R12 => registers.r12,
        Register::R13 => registers.r13,
        Register::R14 => registers.r14,
        Register::R15 => registers.r15,
        Register::FS => registers.fs_base,
        Register::GS => registers.gs_base,
        Register::CS | Register::DS | Register::ES | Register::SS => 0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Pages, Touched};
    use nix::libc::user_regs_struct;

    const MAPS: &str = "00400000-00409000 r-xp 00000000 fe:00 1234  /a file/bootstrap\n\
                        00409000-0040b000 rw-p 00000000 00:00 0 \n\
                        7ffc0000-7ffc4000 rw-p 00000000 00:00 0  [stack]\n\
                        7ffc8000-7ffca000 r-xp 00000000 00:00 0  [vdso]\n";

    /// At 0x400ffe unless the test sets another address, with data in rsi and rdi.
    fn registers() -> user_regs_struct {
        // SAFETY: all zeros are registers: they are integers.
        #[allow(unsafe_code)]
        let mut registers: user_regs_struct = unsafe { std::mem::zeroed() };
        registers.rip = 0x40_0100;
        registers.rsp = 0x7ffc_2000;
        registers.rsi = 0x40_2ffc;
        registers.rdi = 0x40_9ffc;
        registers.rcx = 1;
        registers
    }

    fn pages(code: &[u8], change: impl Fn(&mut user_regs_struct)) -> (u64, u64, u64) {
        let mut touched = Touched::none();
        let mut registers = registers();
        change(&mut registers);
        let mut padded = [0x90; 16];
        padded[..code.len()].copy_from_slice(code);
        touched.by(&registers, &padded);
        let Pages { file, data, stack } = touched.by_kind(MAPS);
        (file, data, stack)
    }

    #[test]
    fn pages_touched_by_each_kind_of_instruction() {
        let as_it_is = |_: &mut user_regs_struct| {};
        for (name, code, file, data, stack) in [
            ("nop", &[0x90][..], 1, 0, 0),
            ("call, below the stack's page", &[0xe8, 0, 0, 0, 0], 1, 0, 1),
            ("mov rax, [rsi]: a read across two pages", &[0x48, 0x8b, 0x06], 3, 0, 0),
            ("mov rax, [rdi]: of no file, and not written", &[0x48, 0x8b, 0x07], 1, 0, 0),
            ("mov [rdi], rax: a write across two pages", &[0x48, 0x89, 0x07], 1, 2, 0),
            ("mov [edi], eax", &[0x67, 0x89, 0x07], 1, 1, 0),
            ("movsq", &[0x48, 0xa5], 3, 2, 0),
            ("rep movsb, one of them", &[0xf3, 0xa4], 2, 1, 0),
            ("lea rax, [rsi + 8192]", &[0x48, 0x8d, 0x86, 0, 0x20, 0, 0], 1, 0, 0),
            ("mov rax, [rip + 4096]", &[0x48, 0x8b, 0x05, 0, 0x10, 0, 0], 2, 0, 0),
            ("mov fs:[0], rax", &[0x64, 0x48, 0x89, 0x04, 0x25, 0, 0, 0, 0], 1, 1, 0),
        ] {
            let fs = |registers: &mut user_regs_struct| registers.fs_base = 0x40_a000;
            let found = if name.contains("fs:") { pages(code, fs) } else { pages(code, as_it_is) };
            assert_eq!(found, (file, data, stack), "{name}");
        }
    }

    #[test]
    fn pages_of_instruction_that_spans_two_pages() {
        assert_eq!(pages(&[0x48, 0x89, 0xc0], |registers| registers.rip = 0x40_0ffe).0, 2);
        assert_eq!(pages(&[0xf3, 0xa4], |registers| registers.rcx = 0), (1, 0, 0));
    }
}
