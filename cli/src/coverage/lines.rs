//! The lines of the user's files, with how often each ran.

use super::lcov::Counts;
use crate::Error;
use crate::profile::counts::UserFiles;
use std::collections::BTreeMap;
use std::fs;

/// A file of the user's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// The text of its lines.
    pub source: Vec<String>,
    /// The number of times that each line with code ran, by its number.
    pub counts: BTreeMap<u32, u64>,
}

impl File {
    /// The number of lines that ran.
    #[must_use]
    pub fn reached(&self) -> usize {
        self.counts.values().filter(|count| **count > 0).count()
    }

    /// The lines with code that did not run: their numbers and their text.
    pub fn missed(&self) -> impl Iterator<Item = (u32, &str)> {
        let missed = self.counts.iter().filter(|(_, count)| **count == 0);
        missed.map(|(number, _)| (*number, self.source.get(*number as usize - 1).map_or("", String::as_str)))
    }
}

/// The files of the user's that have code, by the name that the user knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines(pub BTreeMap<String, File>);

impl Lines {
    /// The lines of `files` in `counts`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn of(counts: &Counts, files: &UserFiles) -> Result<Self, Error> {
        let mut lines = Self::default();
        for (name, counts) in counts {
            let Some((name, path)) = files.find(name) else { continue };
            let text = fs::read_to_string(path).map_err(|error| Error::file(path, error))?;
            let file = lines.0.entry(name.to_owned()).or_default();
            file.source = text.lines().map(str::to_owned).collect();
            // The lines after the last one are added by this tool.
            let is_of_source = |number: u32| number > 0 && number as usize <= file.source.len();
            for (number, count) in counts.iter().filter(|(number, _)| is_of_source(**number)) {
                let known = file.counts.entry(*number).or_default();
                *known = (*known).max(*count);
            }
        }
        lines.0.retain(|_, file| !file.counts.is_empty());
        Ok(lines)
    }

    /// The number of lines with code.
    #[must_use]
    pub fn total(&self) -> usize {
        self.0.values().map(|file| file.counts.len()).sum()
    }

    /// The number of lines that ran.
    #[must_use]
    pub fn reached(&self) -> usize {
        self.0.values().map(File::reached).sum()
    }

    /// The share of lines that ran.
    #[must_use]
    pub fn percent(&self) -> f64 {
        percent(self.reached(), self.total())
    }
}

/// `part` of `whole`, in percent; of nothing all.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "numbers of lines")]
pub fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::super::lcov::parse;
    use super::{Lines, percent};
    use crate::profile::counts::UserFiles;

    #[test]
    fn lines_are_those_of_the_users_sources() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ruchy");
        std::fs::write(&path, "fun f() {\n    g()\n}\n").unwrap();
        let files = UserFiles::of(folder.path(), [path]);
        // Line 4 is the tool's; the second name is the same file's.
        let text = "SF:/x/a.ruchy\nDA:1,2\nDA:2,0\nDA:3,2\nDA:4,9\nend_of_record\nSF:a.ruchy\nDA:1,1\nDA:2,5\nend_of_record\n\
                    SF:/rustc/library/core/src/a.ruchy\nDA:1,7\nend_of_record\nSF:bootstrap/lib.rs\nDA:1,1\nend_of_record\n";
        let lines = Lines::of(&parse(text).unwrap(), &files).unwrap();
        assert_eq!(lines.0.keys().collect::<Vec<_>>(), ["a.ruchy"]);
        assert_eq!(lines.0["a.ruchy"].counts, [(1, 2), (2, 5), (3, 2)].into());
        assert_eq!((lines.reached(), lines.total(), percent(1, 3).round(), percent(0, 0)), (3, 3, 33.0, 100.0));
        let lines = Lines::of(&parse("SF:a.ruchy\nDA:1,1\nDA:2,0\nend_of_record\n").unwrap(), &files).unwrap();
        assert_eq!(lines.0["a.ruchy"].missed().collect::<Vec<_>>(), [(2, "    g()")]);
    }
}
