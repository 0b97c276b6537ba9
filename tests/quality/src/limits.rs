//! Functions beyond the limits of complexity, compared with the lists in `tests/quality.toml`.
//! Pure.

use crate::complexity::Function;
use std::collections::{BTreeMap, BTreeSet};

/// The limits, and the functions that may be beyond them.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    pub cyclomatic: u32,
    pub cognitive: u32,
    /// `FILE::FUNCTION` of functions that are one flat `match`: their modified cyclomatic
    /// complexity is within the limit.
    pub flat_matches: BTreeSet<String>,
    /// By `FILE::FUNCTION`: the cognitive complexity of functions beyond the limit, which may not
    /// grow.
    pub cognitive_exceptions: BTreeMap<String, u32>,
    /// The same for the modified cyclomatic complexity.
    pub cyclomatic_exceptions: BTreeMap<String, u32>,
    /// By folder: how many functions may be beyond the limits, instead of lists of them.
    pub folders: BTreeMap<String, usize>,
}

/// A function and its file.
#[derive(Clone, Debug)]
pub struct Placed {
    pub file: String,
    pub function: Function,
}

impl Placed {
    /// Returns the name in the lists.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}::{}", self.file, self.function.name)
    }
}

impl Limits {
    /// Returns what is wrong with `functions`: those beyond a limit that no list has, and entries
    /// of the lists that are not needed any more.
    #[must_use]
    pub fn faults(&self, functions: &[Placed]) -> Vec<String> {
        let mut faults: Vec<String> =
            functions.iter().filter(|placed| self.folder_of(placed).is_none()).flat_map(|placed| self.faults_of(placed)).collect();
        for (folder, max) in &self.folders {
            let beyond = functions.iter().filter(|placed| self.folder_of(placed) == Some(folder) && self.is_beyond(placed)).count();
            if beyond > *max {
                faults.push(format!("{folder}: {beyond} functions are beyond a limit of complexity, and {max} may be: split the new ones"));
            }
        }
        let needed = |name: &String, is_beyond: &dyn Fn(&Function) -> bool| {
            functions.iter().any(|placed| placed.key() == *name && is_beyond(&placed.function))
        };
        let stale = |list: &str, name: &String| format!("{name}: no function of this name needs its entry in {list}: remove it");
        let is_flat = |function: &Function| function.cyclomatic > self.cyclomatic && function.modified <= self.cyclomatic;
        faults.extend(self.flat_matches.iter().filter(|name| !needed(name, &is_flat)).map(|name| stale("flat_matches", name)));
        let is_branched = |function: &Function| function.modified > self.cyclomatic;
        let listed = self.cyclomatic_exceptions.keys();
        faults.extend(listed.filter(|name| !needed(name, &is_branched)).map(|name| stale("cyclomatic_exceptions", name)));
        let is_nested = |function: &Function| function.cognitive > self.cognitive;
        let listed = self.cognitive_exceptions.keys();
        faults.extend(listed.filter(|name| !needed(name, &is_nested)).map(|name| stale("cognitive_exceptions", name)));
        faults
    }

    /// The folder of a function whose functions are counted and not listed.
    fn folder_of(&self, placed: &Placed) -> Option<&String> {
        self.folders.keys().find(|folder| placed.file.starts_with(folder.as_str()))
    }

    /// Returns true for a function beyond a limit that is no flat match.
    #[must_use]
    pub fn is_beyond(&self, placed: &Placed) -> bool {
        placed.function.modified > self.cyclomatic || placed.function.cognitive > self.cognitive
    }

    /// Lists all functions beyond a limit, with a headroom for changes that add a branch or two.
    pub fn accept(&mut self, functions: &[Placed]) {
        const HEADROOM: u32 = 2;
        for (folder, max) in &mut self.folders {
            let (cyclomatic, cognitive) = (self.cyclomatic, self.cognitive);
            let is_beyond = |placed: &&Placed| placed.function.modified > cyclomatic || placed.function.cognitive > cognitive;
            let of_folder = functions.iter().filter(|placed| placed.file.starts_with(folder.as_str()));
            *max = of_folder.filter(is_beyond).count() + 2 * HEADROOM as usize;
        }
        self.flat_matches.clear();
        self.cyclomatic_exceptions.clear();
        self.cognitive_exceptions.clear();
        let listed: Vec<&Placed> = functions.iter().filter(|placed| self.folder_of(placed).is_none()).collect();
        for placed in listed {
            let Function { cyclomatic, modified, cognitive, .. } = placed.function;
            if modified > self.cyclomatic {
                self.cyclomatic_exceptions.insert(placed.key(), modified + HEADROOM);
            } else if cyclomatic > self.cyclomatic {
                self.flat_matches.insert(placed.key());
            }
            if cognitive > self.cognitive {
                self.cognitive_exceptions.insert(placed.key(), cognitive + HEADROOM);
            }
        }
    }

    fn faults_of(&self, placed: &Placed) -> Vec<String> {
        let (key, Placed { file, function }) = (placed.key(), placed);
        let limit = |exceptions: &BTreeMap<String, u32>, usual: u32| exceptions.get(&key).copied().unwrap_or(usual).max(usual);
        let place = format!("{file}:{}: {}", function.line, function.name);
        let mut faults = Vec::new();
        let cyclomatic = limit(&self.cyclomatic_exceptions, self.cyclomatic);
        if function.modified > cyclomatic {
            faults.push(format!(
                "{place} has a cyclomatic complexity of {} even with each match as one branch; the limit is {cyclomatic}",
                function.modified
            ));
        } else if function.modified <= self.cyclomatic && function.cyclomatic > self.cyclomatic && !self.flat_matches.contains(&key) {
            let advice = "split it, or list it under flat_matches in tests/quality.toml";
            faults.push(format!(
                "{place} has a cyclomatic complexity of {}; the limit is {}: {advice}",
                function.cyclomatic, self.cyclomatic
            ));
        }
        let cognitive = limit(&self.cognitive_exceptions, self.cognitive);
        if function.cognitive > cognitive {
            faults.push(format!("{place} has a cognitive complexity of {}; the limit is {cognitive}: split it", function.cognitive));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, Placed};
    use crate::complexity::Function;
    use std::collections::BTreeMap;

    fn placed(name: &str, [cyclomatic, modified, cognitive]: [u32; 3]) -> Placed {
        let function = Function { name: name.to_owned(), line: 7, cyclomatic, modified, cognitive };
        Placed { file: "a.rs".to_owned(), function }
    }

    fn limits(flat: &[&str], cyclomatic: &[(&str, u32)], cognitive: &[(&str, u32)]) -> Limits {
        let map = |list: &[(&str, u32)]| list.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        Limits {
            cyclomatic: 15,
            cognitive: 10,
            flat_matches: flat.iter().map(|name| (*name).to_owned()).collect(),
            cognitive_exceptions: map(cognitive),
            cyclomatic_exceptions: map(cyclomatic),
            folders: BTreeMap::new(),
        }
    }

    #[test]
    fn functions_beyond_a_limit_are_faults_unless_they_are_listed() {
        let none = limits(&[], &[], &[]);
        for (complexity, part) in [
            ([15, 15, 10], None),
            ([16, 2, 1], Some("cyclomatic complexity of 16")),
            ([40, 16, 1], Some("of 16 even with each match as one branch")),
            ([3, 3, 11], Some("cognitive complexity of 11")),
        ] {
            let faults = none.faults(&[placed("f", complexity)]);
            assert_eq!(faults.len(), usize::from(part.is_some()), "{faults:?}");
            assert!(faults.iter().all(|fault| fault.contains("a.rs:7: f") && fault.contains(part.unwrap())), "{faults:?}");
        }
        assert_eq!(limits(&["a.rs::f"], &[], &[]).faults(&[placed("f", [40, 2, 1])]), [] as [String; 0]);
        let listed = limits(&[], &[("a.rs::f", 20)], &[("a.rs::f", 30)]);
        assert_eq!(listed.faults(&[placed("f", [40, 20, 30])]), [] as [String; 0]);
        let grown = listed.faults(&[placed("f", [40, 21, 31])]);
        assert!(grown.len() == 2 && grown[0].contains("limit is 20") && grown[1].contains("limit is 30"), "{grown:?}");
    }

    #[test]
    fn functions_of_a_folder_may_be_counted_instead() {
        let mut counted = limits(&[], &[], &[]);
        counted.folders.insert("a".to_owned(), 1);
        assert_eq!(counted.faults(&[placed("f", [16, 16, 3]), placed("flat", [40, 2, 3])]), [] as [String; 0]);
        let faults = counted.faults(&[placed("f", [16, 16, 3]), placed("g", [3, 3, 11])]);
        assert!(faults.len() == 1 && faults[0].contains("2 functions are beyond"), "{faults:?}");
        counted.folders.insert("a".to_owned(), 0);
        counted.accept(&[placed("f", [16, 16, 3])]);
        assert_eq!(counted.folders["a"], 5);
    }

    #[test]
    fn accepted_functions_are_no_faults() {
        let functions = [placed("f", [16, 16, 3]), placed("flat", [40, 2, 3]), placed("deep", [3, 3, 30])];
        let mut accepted = limits(&["a.rs::gone"], &[], &[]);
        accepted.accept(&functions);
        assert_eq!(accepted.faults(&functions), [] as [String; 0]);
        assert!(!accepted.faults(&[placed("deep", [3, 3, 33])]).is_empty());
    }

    #[test]
    fn entries_that_are_not_needed_are_faults() {
        let all = limits(&["a.rs::f", "a.rs::gone"], &[("a.rs::f", 20)], &[("a.rs::f", 20)]);
        let faults = all.faults(&[placed("f", [3, 3, 3])]);
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(faults.iter().all(|fault| fault.ends_with("remove it")), "{faults:?}");
    }
}
