//! Costs by source line and by function. Pure.
//!
//! An instruction belongs to the innermost line of the user's sources in its chain of inlined
//! frames: library code that is inlined into a line counts as the line's own. A call's whole cost
//! belongs to its line, unless the two functions call each other: the costs of recursion are those
//! of the lines that do the work.

use super::dump::{Costs, Dump, add};
use super::frames::Line;
use std::collections::{BTreeMap, BTreeSet};

/// The costs of a line or of a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// The costs without those of called functions.
    pub own: Costs,
    /// The costs with those of called functions.
    pub inclusive: Costs,
    /// The calls from a line; of a function, how often it is called.
    pub calls: u64,
}

/// All costs of a dump.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// The costs of lines of the user's sources.
    pub lines: BTreeMap<Line, Cost>,
    /// All functions that were run, the libraries' as well.
    pub functions: BTreeMap<String, Cost>,
    /// The own costs of instructions that belong to no line of the user's sources, by function.
    pub elsewhere: BTreeMap<String, Costs>,
}

/// Attributes `dump`. `lines_of` has the lines of an address, the innermost first; `is_users` tells
/// the user's files.
///
/// # Errors
/// Those of `lines_of`.
pub fn attribute<E>(
    dump: &Dump,
    mut lines_of: impl FnMut(u64) -> Result<Vec<Line>, E>,
    is_users: impl Fn(&str) -> bool,
) -> Result<Attribution, E> {
    let mut found = Attribution::default();
    let cycles = cycles(dump);
    for ((function, address), costs) in &dump.own {
        let cost = found.functions.entry(function.clone()).or_default();
        add(&mut cost.own, costs);
        add(&mut cost.inclusive, costs);
        let lines: Vec<Line> = lines_of(*address)?.into_iter().filter(|line| is_users(&line.file)).collect();
        match lines.first() {
            Some(innermost) => add(&mut found.lines.entry(innermost.clone()).or_default().own, costs),
            None => add(found.elsewhere.entry(function.clone()).or_default(), costs),
        }
        for line in lines.into_iter().collect::<BTreeSet<_>>() {
            add(&mut found.lines.entry(line).or_default().inclusive, costs);
        }
    }
    for ((function, address, called), calls) in &dump.calls {
        found.functions.entry(called.clone()).or_default().calls += calls.count;
        let is_cycle = cycles.get(function).is_some_and(|cycle| cycles.get(called) == Some(cycle));
        if !is_cycle {
            add(&mut found.functions.entry(function.clone()).or_default().inclusive, &calls.costs);
        }
        let lines = lines_of(*address)?.into_iter().filter(|line| is_users(&line.file)).collect::<BTreeSet<_>>();
        for line in lines {
            let cost = found.lines.entry(line).or_default();
            cost.calls += calls.count;
            if !is_cycle {
                add(&mut cost.inclusive, &calls.costs);
            }
        }
    }
    Ok(found)
}

/// The number of the cycle that each function belongs to: functions that call each other, directly
/// or through others, have the same.
fn cycles(dump: &Dump) -> BTreeMap<String, usize> {
    let mut callees: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (function, _, called) in dump.calls.keys() {
        callees.entry(function).or_default().insert(called);
        callees.entry(called).or_default();
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> = callees.keys().map(|function| (*function, reachable(function, &callees))).collect();
    let mut numbers = BTreeMap::new();
    for (number, (function, reached_from)) in reached.iter().enumerate() {
        // The first function of the cycle, in the order of names, gives the number.
        let first = reached_from.iter().find(|other| reached.get(*other).is_some_and(|back| back.contains(function)));
        let number = first.and_then(|first| numbers.get(*first)).copied().unwrap_or(number);
        numbers.insert((*function).to_owned(), number);
    }
    numbers
}

fn reachable<'a>(from: &'a str, callees: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(function) = open.pop() {
        for called in callees.get(function).into_iter().flatten() {
            if reached.insert(*called) {
                open.push(called);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::super::dump::Dump;
    use super::super::frames::Line;
    use super::{Attribution, attribute};

    fn line(line: u32) -> Line {
        Line { file: "a.ruchy".to_owned(), line }
    }

    /// Addresses are line numbers of a.ruchy; those from 100 on are library code that is inlined
    /// into line 2.
    fn attributed(text: &str) -> Attribution {
        let lines = |address: u64| {
            let number = u32::try_from(address).unwrap();
            let library = Line { file: "core.rs".to_owned(), line: number };
            Ok::<_, ()>(if number >= 0x200 {
                vec![library]
            } else if number >= 0x100 {
                vec![library, line(2)]
            } else {
                vec![line(number)]
            })
        };
        attribute(&Dump::parse(text).unwrap(), lines, |file| file != "core.rs").unwrap()
    }

    #[test]
    fn lines_have_inlined_library_code_and_the_costs_of_calls() {
        let found = attributed("events: Ir\nfn=f\n0x1 5\n0x2 3\n0x100 10\ncfn=g\ncalls=2 0x200\n0x2 40\n\nfn=g\n0x200 40\n");
        assert_eq!((&found.lines[&line(1)].own, &found.lines[&line(1)].inclusive), (&vec![5], &vec![5]));
        assert_eq!((&found.lines[&line(2)].own, &found.lines[&line(2)].inclusive, found.lines[&line(2)].calls), (&vec![13], &vec![53], 2));
        assert_eq!((&found.functions["f"].own, &found.functions["f"].inclusive), (&vec![18], &vec![58]));
        assert_eq!((&found.functions["g"].own, found.functions["g"].calls), (&vec![40], 2));
        // All own costs are those of lines or of functions elsewhere.
        let sum: u64 = found
            .lines
            .values()
            .map(|cost| cost.own.first().copied().unwrap_or(0))
            .chain(found.elsewhere.values().map(|costs| costs[0]))
            .sum();
        assert_eq!(sum, 58);
    }

    #[test]
    fn recursion_is_not_counted_again_at_each_level() {
        let found = attributed(
            "events: Ir\nfn=f\n0x1 5\ncfn=g\ncalls=3 0x2\n0x1 90\n\nfn=g\n0x2 7\ncfn=f\ncalls=2 0x1\n0x2 80\ncfn=h\ncalls=1 0x200\n0x2 4\n\nfn=h\n0x200 4\n",
        );
        assert_eq!((&found.functions["f"].inclusive, &found.functions["g"].inclusive), (&vec![5], &vec![11]));
        assert_eq!((&found.lines[&line(1)].inclusive, &found.lines[&line(2)].inclusive), (&vec![5], &vec![11]));
    }
}
