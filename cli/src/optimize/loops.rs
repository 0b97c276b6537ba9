//! The innermost loops of a linked file that ran: their counts, and whether they use packed values.
//! Pure.

use crate::measure::dump::Dump;
use iced_x86::{Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic};
use std::collections::BTreeMap;

/// A loop: the instructions from the target of a backward branch to the branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loop {
    pub function: String,
    pub first: u64,
    /// The address of the branch.
    pub last: u64,
    /// The address after the branch.
    pub end: u64,
    /// The number of times the branch was run.
    pub turns: u64,
    /// Arithmetic on packed values: several numbers in one instruction.
    pub packed: u64,
    /// Calls in the loop.
    pub calls: u64,
    /// Branches that leave the loop before its end: bounds and overflow checks, `break`.
    pub exits: u64,
}

/// The innermost loops of `code`, which begins at `address`, that `dump` has counted, those with
/// the most turns first.
#[must_use]
pub fn innermost(code: &[u8], address: u64, dump: &Dump) -> Vec<Loop> {
    let counts: BTreeMap<u64, (&str, u64)> =
        dump.own.iter().map(|((function, address), costs)| (*address, (function.as_str(), costs.first().copied().unwrap_or(0)))).collect();
    let instructions: Vec<Instruction> = Decoder::with_ip(64, code, address, DecoderOptions::NONE).iter().collect();
    let mut loops: Vec<Loop> = instructions.iter().filter_map(|branch| found(branch, &instructions, &counts)).collect();
    let all: Vec<(u64, u64)> = loops.iter().map(|found| (found.first, found.last)).collect();
    // One with another inside is not innermost. Of those that begin at the same place the shortest
    // is.
    loops.retain(|found| {
        !all.iter().any(|(first, last)| (*first, *last) != (found.first, found.last) && *first >= found.first && *last <= found.last)
    });
    loops.sort_by_key(|found| (std::cmp::Reverse(found.turns), found.first));
    loops
}

/// The addresses of the instructions of `found` that ran.
pub fn addresses<'a>(found: &'a Loop, dump: &'a Dump) -> impl Iterator<Item = u64> + 'a {
    let range = found.first..=found.last;
    dump.own.keys().map(|(_, address)| *address).filter(move |address| range.contains(address))
}

fn found(branch: &Instruction, instructions: &[Instruction], counts: &BTreeMap<u64, (&str, u64)>) -> Option<Loop> {
    let is_branch = matches!(branch.flow_control(), FlowControl::ConditionalBranch | FlowControl::UnconditionalBranch);
    let (function, turns) = *counts.get(&branch.ip())?;
    let first = branch.near_branch_target();
    // A loop stays in its function.
    if !is_branch || first > branch.ip() || counts.get(&first)?.0 != function {
        return None;
    }
    let begin = instructions.partition_point(|instruction| instruction.ip() < first);
    let end = instructions.partition_point(|instruction| instruction.ip() <= branch.ip());
    let body = instructions.get(begin..end)?;
    let count = |is: &dyn Fn(&Instruction) -> bool| body.iter().filter(|instruction| is(instruction)).count() as u64;
    let leaves = |instruction: &Instruction| {
        let target = instruction.near_branch_target();
        instruction.flow_control() == FlowControl::ConditionalBranch
            && instruction.ip() != branch.ip()
            && !(first..=branch.ip()).contains(&target)
    };
    let is_call = |instruction: &Instruction| matches!(instruction.flow_control(), FlowControl::Call | FlowControl::IndirectCall);
    let packed = count(&|instruction| is_packed(instruction.mnemonic()));
    Some(Loop {
        function: function.to_owned(),
        first,
        last: branch.ip(),
        end: branch.next_ip(),
        turns,
        packed,
        calls: count(&is_call),
        exits: count(&leaves),
    })
}

/// Returns true if an instruction computes with several values at once. Moves and instructions
/// that clear a register do not count.
fn is_packed(mnemonic: Mnemonic) -> bool {
    const INTEGERS: [&str; 12] = ["padd", "psub", "pmul", "pmadd", "pmin", "pmax", "psll", "psrl", "psra", "pcmp", "pabs", "psad"];
    let name = format!("{mnemonic:?}").to_lowercase();
    let name = name.strip_prefix('v').unwrap_or(&name);
    let is_float = (name.ends_with("ps") || name.ends_with("pd"))
        && ["add", "sub", "mul", "div", "min", "max", "sqrt", "fmadd", "fnmadd", "fmsub", "cmp"]
            .iter()
            .any(|operation| name.starts_with(operation));
    is_float || INTEGERS.iter().any(|operation| name.starts_with(operation))
}

#[cfg(test)]
mod tests {
    use super::innermost;
    use crate::measure::dump::Dump;
    use std::fmt::Write as _;

    /// A dump in which the instructions at these addresses of `f` were run so often.
    fn dump(counts: &[(u64, u64)]) -> Dump {
        let mut text = "events: Ir\nfn=f\n".to_owned();
        for (address, count) in counts {
            writeln!(text, "0x{address:x} {count}").unwrap();
        }
        Dump::parse(&text).unwrap()
    }

    #[test]
    fn loops_are_packed_or_scalar_with_calls_and_exits() {
        // paddd xmm0, xmm1; jc +16; sub eax, 4; jne -11
        let packed = b"\x66\x0f\xfe\xc1\x72\x10\x83\xe8\x04\x75\xf5";
        let found = innermost(packed, 0x1000, &dump(&[(0x1000, 100), (0x1004, 100), (0x1006, 100), (0x1009, 100)]));
        let [found] = &found[..] else { panic!("{found:?}") };
        assert_eq!((found.first, found.last, found.turns, found.packed, found.calls, found.exits), (0x1000, 0x1009, 100, 1, 0, 1));
        // add eax, 1; call +0; movaps xmm0, xmm1; jmp -13
        let scalar = b"\x83\xc0\x01\xe8\x00\x00\x00\x00\x0f\x28\xc1\xeb\xf3";
        let found = innermost(scalar, 0x1000, &dump(&[(0x1000, 7), (0x1003, 7), (0x1008, 7), (0x100b, 7)]));
        assert_eq!((found.len(), found[0].packed, found[0].calls), (1, 0, 1));
    }

    #[test]
    fn only_innermost_loops_that_ran_are_found() {
        // inc eax; (inc ecx; jne inner); jne outer
        let code = b"\xff\xc0\xff\xc1\x75\xfc\x75\xf8";
        let counts = [(0x1000, 5), (0x1002, 50), (0x1004, 50), (0x1006, 5)];
        let found = innermost(code, 0x1000, &dump(&counts));
        assert_eq!(found.iter().map(|found| (found.first, found.turns)).collect::<Vec<_>>(), [(0x1002, 50)]);
        assert_eq!(innermost(code, 0x1000, &dump(&[])), []);
    }
}
