//! The callers on a stack of `x86_64`, found without unwind tables, which linked files do not have:
//! a word is a return address if the instruction before it calls the function that the walk is in,
//! or one that jumps there (a tail call). Pure.
//!
//! A function that no call names was called through a pointer: the walk then takes the next
//! return address of an indirect call, or of any call. Either may be a leftover of an earlier
//! call.

use iced_x86::{Decoder, DecoderOptions, FlowControl};
use std::collections::BTreeMap;

/// The most functions that a call is followed through by jumps.
const JUMPS_MAX: usize = 3;
/// The most callers that are found.
const CALLERS_MAX: usize = 32;
/// The opcode of a call by a distance of 32 bits.
const CALL: u8 = 0xe8;
/// The opcode of calls through a register or memory.
const CALL_INDIRECT: u8 = 0xff;

/// The code of a linked file, and its functions.
#[derive(Clone, Debug, Default)]
pub struct Code {
    sections: Vec<(u64, Vec<u8>)>,
    functions: BTreeMap<u64, (u64, String)>,
}

/// The call before a return address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    To(u64),
    Indirect,
    /// To an address outside the file's functions, such as one of a shared object.
    Elsewhere,
}

impl Code {
    pub fn add_section(&mut self, address: u64, bytes: Vec<u8>) {
        self.sections.push((address, bytes));
    }

    pub fn add_function(&mut self, address: u64, bytes: u64, name: &str) {
        // The first of several names is kept.
        self.functions.entry(address).or_insert_with(|| (bytes, name.to_owned()));
    }

    /// Gives functions without a length that up to the next function.
    pub fn sort(&mut self) {
        let starts: Vec<u64> = self.functions.keys().copied().collect();
        for pair in starts.windows(2) {
            if let Some((bytes, _)) = self.functions.get_mut(&pair[0])
                && *bytes == 0
            {
                *bytes = pair[1] - pair[0];
            }
        }
    }

    /// The name of the function that `address` is in.
    #[must_use]
    pub fn function(&self, address: u64) -> Option<&str> {
        let (start, (bytes, name)) = self.functions.range(..=address).next_back()?;
        (address < start + (*bytes).max(1)).then_some(name.as_str())
    }

    /// The address of the function `name`.
    #[must_use]
    pub fn address(&self, name: &str) -> Option<u64> {
        self.functions.iter().find(|(_, (_, known))| known == name).map(|(address, _)| *address)
    }

    fn start_of(&self, address: u64) -> Option<u64> {
        let (start, (bytes, _)) = self.functions.range(..=address).next_back()?;
        (address < start + (*bytes).max(1)).then_some(*start)
    }

    fn bytes_before(&self, address: u64, count: u64) -> Option<&[u8]> {
        self.sections.iter().find_map(|(start, bytes)| {
            let end = usize::try_from(address.checked_sub(*start)?).ok().filter(|end| *end <= bytes.len())?;
            bytes.get(end.checked_sub(usize::try_from(count).ok()?)?..end)
        })
    }

    /// The call that ends at `address`.
    fn call_before(&self, address: u64) -> Option<Call> {
        if let Some([CALL, distance @ ..]) = self.bytes_before(address, 5) {
            let distance = i32::from_le_bytes(distance.try_into().ok()?);
            let target = address.wrapping_add_signed(distance.into());
            return Some(if self.functions.contains_key(&target) { Call::To(target) } else { Call::Elsewhere });
        }
        // `ff /2`: 2 bytes for a register, up to 7 with a base, an index and a distance.
        let is_indirect = [2, 3, 4, 6, 7].into_iter().any(|count| {
            matches!(self.bytes_before(address, count), Some([CALL_INDIRECT, mode, ..]) if mode >> 3 & 7 == 2)
                || matches!(self.bytes_before(address, count + 1), Some([0x40..=0x4f, CALL_INDIRECT, mode, ..]) if mode >> 3 & 7 == 2)
        });
        is_indirect.then_some(Call::Indirect)
    }

    /// Returns true if `from` is `to`, or jumps there through at most `jumps_max`
    /// functions.
    fn leads_to(&self, from: u64, to: u64, jumps_max: usize) -> bool {
        from == to || jumps_max > 0 && self.jumps(from).into_iter().any(|target| self.leads_to(target, to, jumps_max - 1))
    }

    /// The functions that the one at `start` jumps to.
    fn jumps(&self, start: u64) -> Vec<u64> {
        let Some((length, _)) = self.functions.get(&start) else { return Vec::new() };
        let Some(bytes) = self.bytes_before(start + length, *length) else { return Vec::new() };
        let mut decoder = Decoder::with_ip(64, bytes, start, DecoderOptions::NONE);
        let mut jumps = Vec::new();
        while decoder.can_decode() {
            let instruction = decoder.decode();
            let target = instruction.near_branch_target();
            if matches!(instruction.flow_control(), FlowControl::UnconditionalBranch | FlowControl::ConditionalBranch)
                && target != start
                && self.functions.contains_key(&target)
            {
                jumps.push(target);
            }
        }
        jumps
    }

    /// The return addresses in `stack`, the words from the stack pointer upwards, of a process that
    /// is at `instruction`.
    #[must_use]
    pub fn callers(&self, instruction: u64, stack: &[u64]) -> Vec<u64> {
        let mut callers = Vec::new();
        let (mut current, mut from) = (self.start_of(instruction), 0);
        while callers.len() < CALLERS_MAX {
            let calls = || stack[from..].iter().enumerate().filter_map(|(index, word)| Some((index, *word, self.call_before(*word)?)));
            let leads_here = |call: Call| match (call, current) {
                (Call::To(target), Some(current)) => self.leads_to(target, current, JUMPS_MAX),
                _ => false,
            };
            let found = if current.is_none() {
                // Code of another file: whatever was called last led there.
                calls().next()
            } else {
                let first = |is_it: &dyn Fn(Call) -> bool| calls().find(|(_, _, call)| is_it(*call));
                first(&leads_here).or_else(|| first(&|call| call == Call::Indirect)).or_else(|| first(&|call| call != Call::Elsewhere))
            };
            let Some((index, word, _)) = found else { return callers };
            callers.push(word);
            current = self.start_of(word - 1);
            from += index + 1;
        }
        callers
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    /// `outer` at 0x1000 calls `middle` at 0x1100 by a distance; that calls `inner` at 0x1200
    /// through a register; `other` at 0x1300 calls `middle` too.
    fn code() -> Code {
        let mut bytes = vec![0x90; 0x400];
        let mut call = |at: usize, target: i32| {
            bytes[at] = 0xe8;
            let distance = target - i32::try_from(at).unwrap() - 5;
            bytes[at + 1..at + 5].copy_from_slice(&distance.to_le_bytes());
        };
        call(0x10, 0x100);
        call(0x310, 0x300);
        bytes[0x110..0x112].copy_from_slice(&[0xff, 0xd0]); // call rax
        let mut code = Code::default();
        code.add_section(0x1000, bytes);
        for (address, name) in [(0x1000, "outer"), (0x1100, "middle"), (0x1200, "inner"), (0x1300, "other")] {
            code.add_function(address, 0, name);
        }
        code.sort();
        code
    }

    #[test]
    fn walk_takes_calls_of_the_function_that_it_is_in() {
        let code = code();
        // Numbers, a left-over return address of `other`, and the true ones.
        let stack = [7, 0x1315, 0x1112, 0, 0x1315, 0x1015, u64::MAX];
        assert_eq!(code.callers(0x1204, &stack), [0x1112, 0x1015]);
        assert_eq!((code.function(0x1111), code.function(0x0fff)), (Some("middle"), None));
    }

    #[test]
    fn walk_follows_tail_calls() {
        let mut code = code();
        // `outer` calls `jumper` at 0x1280, which jumps to `inner`.
        code.sections[0].1[0x280..0x285].copy_from_slice(&[0xe9, 0x7b, 0xff, 0xff, 0xff]);
        code.sections[0].1[0x20..0x25].copy_from_slice(&[0xe8, 0x5b, 0x02, 0x00, 0x00]);
        code.functions.insert(0x1280, (5, "jumper".to_owned()));
        code.functions.insert(0x1200, (0x80, "inner".to_owned()));
        assert_eq!(code.callers(0x1204, &[0x1015, 0x1025]), [0x1025]);
    }

    #[test]
    fn walk_ends_with_the_stack() {
        assert!(code().callers(0x1204, &[1, 2, 3]).is_empty());
        assert!(code().callers(0, &[]).is_empty());
        // From outside of all functions, the nearest call is the caller.
        assert_eq!(code().callers(0, &[0x1015, 0x1112]), [0x1015, 0x1112]);
    }
}
