//! Lines of code and how often they ran, merged from several reports. Code of tests is left out.

use crate::Error;
use ruchy_lambda_cli::coverage::lcov::Counts;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;
use syn::spanned::Spanned as _;

/// The count of each line with code, by file from the folder of the repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines(pub BTreeMap<String, BTreeMap<u32, u64>>);

/// Lines with code, and those of them that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub lines: usize,
    pub reached: usize,
}

impl Sum {
    /// The share of lines that ran.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of lines are far below 2^53")]
    pub fn percent(self) -> f64 {
        if self.lines == 0 { 0.0 } else { 100.0 * self.reached as f64 / self.lines as f64 }
    }
}

impl Lines {
    /// Adds a report. A line ran if it did in any report.
    pub fn add(&mut self, root: &Path, counts: &Counts) {
        for (name, lines) in counts {
            let path = Path::new(name);
            let name = path.strip_prefix(root).unwrap_or(path);
            // Libraries have absolute names, or names in folders that this repository lacks.
            if name.is_absolute() || !root.join(name).is_file() {
                continue;
            }
            let known = self.0.entry(name.to_string_lossy().into_owned()).or_default();
            for (line, count) in lines {
                let sum = known.entry(*line).or_default();
                *sum = sum.saturating_add(*count);
            }
        }
    }

    /// Removes files of tests, and the lines of modules that only tests have.
    ///
    /// # Errors
    /// A file that cannot be read or parsed.
    pub fn without_tests(&mut self, root: &Path) -> Result<(), Error> {
        self.0.retain(|name, _| !is_test(name));
        for (name, lines) in &mut self.0 {
            let failed = |error: String| format!("{name}: {error}");
            let text = fs::read_to_string(root.join(name)).map_err(|error| failed(error.to_string()))?;
            let tests = ranges_of_tests(&text).map_err(|error| failed(error.to_string()))?;
            lines.retain(|line, _| !tests.iter().any(|range| range.contains(&(*line as usize))));
        }
        self.0.retain(|_, lines| !lines.is_empty());
        Ok(())
    }

    /// The sum over the files whose names begin with `folder`.
    #[must_use]
    pub fn sum(&self, folder: &str) -> Sum {
        let counts = self.0.iter().filter(|(name, _)| name.starts_with(folder)).flat_map(|(_, lines)| lines.values());
        counts.fold(Sum::default(), |sum, count| Sum { lines: sum.lines + 1, reached: sum.reached + usize::from(*count > 0) })
    }
}

/// Returns true for a file of tests, and for one that is no Rust.
#[must_use]
pub fn is_test(name: &str) -> bool {
    name.split('/').any(|part| ["tests", "tests.rs", "benches", "examples"].contains(&part))
        || Path::new(name).extension() != Some(OsStr::new("rs"))
}

/// The lines of modules and functions with `#[cfg(test)]`.
fn ranges_of_tests(text: &str) -> Result<Vec<RangeInclusive<usize>>, syn::Error> {
    let file = syn::parse_file(text)?;
    let is_test = |attribute: &syn::Attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|condition| condition == "test")
    };
    let attributes = |item: &syn::Item| match item {
        syn::Item::Mod(item) => item.attrs.iter().any(is_test),
        syn::Item::Fn(item) => item.attrs.iter().any(is_test),
        syn::Item::Impl(item) => item.attrs.iter().any(is_test),
        _ => false,
    };
    Ok(file.items.iter().filter(|item| attributes(item)).map(|item| item.span().start().line..=item.span().end().line).collect())
}

#[cfg(test)]
mod tests {
    use super::{Lines, Sum, is_test, ranges_of_tests};
    use std::fs;

    #[test]
    fn lines_of_reports_are_merged_and_tests_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let source = "fn f() {\n    g();\n}\n\n#[cfg(test)]\nmod tests {\n    fn t() {}\n}\n";
        fs::write(folder.path().join("a.rs"), source).unwrap();
        let absolute = folder.path().join("a.rs").display().to_string();
        let mut lines = Lines::default();
        lines.add(folder.path(), &[(absolute, [(1, 0), (2, 0), (7, 1)].into())].into());
        lines.add(folder.path(), &[("a.rs".to_owned(), [(1, 3), (2, 0)].into()), ("/registry/b.rs".to_owned(), [(1, 1)].into())].into());
        lines.without_tests(folder.path()).unwrap();
        assert_eq!(lines.0, [("a.rs".to_owned(), [(1, 3), (2, 0)].into())].into());
        let sum = lines.sum("");
        assert_eq!((sum, lines.sum("b/")), (Sum { lines: 2, reached: 1 }, Sum::default()));
        assert!((sum.percent() - 50.0).abs() < 1e-9 && Sum::default().percent() == 0.0);
    }

    #[test]
    fn code_of_tests_is_recognised() {
        for name in ["cli/tests/a.rs", "bootstrap/http/parser/tests.rs", "a.ruchy", "handlers/x/examples/b.rs"] {
            assert!(is_test(name), "{name}");
        }
        assert!(!is_test("cli/src/test_handlers.rs"));
        assert_eq!(ranges_of_tests("#[cfg(test)]\nfn a() {\n}\n#[cfg(unix)]\nfn b() {}\n#[test]\nfn c() {}\n").unwrap(), [1..=3]);
    }
}
