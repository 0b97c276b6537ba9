//! Allocations by function and by line. Pure.
//!
//! callgrind counts the calls of the heap. Those below a call of a library function are divided
//! among its callers by the number of their calls.

use crate::measure::dump::Dump;
use std::collections::BTreeMap;

/// Returns true if a function allocates a block of the heap.
#[must_use]
pub fn allocates(function: &str) -> bool {
    let is_heap = function.contains("GlobalAlloc") && (function.ends_with("::alloc") || function.ends_with("::alloc_zeroed"));
    is_heap || function.ends_with("__rust_alloc") || function.ends_with("__rust_alloc_zeroed")
}

/// Returns true for a function of the heap itself, which moves blocks by its own functions.
fn is_heap(function: &str) -> bool {
    function.contains("host::heap::Heap")
}

/// All allocations of a dump.
#[must_use]
pub fn total(dump: &Dump) -> u64 {
    dump.calls
        .iter()
        .filter(|((caller, _, called), _)| allocates(called) && !allocates(caller) && !is_heap(caller))
        .map(|(_, calls)| calls.count)
        .sum()
}

/// The allocations of one call of each function, with those of what it calls.
#[derive(Debug)]
pub struct PerCall<'a> {
    /// The functions that each function calls, and how often.
    callees: BTreeMap<&'a str, Vec<(&'a str, u64)>>,
    /// The number of calls of each function.
    called: BTreeMap<&'a str, u64>,
    known: BTreeMap<&'a str, f64>,
}

impl<'a> PerCall<'a> {
    /// Reads the calls of the functions in `dump`.
    #[must_use]
    pub fn of(dump: &'a Dump) -> Self {
        let (mut callees, mut called): (BTreeMap<&str, Vec<_>>, BTreeMap<&str, u64>) = (BTreeMap::new(), BTreeMap::new());
        for ((function, _, callee), calls) in &dump.calls {
            callees.entry(function).or_default().push((callee.as_str(), calls.count));
            *called.entry(callee).or_default() += calls.count;
        }
        Self { callees, called, known: BTreeMap::new() }
    }

    /// Those of one call of `function`. A recursion counts once.
    pub fn allocations(&mut self, function: &'a str) -> f64 {
        if allocates(function) {
            return 1.0;
        }
        if is_heap(function) {
            return 0.0;
        }
        if let Some(known) = self.known.get(function) {
            return *known;
        }
        // Until it is known, calls back into it count nothing.
        self.known.insert(function, 0.0);
        let callees = self.callees.get(function).cloned().unwrap_or_default();
        let sum: f64 = callees.into_iter().map(|(callee, count)| as_f64(count) * self.allocations(callee)).sum();
        let each = sum / as_f64(self.called.get(function).copied().unwrap_or(1).max(1));
        self.known.insert(function, each);
        each
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn as_f64(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::{PerCall, allocates, total};
    use crate::measure::dump::Dump;

    #[test]
    fn allocations_below_a_function_are_divided_among_its_calls() {
        let heap = "<Heap as core::alloc::global::GlobalAlloc>::alloc";
        let text = format!(
            "events: Ir\nfn=main\n0x1 5\ncfn=grow\ncalls=4 0x2\n0x1 70\ncfn={heap}\ncalls=1 0x3\n0x1 9\n\nfn=grow\n0x2 10\ncfn={heap}\ncalls=8 0x3\n0x2 60\ncfn=main\ncalls=0 0x1\n0x2 0\n"
        );
        let dump = Dump::parse(&text).unwrap();
        let mut per_call = PerCall::of(&dump);
        assert_eq!(total(&dump), 9);
        assert!((per_call.allocations("grow") - 2.0).abs() < 1e-9 && (per_call.allocations(heap) - 1.0).abs() < 1e-9);
        assert!((PerCall::of(&dump).allocations("main") - 9.0).abs() < 1e-9);
    }

    #[test]
    fn allocations_are_calls_of_the_heap() {
        assert!(allocates("<ruchy_lambda::host::heap::Heap as core::alloc::global::GlobalAlloc>::alloc"));
        assert!(!allocates("<ruchy_lambda::host::heap::Heap as core::alloc::global::GlobalAlloc>::dealloc"));
    }
}
