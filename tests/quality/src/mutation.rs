//! The mutation score of pure files, by cargo-mutants: the share of changes to the code that the
//! unit tests of its package notice.
//!
//! Pure files say so in the text of their module: they compute results from their arguments alone,
//! so unit tests can check all that they do.

use crate::Error;
use crate::sources::Source;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The version that CI installs.
pub const VERSION: &str = "27.1.0";

/// The mutants of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The tests failed, as they should.
    pub caught: usize,
    /// The tests did not end: counted as caught.
    pub timeouts: usize,
    /// The changed code does not compile: not counted.
    pub unviable: usize,
    /// The tests passed: each change, such as `bootstrap/http/line.rs: replace < with <= in find`.
    pub missed: Vec<String>,
}

impl Outcome {
    /// Returns the score in percent; changes that `accepted` lists do not count.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of mutants are far below 2^53")]
    pub fn score(&self, accepted: &BTreeMap<String, String>) -> f64 {
        let caught = self.caught + self.timeouts;
        let missed = self.missed.iter().filter(|change| !accepted.contains_key(*change)).count();
        if caught + missed == 0 { 100.0 } else { 100.0 * caught as f64 / (caught + missed) as f64 }
    }

    fn add(&mut self, other: Self) {
        self.caught += other.caught;
        self.timeouts += other.timeouts;
        self.unviable += other.unviable;
        self.missed.extend(other.missed);
        self.missed.sort();
    }
}

/// The choice of mutants.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The files; their names begin with one of these.
    pub files: Vec<String>,
    /// One of equal parts of the mutants, such as `3/16`.
    pub shard: Option<String>,
    /// Those in lines that differ from this commit.
    pub since: Option<String>,
}

/// Returns the pure files of `sources` that `prefixes` choose.
pub fn pure<'a>(sources: &'a [Source], prefixes: &'a [String]) -> impl Iterator<Item = &'a str> {
    let is_chosen = |source: &Source| prefixes.is_empty() || prefixes.iter().any(|prefix| source.name.starts_with(prefix.as_str()));
    sources.iter().filter(move |source| is_pure(&source.text) && is_chosen(source)).map(|source| source.name.as_str())
}

/// Returns true if the text of a module says that it is pure.
fn is_pure(text: &str) -> bool {
    let module = text.lines().take_while(|line| line.starts_with("//!"));
    module.flat_map(|line| line.split(['.', '!', '/', ':'])).any(|sentence| sentence.trim() == "Pure")
}

/// Tests the mutants of `choice`, package by package.
///
/// # Errors
/// cargo-mutants is missing or fails; tests that fail without a mutant.
pub fn measure(root: &Path, sources: &[Source], choice: &Choice) -> Result<Outcome, Error> {
    if !Command::new("cargo")
        .args(["mutants", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
    {
        return Err(format!("cargo-mutants is missing. Install it with: cargo install --locked cargo-mutants --version {VERSION}"));
    }
    let difference = choice.since.as_deref().map(|commit| difference(root, commit)).transpose()?;
    let mut packages: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in pure(sources, &choice.files) {
        packages.entry(package_of(root, name)?).or_default().push(name);
    }
    let mut sum = Outcome::default();
    for (package, files) in packages {
        let out = root.join("target/quality/mutation").join(&package);
        fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
        let mut command = Command::new("cargo");
        command.current_dir(root).args([
            "mutants",
            "--package",
            &package,
            "--no-shuffle",
            "--colors=never",
            "--timeout-multiplier=5",
            "--minimum-test-timeout=30",
        ]);
        command.args(files.iter().flat_map(|file| ["--file", file])).arg("--output").arg(&out);
        command.args(choice.shard.iter().flat_map(|shard| ["--shard", shard]));
        if let Some(difference) = &difference {
            command.arg("--in-diff").arg(difference);
        }
        // Compiled libraries are kept between runs.
        let status = command.args(["--", "--lib"]).env("CARGO_TARGET_DIR", root.join("target/quality/mutants")).status();
        let code = status.map_err(|error| format!("cargo mutants: {error}"))?.code();
        // 2: mutants were missed; 3: tests of some did not end.
        if !matches!(code, Some(0 | 2 | 3)) {
            return Err(format!("cargo mutants --package {package} failed: its exit status is {code:?}, its log is in {}", out.display()));
        }
        sum.add(outcome(&out.join("mutants.out"))?);
    }
    Ok(sum)
}

/// Reads the lists that cargo-mutants writes.
fn outcome(folder: &Path) -> Result<Outcome, Error> {
    let list = |name: &str| -> Result<Vec<String>, Error> {
        let path = folder.join(name).with_extension("txt");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(text.lines().map(without_place).collect()),
            // Without mutants in the chosen lines nothing is written.
            Err(_) if !folder.exists() => Ok(Vec::new()),
            Err(error) => Err(format!("{}: {error}", path.display())),
        }
    };
    Ok(Outcome {
        caught: list("caught")?.len(),
        timeouts: list("timeout")?.len(),
        unviable: list("unviable")?.len(),
        missed: list("missed")?,
    })
}

/// A change without its line and column, which other changes move.
fn without_place(line: &str) -> String {
    let mut parts = line.splitn(4, ':');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(file), Some(_), Some(_), Some(change)) => format!("{file}: {}", change.trim()),
        _ => line.to_owned(),
    }
}

/// The name in the next Cargo.toml above a file.
fn package_of(root: &Path, file: &str) -> Result<String, Error> {
    let folders = Path::new(file).ancestors().skip(1).map(|folder| root.join(folder).join("Cargo.toml"));
    let manifest = folders.into_iter().find(|path| path.is_file()).ok_or_else(|| format!("{file} is in no package"))?;
    let text = fs::read_to_string(&manifest).map_err(|error| format!("{}: {error}", manifest.display()))?;
    let document: toml_edit::DocumentMut = text.parse().map_err(|error| format!("{}: {error}", manifest.display()))?;
    let name = document.get("package").and_then(|package| package.get("name")).and_then(toml_edit::Item::as_str);
    name.map(str::to_owned).ok_or_else(|| format!("{}: no package", manifest.display()))
}

/// Writes the changes since `commit` to a file.
fn difference(root: &Path, commit: &str) -> Result<PathBuf, Error> {
    let output = Command::new("git").current_dir(root).args(["diff", "--no-color", "--no-ext-diff", commit]).output();
    let output = output.map_err(|error| format!("git: {error}"))?;
    if !output.status.success() {
        return Err(format!("git diff {commit}: {}", String::from_utf8_lossy(&output.stderr).trim_end()));
    }
    let path = root.join("target/quality/changes.diff");
    fs::create_dir_all(root.join("target/quality"))
        .and_then(|()| fs::write(&path, output.stdout))
        .map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Source, is_pure, outcome, package_of, pure, without_place};
    use crate::root;
    use std::fs;

    #[test]
    fn pure_files_say_so() {
        for text in ["//! Parses. Pure.\n", "//! Pure.\n\nfn f() {}\n", "//! Parses:\n//! lines. Pure.\n"] {
            assert!(is_pure(text), "{text}");
        }
        for text in ["//! Purely so.\n", "//! Runs.\n\n//! Pure.\n", "// Pure.\n", ""] {
            assert!(!is_pure(text), "{text}");
        }
        let source = |name: &str, text: &str| Source { name: name.into(), text: text.into() };
        let sources = [source("a/x.rs", "//! X. Pure.\n"), source("a/y.rs", ""), source("b/z.rs", "//! Pure.\n")];
        assert_eq!(pure(&sources, &["a/".into()]).collect::<Vec<_>>(), ["a/x.rs"]);
        assert_eq!(pure(&sources, &[]).count(), 2);
    }

    #[test]
    fn outcomes_are_read_from_lists() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in
            [("caught", "a.rs:1:2: replace f -> bool with true\na.rs:2:2: x\n"), ("timeout", "a.rs:3:1: y\n"), ("unviable", "")]
        {
            fs::write(folder.path().join(name).with_extension("txt"), text).unwrap();
        }
        assert!(outcome(folder.path()).is_err(), "a list is missing");
        fs::write(folder.path().join("missed.txt"), "a.rs:9:13: replace < with <= in <impl A for B>::f\n").unwrap();
        let found = outcome(folder.path()).unwrap();
        let missed = "a.rs: replace < with <= in <impl A for B>::f".to_owned();
        assert_eq!(found, Outcome { caught: 2, timeouts: 1, unviable: 0, missed: vec![missed.clone()] });
        assert!((found.score(&[].into()) - 75.0).abs() < 1e-9 && (found.score(&[(missed, "equal".into())].into()) - 100.0).abs() < 1e-9);
        assert_eq!(outcome(&folder.path().join("none")).unwrap(), Outcome::default());
        assert_eq!(without_place("no place"), "no place");
    }

    #[test]
    fn files_belong_to_the_package_around_them() {
        assert_eq!(package_of(&root(), "bootstrap/http/line.rs").unwrap(), "ruchy-lambda-runtime");
        assert_eq!(package_of(&root(), "cli/src/preset.rs").unwrap(), "ruchy-lambda");
    }
}
