//! The calls that are left in the shipped code of each line: of functions that were not inlined, of
//! the heap, and of panics, in which checks of bounds and of overflow end. Pure.

use crate::measure::dump::Dump;
use crate::measure::frames::Line;
use crate::profile::allocations;
use iced_x86::{Decoder, DecoderOptions, FlowControl, Instruction};
use std::collections::{BTreeMap, BTreeSet};

/// The functions of a file by their addresses: name and size in bytes.
pub type Functions = BTreeMap<u64, (String, u64)>;

/// A kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A function that was not inlined.
    Call,
    /// The heap, or a list that grows.
    Allocation,
    /// A check of an index or of a range.
    BoundsCheck,
    /// A check of arithmetic.
    OverflowCheck,
    /// Any other panic.
    Panic,
}

impl Kind {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Allocation => "allocation",
            Self::BoundsCheck => "bounds check",
            Self::OverflowCheck => "overflow check",
            Self::Panic => "panic",
        }
    }

    /// The kind of a call of the function `name`.
    fn of(name: &str) -> Self {
        let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        let is_allocation = allocations::allocates(name) || has(&["raw_vec", "exchange_malloc"]);
        if has(&["bounds_check", "slice::index::", "str::slice_error_fail", "out_of_bounds"]) {
            Self::BoundsCheck
        } else if has(&["panic_const_", "overflowed"]) {
            Self::OverflowCheck
        } else if has(&[
            "panicking::",
            "unwrap_failed",
            "expect_failed",
            "handle_alloc_error",
            "capacity_overflow",
            "signals::crash::",
            "panic_at",
        ]) {
            Self::Panic
        } else if is_allocation {
            Self::Allocation
        } else {
            Self::Call
        }
    }
}

/// The calls of one function from one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub line: Line,
    pub kind: Kind,
    pub callee: String,
    /// The number of such instructions in the code of the line.
    pub places: u64,
    /// The number of times that they ran.
    pub count: u64,
    /// The instructions of the called function and all it calls.
    pub inclusive: u64,
    /// The reason why it was not inlined, as far as the code shows it.
    pub reason: String,
}

/// The calls in `code`, which begins at `address`, that belong to a line of the user's, those that
/// cost most first. `line_of` has the innermost such line of an instruction.
///
/// # Errors
/// Those of `line_of`.
pub fn rows<E>(
    code: &[u8],
    address: u64,
    functions: &Functions,
    dump: &Dump,
    mut line_of: impl FnMut(u64) -> Result<Option<Line>, E>,
) -> Result<Vec<Row>, E> {
    let instructions: Vec<Instruction> = Decoder::with_ip(64, code, address, DecoderOptions::NONE).iter().collect();
    let calls: Vec<(u64, Option<u64>)> = instructions.iter().filter_map(|instruction| called(instruction, functions)).collect();
    let mut sites: BTreeMap<u64, u64> = BTreeMap::new();
    for target in calls.iter().filter_map(|(_, target)| *target) {
        *sites.entry(target).or_default() += 1;
    }
    let counted = counted(dump);
    let mut rows: BTreeMap<(Line, Kind, String), Row> = BTreeMap::new();
    for (ip, target) in calls {
        let Some(line) = line_of(ip)? else { continue };
        let (count, inclusive, ran) = counted.get(&ip).cloned().unwrap_or_default();
        let (callee, reason) = match target.and_then(|target| Some((target, functions.get(&target)?))) {
            Some((target, (name, bytes))) => {
                let is_recursive = function_of(ip, functions) == Some(target);
                let number = sites.get(&target).copied().unwrap_or(0);
                (name.clone(), reason(Kind::of(name), is_recursive, *bytes, number))
            }
            None => (
                ran.into_iter().next().unwrap_or_else(|| "a function that is chosen when it runs".to_owned()),
                "called by its address".to_owned(),
            ),
        };
        let kind = Kind::of(&callee);
        let new = Row { line: line.clone(), kind, callee: callee.clone(), places: 0, count: 0, inclusive: 0, reason };
        let row = rows.entry((line, kind, callee)).or_insert(new);
        row.places += 1;
        row.count += count;
        row.inclusive += inclusive;
    }
    let mut rows: Vec<Row> = rows.into_values().collect();
    rows.sort_by(|one, other| (other.inclusive, other.count).cmp(&(one.inclusive, one.count)).then_with(|| one.line.cmp(&other.line)));
    Ok(rows)
}

/// The address and the target of a call, or of a jump to the begin of another function, which is a
/// call whose result is returned. No target: it is called by an address in a register or in memory.
fn called(instruction: &Instruction, functions: &Functions) -> Option<(u64, Option<u64>)> {
    let (ip, target) = (instruction.ip(), instruction.near_branch_target());
    match instruction.flow_control() {
        FlowControl::Call => Some((ip, Some(target))),
        FlowControl::IndirectCall => Some((ip, None)),
        FlowControl::UnconditionalBranch if functions.contains_key(&target) && function_of(ip, functions) != Some(target) => {
            Some((ip, Some(target)))
        }
        _ => None,
    }
}

/// The address of the function that an instruction is in.
fn function_of(ip: u64, functions: &Functions) -> Option<u64> {
    functions.range(..=ip).next_back().map(|(address, _)| *address)
}

/// By the address of a call: how often it ran, its inclusive instructions, and the functions that
/// it called.
fn counted(dump: &Dump) -> BTreeMap<u64, (u64, u64, BTreeSet<String>)> {
    let mut counted: BTreeMap<u64, (u64, u64, BTreeSet<String>)> = BTreeMap::new();
    for ((_, address, callee), calls) in &dump.calls {
        let (count, inclusive, callees) = counted.entry(*address).or_default();
        *count += calls.count;
        *inclusive += calls.costs.first().copied().unwrap_or(0);
        callees.insert(callee.clone());
    }
    counted
}

fn reason(kind: Kind, is_recursive: bool, bytes: u64, sites: u64) -> String {
    match kind {
        Kind::BoundsCheck | Kind::OverflowCheck | Kind::Panic => "ends the invocation".to_owned(),
        Kind::Call | Kind::Allocation if is_recursive => "it calls itself".to_owned(),
        Kind::Call | Kind::Allocation => {
            format!("{bytes} bytes, called from {sites} {}", if sites == 1 { "place" } else { "places" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Functions, Kind, Row, rows};
    use crate::measure::dump::Dump;
    use crate::measure::frames::Line;

    fn line(line: u32) -> Line {
        Line { file: "a.ruchy".to_owned(), line }
    }

    /// The rows of `code` at 0x1000, where each address from 0x1000 on is the line of its offset.
    fn found(code: &[u8], dump: &str) -> Vec<Row> {
        let functions: Functions = [(0x1000, "f", 0x40), (0x1100, "core::panicking::panic_bounds_check", 9), (0x1200, "g", 300)]
            .map(|(address, name, bytes)| (address, (name.to_owned(), bytes)))
            .into();
        let lines = |ip: u64| Ok::<_, ()>(Some(line(u32::try_from(ip - 0x1000).unwrap())).filter(|line| line.line < 0x20));
        rows(code, 0x1000, &functions, &Dump::parse(dump).unwrap(), lines).unwrap()
    }

    #[test]
    fn calls_that_are_left_are_those_of_the_code() {
        // call g; call bounds check; call f (itself); jmp g; call rax
        let code = b"\xe8\xfb\x01\x00\x00\xe8\xf6\x00\x00\x00\xe8\xf1\xff\xff\xff\xe9\xec\x01\x00\x00\xff\xd0";
        let dump = "events: Ir\nfn=f\n0x1000 9\ncfn=g\ncalls=7 0x1200\n0x1000 700\ncfn=h\ncalls=2 0x1300\n0x1014 20\n";
        let found = found(code, dump);
        let row = |line: u32| found.iter().find(|row| row.line.line == line).unwrap();
        assert_eq!((row(0).callee.as_str(), row(0).count, row(0).inclusive), ("g", 7, 700));
        assert_eq!(row(0).reason, "300 bytes, called from 2 places");
        assert_eq!((row(5).kind, row(5).count, row(5).reason.as_str()), (Kind::BoundsCheck, 0, "ends the invocation"));
        assert_eq!((row(10).callee.as_str(), row(10).reason.as_str()), ("f", "it calls itself"));
        assert_eq!((row(15).callee.as_str(), row(15).count), ("g", 0), "a jump to a function is a call");
        assert_eq!((row(20).callee.as_str(), row(20).reason.as_str(), row(20).count), ("h", "called by its address", 2));
        assert_eq!((found.len(), found[0].line.line), (5, 0), "the most expensive one is first");
    }

    #[test]
    fn kinds_are_read_from_names() {
        for (name, kind) in [
            ("core::panicking::panic_bounds_check", Kind::BoundsCheck),
            ("core::slice::index::slice_index_fail", Kind::BoundsCheck),
            ("core::panicking::panic_const::panic_const_add_overflow", Kind::OverflowCheck),
            ("core::option::unwrap_failed", Kind::Panic),
            ("core::panicking::panic_fmt", Kind::Panic),
            ("<Heap as core::alloc::global::GlobalAlloc>::alloc", Kind::Allocation),
            ("alloc::raw_vec::RawVecInner<A>::reserve::do_reserve_and_handle", Kind::Allocation),
            ("function::parse", Kind::Call),
        ] {
            assert_eq!(Kind::of(name), kind, "{name}");
        }
    }
}
