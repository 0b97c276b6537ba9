//! The counts of a profile: by line, by function, and as stacks.

use super::allocations::{self, PerCall};
use crate::Error;
use crate::measure::attribution::{Attribution, Cost, attribute};
use crate::measure::dump::Dump;
use crate::measure::frames::{Frames, Line};
use crate::measure::symbols::Symbols;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// The files of the user: the end of the name that line tables have for each, and the file.
#[derive(Clone, Debug)]
pub struct UserFiles(Vec<(String, PathBuf)>);

impl UserFiles {
    /// The files called `files`, of a project or a folder `root`.
    #[must_use]
    pub fn of(root: &Path, files: impl IntoIterator<Item = PathBuf>) -> Self {
        let named = files.into_iter().map(|file| {
            let name = file.strip_prefix(root).unwrap_or(&file).components().filter(|part| *part != Component::CurDir).collect::<PathBuf>();
            (name.to_string_lossy().into_owned(), file)
        });
        Self(named.collect())
    }

    /// The line as the user names its file. `None` for lines of libraries.
    #[must_use]
    pub fn line(&self, line: &Line) -> Option<Line> {
        self.find(&line.file).map(|(name, _)| Line { file: name.to_owned(), line: line.line })
    }

    /// The name and the file of the user's that the line tables call `name`. Libraries are named
    /// from their registry or from Rust's sources.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(&str, &Path)> {
        const LIBRARIES: [&str; 4] = ["/rustc/", "library/", ".crates.io-", "/checkouts/"];
        if LIBRARIES.iter().any(|part| name.contains(part)) {
            return None;
        }
        let is_end = |end: &str| name.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('/'));
        self.0.iter().find(|(own, _)| is_end(own)).map(|(own, file)| (own.as_str(), file.as_path()))
    }
}

/// A profile of the counted invocations or runs.
#[derive(Clone, Debug)]
pub struct Counts {
    /// The invocations that were counted.
    pub iterations: u64,
    pub dump: Dump,
    pub attribution: Attribution,
    /// The allocations from each line of the user's.
    pub allocations: BTreeMap<Line, u64>,
}

impl Counts {
    /// The profile of `dump`, which is of `iterations` invocations of `linked`, a file with
    /// symbols.
    ///
    /// # Errors
    /// As [`Frames::of`].
    pub fn of(dump: &Dump, iterations: u64, linked: &Path, files: &UserFiles) -> Result<Self, Error> {
        let mut frames = Frames::of(linked)?;
        let dump = Symbols::of(linked)?.name(dump);
        // The user's files by the names that the user knows.
        let mut lines_of = |address: u64| -> Result<Vec<Line>, Error> {
            let named =
                |line: &Line| files.find(&line.file).map_or_else(|| line.clone(), |(name, _)| Line { file: name.to_owned(), ..*line });
            Ok(frames.at(address)?.iter().map(named).collect())
        };
        let is_users = |file: &str| files.find(file).is_some();
        let attribution = attribute(&dump, &mut lines_of, is_users)?;
        let (mut per_call, mut allocations) = (PerCall::of(&dump), BTreeMap::<Line, f64>::new());
        for ((_, address, called), calls) in &dump.calls {
            if let Some(line) = lines_of(*address)?.into_iter().find(|line| is_users(&line.file)) {
                *allocations.entry(line).or_default() += as_f64(calls.count) * per_call.allocations(called);
            }
        }
        let allocations = allocations.into_iter().map(|(line, sum)| (line, rounded(sum))).filter(|(_, sum)| *sum > 0).collect();
        Ok(Self { iterations, dump, attribution, allocations })
    }

    /// The event `index` of an invocation; the mean if invocations differ.
    #[must_use]
    pub fn each(&self, sum: u64) -> u64 {
        (sum + self.iterations / 2) / self.iterations.max(1)
    }

    /// All allocations, the libraries' as well.
    #[must_use]
    pub fn all_allocations(&self) -> u64 {
        allocations::total(&self.dump)
    }

    /// The lines, those with the largest inclusive cost first.
    #[must_use]
    pub fn lines(&self) -> Vec<(&Line, &Cost)> {
        let mut lines: Vec<_> = self.attribution.lines.iter().collect();
        lines.sort_by_key(|(line, cost)| (std::cmp::Reverse(first(&cost.inclusive)), *line));
        lines
    }

    /// The functions, those with the largest own cost first.
    #[must_use]
    pub fn functions(&self) -> Vec<(&str, &Cost)> {
        // Those that the counting began in cost nothing themselves.
        let ran = self.attribution.functions.iter().filter(|(_, cost)| first(&cost.own) > 0);
        let mut functions: Vec<_> = ran.map(|(name, cost)| (name.as_str(), cost)).collect();
        functions.sort_by_key(|(name, cost)| (std::cmp::Reverse(first(&cost.own)), *name));
        functions
    }

    /// The own costs of functions as stacks of calls, one a line, as flame graphs are made of:
    /// `main;f;g 120`. Where a function is called from several places, its costs are divided as
    /// callgrind divides the costs of its calls.
    #[must_use]
    pub fn stacks(&self) -> Vec<String> {
        let called: BTreeSet<&str> = self.dump.calls.keys().map(|(_, _, called)| called.as_str()).collect();
        let mut stacks = Vec::new();
        for function in self.attribution.functions.keys() {
            if !called.contains(function.as_str()) {
                self.add_stacks(function, 1.0, &mut Vec::new(), &mut stacks);
            }
        }
        stacks
    }

    fn add_stacks<'a>(&'a self, function: &'a str, share: f64, stack: &mut Vec<&'a str>, stacks: &mut Vec<String>) {
        let Some(cost) = self.attribution.functions.get(function) else { return };
        stack.push(function);
        let own = rounded(as_f64(first(&cost.own)) * share);
        if own > 0 {
            stacks.push(format!("{} {own}", stack.join(";").replace(' ', "_")));
        }
        let mut edges: BTreeMap<&str, u64> = BTreeMap::new();
        for ((_, _, called), calls) in self.dump.calls.iter().filter(|((caller, _, _), _)| caller == function) {
            *edges.entry(called).or_default() += first(&calls.costs);
        }
        for (called, costs) in edges {
            let inclusive = self.attribution.functions.get(called).map_or(0, |cost| first(&cost.inclusive));
            if !stack.contains(&called) && inclusive > 0 {
                // Only the part of a recursion that is not counted elsewhere.
                let part = (as_f64(costs) / as_f64(inclusive)).min(1.0);
                self.add_stacks(called, share * part, stack, stacks);
            }
        }
        stack.pop();
    }
}

/// The first event: instructions.
#[must_use]
pub fn first(costs: &[u64]) -> u64 {
    costs.first().copied().unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn as_f64(value: u64) -> f64 {
    value as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a count")]
fn rounded(value: f64) -> u64 {
    value.round() as u64
}

#[cfg(test)]
mod tests {
    use super::{Counts, UserFiles};
    use crate::measure::attribution::attribute;
    use crate::measure::dump::Dump;
    use crate::measure::frames::Line;
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    fn counts(text: &str) -> Counts {
        let dump = Dump::parse(text).unwrap();
        let attribution = attribute(&dump, |_| Ok::<Vec<Line>, ()>(Vec::new()), |_| false).unwrap();
        Counts { iterations: 1, dump, attribution, allocations: BTreeMap::new() }
    }

    #[test]
    fn stacks_divide_the_costs_of_a_function_among_its_callers() {
        let text = "events: Ir\nfn=main\n0x1 5\ncfn=f\ncalls=1 0x2\n0x1 70\ncfn=g\ncalls=1 0x3\n0x1 40\n\nfn=f\n0x2 10\ncfn=g\ncalls=2 0x3\n0x2 60\n\nfn=g\n0x3 100\n";
        let mut stacks = counts(text).stacks();
        stacks.sort();
        assert_eq!(stacks, ["main 5", "main;f 10", "main;f;g 60", "main;g 40"]);
    }

    #[test]
    fn stacks_of_recursion_have_its_costs_once() {
        let text = "events: Ir\nfn=main\n0x1 5\ncfn=f\ncalls=1 0x2\n0x1 90\n\nfn=f\n0x2 90\ncfn=f\ncalls=7 0x2\n0x2 400\n";
        assert_eq!(counts(text).stacks(), ["main 5", "main;f 90"]);
    }

    #[test]
    fn counts_distinguish_user_files_from_libraries() {
        let files = ["/p/functions/orders.ruchy", "/p/src/lib.rs"].map(PathBuf::from);
        let files = UserFiles::of(Path::new("/p"), files);
        for name in ["functions/orders.ruchy", "orders/functions/orders.ruchy", "/p/functions/orders.ruchy"] {
            assert_eq!(files.find(name), Some(("functions/orders.ruchy", Path::new("/p/functions/orders.ruchy"))), "{name}");
        }
        let others =
            ["/rustc/1/library/core/src/lib.rs", "std/index.crates.io-1949/itoa-1.0.15/src/lib.rs", "bootstrap/lib.rs", "reorders.ruchy"];
        for other in others {
            assert_eq!(files.find(other), None, "{other}");
        }
        let program = UserFiles::of(Path::new(""), [PathBuf::from("./fib.ruchy")]);
        assert_eq!(program.find("fib.ruchy").map(|(name, _)| name), Some("fib.ruchy"));
    }
}
