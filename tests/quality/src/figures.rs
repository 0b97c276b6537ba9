//! `tests/quality.toml`: the measured figures, and the lists of what may be beyond a limit.
//! Comments are kept.

use crate::Error;
use crate::complexity::{self, Function};
use crate::coverage::lines::{self, Lines, Sum};
use crate::coverage::{Coverage, Scope};
use crate::limits::{Limits, Placed};
use crate::mutation::{Choice, Outcome};
use crate::sources::Source;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, value};

/// The file.
#[derive(Debug)]
pub struct Figures {
    path: PathBuf,
    document: DocumentMut,
}

impl Figures {
    /// Reads the file of the repository `root`.
    ///
    /// # Errors
    /// A file that is missing, or is no TOML.
    pub fn read(root: &Path) -> Result<Self, Error> {
        let path = root.join("tests/quality.toml");
        let failed = |error: String| format!("{}: {error}", path.display());
        let text = fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
        let document = text.parse::<DocumentMut>().map_err(|error| failed(error.to_string()))?;
        Ok(Self { path, document })
    }

    /// Writes the file.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self) -> Result<(), Error> {
        fs::write(&self.path, self.document.to_string()).map_err(|error| format!("{}: {error}", self.path.display()))
    }

    /// Returns the limits of complexity.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let table = |name: &str| self.document.get("complexity").and_then(|table| table.get(name));
        let number = |name: &str| table(name).and_then(Item::as_integer).and_then(|limit| u32::try_from(limit).ok()).unwrap_or_default();
        let names = table("flat_matches").and_then(Item::as_array).into_iter().flatten();
        let exceptions = |name: &str| {
            let entries = table(name).and_then(Item::as_table_like).into_iter().flat_map(toml_edit::TableLike::iter);
            entries.filter_map(|(key, limit)| Some((key.to_owned(), u32::try_from(limit.as_integer()?).ok()?))).collect()
        };
        Limits {
            cyclomatic: number("cyclomatic_limit"),
            cognitive: number("cognitive_limit"),
            flat_matches: names.filter_map(|name| name.as_str().map(str::to_owned)).collect(),
            cognitive_exceptions: exceptions("cognitive_exceptions"),
            cyclomatic_exceptions: exceptions("cyclomatic_exceptions"),
            folders: exceptions("beyond_limits").into_iter().map(|(folder, max)| (folder, max as usize)).collect(),
        }
    }

    /// Sets the lists of functions beyond a limit.
    pub fn set_limits(&mut self, limits: &Limits) {
        let complexity = self.document.entry("complexity").or_insert(Item::Table(Table::new()));
        complexity["flat_matches"] = value(list(limits.flat_matches.iter().map(String::as_str)));
        let mut set = |name: &str, entries: &mut dyn Iterator<Item = (&String, i64)>| {
            let table = complexity[name].or_insert(Item::Table(Table::new()));
            if let Some(table) = table.as_table_mut() {
                table.clear();
                entries.for_each(|(key, limit)| _ = table.insert(key, value(limit)));
            }
        };
        set("beyond_limits", &mut limits.folders.iter().map(|(folder, max)| (folder, i64::try_from(*max).unwrap_or(i64::MAX))));
        set("cyclomatic_exceptions", &mut limits.cyclomatic_exceptions.iter().map(|(name, max)| (name, i64::from(*max))));
        set("cognitive_exceptions", &mut limits.cognitive_exceptions.iter().map(|(name, max)| (name, i64::from(*max))));
    }

    /// Returns the mutants that tests cannot notice, with the reason.
    #[must_use]
    pub fn accepted(&self) -> BTreeMap<String, String> {
        let table = self.document.get("mutation").and_then(|table| table.get("accepted")).and_then(Item::as_table_like);
        let entries = table.into_iter().flat_map(toml_edit::TableLike::iter);
        entries.filter_map(|(change, reason)| Some((change.to_owned(), reason.as_str()?.to_owned()))).collect()
    }

    /// Sets the figures of complexity.
    pub fn set_complexity(&mut self, functions: &[Placed]) {
        let table = self.table("complexity", "just quality complexity");
        let folders = ["bootstrap", "ruchy", "handlers", "cli", "bench"];
        let mut all = Table::new();
        for folder in folders {
            let of_folder: Vec<&Function> =
                functions.iter().filter(|placed| placed.file.split('/').next() == Some(folder)).map(|placed| &placed.function).collect();
            all.insert(folder, value(summary(&of_folder)));
        }
        let every: Vec<&Function> = functions.iter().map(|placed| &placed.function).collect();
        all.insert("all", value(summary(&every)));
        table.insert("folders", Item::Table(all));
    }

    /// Sets the figures of coverage.
    pub fn set_coverage(&mut self, scope: Scope, Coverage { lines, failed }: &Coverage) {
        let (name, command) = match scope {
            Scope::Bootstrap => ("coverage", "just quality coverage"),
            Scope::Workspace => ("coverage_workspace", "just quality coverage --all"),
        };
        let table = self.table(name, command);
        table.insert("lines", value(sum(lines.sum(scope.folder()))));
        table.insert("programs_with_failures", value(failed.iter().map(String::as_str).collect::<Array>()));
        let mut folders = Table::new();
        for folder in folders_of(lines, scope.folder()) {
            folders.insert(&folder, value(sum(lines.sum(&folder))));
        }
        table.insert("folders", Item::Table(folders));
    }

    /// Sets the mutation score.
    pub fn set_mutation(&mut self, choice: &Choice, files: &[&str], outcome: &Outcome) {
        let accepted = self.accepted();
        let part = choice.shard.as_ref().map_or_else(String::new, |shard| format!(" --shard {shard}"));
        let table = self.table("mutation", &format!("just quality mutation{part} {}", choice.files.join(" ")));
        let number = |number: usize| value(i64::try_from(number).unwrap_or(i64::MAX));
        table.insert("score_percent", value(rounded(outcome.score(&accepted))));
        table.insert("caught", number(outcome.caught));
        table.insert("timeouts", number(outcome.timeouts));
        table.insert("unviable", number(outcome.unviable));
        table.insert("files", value(list(files.iter().copied())));
        table.insert("missed", value(list(outcome.missed.iter().map(String::as_str))));
    }

    /// The table `name`, with the command, the date, the commit and the compiler of a new
    /// measurement.
    fn table(&mut self, name: &str, command: &str) -> &mut Table {
        let printed = |program: &str, arguments: &[&str]| {
            let output = Command::new(program).args(arguments).output().ok().filter(|output| output.status.success());
            output.map_or_else(|| "unknown".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let table = self.document.entry(name).or_insert(Item::Table(Table::new()));
        if !table.is_table() {
            *table = Item::Table(Table::new());
        }
        let table = table.as_table_mut().expect("it was made one");
        table.insert("command", value(command.trim_end()));
        table.insert("date", value(printed("date", &["-u", "+%Y-%m-%d"])));
        table.insert("commit", value(printed("git", &["rev-parse", "--short=12", "HEAD"])));
        table.insert("rustc", value(printed("rustc", &["--version"])));
        table
    }
}

/// Returns the functions of `sources`, without those of tests.
///
/// # Errors
/// The file that is no Rust.
pub fn functions(sources: &[Source]) -> Result<Vec<Placed>, Error> {
    let mut all = Vec::new();
    for source in sources.iter().filter(|source| !lines::is_test(&source.name)) {
        let found = complexity::functions(&source.text).map_err(|error| format!("{}: {error}", source.name))?;
        let found = found.into_iter().filter(|function| !function.name.split("::").any(|part| part == "tests"));
        all.extend(found.map(|function| Placed { file: source.name.clone(), function }));
    }
    Ok(all)
}

/// The numbers of some functions.
#[expect(clippy::cast_precision_loss, reason = "sums are far below 2^53")]
fn summary(functions: &[&Function]) -> InlineTable {
    let mean = |of: fn(&Function) -> u32| {
        let sum: u64 = functions.iter().map(|function| u64::from(of(function))).sum();
        rounded(sum as f64 / functions.len().max(1) as f64)
    };
    let max = |of: fn(&Function) -> u32| i64::from(functions.iter().map(|function| of(function)).max().unwrap_or(0));
    let mut table = InlineTable::new();
    table.insert("functions", i64::try_from(functions.len()).unwrap_or(i64::MAX).into());
    table.insert("cyclomatic_mean", mean(|function| function.cyclomatic).into());
    table.insert("cyclomatic_max", max(|function| function.cyclomatic).into());
    table.insert("modified_max", max(|function| function.modified).into());
    table.insert("cognitive_mean", mean(|function| function.cognitive).into());
    table.insert("cognitive_max", max(|function| function.cognitive).into());
    table
}

fn sum(sum: Sum) -> InlineTable {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut table = InlineTable::new();
    table.insert("reached", number(sum.reached).into());
    table.insert("lines", number(sum.lines).into());
    table.insert("percent", rounded(sum.percent()).into());
    table
}

/// The folders in `folder` with lines, and the files that are in no deeper folder.
fn folders_of(lines: &Lines, folder: &str) -> Vec<String> {
    let part = |name: &String| {
        let rest = name.strip_prefix(folder)?;
        let end = rest.find('/').map_or(rest.len(), |end| end + 1);
        Some(format!("{folder}{}", &rest[..end]))
    };
    let mut folders: Vec<String> = lines.0.keys().filter_map(part).collect();
    folders.dedup();
    folders
}

/// An array with one element in each line.
fn list<'a>(texts: impl Iterator<Item = &'a str>) -> Array {
    let mut array: Array = texts.collect();
    array.iter_mut().for_each(|element| element.decor_mut().set_prefix("\n    "));
    if !array.is_empty() {
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    array
}

/// A number with two digits after the point.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
