//! Parses callgrind's output with `--dump-instr=yes --dump-line=no --compress-strings=no
//! --compress-pos=no`. Pure.
//!
//! Format: <https://valgrind.org/docs/manual/cl-format.html>.

use std::collections::BTreeMap;

/// The costs of an address or of a call, one number for each event.
pub type Costs = Vec<u64>;

/// A dump: the costs of each instruction, and the calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dump {
    /// The names of the events; the first is `Ir`, instructions.
    pub events: Vec<String>,
    /// The costs by function and address of the instruction.
    pub own: BTreeMap<(String, u64), Costs>,
    /// The costs of calls by calling function, address of the call and called function.
    pub calls: BTreeMap<(String, u64, String), Calls>,
}

/// The calls of one function from one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    pub count: u64,
    /// The costs of the called function, with all it calls.
    pub costs: Costs,
}

impl Dump {
    /// Reads a dump.
    ///
    /// # Errors
    /// The line that was not understood.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut dump = Self::default();
        let (mut function, mut called, mut pending) = (String::new(), String::new(), None);
        for line in text.lines() {
            let bad = || format!("callgrind wrote an unknown line: {line:?}; expected version 1 of its format");
            if let Some(names) = line.strip_prefix("events:") {
                dump.events = names.split_whitespace().map(str::to_owned).collect();
            } else if let Some(name) = line.strip_prefix("fn=") {
                without_level(name).clone_into(&mut function);
            } else if let Some(name) = line.strip_prefix("cfn=") {
                without_level(name).clone_into(&mut called);
            } else if let Some(count) = line.strip_prefix("calls=") {
                let count = count.split(' ').next().and_then(|count| count.parse::<u64>().ok());
                pending = Some(count.ok_or_else(bad)?);
            } else if let Some(position) = line.strip_prefix("0x") {
                let mut words = position.split(' ').filter(|word| !word.is_empty());
                let address = words.next().and_then(|address| u64::from_str_radix(address, 16).ok()).ok_or_else(bad)?;
                let costs = words.map(|cost| cost.parse().ok()).collect::<Option<Costs>>().ok_or_else(bad)?;
                match pending.take() {
                    None => add(dump.own.entry((function.clone(), address)).or_default(), &costs),
                    Some(count) => {
                        let calls = dump.calls.entry((function.clone(), address, called.clone())).or_default();
                        calls.count += count;
                        add(&mut calls.costs, &costs);
                    }
                }
            }
        }
        if dump.events.is_empty() { Err("callgrind wrote no events".to_owned()) } else { Ok(dump) }
    }

    /// The sum over all instructions of the event `index`.
    #[must_use]
    pub fn total(&self, index: usize) -> u64 {
        self.own.values().map(|costs| costs.get(index).copied().unwrap_or(0)).sum()
    }

    /// All that is in `other` too.
    pub fn merge(&mut self, other: &Self) {
        if self.events.is_empty() {
            self.events.clone_from(&other.events);
        }
        for (place, costs) in &other.own {
            add(self.own.entry(place.clone()).or_default(), costs);
        }
        for (place, calls) in &other.calls {
            let own = self.calls.entry(place.clone()).or_default();
            own.count += calls.count;
            add(&mut own.costs, &calls.costs);
        }
    }
}

/// The name of a function without the level of its recursion: `f'2`.
fn without_level(name: &str) -> &str {
    match name.rsplit_once('\'') {
        Some((function, level)) if !level.is_empty() && level.bytes().all(|byte| byte.is_ascii_digit()) => function,
        _ => name,
    }
}

/// Adds `more` to `costs`. callgrind leaves out zeros at the end.
pub fn add(costs: &mut Costs, more: &[u64]) {
    if costs.len() < more.len() {
        costs.resize(more.len(), 0);
    }
    for (cost, more) in costs.iter_mut().zip(more) {
        *cost += more;
    }
}

#[cfg(test)]
mod tests {
    use super::{Calls, Dump};

    const TEXT: &str = "# callgrind format\nversion: 1\npositions: instr\nevents: Ir Dr\nsummary: 10 1\n\n\nob=???\nfl=???\nfn=a::main\n\
                        0x400116 1\n0x400119 2 1\ncob=/x\ncfi=/y\ncfn=a::inner\ncalls=3 0x40011e \n0x400119 7\n\nfn=a::inner\n0x40011e 6\n0x40011e 1\n\ntotals: 10 1\n";

    #[test]
    fn dump_has_costs_by_instruction_and_calls() {
        let dump = Dump::parse(TEXT).unwrap();
        assert_eq!(dump.events, ["Ir", "Dr"]);
        assert_eq!((dump.total(0), dump.total(1)), (10, 1));
        assert_eq!(dump.own[&("a::inner".to_owned(), 0x0040_011e)], [7]);
        let calls = &dump.calls[&("a::main".to_owned(), 0x0040_0119, "a::inner".to_owned())];
        assert_eq!(*calls, Calls { count: 3, costs: vec![7] });
        let mut twice = Dump::default();
        twice.merge(&dump);
        twice.merge(&dump);
        assert_eq!((twice.total(0), twice.calls.values().next().unwrap().count), (20, 6));
    }

    #[test]
    fn levels_of_recursion_are_one_function() {
        let dump = Dump::parse("events: Ir\nfn=f\n0x1 5\ncfn=f'2\ncalls=1 0x1\n0x1 9\n\nfn=f'2\n0x1 4\n").unwrap();
        assert_eq!(dump.own[&("f".to_owned(), 1)], [9]);
        assert!(dump.calls.contains_key(&("f".to_owned(), 1, "f".to_owned())));
    }

    #[test]
    fn dump_that_is_not_understood_is_an_error() {
        assert!(Dump::parse("events: Ir\nfn=a\n0xzz 1\n").unwrap_err().contains("0xzz"));
        assert!(Dump::parse("").is_err());
    }
}
